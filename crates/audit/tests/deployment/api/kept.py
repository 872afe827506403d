"""What keeps data: keys, buckets, topics and clusters, made by the API's operations and read back, for take.py."""

import json

# Properties of a cluster under another name in the operation that makes it; None for what another entry brings along.
CLUSTER = {"PerformanceInsightsEnabled": "EnablePerformanceInsights",
           "PerformanceInsightsKmsKeyId": "PerformanceInsightsKMSKeyId", "MasterUserSecret": None, "Tags": None}
# Properties of a cluster that are described under another name.
CLUSTER_DESCRIBED = {"DBClusterParameterGroupName": "DBClusterParameterGroup", "DBSubnetGroupName": "DBSubnetGroup",
                     "EnableCloudwatchLogsExports": "EnabledCloudwatchLogsExports"}

# Properties of a bucket's rule that the API keeps in a part of their own.
EXPIRATION = {"ExpirationInDays": "Days", "ExpiredObjectDeleteMarker": "ExpiredObjectDeleteMarker"}


def renamed(value, names):
    return {names[key]: one for key, one in value.items()}


def make_Key(world, account, resource, properties):
    parameters = {"Description": properties["Description"], "Policy": json.dumps(properties["KeyPolicy"])}
    key = account.call("kms", "create_key", **parameters)["KeyMetadata"]["KeyId"]
    world.real[resource["physical"]] = key
    if properties["EnableKeyRotation"] == "true":
        account.call("kms", "enable_key_rotation", KeyId=key)


def make_Bucket(_, account, resource, properties):
    bucket = resource["physical"]
    account.call("s3", "create_bucket", Bucket=bucket)

    def put(operation, **parameters):
        account.call("s3", operation, Bucket=bucket, **parameters)

    put("put_bucket_versioning", VersioningConfiguration=properties["VersioningConfiguration"])
    rules = [{"BucketKeyEnabled": one["BucketKeyEnabled"],
              "ApplyServerSideEncryptionByDefault": one["ServerSideEncryptionByDefault"]}
             for one in properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]]
    put("put_bucket_encryption", ServerSideEncryptionConfiguration={"Rules": rules})
    put("put_public_access_block", PublicAccessBlockConfiguration=properties["PublicAccessBlockConfiguration"])
    put("put_bucket_ownership_controls", OwnershipControls=properties["OwnershipControls"])
    rules = []
    for one in properties["LifecycleConfiguration"]["Rules"]:
        rule = {"ID" if key == "Id" else key: value for key, value in one.items() if key not in EXPIRATION}
        expiration = {EXPIRATION[key]: value for key, value in one.items() if key in EXPIRATION}
        rules.append(rule | {"Filter": {"Prefix": rule.pop("Prefix")}} | ({"Expiration": expiration} if expiration else {}))
    put("put_bucket_lifecycle_configuration", LifecycleConfiguration={"Rules": rules})


def make_BucketPolicy(_, account, resource, properties):
    account.physical["policy of " + properties["Bucket"]] = resource["physical"]
    account.call("s3", "put_bucket_policy", Bucket=properties["Bucket"], Policy=json.dumps(properties["PolicyDocument"]))


def make_Topic(_, account, resource, properties):
    attributes = {key: properties[key] for key in ("DisplayName", "KmsMasterKeyId")}
    account.call("sns", "create_topic", Name=resource["physical"].split(":")[-1], Attributes=attributes)


def make_TopicPolicy(_, account, resource, properties):
    [topic] = properties["Topics"]
    account.physical["policy of " + topic] = resource["physical"]
    policy = json.dumps(properties["PolicyDocument"])
    account.call("sns", "set_topic_attributes", TopicArn=topic, AttributeName="Policy", AttributeValue=policy)


def make_DBSubnetGroup(world, account, resource, properties):
    # RDS writes names in small letters.
    name = world.real[resource["physical"]] = resource["physical"].lower()
    wanted = {key: one for key, one in properties.items() if key != "Tags"}
    account.call("rds", "create_db_subnet_group", DBSubnetGroupName=name, **wanted)


def make_DBClusterParameterGroup(world, account, resource, properties):
    name = world.real[resource["physical"]] = resource["physical"].lower()
    about = {"DBParameterGroupFamily": properties["Family"], "Description": properties["Description"]}
    account.call("rds", "create_db_cluster_parameter_group", DBClusterParameterGroupName=name, **about)
    values = [{"ParameterName": key, "ParameterValue": one, "ApplyMethod": "pending-reboot"}
              for key, one in properties["Parameters"].items()]
    account.call("rds", "modify_db_cluster_parameter_group", DBClusterParameterGroupName=name, Parameters=values)


def make_DBCluster(_, account, resource, properties):
    account.physical["cluster " + properties["DBClusterIdentifier"]] = resource["physical"]
    wanted = {CLUSTER.get(key, key): one for key, one in properties.items() if CLUSTER.get(key, key)}
    secret = properties["MasterUserSecret"]["KmsKeyId"]
    account.call("rds", "create_db_cluster", MasterUserSecretKmsKeyId=secret, **wanted)


def describe(account, add):
    """Adds what the API knows of an account, as properties of CloudFormation."""
    kms, s3, sns, rds = account.kms, account.s3, account.sns, account.rds
    for one in kms.list_keys()["Keys"]:
        key = kms.describe_key(KeyId=one["KeyId"])["KeyMetadata"]
        if key["KeyManager"] == "CUSTOMER":
            rotates = kms.get_key_rotation_status(KeyId=one["KeyId"])["KeyRotationEnabled"]
            policy = kms.get_key_policy(KeyId=one["KeyId"], PolicyName="default")["Policy"]
            add("KMS::Key", one["KeyId"], Description=key["Description"], EnableKeyRotation=rotates,
                KeyPolicy=json.loads(policy))
    for one in s3.list_buckets()["Buckets"]:
        name = one["Name"]
        add("S3::Bucket", name, **bucket(s3, name))
        policy = json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])
        add("S3::BucketPolicy", account.physical["policy of " + name], Bucket=name, PolicyDocument=policy)
    for one in sns.list_topics()["Topics"]:
        topic = one["TopicArn"]
        known = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
        add("SNS::Topic", topic, **{key: known.get(key) for key in ("DisplayName", "KmsMasterKeyId")})
        add("SNS::TopicPolicy", account.physical["policy of " + topic], Topics=[topic],
            PolicyDocument=json.loads(known["Policy"]))
    for one in rds.describe_db_subnet_groups()["DBSubnetGroups"]:
        subnets = [subnet["SubnetIdentifier"] for subnet in one["Subnets"]]
        add("RDS::DBSubnetGroup", one["DBSubnetGroupName"], SubnetIds=subnets,
            DBSubnetGroupDescription=one["DBSubnetGroupDescription"])
    for one in rds.describe_db_cluster_parameter_groups()["DBClusterParameterGroups"]:
        name = one["DBClusterParameterGroupName"]
        values = rds.describe_db_cluster_parameters(DBClusterParameterGroupName=name)["Parameters"]
        add("RDS::DBClusterParameterGroup", name, Family=one["DBParameterGroupFamily"], Description=one["Description"],
            Parameters={value["ParameterName"]: value["ParameterValue"] for value in values})
    for one in rds.describe_db_clusters()["DBClusters"]:
        known = one | {key: one[described] for key, described in CLUSTER_DESCRIBED.items()}
        known["VpcSecurityGroupIds"] = [group["VpcSecurityGroupId"] for group in one["VpcSecurityGroups"]]
        known["ManageMasterUserPassword"] = one["MasterUserSecret"]["SecretStatus"] == "active"
        known["MasterUserSecret"] = {"KmsKeyId": one["MasterUserSecret"]["KmsKeyId"]}
        plain = {key: value for key, value in known.items() if json_can(value)}
        add("RDS::DBCluster", account.physical["cluster " + one["DBClusterIdentifier"]], **plain)


def json_can(value):
    try:
        json.dumps(value)
    except TypeError:
        return False
    return True


def bucket(s3, name):
    encryption = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    lifecycle = []
    for one in s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]:
        names = {described: key for key, described in EXPIRATION.items()}
        rule = {"Id" if key == "ID" else key: value for key, value in one.items() if key not in ("Filter", "Expiration")}
        lifecycle.append(rule | one["Filter"] | renamed(one.get("Expiration", {}), names))
    return {
        "VersioningConfiguration": {"Status": s3.get_bucket_versioning(Bucket=name)["Status"]},
        "BucketEncryption": {"ServerSideEncryptionConfiguration": [
            {"BucketKeyEnabled": one["BucketKeyEnabled"],
             "ServerSideEncryptionByDefault": one["ApplyServerSideEncryptionByDefault"]} for one in encryption]},
        "PublicAccessBlockConfiguration":
            s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"],
        "OwnershipControls": s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"],
        "LifecycleConfiguration": {"Rules": lifecycle},
    }
