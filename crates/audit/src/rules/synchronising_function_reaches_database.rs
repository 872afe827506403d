//! R, mandatory 2: functions that synchronise.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "synchronising-function-reaches-database",
    former: Some("R-M2"),
    title: "A function inside the VPC can read the topology and reach the database",
    covers: &[],
    levels: [ERROR, OFF, OFF],
    why: "Without it nothing is synchronised, however complete the rest is.",
    source: "R requirement 2",
    fix: "Add an AWS::Lambda::Function with VpcConfig, a role that allows ssm:GetParameter, and a security group that the database's ingress names.",
    check: Check::Template(&["AWS::RDS::DBCluster", "AWS::Lambda::Function"], check),
    good: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
  F:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt R.Arn
      VpcConfig:
        SubnetIds: [s]
        SecurityGroupIds: [!Ref G]
  R:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyDocument:
            Statement: [{Action: 'ssm:GetParameter'}]
  G:
    Type: AWS::EC2::SecurityGroup
",
    bad: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
  F:
    Type: AWS::Lambda::Function
    Properties: {Timeout: 60}
",
};

fn check(cx: &Cx<'_>) {
    let stores = stores(cx);
    let Some(store) = stores.first().filter(|_| !may_be_elsewhere(cx)) else { return };
    let functions = functions_in_vpc(cx);
    let reads = |function: &&Res<'_>| {
        let Some(role) = role_of(function) else { return true };
        let statements = role_permissions(cx, &role);
        let mut actions = statements.iter().filter(|one| one.allows()).flat_map(Statement::actions);
        actions.any(|action| action.show().starts_with("ssm:GetParameter"))
    };
    let able: Vec<&Res<'_>> = functions.iter().filter(reads).collect();
    if able.is_empty() {
        cx.error(store.span(), "no function inside the VPC may read a Systems Manager parameter");
        return;
    }
    let of_database = database_groups(cx);
    let openings = ingress(cx);
    let guarded: Vec<_> =
        openings.iter().filter(|one| one.group.as_ref().is_some_and(|id| of_database.contains(id))).collect();
    let admitted = |function: &&Res<'_>| {
        let groups = function.get("VpcConfig.SecurityGroupIds");
        guarded.iter().any(|one| {
            let source = one.value.get("SourceSecurityGroupId");
            source.target().is_none_or(|id| groups.mentions(id)) && one.covers(MYSQL_PORT)
        })
    };
    if !guarded.is_empty() && !able.iter().any(admitted) {
        cx.error(store.span(), "the database's security group lets no function in");
    }
}
