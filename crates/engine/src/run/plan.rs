//! Makes a plan: both schemas are read and compared, the statements rehearsed, both sets of rows compared.

use std::collections::BTreeSet;

use super::policy::refuse_unpermitted;
use super::rehearsal::RowRehearsal;
use super::rows::{Touched, parent_of, plan_rows, table_of, with_hint};
use super::sides::Sides;
use super::{Context, Source, around, definers, resume, script};
use crate::plan::{Plan, Problem, Recipe, RowPlan, Side, TablePlan};
use crate::privileges::Held;
use crate::schema::{self, Risk, Schema, SchemaDiff, Stage, Statement};
use crate::surroundings::{Keys, Surroundings};
use crate::words::count;
use crate::{ErrorKind, ReferenceTable, Result, Session};

/// What to plan.
#[derive(Clone, Copy, Debug)]
pub struct PlanOptions {
    /// Compare definitions.
    pub schema: bool,
    /// Compare rows.
    pub data: bool,
    /// The person running it allows destructive statements, and those that may fail.
    pub destructive: bool,
    /// The person running it allows statements that may fail on rows.
    pub may_fail: bool,
    /// Order the statements around the rows of a run, also where rows are not compared. Implied by [`Self::data`].
    pub around_rows: bool,
    /// Treat the order of keys in a table as part of its definition.
    pub strict_key_order: bool,
    /// Rehearse the statements.
    pub rehearse: bool,
    /// Nothing will be applied: the target's login need not be one that may change it.
    pub only_looks: bool,
    /// The reference tables stood still since both sides were last found equal: their rows need not be read,
    /// as long as their definitions are equal.
    pub rows_stood_still: bool,
    /// Make the plan's script too, which takes a rehearsal of the row changes.
    pub script: bool,
}

impl Default for PlanOptions {
    fn default() -> Self {
        Self {
            schema: true,
            data: true,
            destructive: false,
            may_fail: false,
            around_rows: false,
            strict_key_order: false,
            rehearse: true,
            only_looks: false,
            rows_stood_still: false,
            script: false,
        }
    }
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
    let mut sides = Sides::open(context)?;
    let has_rows = matches!(context.source, Source::Server(_));
    let data = options.data && has_rows;
    let around_rows = (options.data || options.around_rows) && has_rows;
    plan_sides(context, &mut sides, &PlanOptions { data, around_rows, ..*options })
}

/// What the comparison of definitions goes by.
fn diff_options(context: &Context, options: &PlanOptions) -> schema::Options {
    let identity = |r: &ReferenceTable| r.identity().map(<[String]>::to_vec).unwrap_or_default();
    let rows = context.references().iter().filter(|_| options.around_rows);
    schema::Options {
        strict_key_order: options.strict_key_order,
        rows: rows.map(|r| (r.name().clone(), identity(r))).collect(),
    }
}

/// Plans from sides that are open.
fn plan_sides(context: &Context, sides: &mut Sides, options: &PlanOptions) -> Result<Plan> {
    let diff_options = diff_options(context, options);
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
    if !plan.statements.is_empty() && !options.only_looks {
        refuse_unpinned(&sides.target, &mut plan);
    }
    let held = Held::read(&mut sides.target)?;
    let keys = match options.only_looks {
        true => Keys::default(),
        false => around::schema(context, sides, &held, &mut plan)?,
    };
    let touched = Touched::of(context, sides, &full.statements);
    let scripts_rows = options.script && options.data;
    let all = match options.data {
        // A script is recorded from changes that were made to copies of all tables.
        true if scripts_rows => context.references().iter().map(|r| r.name().clone()).collect(),
        true => touched.all(),
        false => BTreeSet::new(),
    };
    let closes = full.statements.iter().any(|s| s.stage == Stage::Close);
    let mut rows = RowRehearsal::new(context, &all, closes, scripts_rows);
    let rehearses = options.rehearse && (!plan.statements.is_empty() || scripts_rows);
    // What waits for the rows may turn out, in the rehearsal, to be satisfied by them.
    let may_be_proven = |s: &Statement| rehearses && s.stage == Stage::Close && all.contains(&table_of(s));
    refuse_unpermitted(context, options, &mut plan, |s| !may_be_proven(s));
    if rehearses && !plan.is_refused() {
        let statements = count(plan.statements.len() as u64, "statement");
        context.phase(format!("rehearsing {statements} on empty copies"))?;
        rehearse(context, sides, &diff, &diff_options, &mut rows, &mut plan)?;
        lower_proven(&rows, &mut plan);
    }
    refuse_unpermitted(context, options, &mut plan, may_be_proven);
    if options.rehearse {
        definers::settle(context, &mut sides.target, &mut plan)?;
    }
    let recorded = std::mem::take(&mut rows.recorded);
    let still = options.rows_stood_still && full.statements.is_empty() && full.unsupported.is_empty();
    if options.data && still {
        let table = |r: &ReferenceTable| TablePlan { table: r.name().clone(), rows: RowPlan::StoodStill };
        plan.tables = context.references().iter().map(table).collect();
    } else if options.data && !context.references().is_empty() {
        if !options.only_looks {
            let after = if options.schema { &sides.source_schema } else { &sides.target_schema };
            plan.surroundings = around::surroundings(context, &mut sides.target, &keys, after)?;
        }
        plan_rows(context, sides, &touched, rows.compared, options, &mut plan)?;
        if !options.only_looks {
            around::rows(context, &mut sides.target, &held, &mut plan)?;
        }
    }
    if plan.statements.is_empty() && !plan.is_empty() && !options.only_looks {
        refuse_unpinned(&sides.target, &mut plan);
    }
    if options.script && !plan.is_refused() {
        plan.script = Some(script::of_plan(context, sides, &plan, recorded)?);
    }
    Ok(plan)
}

/// Lowers the risk of what waits for the rows, where the rehearsal did it on the rows as they will be.
fn lower_proven(rows: &RowRehearsal, plan: &mut Plan) {
    let waiting = plan.statements.iter_mut().filter(|s| s.stage == Stage::Close && s.risk == Risk::MayFail);
    for statement in waiting {
        let parent = parent_of(statement);
        if rows.is_proven(&table_of(statement)) && parent.is_none_or(|p| rows.is_proven(&p)) {
            statement.risk = Risk::Slow;
            statement.why.push_str(" (rehearsed with the rows as they will be)");
        }
    }
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
            may_fail: options.may_fail,
            strict_key_order: options.strict_key_order,
            permits: context.permits.clone(),
            slices: context.rows.slices.clone(),
        },
        statements: Vec::new(),
        tables: Vec::new(),
        unsupported: Vec::new(),
        refused: Vec::new(),
        warnings: Vec::new(),
        notes: Vec::new(),
        surroundings: Surroundings::default(),
        script: None,
    }
}

/// Refuses changes in sessions that have a setting which would do harm, and which the login cannot change.
fn refuse_unpinned(target: &Session, plan: &mut Plan) {
    if let Err(error) = target.check_may_change() {
        let reason = match error.hint() {
            Some(hint) => format!("{}; {hint}", error.message()),
            None => error.message().to_owned(),
        };
        plan.refused.push(Problem { object: "settings of the target".into(), reason });
    }
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
            if plan.statements.is_empty() {
                // Only the script needed it.
                rows.recorded.problem = Some(error.message().to_owned());
                return Ok(());
            }
            plan.unsupported.push(Problem { object: "rehearsal".into(), reason: with_hint(&error) });
            Ok(())
        }
        Err(error) => Err(error.context("rehearsal")),
    }
}
