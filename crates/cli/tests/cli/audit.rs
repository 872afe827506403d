//! `lockstep audit`: exit codes and outputs.

use std::path::Path;
use std::process::{Command, Output};

const BAD: &str =
    "Resources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    Properties: {PubliclyAccessible: true}\n";
const DOUBTFUL: &str = "Resources:\n  T:\n    Type: AWS::SNS::Topic\n    Metadata: {lockstep: {suppress: [{rule: mistake-14, reason: r}]}}\n";
const GOOD: &str = "Resources:\n  T:\n    Type: AWS::SNS::Topic\n";

fn audit(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lockstep"));
    command.current_dir(folder).arg("audit").args(arguments);
    command.output().expect("lockstep runs")
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [
        ("bad.yaml", BAD),
        ("doubtful.yaml", DOUBTFUL),
        ("good.yaml", GOOD),
        ("broken.json", "{\"Resources\": [}"),
    ] {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code")
}

#[test]
fn exit_codes_are_those_of_the_documentation() {
    let folder = folder();
    let run = |arguments: &[&str]| code(&audit(folder.path(), arguments));
    assert_eq!(run(&["good.yaml"]), 0);
    assert_eq!(run(&["bad.yaml"]), 2);
    assert_eq!(run(&["doubtful.yaml"]), 2, "a warning counts");
    assert_eq!(run(&["doubtful.yaml", "--fail-on", "error"]), 0);
    assert_eq!(run(&["bad.yaml", "--fail-on", "never"]), 0);
    assert_eq!(run(&["good.yaml", "missing.yaml"]), 1);
    assert_eq!(run(&["good.yaml", "--rule", "no-such-rule"]), 1);
    assert_eq!(run(&[]), 1);
    assert_eq!(run(&["--rules"]), 0);
    assert_eq!(run(&["--explain", "MISTAKE-24"]), 0);
}

#[test]
fn a_broken_template_gives_place_and_cause() {
    let folder = folder();
    let output = audit(folder.path(), &["broken.json"]);
    assert_eq!(code(&output), 1);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("broken.json:1:16: found `}` where a value was expected"), "{text}");
}

#[test]
fn sarif_goes_to_a_file_and_a_baseline_lets_new_findings_count_only() {
    let folder = folder();
    let written = audit(folder.path(), &["bad.yaml", "--format", "sarif", "--out", "a.sarif"]);
    assert_eq!((code(&written), written.stdout.len()), (2, 0));
    let text = std::fs::read_to_string(folder.path().join("a.sarif")).expect("a file");
    let log: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let results = log["runs"][0]["results"].as_array().expect("results");
    let public = results.iter().find(|result| result["ruleId"] == "mistake-24").expect("a finding");
    assert_eq!(public["locations"][0]["physicalLocation"]["region"]["startLine"], 4);
    assert_eq!(code(&audit(folder.path(), &["bad.yaml", "--write-baseline", "known.json"])), 0);
    assert_eq!(code(&audit(folder.path(), &["bad.yaml", "--baseline", "known.json"])), 0);
    std::fs::write(folder.path().join("bad.yaml"), format!("{BAD}  C:\n    Type: AWS::RDS::DBCluster\n"))
        .expect("a file");
    assert_eq!(code(&audit(folder.path(), &["bad.yaml", "--baseline", "known.json"])), 2);
}
