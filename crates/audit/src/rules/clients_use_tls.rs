//! Parameter groups: TLS.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "clients-use-tls",
    former: Some("F-4"),
    title: "Clients must use TLS",
    covers: &["H-P4"],
    levels: [ERROR, ERROR, INFO],
    why: "Up to 8.0 require_secure_transport is OFF by default: a client that forgets TLS sends data, and sometimes its password, in clear.",
    source: "Amazon Aurora user guide, security with Aurora MySQL",
    fix: "Set require_secure_transport: ON in the cluster parameter group.",
    check: Check::Resources(&["AWS::RDS::DBClusterParameterGroup"], check),
    good: r"
Resources:
  G:
    Type: AWS::RDS::DBClusterParameterGroup
    Properties: {Family: aurora-mysql8.0, Parameters: {require_secure_transport: 'ON'}}
",
    bad: r"
Resources:
  G:
    Type: AWS::RDS::DBClusterParameterGroup
    Properties: {Family: aurora-mysql8.0, Parameters: {time_zone: UTC}}
",
};

fn check(group: Res<'_>) {
    let family = group.get("Family").show();
    let transport = group.get("Parameters.require_secure_transport");
    let on_by_default = family.ends_with("8.4");
    let on = ["ON", "on", "1", "true", "True"].iter().any(|on| transport.is(on));
    let off = transport.is_absent() && !on_by_default || !on && transport.text().is_some();
    if family.starts_with("aurora-mysql") && off {
        group.cx().error(transport.span, format!("{} lets clients connect without TLS", group.id()));
    }
}
