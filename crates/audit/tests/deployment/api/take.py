"""Gives resources of CloudFormation to the API operations that make them, and reads back what the API then knows.

In, as JSON: {"accounts": {environment: account}, "resources": [{"environment", "id", "kind", "physical", "properties"}]}, in an
order in which they can be made. `physical` is the id by which other resources name this one. Out: a list of the same form, made
only of what the API describes. The API is moto's, answering within this process to the AWS SDK, which checks every
parameter against AWS's own model of the service. One account cannot see into another.
"""

import json
import sys

import boto3
import kept
from moto import mock_aws

REGION = "us-east-1"


class Account:
    """The clients of one account."""

    def __init__(self, number):
        role = f"arn:aws:iam::{number}:role/tester"
        sts = boto3.client("sts", REGION, aws_access_key_id="testing", aws_secret_access_key="testing")
        keys = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], REGION)
        self.number = number
        self.ec2, self.iam, self.rds, self.logs = map(session.client, ("ec2", "iam", "rds", "logs"))
        self.kms, self.s3, self.sns = map(session.client, ("kms", "s3", "sns"))
        # Physical ids of what the API knows by another name.
        self.physical = {}

    def call(self, service, operation, **parameters):
        """Calls an operation; texts become numbers and truth values where the service's model says so."""
        client = getattr(self, service)
        name = client.meta.method_to_api_mapping[operation]
        shape = client.meta.service_model.operation_model(name).input_shape
        return getattr(client, operation)(**typed(parameters, shape))


def typed(value, shape):
    if shape.type_name == "structure":
        unknown = set(value) - set(shape.members)
        assert not unknown, f"{shape.name} has no {unknown}"
        return {key: typed(one, shape.members[key]) for key, one in value.items() if one is not None}
    if shape.type_name == "list":
        return [typed(one, shape.member) for one in value]
    if shape.type_name == "boolean":
        return {"true": True, "false": False}[value]
    return int(value) if shape.type_name in ("integer", "long") else value


# How resources are made: the operation, where its answer has the id, and properties under another name.
MAKE = {
    "EC2::VPC": ("create_vpc", "Vpc.VpcId", {}),
    "EC2::Subnet": ("create_subnet", "Subnet.SubnetId", {}),
    "EC2::RouteTable": ("create_route_table", "RouteTable.RouteTableId", {}),
    "EC2::SubnetRouteTableAssociation": ("associate_route_table", None, {}),
    "EC2::SecurityGroup": ("create_security_group", "GroupId", {"GroupDescription": "Description"}),
    "EC2::NetworkAcl": ("create_network_acl", "NetworkAcl.NetworkAclId", {}),
    "EC2::NetworkAclEntry": ("create_network_acl_entry", None, {}),
    "EC2::VPCPeeringConnection": ("create_vpc_peering_connection", "VpcPeeringConnection.VpcPeeringConnectionId", {}),
    "EC2::Route": ("create_route", None, {}),
    "EC2::VPCEndpoint": ("create_vpc_endpoint", "VpcEndpoint.VpcEndpointId", {}),
    "EC2::FlowLog": ("create_flow_logs", "FlowLogIds.0", {"ResourceId": "ResourceIds"}),
}
# Properties that the operation does not take: set by another one, or CloudFormation's own affair.
APART = {"Tags", "EnableDnsSupport", "EnableDnsHostnames", "MapPublicIpOnLaunch", "PeerRoleArn",
         "SecurityGroupEgress", "SecurityGroupIngress"}


def rule(properties):
    """A rule of a security group as an IpPermission."""
    other = {key.removeprefix("Source").removeprefix("Destination"): one for key, one in properties.items()}
    made = {key: other[key] for key in ("IpProtocol", "FromPort", "ToPort") if key in other}
    text = {"Description": other["Description"]} if "Description" in other else {}
    if "CidrIp" in other:
        return made | {"IpRanges": [{"CidrIp": other["CidrIp"]} | text]}
    if "SecurityGroupId" in other:
        return made | {"UserIdGroupPairs": [{"GroupId": other["SecurityGroupId"]} | text]}
    return made | {"PrefixListIds": [{"PrefixListId": other["PrefixListId"]} | text]}


class World:
    def __init__(self, accounts):
        self.accounts = {name: Account(number) for name, number in accounts.items()}
        self.real = {}

    def resolve(self, value):
        """Properties with the ids that the API gave."""
        text = json.dumps(value)
        for physical, real in self.real.items():
            text = text.replace(physical, real)
        return json.loads(text)

    def make(self, resource):
        account, kind = self.accounts[resource["environment"]], resource["kind"].removeprefix("AWS::")
        properties = self.resolve(resource["properties"])
        name = "make_" + kind.split("::")[1]
        special = getattr(self, name, None)
        if kind not in MAKE:
            if special:
                return special(account, resource, properties)
            return getattr(kept, name)(self, account, resource, properties)
        operation, path, renamed = MAKE[kind]
        parameters = {renamed.get(key, key): one for key, one in properties.items() if key not in APART}
        if kind == "EC2::SecurityGroup":
            parameters["GroupName"] = resource["id"]
        if kind == "EC2::FlowLog":
            account.call("logs", "create_log_group", logGroupName=properties["LogGroupName"])
            parameters["ResourceIds"] = [parameters["ResourceIds"]]
        if kind == "EC2::VPCEndpoint":
            parameters["PolicyDocument"] = json.dumps(properties["PolicyDocument"])
        answer = account.call("ec2", operation, **parameters)
        if path:
            for step in path.split("."):
                answer = answer[int(step)] if step.isdigit() else answer[step]
            self.real[resource["physical"]] = answer
        if special:
            special(account, answer, properties)

    def make_VPC(self, account, vpc, properties):
        for name in ("EnableDnsSupport", "EnableDnsHostnames"):
            account.call("ec2", "modify_vpc_attribute", VpcId=vpc, **{name: {"Value": properties[name]}})

    def make_Subnet(self, account, subnet, properties):
        public = {"Value": properties["MapPublicIpOnLaunch"]}
        account.call("ec2", "modify_subnet_attribute", SubnetId=subnet, MapPublicIpOnLaunch=public)

    def make_SecurityGroup(self, account, group, properties):
        everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
        if "SecurityGroupEgress" in properties:
            account.call("ec2", "revoke_security_group_egress", GroupId=group, IpPermissions=everything)
        for direction in ("Egress", "Ingress"):
            for one in properties.get("SecurityGroup" + direction, []):
                operation = "authorize_security_group_" + direction.lower()
                account.call("ec2", operation, GroupId=group, IpPermissions=[rule(one)])

    def make_SecurityGroupIngress(self, account, _, properties):
        parameters = {"GroupId": properties["GroupId"], "IpPermissions": [rule(properties)]}
        account.call("ec2", "authorize_security_group_ingress", **parameters)

    def make_SubnetNetworkAclAssociation(self, account, _, properties):
        subnet = {"Name": "association.subnet-id", "Values": [properties["SubnetId"]]}
        [acl] = account.call("ec2", "describe_network_acls", Filters=[subnet])["NetworkAcls"]
        [old] = [one for one in acl["Associations"] if one["SubnetId"] == properties["SubnetId"]]
        parameters = {"AssociationId": old["NetworkAclAssociationId"], "NetworkAclId": properties["NetworkAclId"]}
        account.call("ec2", "replace_network_acl_association", **parameters)

    def make_VPCPeeringConnection(self, _, peering, properties):
        [lower] = [one for one in self.accounts.values() if one.number == properties["PeerOwnerId"]]
        lower.call("ec2", "accept_vpc_peering_connection", VpcPeeringConnectionId=peering)

    def make_ManagedPolicy(self, account, resource, properties):
        name, document = resource["physical"].split("/")[1], json.dumps(properties["PolicyDocument"])
        account.call("iam", "create_policy", PolicyName=name, PolicyDocument=document)

    def make_Role(self, account, resource, properties):
        name, trust = resource["physical"], json.dumps(properties["AssumeRolePolicyDocument"])
        account.call("iam", "create_role", RoleName=name, AssumeRolePolicyDocument=trust)
        for policy in properties.get("Policies", []):
            self.make_RolePolicy(account, None, policy | {"RoleName": name})
        for arn in properties.get("ManagedPolicyArns", []):
            account.call("iam", "attach_role_policy", RoleName=name, PolicyArn=arn)

    def make_RolePolicy(self, account, _, properties):
        document = json.dumps(properties["PolicyDocument"])
        account.call("iam", "put_role_policy", **(properties | {"PolicyDocument": document}))

    def make_EventSubscription(self, account, resource, properties):
        wanted = {key: one for key, one in properties.items() if key not in APART}
        account.call("rds", "create_event_subscription", SubscriptionName=resource["physical"], **wanted)


def described(environment, account):
    """What the API knows of an environment, as properties of CloudFormation."""
    ec2, found = account.ec2, []

    def add(kind, physical, **properties):
        found.append({"environment": environment, "kind": "AWS::" + kind, "physical": physical, "properties": properties})

    def picked(one, *keys):
        return {key: one[key] for key in keys if one.get(key) is not None}

    for one in ec2.describe_vpcs()["Vpcs"]:
        names = {"EnableDnsSupport": "enableDnsSupport", "EnableDnsHostnames": "enableDnsHostnames"}
        flags = {n: ec2.describe_vpc_attribute(VpcId=one["VpcId"], Attribute=a)[n]["Value"] for n, a in names.items()}
        add("EC2::VPC", one["VpcId"], **picked(one, "CidrBlock"), **flags)
    for one in ec2.describe_subnets()["Subnets"]:
        add("EC2::Subnet", one["SubnetId"], **picked(one, "VpcId", "CidrBlock", "AvailabilityZoneId", "MapPublicIpOnLaunch"))
    for one in ec2.describe_route_tables()["RouteTables"]:
        add("EC2::RouteTable", one["RouteTableId"], **picked(one, "VpcId"))
        for link in one["Associations"]:
            if "SubnetId" in link:
                add("EC2::SubnetRouteTableAssociation", "", **picked(link, "SubnetId", "RouteTableId"))
        for route in one["Routes"]:
            # The VPC's own range, and the gateway endpoint's, which the endpoint itself says.
            if "DestinationCidrBlock" in route and route.get("GatewayId") != "local":
                to = picked(route, "DestinationCidrBlock", "VpcPeeringConnectionId", "GatewayId", "NatGatewayId")
                add("EC2::Route", "", RouteTableId=one["RouteTableId"], **to)
    rules = ec2.describe_security_group_rules()["SecurityGroupRules"]
    for one in ec2.describe_security_groups()["SecurityGroups"]:
        mine = {True: [], False: []}
        for each in (each for each in rules if each["GroupId"] == one["GroupId"]):
            peer = "Destination" if each["IsEgress"] else "Source"
            made = picked(each, "IpProtocol", "FromPort", "ToPort", "Description")
            if each.get("CidrIpv4"):
                made["CidrIp"] = each["CidrIpv4"]
            elif each.get("ReferencedGroupInfo", {}).get("GroupId"):
                made[peer + "SecurityGroupId"] = each["ReferencedGroupInfo"]["GroupId"]
            else:
                made[peer + "PrefixListId"] = each["PrefixListId"]
            mine[each["IsEgress"]].append(made)
        add("EC2::SecurityGroup", one["GroupId"], VpcId=one["VpcId"], GroupDescription=one["Description"],
            SecurityGroupEgress=mine[True], SecurityGroupIngress=mine[False])
    for one in ec2.describe_network_acls()["NetworkAcls"]:
        add("EC2::NetworkAcl", one["NetworkAclId"], **picked(one, "VpcId"))
        for link in one["Associations"]:
            add("EC2::SubnetNetworkAclAssociation", "", **picked(link, "SubnetId", "NetworkAclId"))
        # The last entry of each direction denies what is left; it cannot be changed.
        for entry in (entry for entry in one["Entries"] if entry["RuleNumber"] != 32767):
            keys = picked(entry, "RuleNumber", "Egress", "RuleAction", "Protocol", "PortRange", "CidrBlock")
            add("EC2::NetworkAclEntry", "", NetworkAclId=one["NetworkAclId"], **keys)
    for one in ec2.describe_vpc_peering_connections()["VpcPeeringConnections"]:
        asks, accepts = one["RequesterVpcInfo"], one["AccepterVpcInfo"]
        assert one["Status"]["Code"] == "active", one["Status"]
        # Both sides see it; it belongs to the one that asked.
        if asks["OwnerId"] == account.number:
            add("EC2::VPCPeeringConnection", one["VpcPeeringConnectionId"], VpcId=asks["VpcId"],
                PeerVpcId=accepts["VpcId"], PeerOwnerId=accepts["OwnerId"])
    for one in ec2.describe_vpc_endpoints()["VpcEndpoints"]:
        groups = [group["GroupId"] for group in one.get("Groups", [])]
        keys = picked(one, "VpcId", "VpcEndpointType", "ServiceName", "SubnetIds", "RouteTableIds", "PrivateDnsEnabled")
        add("EC2::VPCEndpoint", one["VpcEndpointId"], **keys, SecurityGroupIds=groups,
            PolicyDocument=json.loads(one["PolicyDocument"]))
    for one in ec2.describe_flow_logs()["FlowLogs"]:
        keys = picked(one, "ResourceId", "TrafficType", "LogDestinationType", "LogGroupName",
                      "DeliverLogsPermissionArn", "MaxAggregationInterval")
        add("EC2::FlowLog", one["FlowLogId"], **keys)
    for one in account.iam.list_policies(Scope="Local")["Policies"]:
        version = account.iam.get_policy_version(PolicyArn=one["Arn"], VersionId=one["DefaultVersionId"])
        add("IAM::ManagedPolicy", one["Arn"], PolicyDocument=version["PolicyVersion"]["Document"])
    for one in account.iam.list_roles()["Roles"]:
        name = one["RoleName"]
        attached = account.iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        inline = account.iam.list_role_policies(RoleName=name)["PolicyNames"]
        policies = [account.iam.get_role_policy(RoleName=name, PolicyName=policy) for policy in inline]
        add("IAM::Role", name, AssumeRolePolicyDocument=one["AssumeRolePolicyDocument"],
            ManagedPolicyArns=[policy["PolicyArn"] for policy in attached],
            Policies=[picked(policy, "PolicyName", "PolicyDocument") for policy in policies])
    for one in account.rds.describe_event_subscriptions()["EventSubscriptionsList"]:
        add("RDS::EventSubscription", one["CustSubscriptionId"], SnsTopicArn=one["SnsTopicArn"],
            SourceType=one["SourceType"], SourceIds=one["SourceIdsList"], EventCategories=one["EventCategoriesList"])
    kept.describe(account, add)
    return found


def main():
    given = json.load(sys.stdin)
    # AWS's own policies take a while to load.
    of_aws = "arn:aws:iam::aws:policy/" in json.dumps(given)
    with mock_aws(config={"iam": {"load_aws_managed_policies": of_aws}}):
        world, refusals = World(given["accounts"]), []
        for resource in given["resources"]:
            try:
                world.make(resource)
            except Exception as error:
                refusals.append(f"{resource['environment']} {resource['id']} ({resource['kind']}): {error!r}")
        if refusals:
            sys.exit("\n".join(refusals))
        text = json.dumps([one for name, account in world.accounts.items() for one in described(name, account)])
    for physical, real in world.real.items():
        text = text.replace(real, physical)
    print(text)


main()
