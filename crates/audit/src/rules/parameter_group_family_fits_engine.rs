//! Parameter groups: their family.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "parameter-group-family-fits-engine",
    former: Some("F-2"),
    title: "A parameter group's family is that of the engine version",
    covers: &["H-P4"],
    levels: [ERROR, ERROR, ERROR],
    why: "A cluster of 8.0 cannot take a group of aurora-mysql5.7: the stack fails while the cluster is made.",
    source: "Amazon Aurora user guide, parameter groups; catalogue of mistakes, 16",
    fix: "Set Family to aurora-mysql5.7, aurora-mysql8.0 or aurora-mysql8.4, as EngineVersion says.",
    check: Check::Resources(&[CLUSTER], check),
    good: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties: {EngineVersion: 8.0.mysql_aurora.3.10.6, DBClusterParameterGroupName: !Ref G}
  G:
    Type: AWS::RDS::DBClusterParameterGroup
    Properties: {Family: aurora-mysql8.0}
",
    bad: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties: {EngineVersion: 8.0.mysql_aurora.3.10.6, DBClusterParameterGroupName: !Ref G}
  G:
    Type: AWS::RDS::DBClusterParameterGroup
    Properties: {Family: aurora-mysql5.7}
",
};

fn check(cluster: Res<'_>) {
    let cx = cluster.cx();
    let version = cluster.get("EngineVersion");
    let Some(major) = version.text().and_then(major_version).filter(|_| is_aurora_mysql(&cluster)) else {
        return;
    };
    let wanted = if major == "5.6" { "aurora5.6".to_owned() } else { format!("aurora-mysql{major}") };
    let of_cluster = cluster.get("DBClusterParameterGroupName");
    let of_members = members(cx, &cluster).into_iter().map(|member| member.get("DBParameterGroupName"));
    for group in std::iter::once(of_cluster).chain(of_members) {
        let Some(declared) = group.target().and_then(|id| cx.resource(id)) else { continue };
        let family = declared.get("Family");
        if family.text().is_some_and(|family| family != wanted) {
            cx.error(
                family.span,
                format!("{} is of {}, {} needs {wanted}", declared.id(), family.show(), cluster.id()),
            );
        }
    }
}
