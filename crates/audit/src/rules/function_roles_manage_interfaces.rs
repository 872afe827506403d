//! Permissions: what Lambda wants to see before it connects a function to a VPC.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "function-roles-manage-interfaces",
    former: Some("I-4"),
    title: "The role of a function in a VPC lets Lambda manage its network interfaces",
    covers: &["R-M2"],
    levels: [ERROR, ERROR, ERROR],
    why: "Lambda looks at the role before it connects the function; with a pattern such as network-interface/* for deleting, the function cannot be made, or cannot access the VPC.",
    source: "AWS Lambda developer guide, VPC permissions: DeleteNetworkInterface takes one id, or all as arn:aws:ec2:REGION:ACCOUNT:*/*",
    fix: "Allow ec2:CreateNetworkInterface, ec2:DescribeNetworkInterfaces on `*`, and ec2:DeleteNetworkInterface on arn:aws:ec2:REGION:ACCOUNT:*/*; deny them to the function's own code by lambda:SourceFunctionArn.",
    check: Check::Template(&["AWS::Lambda::Function"], check),
    good: r"
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt R.Arn, VpcConfig: {SubnetIds: [a]}}
  R:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyDocument:
            Statement:
              - Effect: Allow
                Action: ['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces']
                Resource: '*'
              - Effect: Allow
                Action: 'ec2:DeleteNetworkInterface'
                Resource: !Sub 'arn:aws:ec2:${AWS::Region}:${AWS::AccountId}:*/*'
",
    bad: r"
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt R.Arn, VpcConfig: {SubnetIds: [a]}}
  R:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyDocument:
            Statement:
              - Effect: Allow
                Action: ['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces']
                Resource: '*'
              - Effect: Allow
                Action: 'ec2:DeleteNetworkInterface'
                Resource: !Sub 'arn:aws:ec2:${AWS::Region}:${AWS::AccountId}:network-interface/*'
",
};

fn check(cx: &Cx<'_>) {
    for function in functions_in_vpc(cx) {
        let Some(role) = role_of(&function).filter(|role| has_only_known_policies(cx, role)) else {
            continue;
        };
        let allowed: Vec<_> = role_permissions(cx, &role).into_iter().filter(Statement::allows).collect();
        let of = |action: &str| -> Vec<Val<'_>> {
            let about = allowed.iter().filter(|one| one.actions().iter().any(|known| covers(known, action)));
            about.flat_map(Statement::resources).collect()
        };
        for action in ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", DELETE] {
            let resources = of(action);
            let fits = |resource: &Val<'_>| action != DELETE || is_one_or_all(&resource.show());
            if resources.is_empty() {
                let message =
                    format!("{} is in a VPC, but {} does not allow {action}", function.id(), role.id());
                cx.error(role.span(), message);
            } else if !resources.iter().any(fits) {
                let shown = resources[0].show();
                let message =
                    format!("{} allows {action} on {shown}: Lambda wants one id, or */*", role.id());
                cx.error(resources[0].span, message);
            }
        }
    }
}

const DELETE: &str = "ec2:DeleteNetworkInterface";

/// Whether everything attached to the role stands in this template. AWS's managed policies for functions in a VPC
/// allow what is needed; of others nothing is known.
fn has_only_known_policies(cx: &Cx<'_>, role: &Res<'_>) -> bool {
    let managed = role.get("ManagedPolicyArns");
    let is_known = |arn: &Val<'_>| {
        let shown = arn.show();
        let basic = ["/AWSLambdaBasicExecutionRole", "/AWSXRayDaemonWriteAccess", "/AWSXrayWriteOnlyAccess"];
        arn.target().is_some_and(|id| cx.resource(id).is_some())
            || basic.iter().any(|one| shown.ends_with(one))
    };
    !may_be_elsewhere(cx)
        && !managed.is_unknown()
        && !role.get("Policies").is_unknown()
        && managed.each().iter().all(is_known)
}

/// Whether an action of a statement includes another; of several `*` only what stands before the first is looked at.
fn covers(known: &Val<'_>, action: &str) -> bool {
    let Some(text) = known.text() else { return true };
    let (text, action) = (text.to_ascii_lowercase(), action.to_ascii_lowercase());
    match text.split_once('*') {
        None => text == action,
        Some((start, end)) => {
            action.strip_prefix(start).is_some_and(|tail| end.contains('*') || tail.ends_with(end))
        }
    }
}

/// `*`, every id of an account (`…:*/*`, `…:*`), or an id without a pattern.
fn is_one_or_all(resource: &str) -> bool {
    resource.ends_with(":*/*") || resource.ends_with(":*") || resource == "*" || !resource.contains('*')
}
