//! Permissions: who may invoke a function.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "permissions-name-their-source",
    former: Some("I-1"),
    title: "A service may invoke a function for one source only",
    covers: &["R-C8"],
    levels: [ERROR, ERROR, WARNING],
    why: "Without SourceArn or SourceAccount anyone's bucket, rule or secret in any account can make the service call the function.",
    source: "IAM user guide, the confused deputy problem",
    fix: "Add SourceArn (or SourceAccount: !Ref AWS::AccountId) to the AWS::Lambda::Permission.",
    check: Check::Resources(&["AWS::Lambda::Permission"], check),
    good: r"
Resources:
  P:
    Type: AWS::Lambda::Permission
    Properties: {Principal: events.amazonaws.com, SourceArn: a}
",
    bad: r"
Resources:
  P:
    Type: AWS::Lambda::Permission
    Properties: {Principal: events.amazonaws.com}
",
};

fn check(permission: Res<'_>) {
    let cx = permission.cx();
    let principal = permission.get("Principal");
    let bound =
        ["SourceArn", "SourceAccount", "PrincipalOrgID"].iter().any(|name| permission.get(name).is_set());
    if bound {
        return;
    }
    if principal.is("*") {
        cx.error(principal.span, format!("{} lets anyone invoke the function", permission.id()));
    } else if principal.show().contains(".amazonaws.com") && permission.get("FunctionUrlAuthType").is_absent()
    {
        cx.error(permission.span(), format!("{} names neither SourceArn nor SourceAccount", permission.id()));
    }
}
