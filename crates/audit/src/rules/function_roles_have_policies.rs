//! Mistake 28: a function's role without a policy.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "function-roles-have-policies",
    former: Some("mistake-28"),
    title: "Each role of a function has a policy",
    covers: &["R-M2"],
    levels: [ERROR, ERROR, ERROR],
    why: "The function can do nothing, not even write its log.",
    source: "catalogue of mistakes, 28; AWS Lambda developer guide, execution role",
    fix: "Add Policies (or ManagedPolicyArns, or an AWS::IAM::Policy that names the role) with the actions the function needs.",
    check: Check::Resources(&["AWS::IAM::Role"], check),
    good: r"
Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Principal: {Service: lambda.amazonaws.com}}]
      ManagedPolicyArns: [x]
",
    bad: r"
Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Principal: {Service: lambda.amazonaws.com}}]
",
};

fn check(role: Res<'_>) {
    let cx = role.cx();
    let managed = role.get("ManagedPolicyArns");
    let has_managed = managed.is_unknown() || !managed.each().is_empty();
    let inline = role.get("Policies");
    let attached = ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"];
    let by_policy = || {
        let mut all = cx.resources_of(&attached).into_iter();
        all.any(|policy| points_at(&policy, "Roles", role.id()) || points_at(&policy, "RoleName", role.id()))
    };
    let has_inline = inline.is_unknown() || !inline.each().is_empty();
    if trusts_service(&role, "lambda") && !has_managed && !has_inline && !by_policy() && !may_be_elsewhere(cx)
    {
        cx.error(role.span(), format!("{} is assumed by Lambda and has no policy", role.id()));
    }
}
