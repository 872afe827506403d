//! Permissions: what another account may do.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "cross-account-roles-only-read",
    former: Some("I-3"),
    title: "A role for another account only reads",
    covers: &["R-M4", "R-C8"],
    levels: [ERROR, OFF, OFF],
    why: "The higher environment reads the lower one and writes nothing there.",
    source: "R requirement 4 and constraint 8",
    fix: "Keep to Get, List, Describe and kms:Decrypt; a role that accepts a peering keeps to ec2:AcceptVpcPeeringConnection.",
    check: Check::Resources(&["AWS::IAM::Role"], check),
    good: r"
Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {AWS: '222222222222'}}]
      Policies:
        - PolicyDocument:
            Statement: [{Effect: Allow, Action: ['s3:GetObject']}]
",
    bad: r"
Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {AWS: '222222222222'}}]
      Policies:
        - PolicyDocument:
            Statement: [{Effect: Allow, Action: ['s3:PutObject']}]
",
};

const READS: [&str; 6] = ["Get", "List", "Describe", "Decrypt", "BatchGet", "Head"];

fn check(role: Res<'_>) {
    let cx = role.cx();
    let trust = statements(&role.get("AssumeRolePolicyDocument"));
    let foreign = |principal: &Val<'_>| {
        let shown = principal.show();
        let account = shown.contains(":root") || shown.contains(":role/") || shown.len() == 12;
        account && !shown.contains("${AWS::AccountId}")
    };
    if !trust.iter().filter(|one| one.allows()).flat_map(Statement::aws_principals).any(|one| foreign(&one)) {
        return;
    }
    for statement in role_permissions(cx, &role).iter().filter(|one| one.allows()) {
        for action in statement.actions() {
            let verb = action.show().split(':').nth(1).unwrap_or_default().to_owned();
            let reads = READS.iter().any(|read| verb.starts_with(read))
                || action.is("ec2:AcceptVpcPeeringConnection");
            if !reads {
                cx.error(action.span, format!("{} lets another account {}", role.id(), action.show()));
            }
        }
    }
}
