//! Mistake 22: a single database instance.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "production-has-two-instances",
    former: Some("mistake-22"),
    title: "A production cluster has two instances or more",
    covers: &["H-P1", "H-P10", "H-PC1"],
    levels: [ERROR, ERROR, WARNING],
    why: "With one instance a failure means that Aurora makes a new one, which takes up to ten minutes; with a reader it fails over.",
    source: "catalogue of mistakes, 22; Amazon Aurora user guide, high availability",
    fix: "Add an AWS::RDS::DBInstance with the same DBClusterIdentifier and class in another Availability Zone.",
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
",
    bad: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
  I:
    Type: AWS::RDS::DBInstance
    Properties: {DBClusterIdentifier: !Ref C}
",
};

fn check(cluster: Res<'_>) {
    let cx = cluster.cx();
    if !is_production(cx) || members(cx, &cluster).len() != 1 || may_be_elsewhere(cx) {
        return;
    }
    cx.error(cluster.span(), format!("{} has a single instance", cluster.id()));
}
