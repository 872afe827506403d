//! H, requirement 10: failover.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "failover-finds-equal-reader",
    former: Some("H-P10"),
    title: "A failover finds a reader of the writer's size",
    covers: &["H-PC1"],
    levels: [ERROR, ERROR, WARNING],
    why: "Aurora promotes the reader with the lowest tier, then the largest; a smaller one cannot carry the load, and takes longer to warm up.",
    source: "H requirement 10, constraint 1; Amazon Aurora user guide, fault tolerance",
    fix: "Give all instances the same DBInstanceClass, and two or more of them PromotionTier 0 or 1.",
    check: Check::Resources(&[CLUSTER], check),
    good: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
  I:
    Type: AWS::RDS::DBInstance
    Properties: {DBClusterIdentifier: !Ref C, DBInstanceClass: db.r6g.large, PromotionTier: 0}
  J:
    Type: AWS::RDS::DBInstance
    Properties: {DBClusterIdentifier: !Ref C, DBInstanceClass: db.r6g.large, PromotionTier: 1}
",
    bad: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
  I:
    Type: AWS::RDS::DBInstance
    Properties: {DBClusterIdentifier: !Ref C, DBInstanceClass: db.r6g.2xlarge}
  J:
    Type: AWS::RDS::DBInstance
    Properties: {DBClusterIdentifier: !Ref C, DBInstanceClass: db.r6g.large}
",
};

fn check(cluster: Res<'_>) {
    let cx = cluster.cx();
    let members = members(cx, &cluster);
    let Some(first) = members.first().filter(|_| members.len() > 1) else { return };
    let class = first.get("DBInstanceClass");
    for other in &members[1..] {
        let own = other.get("DBInstanceClass");
        if own.text().is_some() && class.text().is_some() && own.text() != class.text() {
            cx.error(
                own.span,
                format!("{} is {}, {} is {}", other.id(), own.show(), first.id(), class.show()),
            );
        }
    }
    let early = members.iter().filter(|one| {
        let tier = one.get("PromotionTier");
        tier.is_unknown() || tier.is_absent() || tier.number().is_some_and(|tier| tier <= 1.0)
    });
    if early.count() < 2 {
        cx.error(
            cluster.span(),
            format!("{} has no second instance with PromotionTier 0 or 1", cluster.id()),
        );
    }
    for member in &members {
        let tier = member.get("PromotionTier");
        if tier.number().is_some_and(|tier| !(0.0..=15.0).contains(&tier)) {
            cx.error(tier.span, format!("PromotionTier {} is not between 0 and 15", tier.show()));
        }
    }
}
