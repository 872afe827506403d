//! R, expected output, over several deployments: nothing against a flow.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "flows-go-one-way",
    former: Some("R-X1"),
    title: "No lower environment reaches a higher one",
    covers: &["R-C3", "R-M4"],
    levels: [ERROR, ERROR, WARNING],
    why: "The higher environment pulls. A socket, role or route from dev into prod is a way around every approval.",
    source: "R expected output: strict environment isolation",
    fix: "Remove the opening (or the trust) from the higher environment; only staging opens 3306 to prod's functions, and dev to staging's.",
    check: Check::Deployments(check),
    good: r"
Parameters:
  Environment:
    Type: String
    Default: dev
Resources:
  V:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.1.0.0/16}
  I:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {CidrIp: 10.3.10.0/24, FromPort: 3306, ToPort: 3306}
---
Parameters:
  Environment:
    Type: String
    Default: prod
Resources:
  V:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.3.0.0/16}
",
    bad: r"
Parameters:
  Environment:
    Type: String
    Default: dev
Resources:
  V:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.1.0.0/16}
---
Parameters:
  Environment:
    Type: String
    Default: prod
Resources:
  V:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.3.0.0/16}
  I:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {CidrIp: 10.1.10.0/24, FromPort: 3306, ToPort: 3306}
",
};

/// Height of an environment by its name; none for a name that is not known.
fn height(cx: &Cx<'_>) -> Option<usize> {
    let name = environment(cx)?;
    let name = name.text()?.to_ascii_lowercase();
    [&["dev", "development"][..], &["staging", "stage", "test", "qa"], &["prod", "production"]]
        .iter()
        .position(|names| names.contains(&name.as_str()))
}

fn check(deployed: &[Deployed<'_, '_>]) -> Vec<(usize, Draft)> {
    let mut found = Vec::new();
    for (here, high) in deployed.iter().enumerate() {
        for low in deployed.iter().filter(|low| height(low.cx) < height(high.cx) && height(low.cx).is_some())
        {
            let mut say = |span: Span, message: String| {
                found.push((here, Draft { span, message, severity: Severity::Error }));
            };
            openings(high, low, &mut say);
            trusts(high, low, &mut say);
        }
    }
    found
}

fn openings(high: &Deployed<'_, '_>, low: &Deployed<'_, '_>, say: &mut dyn FnMut(Span, String)) {
    let ranges = |cx: &Cx<'_>| -> Vec<Cidr> {
        cx.resources("AWS::EC2::VPC")
            .iter()
            .filter_map(|vpc| Cidr::parse(vpc.get("CidrBlock").text()?))
            .collect()
    };
    let (own, lower) = (ranges(high.cx), ranges(low.cx));
    for opening in ingress(high.cx) {
        let range = opening.range();
        let Some(cidr) = range.text().and_then(Cidr::parse) else { continue };
        if lower.iter().any(|vpc| vpc.overlaps(cidr)) && !own.iter().any(|vpc| vpc.holds(cidr)) {
            say(range.span, format!("{} lets {} in from {}", high.name, range.show(), low.name));
        }
    }
}

fn trusts(high: &Deployed<'_, '_>, low: &Deployed<'_, '_>, say: &mut dyn FnMut(Span, String)) {
    let Some(account) = account(low.cx) else { return };
    for role in high.cx.resources("AWS::IAM::Role") {
        // A role that only accepts a peering is assumed by the side that asks for it.
        for statement in
            statements(&role.get("AssumeRolePolicyDocument")).into_iter().filter(Statement::allows)
        {
            for principal in statement.aws_principals() {
                if principal.text().is_some_and(|text| text.contains(&account)) {
                    say(
                        principal.span,
                        format!("{} of {} may be assumed from {}", role.id(), high.name, low.name),
                    );
                }
            }
        }
    }
}

/// The account of a deployment: given as AWS::AccountId, or that of the cluster's key.
fn account(cx: &Cx<'_>) -> Option<String> {
    let given = cx.parameter("AWS::AccountId");
    if let Some(account) = given.text() {
        return Some(account.to_owned());
    }
    let keys: Vec<String> = cx
        .resources(CLUSTER)
        .iter()
        .filter_map(|one| one.get("KmsKeyId").text().map(str::to_owned))
        .collect();
    let account = keys.iter().find_map(|arn| arn.split(':').nth(4))?;
    (account.len() == 12).then(|| account.to_owned())
}
