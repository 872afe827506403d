"""Derives resource-schemas.jsonl from the resource schemas that AWS publishes, as the package cfn-lint carries them.

    python derive.py > resource-schemas.jsonl      (in an environment with cfn-lint installed)

One line for each type: its name, a tab, and JSON with short keys:
    p  properties        r  required         d  definitions      a  attributes of Fn::GetAtt (name: format or null)
    x  properties that exclude others        q  properties that require others
of a value:
    t  type              e  permitted values m  pattern          f  formats          i  items
    n, x  least and greatest number          l, g  least and greatest length         k, j  fewest and most items
    $  name of a definition                  o  1: other properties are permitted
"""

import json
import sys

import cfnlint
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER as schemas

TYPES = """
ApplicationAutoScaling::ScalableTarget ApplicationAutoScaling::ScalingPolicy ApiGateway::Method ApiGateway::RestApi
AutoScaling::AutoScalingGroup AutoScaling::LaunchConfiguration
Backup::BackupPlan Backup::BackupSelection Backup::BackupVault
CertificateManager::Certificate CloudFormation::Stack CloudFormation::StackSet CloudTrail::Trail
CloudWatch::Alarm CloudWatch::AnomalyDetector CloudWatch::CompositeAlarm CloudWatch::Dashboard
CodeBuild::Project Config::ConfigRule
DMS::Endpoint DMS::ReplicationInstance DMS::ReplicationSubnetGroup DMS::ReplicationTask DynamoDB::Table
EC2::EIP EC2::FlowLog EC2::Instance EC2::InternetGateway EC2::LaunchTemplate EC2::NatGateway EC2::NetworkAcl
EC2::NetworkAclEntry EC2::Route EC2::RouteTable EC2::SecurityGroup EC2::SecurityGroupEgress EC2::SecurityGroupIngress
EC2::Subnet EC2::SubnetNetworkAclAssociation EC2::SubnetRouteTableAssociation EC2::TransitGatewayAttachment EC2::VPC
EC2::VPCCidrBlock EC2::VPCEndpoint EC2::VPCGatewayAttachment EC2::VPCPeeringConnection
ECS::Cluster ECS::Service ECS::TaskDefinition EFS::FileSystem ElastiCache::SubnetGroup
ElasticLoadBalancingV2::Listener ElasticLoadBalancingV2::ListenerRule ElasticLoadBalancingV2::LoadBalancer
ElasticLoadBalancingV2::TargetGroup
Events::EventBus Events::EventBusPolicy Events::Rule
IAM::Group IAM::InstanceProfile IAM::ManagedPolicy IAM::Policy IAM::Role IAM::RolePolicy IAM::User
KMS::Alias KMS::Key KinesisFirehose::DeliveryStream
Lambda::Alias Lambda::EventInvokeConfig Lambda::EventSourceMapping Lambda::Function Lambda::LayerVersion
Lambda::Permission Lambda::Url Lambda::Version
Logs::LogGroup Logs::LogStream Logs::MetricFilter Logs::ResourcePolicy Logs::SubscriptionFilter
RDS::DBCluster RDS::DBClusterParameterGroup RDS::DBInstance RDS::DBParameterGroup RDS::DBProxy RDS::DBProxyEndpoint
RDS::DBProxyTargetGroup RDS::DBSubnetGroup RDS::EventSubscription RDS::GlobalCluster RDS::OptionGroup
Route53::HostedZone Route53::RecordSet S3::Bucket S3::BucketPolicy Scheduler::Schedule Scheduler::ScheduleGroup
SecretsManager::ResourcePolicy SecretsManager::RotationSchedule SecretsManager::Secret
SecretsManager::SecretTargetAttachment SNS::Subscription SNS::Topic SNS::TopicInlinePolicy SNS::TopicPolicy SQS::Queue
SQS::QueueInlinePolicy SQS::QueuePolicy SSM::MaintenanceWindow SSM::Parameter StepFunctions::Activity
StepFunctions::StateMachine XRay::SamplingRule
""".split()

WORDS = {
    "type": "t", "enum": "e", "pattern": "m", "minimum": "n", "maximum": "x", "minLength": "l", "maxLength": "g",
    "minItems": "k", "maxItems": "j",
}


def value(schema):
    out = {short: schema[long] for long, short in WORDS.items() if long in schema}
    if "const" in schema:
        out["e"] = [schema["const"]]
    formats = [schema["format"]] if "format" in schema else []
    formats += [one["format"] for one in schema.get("anyOf", []) if "format" in one]
    if formats:
        out["f"] = formats
    if "$ref" in schema:
        out["$"] = schema["$ref"].rsplit("/", 1)[-1]
    if isinstance(schema.get("items"), dict):
        out["i"] = value(schema["items"])
    out.update(members(schema))
    return out


def members(schema):
    out = {}
    if "properties" in schema:
        out["p"] = {name: value(one) for name, one in sorted(schema["properties"].items())}
        if schema.get("additionalProperties") is not False or "patternProperties" in schema:
            out["o"] = 1
    if schema.get("required"):
        out["r"] = sorted(schema["required"])
    for long, short in (("dependentExcluded", "x"), ("dependentRequired", "q")):
        if schema.get(long) and "properties" in schema:
            out[short] = schema[long]
    return out


def resolve(schema, pointer):
    node = schema
    for step in pointer.strip("/").split("/"):
        if "$ref" in node:
            node = schema["definitions"][node["$ref"].rsplit("/", 1)[-1]]
        node = node if step == "properties" else node.get("properties", {}).get(step, {})
    return node


def derive(name):
    manager = schemas.get_resource_schema("us-east-1", name)
    schema = manager.schema
    out = members(schema)
    definitions = {key: value(one) for key, one in sorted(schema.get("definitions", {}).items())}
    used, todo = set(), [json.dumps(out)]
    while todo:
        text = todo.pop()
        for key in definitions:
            if key not in used and f'"$": {json.dumps(key)}' in text:
                used.add(key)
                todo.append(json.dumps(definitions[key]))
    out["d"] = {key: definitions[key] for key in sorted(used)}
    attributes = schemas.get_type_getatts(name, "us-east-1")
    out["a"] = {}
    for key, pointer in sorted(attributes.data.items()):
        node = resolve(schema, pointer)
        out["a"][key.replace("\\", "")] = node.get("format")
    return out


print(f"# Derived by derive.py from cfn-lint {cfnlint.version.__version__} (MIT-0); see NOTICE.md.")
for short in TYPES:
    name = f"AWS::{short}"
    try:
        line = derive(name)
    except Exception as error:  # a type that this version does not carry
        print(f"{name}: {error!r}", file=sys.stderr)
        continue
    print(name + "\t" + json.dumps(line, separators=(",", ":"), sort_keys=True))
