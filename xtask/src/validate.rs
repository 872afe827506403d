//! `cargo xtask validate`: the templates and the workflow before the judgement of validators that know AWS.
//!
//! Every finding of at least a warning's weight must be explained in `deploy/validate.json`, and every
//! explanation must still be needed. Each validator is also shown a broken input, so that one that has
//! stopped working does not look like a template without faults.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::slice::from_ref;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::run::say;
use crate::{template, tools};

const TEMPLATES: [&str; 3] = ["environment.json", "cluster.json", "keys.json"];
const PARAMETERS: [&str; 3] = ["dev.json", "staging.json", "prod.json"];
const FINDINGS_SCRIPT: &str = include_str!("validate/findings.py");

/// What a validator has against an input.
struct Finding {
    validator: &'static str,
    rule: String,
    place: String,
    message: String,
}

/// Runs every validator on the templates and the workflow, and on broken ones.
///
/// # Errors
/// When a template is stale, a finding is not explained, an explanation is not needed, a validator does
/// not find a fault that is there, or a validator cannot be installed or run.
pub(crate) fn run() -> Result<()> {
    template::run(true)?;
    let deploy = template::deploy_folder();
    let validators = Validators { python: tools::python()?, npm: tools::npm()?, work: tempfile::tempdir()? };
    let mut findings = Vec::new();
    let templates = TEMPLATES.map(|name| deploy.join(name));
    let parameters = PARAMETERS.map(|name| deploy.join("parameters").join(name));
    findings.extend(validators.cfn_lint(&templates, &[])?);
    findings.extend(validators.cfn_lint(&templates[..1], &parameters)?);
    findings.extend(validators.cloudformation_validate(&templates)?);
    let workflow = workflow(&deploy)?;
    findings.extend(validators.workflow(&workflow)?);
    judge(&findings, &fs::read_to_string(deploy.join("validate.json"))?)?;
    validators.find_faults_that_are_there(&deploy, &workflow)?;
    say(
        "templates and workflow: no finding without an explanation; each validator found the fault shown to it",
    );
    Ok(())
}

/// The workflow's definition as the assembled template has it.
fn workflow(deploy: &Path) -> Result<String> {
    let template: Value = serde_json::from_str(&fs::read_to_string(deploy.join("environment.json"))?)?;
    let definition = &template["Resources"]["Workflow"]["Properties"]["Definition"];
    ensure!(definition.is_object(), "deploy/environment.json has no workflow");
    Ok(serde_json::to_string_pretty(definition)?)
}

/// Fails for findings without an explanation and for explanations without a finding.
fn judge(findings: &[Finding], explanations: &str) -> Result<()> {
    let explanations: Vec<Value> = serde_json::from_str(explanations).context("deploy/validate.json")?;
    let mut needed = HashSet::new();
    let mut problems = Vec::new();
    for finding in findings {
        let explained = explanations.iter().position(|explanation| {
            explanation["validator"] == finding.validator
                && explanation["rule"] == *finding.rule
                && explanation["message"].as_str().is_some_and(|part| finding.message.contains(part))
                && explanation["reason"].as_str().is_some_and(|reason| !reason.is_empty())
        });
        match explained {
            Some(index) => drop(needed.insert(index)),
            None => problems.push(format!(
                "{} {} {}: {}",
                finding.validator, finding.rule, finding.place, finding.message
            )),
        }
    }
    for (index, explanation) in explanations.iter().enumerate() {
        if !needed.contains(&index) {
            problems.push(format!("deploy/validate.json explains what is not found: {explanation}"));
        }
    }
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(())
}

/// The installed validators, and a folder for their inputs.
struct Validators {
    python: PathBuf,
    npm: PathBuf,
    work: tempfile::TempDir,
}

impl Validators {
    /// `parameters` are files of alternative values, for a single template.
    fn cfn_lint(&self, templates: &[PathBuf], parameters: &[PathBuf]) -> Result<Vec<Finding>> {
        let mut command = Command::new(self.python.join("cfn-lint"));
        command.args(templates).args(["--format", "json", "--regions", "us-east-1"]);
        if !parameters.is_empty() {
            command.arg("--parameter-files").args(parameters);
        }
        let text = printed(&mut command)?;
        let found: Vec<Value> =
            serde_json::from_str(&text).with_context(|| format!("cfn-lint said: {text}"))?;
        let finding = |item: &Value| Finding {
            validator: "cfn-lint",
            rule: word(&item["Rule"]["Id"]),
            place: format!("{} {}", word(&item["Filename"]), item["Location"]["Path"]),
            message: word(&item["Message"]),
        };
        Ok(found.iter().map(finding).collect())
    }

    fn cloudformation_validate(&self, templates: &[PathBuf]) -> Result<Vec<Finding>> {
        let mut command = Command::new(self.python.join("python"));
        let text = printed(command.args(["-c", FINDINGS_SCRIPT]).args(templates))?;
        let finding = |line: &str| {
            let item: Value = serde_json::from_str(line)?;
            Ok(Finding {
                validator: "cloudformation-validate",
                rule: word(&item["rule"]),
                place: word(&item["place"]),
                message: word(&item["message"]),
            })
        };
        text.lines().map(finding).collect()
    }

    /// Both validators of workflow definitions, on the text with its substitutions made.
    fn workflow(&self, definition: &str) -> Result<Vec<Finding>> {
        let path = self.work.path().join("workflow.json");
        fs::write(&path, substituted(definition))?;
        let mut findings = Vec::new();
        for (validator, option) in [("asl-validator", Some("--json-path")), ("statelint", None)] {
            let output = Command::new(self.npm.join(validator)).args(option).arg(&path).output()?;
            if !output.status.success() {
                let message =
                    [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
                findings.push(Finding {
                    validator,
                    rule: "invalid".into(),
                    place: "deploy/workflow.asl.json".into(),
                    message: message.concat(),
                });
            }
        }
        Ok(findings)
    }

    /// Shows each validator one fault and fails when it is not found.
    fn find_faults_that_are_there(&self, deploy: &Path, workflow: &str) -> Result<()> {
        let good = fs::read_to_string(deploy.join("cluster.json"))?;
        let broken = self.work.path().join("broken.json");
        fs::write(&broken, replaced(&good, "ReadEndpoint.Address", "ReaderEndpoint.Address")?)?;
        let lint = self.cfn_lint(from_ref(&broken), &[])?;
        ensure!(
            lint.iter().any(|finding| finding.rule.starts_with('E')),
            "cfn-lint passes a wrong attribute"
        );
        fs::write(&broken, replaced(&good, "\"StorageEncrypted\"", "\"StorageEncripted\"")?)?;
        let validate = self.cloudformation_validate(from_ref(&broken))?;
        ensure!(
            validate.iter().any(|finding| finding.message.contains("StorageEncripted")),
            "cloudformation-validate passes a property that does not exist"
        );
        let faults = self.workflow(&replaced(workflow, "\"Next\": \"InStep\"", "\"Next\": \"Nowhere\"")?)?;
        ensure!(faults.len() == 2, "a validator of workflows passes a transition to nowhere");
        Ok(())
    }
}

/// The definition as Step Functions gets it, with a value of the right shape for each substitution.
fn substituted(definition: &str) -> String {
    let mut pieces = definition.split("${");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once('}').unwrap_or((piece, ""));
        text += match name {
            "TopicArn" => "arn:aws:sns:us-east-1:222222222222:topic",
            name if name.ends_with("FunctionArn") => "arn:aws:lambda:us-east-1:222222222222:function:one",
            _ => "value",
        };
        text += rest;
    }
    text
}

/// The text with the first `from` replaced; an error when there is none, for then no fault would be made.
fn replaced(text: &str, from: &str, to: &str) -> Result<String> {
    if !text.contains(from) {
        bail!("there is no {from} to break");
    }
    Ok(text.replacen(from, to, 1))
}

/// What a program prints, whatever its exit status: linters use it for their verdict.
fn printed(command: &mut Command) -> Result<String> {
    let output =
        command.output().with_context(|| format!("cannot start {}", command.get_program().display()))?;
    let text = String::from_utf8(output.stdout)?;
    if text.trim().is_empty() && !output.status.success() {
        bail!("{} failed: {}", command.get_program().display(), String::from_utf8_lossy(&output.stderr));
    }
    Ok(text)
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPLANATION: &str =
        r#"[{"validator": "cfn-lint", "rule": "W1", "message": "odd", "reason": "because"}]"#;

    fn finding(rule: &str) -> Finding {
        Finding {
            validator: "cfn-lint",
            rule: rule.into(),
            place: "R".into(),
            message: "an odd thing".into(),
        }
    }

    #[test]
    fn an_explained_finding_passes_and_another_does_not() {
        assert!(judge(&[finding("W1")], EXPLANATION).is_ok());
        let error = judge(&[finding("W1"), finding("W2")], EXPLANATION).unwrap_err();
        assert_eq!(error.to_string(), "cfn-lint W2 R: an odd thing");
    }

    #[test]
    fn an_explanation_that_explains_nothing_is_an_error() {
        assert!(judge(&[], EXPLANATION).unwrap_err().to_string().contains("what is not found"));
    }

    #[test]
    fn every_substitution_is_made() {
        assert_eq!(
            substituted("a ${TopicArn} b ${Other}"),
            "a arn:aws:sns:us-east-1:222222222222:topic b value"
        );
    }
}
