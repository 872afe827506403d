//! R, mandatory 8, over several deployments: a key for each environment.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "environments-have-own-keys",
    former: Some("R-M8"),
    title: "Each environment has its own key, in its own account",
    covers: &["R-E7", "R-X1"],
    levels: [ERROR, WARNING, WARNING],
    why: "With a shared key whoever may decrypt in dev may decrypt production's snapshots too.",
    source: "R requirement 8",
    fix: "Give each environment's parameter file the ARN of a key of that environment's account.",
    check: Check::Deployments(check),
    good: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties: {KmsKeyId: 'arn:aws:kms:us-east-1:111111111111:key/a'}
---
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties: {KmsKeyId: 'arn:aws:kms:us-east-1:222222222222:key/b'}
",
    bad: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties: {KmsKeyId: 'arn:aws:kms:us-east-1:111111111111:key/a'}
---
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties: {KmsKeyId: 'arn:aws:kms:us-east-1:111111111111:key/a'}
",
};

fn check(deployed: &[Deployed<'_, '_>]) -> Vec<(usize, Draft)> {
    let mut found = Vec::new();
    let mut seen: Vec<(String, usize)> = Vec::new();
    for (here, one) in deployed.iter().enumerate() {
        for cluster in cx_clusters(one) {
            let key = cluster.get("KmsKeyId");
            let Some(arn) = key.text().filter(|arn| !arn.is_empty()) else { continue };
            let elsewhere = |(_, there): &&(String, usize)| deployed[*there].name != one.name;
            let shared = seen.iter().filter(elsewhere).find(|(other, _)| other == arn);
            let account = |arn: &str| arn.split(':').nth(4).map(str::to_owned);
            let same_account = seen
                .iter()
                .filter(elsewhere)
                .find(|(other, _)| account(other).is_some() && account(other) == account(arn));
            if let Some((_, there)) = shared {
                let message = format!("{} has the key of {}", one.name, deployed[*there].name);
                found.push((here, Draft { span: key.span, message, severity: Severity::Error }));
            } else if let Some((_, there)) = same_account {
                let message =
                    format!("the key of {} is in the account of {}", one.name, deployed[*there].name);
                found.push((here, Draft { span: key.span, message, severity: Severity::Error }));
            }
            seen.push((arn.to_owned(), here));
        }
    }
    found
}

fn cx_clusters<'c>(deployed: &Deployed<'c, '_>) -> Vec<Res<'c>> {
    deployed.cx.resources(CLUSTER)
}
