//! The way back: schedules off everywhere at the same time, then the environments from the highest to the lowest. Data
//! stays: final snapshots, buckets, keys and backup vaults are a person's to delete.

use std::collections::BTreeMap;

use crate::aws::Aws;
use crate::changes::Source;
use crate::config::Config;
use crate::console::Console;
use crate::error::{Error, Result, all, refused};
use crate::place::{Place, keys_name};
use crate::stack::{self, Standing};
use crate::step::{self, Step};
use crate::together::together;
use crate::watch::Watch;
use crate::{Options, checks, round, with_neighbours};

/// Something that outlives its environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The environment.
    pub environment: String,
    /// What it is.
    pub what: String,
    /// How a person deletes it.
    pub how: String,
}

/// Takes the environments away, and says what is left.
///
/// # Errors
/// [`crate::ErrorKind::Refused`] when a name was not confirmed, or a higher environment still reads from the one
/// that is to go; else what failed, where, and what to do next. Running again continues.
pub fn destroy(config: &Config, options: &Options, console: &dyn Console) -> Result<Vec<Left>> {
    let chosen = options.chosen(config)?;
    let mut places = checks::log_in(config, &with_neighbours(config, &chosen))?;
    all(together(&mut places, |place| place.look(config)))?;
    let highest = chosen.last().copied().unwrap_or_default();
    if let Some(reader) = places.iter().find(|place| place.index > highest && place.stack.is_some()) {
        return Err(refused(format!(
            "{} still reads from {}: the higher environment goes first",
            reader.name(),
            config.environments[highest].name
        ))
        .with_hint(config.typed(&format!("--destroy --only {}", reader.name()))));
    }
    let places: Vec<Place> = places.into_iter().filter(|place| chosen.contains(&place.index)).rev().collect();
    let there: Vec<&Place> = places.iter().filter(|place| place.stack.is_some()).collect();
    for place in &there {
        console.say(&format!("{}: stack {} goes", place.name(), place.stack_name(config)));
    }
    if options.dry_run {
        return Ok(Vec::new());
    }
    for place in &there {
        confirm(config, place, options, console)?;
    }
    schedules_off(config, &there, options, console)?;
    all(together(&there, |place| stop_runs(place, console)))?;
    // One after the other: the higher side owns the peering, and while that is there the lower side's network cannot go.
    for place in &there {
        take_away(config, place, console)?;
    }
    let left = together(places, |mut place| {
        place.keys = stack::describe(&place.aws, &keys_name(config))?;
        remains(config, &place)
    });
    if left.iter().any(Result::is_err) {
        // The next run finds no stacks any more, and so cannot read what they kept.
        let known = left.iter().flatten().flatten();
        known.for_each(|one| console.say(&format!("{}: {} stays; {}", one.environment, one.what, one.how)));
    }
    all(left).map(|left| left.concat())
}

/// The person types the environment's name, or has named it beforehand: `--yes` is too easily said.
fn confirm(config: &Config, place: &Place, options: &Options, console: &dyn Console) -> Result<()> {
    let (name, stack) = (place.name(), place.stack_name(config));
    let is_named = |said: &str| said.trim() == name || said.trim() == stack;
    if options.confirm.iter().any(|said| is_named(said)) {
        return Ok(());
    }
    let question = format!("type the name of the environment that is to be destroyed ({name}):");
    match console.line(&question) {
        Some(said) if is_named(&said) => Ok(()),
        Some(_) => Err(refused(format!("{name} was not confirmed; nothing was changed"))),
        None => Err(refused(format!("{name}: there is no terminal to confirm on; nothing was changed"))
            .with_hint(format!("name what may go: --confirm {name}"))),
    }
}

/// Nothing begins by itself any more, in any environment, before the first one goes.
fn schedules_off(config: &Config, there: &[&Place], options: &Options, console: &dyn Console) -> Result<()> {
    let is_on = |parameters: &BTreeMap<String, String>| {
        parameters.get("Schedule").is_some_and(|schedule| schedule == "on")
    };
    let mut steps = Vec::new();
    for place in there {
        let Some(stack) = &place.stack else { continue };
        if !is_on(&stack.parameters) || Standing::of(&stack.status) != Standing::Settled {
            continue;
        }
        let mut parameters = stack.parameters.clone();
        parameters.insert("Schedule".to_owned(), "off".to_owned());
        steps.push(Step {
            config,
            aws: &place.aws,
            stack: place.stack_name(config),
            source: Source::Previous,
            template: None,
            parameters,
            role_arn: None,
            policy: None,
        });
    }
    round::run(&steps, &Options { yes: true, ..options.clone() }, console).map(drop)
}

/// Lifts the protections and deletes the stack.
fn take_away(config: &Config, place: &Place, console: &dyn Console) -> Result<()> {
    let (aws, name) = (&place.aws, place.stack_name(config));
    let Some(mut live) = stack::describe(aws, &name)? else { return Ok(()) };
    if Standing::of(&live.status) == Standing::Busy {
        console.say(&format!("{}: {name} is {}: waiting for its end", place.name(), live.status));
        Watch::joining(aws, place.name(), &live.id)?.wait(console)?;
        match stack::describe(aws, &name)? {
            Some(now) => live = now,
            None => return Ok(()),
        }
    }
    step::delete(config, aws, &live, console)
}

/// Stops the workflow's runs: one that waits for approval would hold up the stack's deletion for a day.
fn stop_runs(place: &Place, console: &dyn Console) -> Result<()> {
    let machine = place.stack.as_ref().and_then(|stack| stack.outputs.get("StateMachineArn"));
    let Some(machine) = machine else { return Ok(()) };
    let words = ["stepfunctions", "list-executions", "--state-machine-arn", machine];
    let answer = place.aws.call(&[words.as_slice(), &["--status-filter", "RUNNING"]].concat())?;
    for run in answer["executions"].as_array().into_iter().flatten() {
        let (arn, name) = (run["executionArn"].as_str(), run["name"].as_str());
        let (Some(arn), Some(name)) = (arn, name) else { continue };
        console.say(&format!("{}: stopping the workflow's run {name}", place.name()));
        let words = ["stepfunctions", "stop-execution", "--execution-arn", arn];
        place.aws.call(&[words.as_slice(), &["--cause", "the environment is taken away"]].concat())?;
    }
    Ok(())
}

/// What is left of an environment: what its stack kept, its snapshots, and the keys' stack.
fn remains(config: &Config, place: &Place) -> Result<Vec<Left>> {
    let (aws, name) = (&place.aws, place.stack_name(config));
    let mut out = Vec::new();
    let mut left = |what: String, how: String| {
        out.push(Left { environment: place.name().to_owned(), what, how });
    };
    if let Some(stack) = &place.stack {
        let cluster = stack.outputs.get("ClusterIdentifier").unwrap_or(&name);
        for snapshot in snapshots(aws, cluster)? {
            let how = format!("rds delete-db-cluster-snapshot --db-cluster-snapshot-identifier {snapshot}");
            left(format!("snapshot {snapshot}"), aws.typed(&how));
        }
        for event in stack::events(aws, &stack.id)?.iter().filter(|e| e.status == "DELETE_SKIPPED") {
            left(
                format!("{} {}", event.resource, event.physical),
                how_to_delete(aws, &event.kind, &event.physical),
            );
        }
    }
    if place.keys.is_some() {
        let stack = keys_name(config);
        let lift = "cloudformation update-termination-protection --no-enable-termination-protection";
        let delete = format!("cloudformation delete-stack --stack-name {stack}");
        left(
            format!("stack {stack}"),
            format!("{}; {}", aws.typed(&format!("{lift} --stack-name {stack}")), aws.typed(&delete)),
        );
        let kept =
            [("bucket", "AWS::S3::Bucket", "ArtifactBucketName"), ("key", "AWS::KMS::Key", "KmsKeyArn")];
        for (what, kind, output) in kept {
            let id = place.keys_output(output).unwrap_or_default();
            left(format!("{what} {id}"), how_to_delete(aws, kind, &id));
        }
    }
    Ok(out)
}

fn snapshots(aws: &Aws, cluster: &str) -> Result<Vec<String>> {
    let words = ["rds", "describe-db-cluster-snapshots", "--db-cluster-identifier", cluster];
    let answer =
        aws.call(&[words.as_slice(), &["--snapshot-type", "manual"]].concat()).map_err(Error::from)?;
    let list = answer["DBClusterSnapshots"].as_array().into_iter().flatten();
    Ok(list.filter_map(|one| one["DBClusterSnapshotIdentifier"].as_str().map(str::to_owned)).collect())
}

fn how_to_delete(aws: &Aws, kind: &str, id: &str) -> String {
    match kind {
        "AWS::S3::Bucket" => format!(
            "empty it, all versions, then: {}",
            aws.typed(&format!("s3api delete-bucket --bucket {id}"))
        ),
        "AWS::KMS::Key" => format!(
            "when no snapshot needs it any more: {}",
            aws.typed(&format!("kms schedule-key-deletion --key-id {id}"))
        ),
        "AWS::Backup::BackupVault" => format!(
            "delete its recovery points, then: {}",
            aws.typed(&format!("backup delete-backup-vault --backup-vault-name {id}"))
        ),
        _ => format!("delete the {kind} by its own service"),
    }
}
