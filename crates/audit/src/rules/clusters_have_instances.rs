//! R, mandatory 1: clusters with instances, for dev, staging and prod.

use super::prelude::*;
use crate::rules::Profile;

pub(super) static RULE: Rule = Rule {
    name: "clusters-have-instances",
    former: Some("R-M1"),
    title: "Each cluster has instances, and one template serves dev, staging and prod",
    covers: &["R-X1"],
    levels: [ERROR, ERROR, WARNING],
    why: "A cluster without instances has an endpoint that nobody answers; three templates instead of one drift apart.",
    source: "R requirement 1; CloudFormation, AWS::RDS::DBCluster",
    fix: "Add an AWS::RDS::DBInstance whose DBClusterIdentifier is the cluster's Ref, and a parameter Environment with AllowedValues [dev, staging, prod].",
    check: Check::Template(&["AWS::RDS::DBCluster", "AWS::RDS::DBInstance"], check),
    good: r"
Parameters:
  Environment:
    Type: String
    AllowedValues: [dev, staging, prod]
Resources:
  C:
    Type: AWS::RDS::DBCluster
  I:
    Type: AWS::RDS::DBInstance
    Properties: {DBClusterIdentifier: !Ref C}
",
    bad: r"
Parameters:
  Environment:
    Type: String
    AllowedValues: [dev, staging, prod]
Resources:
  C:
    Type: AWS::RDS::DBCluster
",
};

fn check(cx: &Cx<'_>) {
    let clusters = cx.resources(CLUSTER);
    for cluster in &clusters {
        let not_aurora =
            cluster.get("DBClusterInstanceClass").is_set() || cluster.get("EngineMode").is("serverless");
        let elsewhere = cx.resources(INSTANCE).is_empty() && cx.has(INSTANCE);
        let unclear = may_be_elsewhere(cx) || elsewhere || cluster.get("GlobalClusterIdentifier").is_set();
        if members(cx, cluster).is_empty() && !not_aurora && !unclear {
            cx.error(cluster.span(), format!("{} has no instance", cluster.id()));
        }
    }
    if let Some(cluster) = clusters.first().filter(|_| cx.scope.profile == Profile::Replication) {
        three_environments(cx, cluster);
    }
}

fn three_environments(cx: &Cx<'_>, cluster: &Res<'_>) {
    let parameters = &cx.template().parameters;
    let Some(parameter) = parameters.iter().find(|one| one.name == "Environment") else {
        cx.error(cluster.span(), "no parameter Environment says which of dev, staging and prod is deployed");
        return;
    };
    let mut values: Vec<&str> = parameter.allowed.iter().map(String::as_str).collect();
    values.sort_unstable();
    if values != ["dev", "prod", "staging"] {
        cx.error(parameter.key_span, "Environment must permit exactly dev, staging and prod");
    }
}
