//! `lockstep audit`: CloudFormation templates against the deployment requirements.

use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use lockstep_audit::document::source::Source;
use lockstep_audit::rules::{RULES, rule};
use lockstep_audit::{Baseline, Profile, Report, Severity, output, read_parameters};

use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  lockstep audit deploy/environment.json --profile replication
  lockstep audit deploy/environment.json --profile replication --environment dev=deploy/parameters/dev.json --environment prod=deploy/parameters/prod.json
  lockstep audit stack.yaml --format sarif --out audit.sarif
  lockstep audit --explain mistake-14";

/// Audits CloudFormation templates (JSON or YAML) against the deployment requirements.
///
/// Without --environment, everything that the parameters permit is looked at: defaults, AllowedValues, MinValue and
/// MaxValue, both sides of every condition. With --environment, each environment is audited with exactly its values.
///
/// Exit codes: 0 nothing at or above --fail-on; 1 an input could not be read; 2 findings.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Audit {
    /// Templates, or `-` for standard input.
    #[arg(value_name = "TEMPLATE")]
    templates: Vec<PathBuf>,
    /// What to audit for.
    #[arg(long, value_enum, default_value = "any-aurora")]
    profile: ProfileName,
    /// Fixes a parameter everywhere (also AWS::Region and AWS::AccountId); may be repeated.
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    parameter: Vec<(String, String)>,
    /// Parameter values of an environment, as NAME=FILE; may be repeated.
    #[arg(long, value_name = "NAME=FILE", value_parser = pair)]
    environment: Vec<(String, String)>,
    /// A tag that every resource must have, instead of Environment, CostCenter and MigrationPhase; may be repeated.
    #[arg(long, value_name = "KEY")]
    tag: Vec<String>,
    /// Runs only this rule; may be repeated.
    #[arg(long = "rule", value_name = "ID")]
    only: Vec<String>,
    /// How to write the report.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Writes the report to a file.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The least severity that gives exit code 2.
    #[arg(long, value_enum, default_value = "warning", value_name = "SEVERITY")]
    fail_on: FailOn,
    /// Sets aside the findings in this file.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Writes the findings that count to a baseline file and exits with 0.
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    write_baseline: Option<PathBuf>,
    /// Shows a table of all requirements and how each came out.
    #[arg(long)]
    matrix: bool,
    /// Lists the rules; with --format markdown the whole reference, with --format json as data.
    #[arg(long)]
    rules: bool,
    /// Explains a rule: why, how to fix, a good and a bad example.
    #[arg(long, value_name = "RULE")]
    explain: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ProfileName {
    Replication,
    HighAvailability,
    AnyAurora,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    Sarif,
    Markdown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Info,
    Never,
}

/// Runs the command.
///
/// # Errors
/// A file that cannot be read, a template that is none, an unknown rule.
pub fn run(args: &Audit) -> Result<Exit> {
    if let Some(id) = &args.explain {
        let rule = rule(id)
            .with_context(|| format!("there is no rule `{id}`; `lockstep audit --rules` lists them"))?;
        return write_out(args, &output::explain(rule)).map(|()| Exit::Ok);
    }
    if args.rules {
        return write_out(args, &rules(args.format)).map(|()| Exit::Ok);
    }
    if args.templates.is_empty() {
        bail!("name at least one template, or `-` for standard input");
    }
    let report = match request(args)?.run() {
        Ok(report) => report,
        Err(errors) => {
            let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
            bail!("{}", lines.join("\n"));
        }
    };
    if let Some(path) = &args.write_baseline {
        let text = Baseline::of(&report).to_text();
        std::fs::write(path, text).with_context(|| format!("could not write {}", path.display()))?;
        return Ok(Exit::Ok);
    }
    write_out(args, &written(args, &report))?;
    Ok(exit_code(args.fail_on, &report))
}

fn rules(format: Format) -> String {
    match format {
        Format::Text => output::rule_list(),
        Format::Markdown => output::reference(),
        Format::Json | Format::Sarif => {
            let rules = RULES.iter().map(|rule| {
                serde_json::json!({
                    "id": rule.id(), "name": rule.name, "title": rule.title, "covers": rule.covers,
                    "why": rule.why, "source": rule.source, "fix": rule.fix,
                })
            });
            format!("{:#}\n", serde_json::Value::Array(rules.collect()))
        }
    }
}

fn request(args: &Audit) -> Result<lockstep_audit::Audit> {
    let mut audit = lockstep_audit::Audit::new(match args.profile {
        ProfileName::Replication => Profile::Replication,
        ProfileName::HighAvailability => Profile::HighAvailability,
        ProfileName::AnyAurora => Profile::AnyAurora,
    });
    for path in &args.templates {
        audit = audit.template(path.display().to_string(), read(path)?);
    }
    for (name, file) in &args.environment {
        let text = read(Path::new(file))?;
        let values = read_parameters(Source::new(file, text)).map_err(anyhow::Error::from)?;
        audit = audit.environment(name, values);
    }
    for (name, value) in &args.parameter {
        audit = audit.parameter(name, value);
    }
    if !args.tag.is_empty() {
        audit = audit.required_tags(args.tag.clone());
    }
    if !args.only.is_empty() {
        if let Some(unknown) = args.only.iter().find(|id| rule(id).is_none()) {
            bail!("there is no rule `{unknown}`; `lockstep audit --rules` lists them");
        }
        audit = audit.only(args.only.clone());
    }
    if let Some(path) = &args.baseline {
        let baseline = Baseline::parse(&read(path)?);
        audit = audit
            .baseline(baseline.map_err(|why| anyhow::anyhow!("{} is no baseline: {why}", path.display()))?);
    }
    Ok(audit)
}

fn written(args: &Audit, report: &Report) -> String {
    if args.matrix {
        return match args.format {
            Format::Json => {
                let rows = output::matrix_rows(report).into_iter().map(|(id, words, rules, status)| {
                    serde_json::json!({"requirement": id, "asks": words, "rules": rules, "status": status.word()})
                });
                format!("{:#}\n", serde_json::Value::Array(rows.collect()))
            }
            _ => output::matrix(report),
        };
    }
    match args.format {
        Format::Text => output::text(report, args.out.is_none() && std::io::stdout().is_terminal()),
        Format::Json => format!("{:#}\n", output::json(report)),
        Format::Sarif => format!("{:#}\n", output::sarif(report)),
        Format::Markdown => output::markdown(report),
    }
}

fn exit_code(fail_on: FailOn, report: &Report) -> Exit {
    let least = match fail_on {
        FailOn::Error => Severity::Error,
        FailOn::Warning => Severity::Warning,
        FailOn::Info => Severity::Info,
        FailOn::Never => return Exit::Ok,
    };
    if report.worst().is_some_and(|worst| worst >= least) { Exit::Differences } else { Exit::Ok }
}

/// A file's text, or standard input for `-`. What is not UTF-8 is replaced, so that the audit can say where it is odd.
fn read(path: &Path) -> Result<String> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().read_to_end(&mut bytes).context("could not read standard input")?;
    } else {
        bytes = std::fs::read(path).with_context(|| format!("could not read {}", path.display()))?;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn write_out(args: &Audit, text: &str) -> Result<()> {
    match &args.out {
        Some(path) => {
            std::fs::write(path, text).with_context(|| format!("could not write {}", path.display()))
        }
        None => match std::io::stdout().write_all(text.as_bytes()) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            other => other.context("could not write to standard output"),
        },
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) =
        text.split_once('=').ok_or_else(|| format!("`{text}` is not of the form KEY=VALUE"))?;
    Ok((key.to_owned(), value.to_owned()))
}
