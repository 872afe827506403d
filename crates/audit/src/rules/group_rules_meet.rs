//! Rules between two security groups of which only one side exists.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "group-rules-meet",
    former: None,
    title: "What one security group lets out to another, the other lets in",
    covers: &["R-M2", "H-P8"],
    levels: [ERROR, ERROR, WARNING],
    why: "A connection needs both rules; with one of them it times out.",
    source: "Amazon VPC user guide, security group rules",
    fix: "Give both groups a rule for the same protocol and port, each naming the other group.",
    check: Check::Template(&["AWS::EC2::SecurityGroup"], check),
    good: r"
Resources:
  A: {Type: AWS::EC2::SecurityGroup}
  B: {Type: AWS::EC2::SecurityGroup}
  Out:
    Type: AWS::EC2::SecurityGroupEgress
    Properties: {GroupId: !Ref A, IpProtocol: tcp, FromPort: 3306, ToPort: 3306, DestinationSecurityGroupId: !Ref B}
  In:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {GroupId: !Ref B, IpProtocol: tcp, FromPort: 3306, ToPort: 3306, SourceSecurityGroupId: !Ref A}
",
    bad: r"
Resources:
  A: {Type: AWS::EC2::SecurityGroup}
  B: {Type: AWS::EC2::SecurityGroup}
  Out:
    Type: AWS::EC2::SecurityGroupEgress
    Properties: {GroupId: !Ref A, IpProtocol: tcp, FromPort: 3306, ToPort: 3306, DestinationSecurityGroupId: !Ref B}
  In:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {GroupId: !Ref B, IpProtocol: tcp, FromPort: 5432, ToPort: 5432, SourceSecurityGroupId: !Ref A}
",
};

fn check(cx: &Cx<'_>) {
    if may_be_elsewhere(cx) {
        return;
    }
    let (inward, outward) = (ingress(cx), egress(cx));
    for opening in &outward {
        one_side(
            cx,
            opening,
            "DestinationSecurityGroupId",
            &inward,
            "SourceSecurityGroupId",
            "lets nothing in from",
        );
    }
    for opening in &inward {
        // A group without a rule outwards lets everything out.
        let source = opening.value.get("SourceSecurityGroupId");
        let bound =
            source.target().is_some_and(|id| outward.iter().any(|one| one.group.as_deref() == Some(id)));
        if bound {
            one_side(
                cx,
                opening,
                "SourceSecurityGroupId",
                &outward,
                "DestinationSecurityGroupId",
                "lets nothing out to",
            );
        }
    }
}

/// Whether the group that a rule names has a rule for the same port; one that names a range or an unknown group may be
/// meant for it.
fn one_side(
    cx: &Cx<'_>,
    opening: &Opening<'_>,
    names: &str,
    others: &[Opening<'_>],
    named_by: &str,
    verb: &str,
) {
    let other = opening.value.get(names);
    let Some(other) = other.target().and_then(|id| cx.resource(id)) else { return };
    let (Some(own), Some(port)) = (opening.group.as_deref(), opening.value.get("FromPort").number()) else {
        return;
    };
    if other.kind() != "AWS::EC2::SecurityGroup"
        || own == other.id()
        || port < 0.0
        || cx.resource(own).is_none()
    {
        return;
    }
    let meets = others.iter().any(|one| {
        let of_other = one.group.as_deref().is_none_or(|id| id == other.id());
        let peer = one.value.get(named_by);
        let for_own = peer.is_absent() || peer.target().is_none_or(|id| id == own);
        of_other && one.covers(port) && for_own
    });
    if !meets {
        let message = format!("{own} and {} on port {port}: {} {verb} {own}", other.id(), other.id());
        cx.error(opening.span(), message);
    }
}
