//! What goes wrong, is told, and is continued by the same command.

use std::fs;

use lockstep_trial::create_master;
use serde_json::Value;

use super::{Accounts, Cli, lookup};

const DEV: &str = "parameters = { ReaderCount = 0 }";
const STAGING: &str = "schedule = \"off\"\nparameters = { ReaderCount = 0 }";

#[test]
fn everything_that_is_wrong_is_told_before_anything_is_changed() {
    let accounts = Accounts::new(1, Cli::One);
    let staging = "parameters = { ReaderCuont = 1, Approval = \"never\" }";
    accounts.configure(&[DEV, staging]);
    let file = accounts.path("accounts.toml");
    let text = fs::read_to_string(&file).expect("a file");
    // dev's login, but another account's id; one that nothing below knows.
    let text = text.replace("111111111111", "444444444444").replace("service_role = \"deployer\"\n", "");
    accounts.write("accounts.toml", &text);
    accounts.write_zip(false);
    accounts.write("stack-policy.json", "{}");
    accounts.deploy(&["--yes"]).expect(
        1,
        &[
            "nothing was changed",
            "the template has no parameter ReaderCuont",
            "Approval is `never`; the template takes always, by-topology",
            "the login belongs to account 111111111111, not to 444444444444",
            "staging: CloudFormation would run as arn:aws:iam::222222222222:root, which is no role",
            "the zip lacks global-bundle.pem",
            "this is no stack policy",
        ],
    );
    let stacks = accounts.aws("dev", "cloudformation describe-stacks");
    assert_eq!(stacks["Stacks"].as_array().map(Vec::len), Some(0), "{stacks:#}");
}

#[test]
fn a_failure_is_told_with_its_first_cause_and_the_same_command_goes_on() {
    let accounts = Accounts::new(2, Cli::Two);
    accounts.configure(&[DEV, STAGING]);
    let shown = ["dev: create stack lockstep-keys", "staging:      Add      Key"];
    accounts.deploy(&["--dry-run"]).expect(2, &shown);
    let question = "dev, staging: execute these 2 change sets? There is no terminal to ask on";
    accounts.deploy(&[]).expect(3, &[question, "--yes"]);
    for name in ["dev", "staging"] {
        let none = accounts.try_aws(name, "cloudformation describe-stacks --stack-name lockstep-keys");
        assert!(none.is_err_and(|error| error.contains("does not exist")), "{name}: neither leaves a stack");
    }

    // The real function cannot log in: the creation fails at its custom resource, and goes back. The other
    // environment's is brought to its end.
    accounts.execute("dev", "DROP USER master@'%'");
    let failed = ["lockstep-dev is ROLLBACK_COMPLETE: DatabaseBootstrap (Custom::DatabaseBootstrap)"];
    let ran = accounts.deploy(&["--yes"]).expect(1, &failed);
    let ran = ran.expect(1, &["master", "it offers to delete the rest first"]);
    assert!(!ran.out.contains("Master-1!") && !ran.err.contains("Master-1!"), "no password: {}", ran.err);
    assert_eq!(accounts.stack("dev")["StackStatus"], "ROLLBACK_COMPLETE");
    let other = accounts.stack("staging");
    assert_eq!(
        (&other["StackStatus"], &other["EnableTerminationProtection"]),
        (&"CREATE_COMPLETE".into(), &true.into())
    );
    let buckets = accounts.aws("dev", "s3api list-buckets");
    assert_eq!(buckets["Buckets"].as_array().map(Vec::len), Some(1), "only the keys' stack's: {buckets:#}");
    accounts.deploy(&[]).expect(3, &["delete what is left of lockstep-dev? There is no terminal"]);

    create_master().iter().for_each(|statement| accounts.execute("dev", statement));
    // Killed while the stack is being created: CloudFormation goes on, and the next run joins it.
    let killed = accounts.deploy_until("dev: CREATE_IN_PROGRESS lockstep-dev");
    assert!(killed.contains("DELETE_COMPLETE lockstep-dev"), "the rest is gone first: {killed}");
    accounts.deploy(&["--yes"]).expect(0, &["schedule: nothing to do"]);
    let made = accounts.stack("dev");
    assert_eq!(
        made["StackStatus"], "UPDATE_COMPLETE",
        "created by the killed run, then told of its neighbour"
    );
    assert_eq!(made["EnableTerminationProtection"], true);

    a_stuck_update(&accounts, &made);
}

/// The same in an update, where the way back fails, too: a person follows the advice and goes on.
fn a_stuck_update(accounts: &Accounts, made: &Value) {
    let topology = fs::read_to_string(accounts.path("lockstep.toml")).expect("a topology");
    accounts.write("lockstep.toml", &format!("{topology}\n# more\n"));
    accounts.execute("dev", "DROP USER master@'%'");
    let told = ["UPDATE_ROLLBACK_FAILED: DatabaseBootstrap", "aws cloudformation continue-update-rollback"];
    accounts.deploy(&["--yes"]).expect(1, &told);
    accounts.deploy(&["--yes"]).expect(1, &told);

    create_master().iter().for_each(|statement| accounts.execute("dev", statement));
    accounts.aws("dev", "cloudformation continue-update-rollback --stack-name lockstep-dev");
    let version = |stack: &Value| {
        lookup(&stack["Parameters"], "Parameter", "TopologyVersion").unwrap_or_default().to_owned()
    };
    // At once: the way back is waited for.
    let done = accounts.deploy(&["--yes"]).expect(0, &["TopologyVersion: ", "schedule: nothing to do"]);
    assert!(!done.err.contains("uploaded"), "the first attempt's upload is used: {}", done.err);
    assert_ne!(version(&accounts.stack("dev")), version(made));
}
