//! H, requirement 2: read replicas.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "cluster-has-two-readers",
    former: Some("H-P2"),
    title: "A highly available cluster has two readers",
    covers: &["H-P1"],
    levels: [OFF, ERROR, OFF],
    why: "With one reader a failover leaves the cluster without any, just when it carries all the load.",
    source: "H requirement 2",
    fix: "Declare three AWS::RDS::DBInstance resources in the cluster, each in its own Availability Zone.",
    check: Check::Resources(&[CLUSTER], check),
    good: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
  I:
    Type: AWS::RDS::DBInstance
    Properties: {DBClusterIdentifier: !Ref C}
  J:
    Type: AWS::RDS::DBInstance
    Properties: {DBClusterIdentifier: !Ref C}
  K:
    Type: AWS::RDS::DBInstance
    Properties: {DBClusterIdentifier: !Ref C}
",
    bad: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
  I:
    Type: AWS::RDS::DBInstance
    Properties: {DBClusterIdentifier: !Ref C}
  J:
    Type: AWS::RDS::DBInstance
    Properties: {DBClusterIdentifier: !Ref C}
",
};

fn check(cluster: Res<'_>) {
    let cx = cluster.cx();
    let count = members(cx, &cluster).len();
    if (1..3).contains(&count) && !may_be_elsewhere(cx) {
        cx.error(cluster.span(), format!("{} has {} reader(s), two are asked for", cluster.id(), count - 1));
    }
}
