//! Makes a plan: both schemas are read and compared, the statements rehearsed, both sets of rows compared.

use std::collections::BTreeSet;

use super::rehearsal::RowRehearsal;
use super::{Context, Source, definers, resume};
use crate::data::{self, Pair, Snapshot, TableDifference};
use crate::grants::VIEW_ROLE;
use crate::plan::{Plan, Problem, Recipe, RowPlan, Side, TablePlan};
use crate::privileges::Held;
use crate::progress::Event;
use crate::schema::{self, Folder, Loaded, ObjectKind, Risk, Schema, SchemaDiff, Statement};
use crate::topology::DestructivePolicy;
use crate::{Error, ErrorKind, ReferenceTable, Result, Session, TableName, privileges};

/// For runs that compare no rows.
static NO_TABLES: BTreeSet<TableName> = BTreeSet::new();

/// What to plan.
#[derive(Clone, Copy, Debug)]
pub struct PlanOptions {
    /// Compare definitions.
    pub schema: bool,
    /// Compare rows.
    pub data: bool,
    /// The person running it allows destructive statements.
    pub destructive: bool,
    /// Treat the order of keys in a table as part of its definition.
    pub strict_key_order: bool,
    /// Rehearse the statements.
    pub rehearse: bool,
    /// The reference tables stood still since both sides were last found equal: their rows need not be read,
    /// as long as their definitions are equal.
    pub rows_stood_still: bool,
}

impl Default for PlanOptions {
    fn default() -> Self {
        Self {
            schema: true,
            data: true,
            destructive: false,
            strict_key_order: false,
            rehearse: true,
            rows_stood_still: false,
        }
    }
}

/// The two sides of a run, looked at.
struct Sides {
    /// The source's version, or what stands for it.
    source_version: String,
    target: Session,
    source_schema: Schema,
    target_schema: Schema,
    /// What a person should know of how they were read.
    notes: Vec<String>,
}

/// Makes a plan without changing anything that lasts: the rehearsal uses scratch databases on the target.
///
/// # Errors
/// When a server fails, the scope is not there, a login can read too much, or the run is stopped. A plan
/// that may not be applied is no error: see [`Plan::is_refused`].
pub fn make_plan(context: &Context, options: &PlanOptions) -> Result<Plan> {
    context.stoppable(|| plan_once(context, options))
}

/// As [`make_plan`], for a run that looks after stops itself.
pub(super) fn plan_once(context: &Context, options: &PlanOptions) -> Result<Plan> {
    context.phase("connecting")?;
    let mut sides = match &context.source {
        Source::Server(_) => open(context)?,
        Source::Directory(folder) => open_directory(context, folder)?,
    };
    let options =
        PlanOptions { data: options.data && matches!(context.source, Source::Server(_)), ..*options };
    plan_sides(context, &mut sides, &options)
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

/// Plans from sides that are open.
fn plan_sides(context: &Context, sides: &mut Sides, options: &PlanOptions) -> Result<Plan> {
    let diff_options = schema::Options { strict_key_order: options.strict_key_order };
    let full = schema::diff(&sides.source_schema, &sides.target_schema, &diff_options);
    let diff = if options.schema { full.clone() } else { SchemaDiff::default() };
    let mut plan = empty_plan(context, sides, options);
    plan.statements.clone_from(&diff.statements);
    plan.notes.clone_from(&diff.notes);
    plan.notes.extend(std::mem::take(&mut sides.notes));
    plan.unsupported = diff
        .unsupported
        .iter()
        .map(|u| Problem { object: u.object.to_string(), reason: u.reason.clone() })
        .collect();
    resume::recognise(context, &mut plan)?;
    refuse_destructive(context, options, &mut plan);
    let waiting = waiting_tables(context, sides, &full.statements);
    let mut rows = RowRehearsal::new(context, if options.data { &waiting } else { &NO_TABLES });
    if options.rehearse && !plan.statements.is_empty() && !plan.is_refused() {
        context.phase(format!("rehearsing {} statements on empty copies", plan.statements.len()))?;
        rehearse(context, sides, &diff, &diff_options, &mut rows, &mut plan)?;
    }
    definers::name_definer(context, &mut sides.target, &mut plan)?;
    refuse_unprivileged(context, &mut sides.target, &mut plan)?;
    let still = options.rows_stood_still && full.statements.is_empty() && full.unsupported.is_empty();
    if options.data && still {
        let table = |r: &ReferenceTable| TablePlan { table: r.name().clone(), rows: RowPlan::StoodStill };
        plan.tables = context.references().iter().map(table).collect();
    } else if options.data && !context.references().is_empty() {
        plan_rows(context, sides, &waiting, rows.compared, options, &mut plan)?;
    }
    Ok(plan)
}

fn empty_plan(context: &Context, sides: &Sides, options: &PlanOptions) -> Plan {
    let side = |name: &str, version: &str, schema: &Schema| Side {
        name: name.to_owned(),
        version: version.to_owned(),
        schema: schema::fingerprint(schema),
    };
    Plan {
        source: side(&context.flow.from, &sides.source_version, &sides.source_schema),
        target: side(&context.flow.to, &sides.target.server().version_text, &sides.target_schema),
        recipe: Recipe {
            by_url: context.topology.ad_hoc,
            databases: context.topology.databases.clone(),
            references: context.references().iter().map(|r| r.name().clone()).collect(),
            schema: options.schema,
            data: options.data,
            destructive: options.destructive,
            strict_key_order: options.strict_key_order,
            slices: context.rows.slices.clone(),
        },
        statements: Vec::new(),
        tables: Vec::new(),
        unsupported: Vec::new(),
        refused: Vec::new(),
        warnings: Vec::new(),
        notes: Vec::new(),
    }
}

fn refuse_destructive(context: &Context, options: &PlanOptions, plan: &mut Plan) {
    let allowed = options.destructive && context.flow.destructive == DestructivePolicy::Approve;
    if allowed {
        return;
    }
    let why = match context.flow.destructive {
        DestructivePolicy::Refuse => "the flow refuses destructive statements",
        DestructivePolicy::Approve => "destructive statements need --allow destructive",
    };
    let destructive = plan.statements.iter().filter(|s| s.risk == Risk::Destructive);
    plan.refused.extend(
        destructive.map(|s| Problem { object: s.object.to_string(), reason: format!("{why}: {}", s.why) }),
    );
}

/// Refuses statements that the login has no privilege for: some would be done, and then one would fail.
fn refuse_unprivileged(context: &Context, target: &mut Session, plan: &mut Plan) -> Result<()> {
    let held = Held::read(target)?;
    for statement in &plan.statements {
        if let Some(privilege) = held.missing_for(statement) {
            plan.refused.push(Problem {
                object: statement.object.to_string(),
                reason: format!(
                    "the login has no privilege {privilege} there: give it what `lockstep grants {}` prints",
                    context.flow.to
                ),
            });
        }
    }
    Ok(())
}

/// Rehearses; a plan that does not arrive is marked unsupported, an error of the server itself is one.
fn rehearse(
    context: &Context,
    sides: &mut Sides,
    diff: &SchemaDiff,
    options: &schema::Options,
    rows: &mut RowRehearsal,
    plan: &mut Plan,
) -> Result<()> {
    let Sides { target, source_schema, target_schema, .. } = sides;
    match schema::rehearse_with(target, source_schema, target_schema, diff, options, rows) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::Refused => {
            // A statement that was ended by a stop says nothing of the plan.
            context.control.check()?;
            plan.unsupported.push(Problem { object: "rehearsal".into(), reason: error.message().to_owned() });
            Ok(())
        }
        Err(error) => Err(error.context("rehearsal")),
    }
}

/// Plans the rows of every reference table: compared as they are where both sides define the table alike, as
/// rehearsed where the plan changes it, and after the schema step where neither could be done.
fn plan_rows(
    context: &Context,
    sides: &Sides,
    waiting: &BTreeSet<TableName>,
    rehearsed: Vec<Compared>,
    options: &PlanOptions,
    plan: &mut Plan,
) -> Result<()> {
    context.phase("comparing rows")?;
    let mut ready = Vec::new();
    for reference in context.references() {
        let name = reference.name();
        if has_view(&sides.source_schema, name) {
            let reason = "it is a view: only tables hold reference data of their own".to_owned();
            plan.unsupported.push(Problem { object: name.to_string(), reason });
            continue;
        }
        let may_arrive = context.topology.flows.iter().any(|f| f.to == context.flow.from);
        if !has_table(&sides.source_schema, name) && may_arrive {
            // Tables travel with the flow: one that only a lower environment has yet is no mistake.
            plan.notes.push(format!("reference table {name} does not exist at the source yet"));
            continue;
        }
        if !has_table(&sides.source_schema, name) {
            return Err(Error::user(format!("reference table {name} does not exist at the source"))
                .with_hint("check its spelling in the topology or --reference"));
        }
        if !waiting.contains(name) {
            ready.push(reference.clone());
            continue;
        }
        if !options.schema {
            let reason = "its definition differs: bring the schema into step first".to_owned();
            plan.refused.push(Problem { object: name.to_string(), reason });
        }
        if !rehearsed.iter().any(|(_, d)| d.table == *name) {
            plan.tables.push(TablePlan { table: name.clone(), rows: RowPlan::AfterSchema });
        }
    }
    check_slices(context, waiting)?;
    let (mut compared, problems) = compare(context, &ready)?;
    compared.extend(rehearsed);
    plan.unsupported.extend(problems);
    plan.refused.extend(row_refusals(&compared, context.references()));
    for (pair, difference) in compared {
        warn_of_triggers(&pair, &difference, plan);
        let table = difference.table.clone();
        if let Some(slices) = context.rows.of(&table).filter(|_| !waiting.contains(&table)) {
            plan.notes.push(format!(
                "{table}: {} slices of its rows were read; the others were found equal before",
                slices.len()
            ));
        }
        let rows = RowPlan::Compared { pair: Box::new(pair), difference: Box::new(difference) };
        plan.tables.push(TablePlan { table, rows });
    }
    plan.tables.sort_by_key(|t| context.references().iter().position(|r| *r.name() == t.table));
    Ok(())
}

/// The reference tables that some statement is about to change or create.
fn waiting_tables(context: &Context, sides: &Sides, statements: &[Statement]) -> BTreeSet<TableName> {
    let changed = tables_with_statements(statements);
    let names = context.references().iter().map(ReferenceTable::name);
    names
        .filter(|n| has_table(&sides.source_schema, n))
        .filter(|n| changed.contains(n) || !has_table(&sides.target_schema, n))
        .cloned()
        .collect()
}

fn has_view(schema: &Schema, name: &TableName) -> bool {
    let key = (ObjectKind::View, name.name.clone());
    schema.databases.get(&name.database).is_some_and(|d| d.objects.contains_key(&key))
}

fn has_table(schema: &Schema, name: &TableName) -> bool {
    schema.databases.get(&name.database).is_some_and(|d| d.tables.contains_key(&name.name))
}

/// The tables that some statement is about to change.
fn tables_with_statements(statements: &[Statement]) -> BTreeSet<TableName> {
    let of_table = statements.iter().filter(|s| s.object.kind == ObjectKind::Table);
    of_table.map(|s| TableName::new(&s.object.database, &s.object.name)).collect()
}

/// Sees that tables which were compared in slices, and whose definitions the plan changes, still have the columns that
/// were compared: values of a new one lie in every slice.
fn check_slices(context: &Context, waiting: &BTreeSet<TableName>) -> Result<()> {
    let is_sliced = |r: &&ReferenceTable| waiting.contains(r.name()) && context.rows.of(r.name()).is_some();
    let sliced: Vec<ReferenceTable> = context.references().iter().filter(is_sliced).cloned().collect();
    if sliced.is_empty() {
        return Ok(());
    }
    let (mut source, mut target) = (context.open_source()?, context.open_target()?);
    match layout_pairs(context, &mut source, &mut target, &sliced)?.1.first() {
        None => Ok(()),
        Some(Problem { object, .. }) => {
            let text = format!("{object}: its columns changed since it was compared in slices");
            Err(Error::new(ErrorKind::Stale, text).with_hint("plan again: its rows are compared anew"))
        }
    }
}

/// One table's shape on both sides, and how its rows differ.
pub(super) type Compared = (Pair, TableDifference);

/// Compares the rows of `references` on fresh sessions. A table that cannot be compared is a problem, not an error.
pub(super) fn compare(
    context: &Context,
    references: &[ReferenceTable],
) -> Result<(Vec<Compared>, Vec<Problem>)> {
    let (mut source, mut target) = (context.open_source()?, context.open_target()?);
    let (pairs, problems) = layout_pairs(context, &mut source, &mut target, references)?;
    context.rows.check_size(&pairs)?;
    Ok((compare_pairs(context, source, target, pairs)?, problems))
}

/// Reads the shapes of tables on both sides, and why some cannot be compared.
pub(super) fn layout_pairs(
    context: &Context,
    source: &mut Session,
    target: &mut Session,
    references: &[ReferenceTable],
) -> Result<(Vec<Pair>, Vec<Problem>)> {
    let (of_source, of_target) = std::thread::scope(|scope| {
        let of_source = scope.spawn(|| data::layout_of_each(source, references));
        let of_target = data::layout_of_each(target, references);
        (of_source.join(), of_target)
    });
    let of_source = of_source.map_err(|_| Error::internal("reading the source's tables panicked"))??;
    let (mut pairs, mut problems) = (Vec::new(), Vec::new());
    for ((reference, one), two) in references.iter().zip(of_source).zip(of_target?) {
        let pair = one.and_then(|one| Pair::new(one, two?)).and_then(|pair| context.rows.restrict(pair));
        match pair {
            Ok(pair) => pairs.push(pair),
            Err(error) if error.kind() == ErrorKind::Refused => {
                context.control.check()?;
                let reason = error.message().to_owned();
                problems.push(Problem { object: reference.name().to_string(), reason });
            }
            Err(error) => return Err(error),
        }
    }
    Ok((pairs, problems))
}

/// Compares pairs whose shapes are known, in one snapshot of each side.
pub(super) fn compare_pairs(
    context: &Context,
    source: Session,
    target: Session,
    pairs: Vec<Pair>,
) -> Result<Vec<Compared>> {
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    let (mut source, mut target) = (Snapshot::open(source)?, Snapshot::open(target)?);
    let differences = data::compare(&mut source, &mut target, &pairs, &context.row_observer())?;
    Ok(pairs.into_iter().zip(differences).collect())
}

/// What policy, or safety for tables out of scope, forbids in these differences.
pub(super) fn row_refusals(compared: &[Compared], references: &[ReferenceTable]) -> Vec<Problem> {
    compared
        .iter()
        .flat_map(|(pair, difference)| data::refusals(&pair.target, difference, references))
        .map(|refusal| Problem { object: refusal.table.to_string(), reason: refusal.reason })
        .collect()
}

fn warn_of_triggers(pair: &Pair, difference: &TableDifference, plan: &mut Plan) {
    if !difference.changes.is_empty() && !pair.target.triggers.is_empty() {
        plan.warnings.push(format!(
            "{}: triggers of the target fire on these row changes: {}; if they alter reference rows, \
             verification undoes everything",
            difference.table,
            pair.target.triggers.join(", ")
        ));
    }
}
