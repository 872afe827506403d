//! Single templates that were once judged wrongly, each with the outcome that is right.

use lockstep_audit::{Audit, Profile};

use super::{audit, messages, serious};

/// A small cluster that is right; cases add to it.
const BASE: &str = "
Mappings:
  Zones: {us-east-1: {A: us-east-1a, B: us-east-1b}}
Parameters:
  OnPremisesCidr: {Type: String, Default: 172.16.0.0/16}
Resources:
  V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  S1:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref V, CidrBlock: 10.0.0.0/24, AvailabilityZone: !FindInMap [Zones, !Ref 'AWS::Region', A]}
  S2:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref V, CidrBlock: 10.0.1.0/24, AvailabilityZone: !FindInMap [Zones, !Ref 'AWS::Region', B]}
  G: {Type: AWS::RDS::DBSubnetGroup, Properties: {DBSubnetGroupDescription: d, SubnetIds: [!Ref S1, !Ref S2]}}
  C:
    Type: AWS::RDS::DBCluster
    DeletionPolicy: Snapshot
    UpdateReplacePolicy: Snapshot
    Properties:
      Engine: aurora-mysql
      EngineVersion: 8.0.mysql_aurora.3.10.6
      DBSubnetGroupName: !Ref G
      MasterUsername: a1
      ManageMasterUserPassword: true
      StorageEncrypted: true
      KmsKeyId: arn:aws:kms:us-east-1:111111111111:key/00000000-0000-0000-0000-000000000000
      BackupRetentionPeriod: 7
  I:
    Type: AWS::RDS::DBInstance
    Properties: {Engine: aurora-mysql, DBClusterIdentifier: !Ref C, DBInstanceClass: db.r6g.large, PubliclyAccessible: false}
  J:
    Type: AWS::RDS::DBInstance
    Properties: {Engine: aurora-mysql, DBClusterIdentifier: !Ref C, DBInstanceClass: db.r6g.large, PubliclyAccessible: false}
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole']
";

fn names(rule: &str, more: &str) {
    let report = audit("case.yaml", &format!("{BASE}{more}"));
    assert!(serious(&report).iter().any(|one| one.rule.is_called(rule)), "{rule}: {:?}", messages(&report));
}

/// No profile has a rule's warning or error.
fn is_silent(rule: &str, more: &str) {
    for profile in Profile::ALL {
        let text = format!("{BASE}{more}");
        let report = Audit::new(profile).template("case.yaml", text).run().expect("a template");
        let found: Vec<_> = messages(&report).into_iter().zip(serious(&report)).collect();
        let wrong = found.iter().filter(|(_, one)| one.rule.is_called(rule)).map(|(message, _)| message);
        assert_eq!(wrong.collect::<Vec<_>>(), Vec::<&String>::new(), "{}", profile.name());
    }
}

#[test]
fn the_base_is_right() {
    assert_eq!(messages(&audit("base.yaml", BASE)), Vec::<String>::new());
}

#[test]
fn zones_behind_find_in_map_are_not_taken_for_one() {
    let report = Audit::new(Profile::AnyAurora).template("case.yaml", BASE).run().expect("a template");
    assert!(
        !report.counting().any(|one| one.rule.is_called("subnets-in-distinct-zones")),
        "{:?}",
        messages(&report)
    );
}

#[test]
fn a_private_range_without_a_peering_is_not_a_peer() {
    is_silent(
        "peers-reach-mysql-only",
        "
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: bastion
      VpcId: !Ref V
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Ref OnPremisesCidr}]
",
    );
}

#[test]
fn a_range_behind_a_vpn_is_not_the_peer_beside_it() {
    is_silent(
        "peers-reach-mysql-only",
        "
  T: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref V}}
  W:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref T, DestinationCidrBlock: 10.9.0.0/16, VpcPeeringConnectionId: pcx-1}
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: bastion
      VpcId: !Ref V
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 172.16.0.0/16}]
",
    );
}

#[test]
fn a_few_hundred_milliseconds_of_lag_are_a_threshold_and_sixty_are_not() {
    let alarm = |threshold: u32| {
        format!(
            "
  A:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/RDS
      MetricName: AuroraReplicaLag
      Dimensions: [{{Name: DBInstanceIdentifier, Value: !Ref J}}]
      Statistic: Average
      Period: 60
      EvaluationPeriods: 5
      Threshold: {threshold}
      ComparisonOperator: GreaterThanThreshold
      AlarmActions: ['arn:aws:sns:us-east-1:111111111111:t']
"
        )
    };
    is_silent("alarm-thresholds-in-metric-unit", &alarm(100));
    is_silent("alarm-thresholds-in-metric-unit", &alarm(500));
    names("alarm-thresholds-in-metric-unit", &alarm(60));
}

#[test]
fn inline_code_that_works_is_not_a_stub() {
    let function = |code: &str| {
        format!(
            "
  F:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Role: !GetAtt R.Arn
      Timeout: 120
      MemorySize: 512
      Environment: {{Variables: {{A: '1'}}}}
      Code: {{ZipFile: \"{code}\"}}
"
        )
    };
    let long = "import json\\n".to_owned() + &"print(json.dumps({'step': 1}))\\n".repeat(12);
    is_silent("functions-have-real-code", &function(&long));
    is_silent(
        "functions-have-real-code",
        &function("import boto3\\nboto3.client('rds').stop_db_cluster()\\n"),
    );
    names("functions-have-real-code", &function("return 'Hello from Lambda!'"));
}

#[test]
fn only_the_bucket_of_scripts_must_forget_them() {
    let report = Audit::new(Profile::Replication)
        .template(
            "case.yaml",
            format!(
                "{BASE}\n  ScriptBucket: {{Type: AWS::S3::Bucket}}\n  Photos: {{Type: AWS::S3::Bucket}}\n"
            ),
        )
        .run()
        .expect("a template");
    let found: Vec<_> = report.counting().filter(|one| one.rule.is_called("R-C4")).collect();
    assert!(
        !found.is_empty() && found.iter().all(|one| one.resource.as_deref() == Some("ScriptBucket")),
        "{found:?}"
    );
}

#[test]
fn a_number_without_a_greatest_value_is_not_read_as_a_billion() {
    let text = BASE
        .replace("Resources:\n  V:", "  Days: {Type: Number, Default: 14, MinValue: 7}\nResources:\n  V:")
        .replace("BackupRetentionPeriod: 7", "BackupRetentionPeriod: !Ref Days");
    assert_eq!(messages(&audit("case.yaml", &text)), Vec::<String>::new());
}

#[test]
fn a_nat_gateway_elsewhere_is_no_way_out_of_the_functions_subnets() {
    let function = "
  E: {Type: AWS::EC2::EIP, Properties: {Domain: vpc}}
  N: {Type: AWS::EC2::NatGateway, Properties: {SubnetId: !Ref S2, AllocationId: !GetAtt E.AllocationId}}
  T: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref V}}
  A: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref S1, RouteTableId: !Ref T}}
  Sg: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: g, VpcId: !Ref V}}
  P:
    Type: AWS::IAM::RolePolicy
    Properties:
      PolicyName: p
      RoleName: !Ref R
      PolicyDocument: {Statement: [{Effect: Allow, Action: 'ssm:GetParameter', Resource: 'arn:aws:ssm:us-east-1:111111111111:parameter/a'}]}
  F:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: a.b
      Role: !GetAtt R.Arn
      Timeout: 60
      MemorySize: 256
      Code: {S3Bucket: artifacts, S3Key: k}
      VpcConfig: {SubnetIds: [!Ref S1], SecurityGroupIds: [!Ref Sg]}
";
    names("mistake-03", function);
    let route = "
  W: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref T, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref N}}
";
    is_silent("mistake-03", &format!("{function}{route}"));
}

#[test]
fn a_topic_open_to_everyone() {
    names(
        "resource-policies-let-nobody-else-in",
        "
  T: {Type: AWS::SNS::Topic}
  TP:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref T]
      PolicyDocument: {Statement: [{Effect: Allow, Principal: '*', Action: 'sns:*', Resource: '*'}]}
",
    );
}

#[test]
fn a_public_bucket_policy() {
    names(
        "resource-policies-let-nobody-else-in",
        "
  Bu: {Type: AWS::S3::Bucket}
  BP:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Bu
      PolicyDocument: {Statement: [{Effect: Allow, Principal: '*', Action: 's3:GetObject', Resource: !Sub '${Bu.Arn}/*'}]}
",
    );
}

#[test]
fn a_key_that_locks_everyone_out() {
    names(
        "keys-can-be-administered",
        "
  K:
    Type: AWS::KMS::Key
    Properties:
      EnableKeyRotation: true
      KeyPolicy: {Statement: [{Effect: Allow, Principal: {Service: rds.amazonaws.com}, Action: 'kms:Decrypt', Resource: '*'}]}
",
    );
}

#[test]
fn monitoring_without_a_role() {
    names(
        "monitoring-has-its-role",
        "
  L:
    Type: AWS::RDS::DBInstance
    Properties: {Engine: aurora-mysql, DBClusterIdentifier: !Ref C, DBInstanceClass: db.r6g.large, PubliclyAccessible: false, MonitoringInterval: 60}
",
    );
}

#[test]
fn an_acl_that_opens_the_database_to_the_world() {
    names(
        "mistake-14",
        "
  N: {Type: AWS::EC2::NetworkAcl, Properties: {VpcId: !Ref V}}
  NE:
    Type: AWS::EC2::NetworkAclEntry
    Properties: {NetworkAclId: !Ref N, RuleNumber: 100, RuleAction: allow, Egress: false, Protocol: 6, PortRange: {From: 3306, To: 3306}, CidrBlock: 0.0.0.0/0}
  NA: {Type: AWS::EC2::SubnetNetworkAclAssociation, Properties: {SubnetId: !Ref S1, NetworkAclId: !Ref N}}
",
    );
}

#[test]
fn a_parameter_with_a_value_that_does_not_exist() {
    names(
        "parameter-group-values-exist",
        "
  CP:
    Type: AWS::RDS::DBClusterParameterGroup
    Properties: {Family: aurora-mysql8.0, Description: d, Parameters: {binlog_format: RAW}}
",
    );
}

#[test]
fn a_password_in_a_functions_environment() {
    names(
        "mistake-17",
        "
  F:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt R.Arn
      Code: {S3Bucket: artifacts, S3Key: k}
      Environment: {Variables: {DB_PASSWORD: Hunter2Hunter2}}
",
    );
}

#[test]
fn an_alarm_without_a_dimension() {
    names(
        "alarms-name-what-they-watch",
        "
  A:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/RDS
      MetricName: CPUUtilization
      Statistic: Average
      Period: 60
      EvaluationPeriods: 5
      Threshold: 80
      ComparisonOperator: GreaterThanThreshold
      AlarmActions: ['arn:aws:sns:us-east-1:111111111111:t']
",
    );
}
