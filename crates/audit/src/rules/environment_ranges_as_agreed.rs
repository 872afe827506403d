//! R, environment: address ranges.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "environment-ranges-as-agreed",
    former: Some("R-E6"),
    title: "dev is 10.1.0.0/16, staging 10.2.0.0/16, prod 10.3.0.0/16",
    covers: &["R-M1"],
    levels: [ERROR, OFF, OFF],
    why: "Routes, network ACLs and security groups of the other environments name these ranges.",
    source: "R environment",
    fix: "Take the VPC's CidrBlock from a mapping by Environment with these values.",
    check: Check::Resources(&["AWS::EC2::VPC"], check),
    good: r"
Parameters:
  Environment:
    Type: String
    Default: dev
Mappings: {Cidr: {dev: {Vpc: 10.1.0.0/16}}}
Resources:
  V:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: !FindInMap [Cidr, !Ref Environment, Vpc]}
",
    bad: r"
Parameters:
  Environment:
    Type: String
    Default: dev
Mappings: {Cidr: {dev: {Vpc: 10.0.0.0/16}}}
Resources:
  V:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: !FindInMap [Cidr, !Ref Environment, Vpc]}
",
};

fn check(vpc: Res<'_>) {
    let cx = vpc.cx();
    let block = vpc.get("CidrBlock");
    let name = environment(cx);
    let wanted = match name.as_ref().and_then(Val::text) {
        Some("dev") => "10.1.0.0/16",
        Some("staging") => "10.2.0.0/16",
        Some("prod") => "10.3.0.0/16",
        _ => return,
    };
    if block.text().is_some_and(|block| block != wanted) {
        cx.error(block.span, format!("{} has {}, {wanted} is asked for", vpc.id(), block.show()));
    }
}
