//! The commands of docs/aws-by-hand.md, but for those of `OTHERWISE`, run by bash and the AWS CLI in two accounts.

use std::fs;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{Accounts, Cli, lookup};

/// What is written otherwise than on the page: there are two accounts, the bucket has another address, nobody has
/// assumed a role, nobody reads the change sets, and the workflow is tested elsewhere.
const OTHERWISE: [(&str, &str); 10] = [
    ("for e in dev staging prod; do", "for e in dev staging; do"),
    ("for e in prod staging dev; do", "for e in staging dev; do"),
    ("put dev DeployerRoleName $(role staging)", "put dev DeployerRoleName deployer"),
    ("put staging DeployerRoleName $(role prod)\n", ""),
    ("peers dev staging; peers staging prod", "peers dev staging"),
    (
        "plan dev         # then: execute dev; likewise staging, then prod",
        "plan dev; execute dev; plan staging; execute staging",
    ),
    ("plan dev         # then: execute dev; likewise staging", "plan dev; execute dev"),
    ("put staging UpperPeeringConnectionId $(output prod PeeringConnectionId)\n", ""),
    ("https://$(bucket $1).s3.us-east-1.amazonaws.com/", "$API/$(bucket $1)/"),
    ("aws --profile staging stepfunctions start-execution", ": not here"),
];

/// Before the page's own: every service of the local API server, and no command that fails is passed over.
const BEFORE: &str = "set -euo pipefail\naws() { command aws --endpoint-url $API \"$@\"; }\n";

/// The AWS CLI looks every 30 seconds whether an operation has ended.
const HASTE: &str = "import time\nsleep = time.sleep\ntime.sleep = lambda seconds: sleep(min(seconds, 2))\n";

#[test]
fn the_page_deploys_two_accounts_and_takes_them_away() {
    let accounts = Accounts::new(2, Cli::One);
    lay_out(&accounts);
    let (up, away) = scripts();
    run(&accounts, &up);
    let [dev, staging, keys] =
        [("dev", "dev"), ("staging", "staging"), ("staging", "keys")].map(|(e, name)| {
            let words = format!("cloudformation describe-stacks --stack-name lockstep-{name}");
            accounts.aws(e, &words)["Stacks"][0].clone()
        });
    let parameter =
        |stack: &Value, name: &str| lookup(&stack["Parameters"], "Parameter", name).map(str::to_owned);
    let output = |stack: &Value, name: &str| lookup(&stack["Outputs"], "Output", name).map(str::to_owned);
    for (ours, its, theirs) in [
        (parameter(&dev, "UpperVpcId"), "VpcId", &staging),
        (parameter(&dev, "UpperPeeringConnectionId"), "PeeringConnectionId", &staging),
        (parameter(&staging, "LowerVpcId"), "VpcId", &dev),
        (parameter(&staging, "LowerPeeringRoleArn"), "PeeringAcceptRoleArn", &dev),
        (parameter(&staging, "KmsKeyArn"), "KmsKeyArn", &keys),
        (parameter(&staging, "ArtifactBucket"), "ArtifactBucketName", &keys),
    ] {
        assert!(ours.is_some() && ours == output(theirs, its), "{its}: {ours:?}");
    }
    for stack in [&dev, &staging, &keys] {
        assert_eq!(stack["EnableTerminationProtection"], true, "{stack:#}");
    }
    assert!(parameter(&staging, "TopologyVersion").is_some_and(|version| !version.is_empty()));
    run(&accounts, &away);
    for name in ["dev", "staging"] {
        let words = format!("cloudformation describe-stacks --stack-name lockstep-{name}");
        assert!(
            accounts.try_aws(name, &words).is_err_and(|error| error.contains("does not exist")),
            "{name}"
        );
    }
}

/// The repository's files, as the page finds them.
fn lay_out(accounts: &Accounts) {
    for folder in ["deploy/parameters", "target", "quick", ".aws"] {
        fs::create_dir_all(accounts.path(folder)).expect(folder);
    }
    for name in ["keys.json", "environment.json", "stack-policy.json"] {
        fs::rename(accounts.path(name), accounts.path(&format!("deploy/{name}"))).expect(name);
    }
    fs::rename(accounts.path("f.zip"), accounts.path("target/lockstep-functions.zip")).expect("the zip");
    let mut profiles = String::new();
    for (name, account) in lockstep_trial::ENVIRONMENTS {
        let file = format!("parameters/{name}.json");
        let text = lockstep_trial::repository_file(&file).expect("a parameter file");
        accounts.write(&format!("deploy/{file}"), &text);
        profiles +=
            &format!("[profile {name}]\naws_access_key_id = {account}\naws_secret_access_key = secret\n");
    }
    accounts.write(".aws/config", &profiles);
    accounts.write("quick/sitecustomize.py", HASTE);
}

/// The page's commands: those that deploy, and those that take away.
fn scripts() -> (String, String) {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/aws-by-hand.md");
    let page = fs::read_to_string(page).expect("the page");
    let section = page.split("\n## ").find(|one| one.starts_with("With the AWS CLI")).expect("the section");
    let blocks: Vec<&str> =
        section.split("```sh\n").skip(1).filter_map(|rest| Some(rest.split_once("```")?.0)).collect();
    let mut script = blocks.join("#\n");
    for (theirs, ours) in OTHERWISE {
        assert!(script.contains(theirs), "the page does not say `{theirs}` any more");
        script = script.replace(theirs, ours);
    }
    let (up, away) = script.rsplit_once("#\n").expect("several blocks");
    // The page's reader stays in the shell in which the region was said.
    let (region, _) = up.split_once('\n').expect("lines");
    (up.to_owned(), format!("{region}\n{away}"))
}

fn run(accounts: &Accounts, script: &str) {
    let jq = Command::new("jq").arg("--version").output();
    assert!(jq.is_ok_and(|output| output.status.success()), "the page needs jq: install it");
    let tools = lockstep_trial::tools().expect("a cache folder");
    let path = std::env::var("PATH").unwrap_or_default();
    let output = Command::new("bash")
        .args(["-c", &format!("{BEFORE}{script}")])
        .current_dir(accounts.path(""))
        .env("HOME", accounts.path(""))
        .env("PATH", format!("{}:{path}", tools.display()))
        .env("PYTHONPATH", accounts.path("quick"))
        .env("API", accounts.trial.url())
        .env("AWS_PAGER", "")
        .stdin(Stdio::null())
        .output()
        .expect("bash");
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}\n{}", said(&output.stdout), said(&output.stderr));
}
