//! The grammar of `lockstep.toml`. An unknown key is an error that shows its line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::{
    ConflictPolicy, DeletePolicy, DestructivePolicy, Environment, Flow, FolderFlow, Login, PasswordSource,
    PermittedTriggers, ReferenceTable, Topology, condition, is_folder,
};
use crate::surroundings::Limit;
use crate::{Endpoint, Error, ErrorKind, Result, TableName};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    databases: Vec<String>,
    environments: BTreeMap<String, EnvironmentEntry>,
    #[serde(default)]
    flows: Vec<FlowEntry>,
    #[serde(default)]
    reference_tables: Vec<ReferenceEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EnvironmentEntry {
    url: Spanned<String>,
    password_env: Option<String>,
    password_file: Option<PathBuf>,
    password_command: Option<Vec<String>>,
    writer: Option<LoginEntry>,
    loader: Option<LoginEntry>,
    definer: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LoginEntry {
    url: Spanned<String>,
    password_env: Option<String>,
    password_file: Option<PathBuf>,
    password_command: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FlowEntry {
    from: String,
    to: String,
    #[serde(default)]
    destructive: DestructivePolicy,
    /// As `destructive` where nothing is said.
    may_fail: Option<DestructivePolicy>,
    #[serde(default)]
    approval: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReferenceEntry {
    table: Spanned<String>,
    identity: Option<Vec<String>>,
    #[serde(rename = "where")]
    condition: Option<String>,
    #[serde(default)]
    ignore_columns: Vec<String>,
    #[serde(default)]
    delete: DeletePolicy,
    #[serde(default)]
    on_conflict: ConflictPolicy,
    #[serde(default)]
    triggers: PermittedTriggers,
    #[serde(default)]
    cascades: Vec<String>,
    max_deletes: Option<Spanned<RowLimit>>,
    max_changes: Option<Spanned<RowLimit>>,
}

/// A number of rows, or a share such as `"20%"`.
#[derive(Deserialize)]
#[serde(untagged)]
enum RowLimit {
    Rows(u64),
    Text(String),
}

/// Reads the file's text into a topology whose references to each other are not checked yet.
pub(super) fn parse(text: &str, folder: &Path) -> Result<Topology> {
    let file: File = toml::from_str(text).map_err(|e| config(e.to_string().trim_end()))?;
    let environments = file
        .environments
        .into_iter()
        .map(|(name, entry)| environment(text, folder, name, entry))
        .collect::<Result<Vec<_>>>()?;
    let flows = file.flows.into_iter().map(|f| Flow {
        from: f.from,
        to: f.to,
        destructive: f.destructive,
        may_fail: f.may_fail.unwrap_or(f.destructive),
        approval: f.approval,
    });
    let (folders, flows): (Vec<Flow>, Vec<Flow>) = flows.partition(|flow| is_folder(&flow.from));
    let folder_flows =
        folders.into_iter().map(|flow| FolderFlow { path: folder.join(&flow.from), flow }).collect();
    let references =
        file.reference_tables.into_iter().map(|entry| reference(text, entry)).collect::<Result<Vec<_>>>()?;
    let environments = sources_first(environments, &flows);
    Ok(Topology { databases: file.databases, environments, flows, folder_flows, references, ad_hoc: false })
}

fn config(message: &str) -> Error {
    Error::new(ErrorKind::Config, message)
}

/// An error about the value at `span`, with the line it stands on.
fn at<T>(text: &str, value: &Spanned<T>, error: &Error) -> Error {
    let line = text[..value.span().start].matches('\n').count() + 1;
    let shown = text.lines().nth(line - 1).unwrap_or_default();
    let mut out = config(&format!("line {line}: {error}\n  |\n{line} | {shown}"));
    if let Some(hint) = error.hint() {
        out = out.with_hint(hint);
    }
    out
}

fn environment(text: &str, folder: &Path, name: String, entry: EnvironmentEntry) -> Result<Environment> {
    let reader_password =
        password(&name, folder, entry.password_env, entry.password_file, entry.password_command)?;
    let reader = login(text, folder, &entry.url, reader_password)?;
    let other = |entry: Option<LoginEntry>| {
        let login = entry.map(|w| {
            let password = password(&name, folder, w.password_env, w.password_file, w.password_command)?;
            login(text, folder, &w.url, password)
        });
        login.transpose()
    };
    let writer = other(entry.writer)?.unwrap_or_else(|| reader.clone());
    let loader = other(entry.loader)?;
    let definer = entry.definer.map(|d| d.as_ref().parse().map_err(|e| at(text, &d, &e))).transpose()?;
    Ok(Environment { name, reader, writer, loader, definer })
}

fn login(
    text: &str,
    folder: &Path,
    url: &Spanned<String>,
    password: Option<PasswordSource>,
) -> Result<Login> {
    let mut endpoint = Endpoint::from_url(url.as_ref()).map_err(|e| at(text, url, &e))?;
    if endpoint.password.is_some() {
        // The line is not shown: it holds the password.
        let line = text[..url.span().start].matches('\n').count() + 1;
        return Err(config(&format!("line {line}: the URL holds a password"))
            .with_hint("take it out, and name its source: password_env, password_file or password_command"));
    }
    endpoint.resolve_paths(folder);
    Ok(Login { endpoint, password })
}

fn password(
    environment: &str,
    folder: &Path,
    variable: Option<String>,
    file: Option<PathBuf>,
    command: Option<Vec<String>>,
) -> Result<Option<PasswordSource>> {
    let mut sources = [
        variable.map(PasswordSource::Environment),
        file.map(|f| PasswordSource::File(folder.join(f))),
        command.map(PasswordSource::Command),
    ]
    .into_iter()
    .flatten();
    let first = sources.next();
    if sources.next().is_some() {
        return Err(config(&format!("environment `{environment}`: more than one source for one password")));
    }
    Ok(first)
}

fn reference(text: &str, entry: ReferenceEntry) -> Result<ReferenceTable> {
    let name: TableName = entry.table.as_ref().parse().map_err(|e| at(text, &entry.table, &e))?;
    if let Some(why) = entry.condition.as_ref().and_then(|c| condition::objection(c)) {
        return Err(config(&format!("reference table {name}: its `where` cannot be used: {why}")));
    }
    let limit = |limit: &Option<Spanned<RowLimit>>| limit.as_ref().map(|l| row_limit(text, l)).transpose();
    let (max_deletes, max_changes) = (limit(&entry.max_deletes)?, limit(&entry.max_changes)?);
    if let Some(odd) = entry.cascades.iter().find(|c| c.split('.').count() < 3) {
        return Err(config(&format!(
            "reference table {name}: cascades: `{odd}` does not name a foreign key"
        ))
        .with_hint("write database.table.constraint: the table that refers, and the key's name"));
    }
    if entry.identity.as_ref().is_some_and(Vec::is_empty) {
        return Err(config(&format!("reference table {name}: the identity names no column")).with_hint(
            "name the columns that tell its rows apart, or leave `identity` out to use the primary key",
        ));
    }
    Ok(ReferenceTable {
        triggers: entry.triggers,
        cascades: entry.cascades,
        max_deletes,
        max_changes,
        name,
        identity: entry.identity,
        condition: entry.condition,
        ignore_columns: entry.ignore_columns,
        delete: entry.delete,
        on_conflict: entry.on_conflict,
    })
}

fn row_limit(text: &str, limit: &Spanned<RowLimit>) -> Result<Limit> {
    match limit.as_ref() {
        RowLimit::Rows(rows) => Ok(Limit::Rows(*rows)),
        RowLimit::Text(written) => written.parse().map_err(|e| at(text, limit, &e)),
    }
}

/// Orders environments the way changes travel, so that every listing reads dev, staging, prod.
fn sources_first(mut environments: Vec<Environment>, flows: &[Flow]) -> Vec<Environment> {
    let mut ordered: Vec<Environment> = Vec::with_capacity(environments.len());
    while !environments.is_empty() {
        let waits = |e: &Environment| {
            flows
                .iter()
                .any(|f| f.to == e.name && f.from != e.name && environments.iter().any(|o| o.name == f.from))
        };
        // A circle of flows is refused later; here it only must not loop for ever.
        let next = environments.iter().position(|e| !waits(e)).unwrap_or(0);
        ordered.push(environments.remove(next));
    }
    ordered
}
