//! Mistake 15: engine `mysql` in place of `aurora-mysql`.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "engine-is-aurora-mysql",
    former: Some("mistake-15"),
    title: "The engine is aurora-mysql",
    covers: &["R-M1", "H-P1"],
    levels: [ERROR, ERROR, ERROR],
    why: "`mysql` is another service with other storage, failover and prices; an instance whose engine differs from its cluster's cannot be made.",
    source: "catalogue of mistakes, 15; CloudFormation, AWS::RDS::DBInstance",
    fix: "Set Engine: aurora-mysql on the cluster and on each of its instances.",
    check: Check::Resources(STORES, check),
    good: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties: {Engine: aurora-mysql}
  I:
    Type: AWS::RDS::DBInstance
    Properties: {Engine: aurora-mysql, DBClusterIdentifier: !Ref C}
",
    bad: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties: {Engine: aurora-mysql}
  I:
    Type: AWS::RDS::DBInstance
    Properties: {Engine: mysql, DBClusterIdentifier: !Ref C}
",
};

fn check(resource: Res<'_>) {
    let cx = resource.cx();
    let engine = resource.get("Engine");
    let owner = resource.get("DBClusterIdentifier");
    let cluster = owner.target().filter(|_| resource.kind() == INSTANCE).and_then(|id| cx.resource(id));
    if let (Some(cluster), Some(own)) = (cluster, engine.text()) {
        let of_cluster = cluster.get("Engine");
        if of_cluster.text().is_some_and(|of_cluster| of_cluster != own) {
            let message = format!(
                "{} has engine {own}, its cluster {} has {}",
                resource.id(),
                cluster.id(),
                of_cluster.show()
            );
            cx.error(engine.span, message);
            return;
        }
    }
    let Some(engine_name) = engine.text() else {
        if engine.is_absent() && is_strict(cx) && !inherits(&resource) {
            cx.error(engine.span, format!("{} names no engine", resource.id()));
        }
        return;
    };
    if engine_name != "aurora-mysql" && is_strict(cx) {
        cx.error(engine.span, format!("{} has engine {engine_name}, not aurora-mysql", resource.id()));
    } else if engine_name == "aurora" {
        cx.warning(
            engine.span,
            "engine `aurora` was Aurora MySQL version 1, which no longer exists; use aurora-mysql",
        );
    }
}
