//! Opens both sides of a run, checks that they may be compared, and reads their definitions.

use super::{Context, Source};
use crate::grants::VIEW_ROLE;
use crate::progress::Event;
use crate::schema::{self, Folder, Loaded, ObjectKind, Schema};
use crate::{Error, Result, Session, TableName, privileges};

/// The two sides of a run, looked at.
pub(super) struct Sides {
    /// The source's version, or what stands for it.
    pub source_version: String,
    pub target: Session,
    pub source_schema: Schema,
    pub target_schema: Schema,
    /// What a person should know of how they were read.
    pub notes: Vec<String>,
}

impl Sides {
    /// Opens and reads what the context names.
    pub fn open(context: &Context) -> Result<Self> {
        match &context.source {
            Source::Server(_) => open(context),
            Source::Directory(folder) => open_directory(context, folder),
        }
    }
}

/// Opens both sides, checks that they may be compared, and reads their schemas at the same time.
fn open(context: &Context) -> Result<Sides> {
    // In sessions like those that will read rows: without the role that definitions need.
    check_login(context, &mut context.open_source()?)?;
    check_login(context, &mut context.open_target()?)?;
    let (mut source, mut target) = (context.open_source_schema()?, context.open_target_schema()?);
    check_servers(&source, &target)?;
    context.phase("reading schemas")?;
    let databases = &context.topology.databases;
    let (source_schema, target_schema) = std::thread::scope(|scope| {
        let source = scope.spawn(|| schema::read(&mut source, databases));
        let target = schema::read(&mut target, databases);
        (source.join(), target)
    });
    let source_schema = source_schema.map_err(|_| Error::internal("reading the source panicked"))?;
    let source_schema = source_schema.map_err(|e| explain_denied(e, "source"))?;
    let target_schema = target_schema.map_err(|e| explain_denied(e, "target"))?;
    if let Some(missing) = databases.iter().find(|d| !source_schema.databases.contains_key(*d)) {
        return Err(Error::user(format!("{}: there is no database `{missing}`", source.endpoint()))
            .with_hint("check the spelling, and that the reader has privileges on it (`lockstep grants`)"));
    }
    let source_version = source.server().version_text.clone();
    Ok(Sides { source_version, target, source_schema, target_schema, notes: Vec::new() })
}

/// Loads a folder of definitions, with the target's help, and reads the target.
fn open_directory(context: &Context, folder: &Folder) -> Result<Sides> {
    check_login(context, &mut context.open_target()?)?;
    let mut target = context.open_target_schema()?;
    context.phase("reading schemas")?;
    let databases = &context.topology.databases;
    let mut say = |line: String| context.observer.event(&Event::Phase(line));
    let loaded = schema::load_folder(&mut target, folder, databases, &mut say)?;
    let target_schema = schema::read(&mut target, databases)?;
    let Loaded { schema: source_schema, notes } = loaded.spelled_like(&target_schema);
    let source_version = format!("definitions, parsed by {}", source_schema.server.version_text);
    Ok(Sides { source_version, target, source_schema, target_schema, notes })
}

/// Says what was being read when a definition may not be.
fn explain_denied(error: Error, side: &str) -> Error {
    if !error.server_code().is_some_and(privileges::is_denied) {
        return error;
    }
    privileges::explain(error.context(format_args!("reading the definitions of the {side}")))
}

fn check_servers(source: &Session, target: &Session) -> Result<()> {
    let (s, t) = (source.server(), target.server());
    if s.server_uuid == t.server_uuid {
        return Err(Error::user(format!(
            "{} and {} are the same server",
            source.endpoint(),
            target.endpoint()
        )));
    }
    if s.lower_case_table_names != t.lower_case_table_names {
        return Err(Error::refused(format!(
            "lower_case_table_names is {} at the source and {} at the target",
            s.lower_case_table_names, t.lower_case_table_names
        ))
        .with_hint("it is fixed when a server is created: names would not mean the same tables"));
    }
    Ok(())
}

/// Refuses a login that can read more than reference tables, in runs by a topology.
pub(super) fn check_login(context: &Context, session: &mut Session) -> Result<()> {
    if context.topology.ad_hoc || context.allow_broad_login {
        return Ok(());
    }
    if privileges::has_view_role_active(session)? {
        return Err(Error::refused(format!(
            "{}: the role {VIEW_ROLE} is active as soon as this login connects, and reads every table in scope",
            session.endpoint()
        ))
        .with_hint("take it off the default roles (SET DEFAULT ROLE NONE) and switch activate_all_roles_on_login off"));
    }
    let excess = privileges::excess_reads(session, context.topology)?;
    if excess.is_empty() {
        return Ok(());
    }
    Err(Error::refused(format!("{}: this login can read {}", session.endpoint(), excess.join(", "))).with_hint(
        "use a login made by `lockstep grants`, which can read reference tables only; --allow broad-login overrides",
    ))
}

pub(super) fn has_view(schema: &Schema, name: &TableName) -> bool {
    let key = (ObjectKind::View, name.name.clone());
    schema.databases.get(&name.database).is_some_and(|d| d.objects.contains_key(&key))
}

pub(super) fn has_table(schema: &Schema, name: &TableName) -> bool {
    schema.databases.get(&name.database).is_some_and(|d| d.tables.contains_key(&name.name))
}
