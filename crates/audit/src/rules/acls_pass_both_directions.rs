//! Network ACLs that let a request pass and hold the answer back.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "acls-pass-both-directions",
    former: None,
    title: "A network ACL lets answers pass",
    covers: &["R-C3"],
    levels: [ERROR, ERROR, ERROR],
    why: "A network ACL remembers nothing: what it lets in on a port it must let out again to the caller's port, 1024 to 65535.",
    source: "Amazon VPC user guide, network ACLs, ephemeral ports",
    fix: "Add an entry of the other direction for the same range, tcp, ports 1024-65535.",
    check: Check::Resources(&["AWS::EC2::NetworkAcl"], check),
    good: r"
Resources:
  N: {Type: AWS::EC2::NetworkAcl}
  I:
    Type: AWS::EC2::NetworkAclEntry
    Properties: {NetworkAclId: !Ref N, RuleNumber: 100, Protocol: 6, RuleAction: allow, CidrBlock: 10.1.0.0/16, PortRange: {From: 3306, To: 3306}}
  O:
    Type: AWS::EC2::NetworkAclEntry
    Properties: {NetworkAclId: !Ref N, RuleNumber: 100, Egress: true, Protocol: 6, RuleAction: allow, CidrBlock: 10.1.0.0/16, PortRange: {From: 1024, To: 65535}}
",
    bad: r"
Resources:
  N: {Type: AWS::EC2::NetworkAcl}
  I:
    Type: AWS::EC2::NetworkAclEntry
    Properties: {NetworkAclId: !Ref N, RuleNumber: 100, Protocol: 6, RuleAction: allow, CidrBlock: 10.1.0.0/16, PortRange: {From: 3306, To: 3306}}
  O:
    Type: AWS::EC2::NetworkAclEntry
    Properties: {NetworkAclId: !Ref N, RuleNumber: 100, Egress: true, Protocol: 6, RuleAction: allow, CidrBlock: 10.1.0.0/16, PortRange: {From: 443, To: 443}}
",
};

/// Ports that clients of every kind use: Linux takes 32768 to 60999.
const CLIENT_PORTS: [f64; 3] = [32_768.0, 45_000.0, 60_999.0];

fn check(acl: Res<'_>) {
    let cx = acl.cx();
    if may_be_elsewhere(cx) {
        return;
    }
    let entries = entries_of(cx, &acl);
    for entry in entries.iter().filter(|one| one.allows && !is_for_answers(one)) {
        let Some(range) = entry.range else {
            cx.undecided();
            continue;
        };
        let answers: Vec<Answer> =
            CLIENT_PORTS.iter().map(|port| acl_allows(&entries, !entry.egress, *port, range)).collect();
        if answers.contains(&Answer::Unknown) {
            cx.undecided();
        } else if answers.contains(&Answer::No) {
            let (verb, back) = if entry.egress { ("lets out", "in") } else { ("lets in", "out") };
            let ports = if entry.ports.0 == entry.ports.1 {
                format!("port {}", entry.ports.0)
            } else {
                format!("ports {}-{}", entry.ports.0, entry.ports.1)
            };
            let message = format!(
                "{} {verb} {ports} of {range}, and {} lets no answer {back}",
                entry.resource.id(),
                acl.id()
            );
            cx.error(entry.resource.span(), message);
        }
    }
}

/// An entry for a wide range of high ports is there for answers; it needs none itself.
fn is_for_answers(entry: &AclEntry<'_>) -> bool {
    entry.ports.0 >= 1024.0 && entry.ports.1 - entry.ports.0 > 1000.0
}
