//! `lockstep deploy`: what can be told without an account. The tests of the AWS functions deploy for real.

use crate::common::{Ran, lockstep};

const DEV: &str = "cost_center = \"CC-1\"\nfunctions = \"f.zip\"\ntopology = \"t.toml\"\n\
                   [[environments]]\nname = \"dev\"\naccount = \"111111111111\"\nprofile = \"dev\"\n";

/// Runs the command in a folder with this `accounts.toml`, and without the AWS CLI.
fn deploy(accounts: Option<&str>, arguments: &[&str]) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    if let Some(text) = accounts {
        std::fs::write(folder.path().join("accounts.toml"), text).expect("a file");
    }
    let mut command = lockstep(&["deploy", "--config", "accounts.toml"]);
    command.args(arguments).current_dir(folder.path()).env("PATH", folder.path());
    command.output().expect("the lockstep binary runs").into()
}

#[test]
fn a_wrong_file_is_told_with_its_line() {
    let ran = deploy(None, &[]).expect(1);
    assert!(ran.err.contains("cannot read accounts.toml") && ran.err.contains("accounts.example.toml"));
    let ran = deploy(Some(&format!("{DEV}profil = \"dev\"\n")), &[]).expect(1);
    assert!(ran.err.contains("8 | profil") && ran.err.contains("unknown field `profil`"), "{}", ran.err);
    let ran = deploy(Some(DEV), &["--only", "prod"]).expect(1);
    assert!(ran.err.contains("there is no environment `prod`"), "{}", ran.err);
}

#[test]
fn all_that_is_missing_is_told_at_once() {
    let ran = deploy(Some(DEV), &["--yes"]).expect(1);
    for word in ["environment.json", "keys.json", "stack-policy.json", "f.zip", "t.toml", "AWS CLI `aws`"] {
        assert!(ran.err.contains(word), "{word}: {}", ran.err);
    }
    assert_eq!(ran.out, "");
}
