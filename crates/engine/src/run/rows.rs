//! The rows of a plan: which tables can be compared when, and how they differ.

use std::collections::BTreeSet;

use super::Context;
use super::plan::PlanOptions;
use super::sides::{Sides, has_table, has_view};
use crate::data::{self, Pair, Snapshot, TableDifference, Uniqueness};
use crate::names::quote_list;
use crate::plan::{Plan, Problem, RowPlan, TablePlan};
use crate::schema::{self, Action, ObjectKind, Stage, Statement};
use crate::words::count;
use crate::{Error, ErrorKind, ReferenceTable, Result, Session, TableName};

/// The reference tables that a plan's statements touch.
#[derive(Debug, Default)]
pub(super) struct Touched {
    /// Changed or created before the rows: these cannot be compared as they are now.
    pub opening: BTreeSet<TableName>,
    /// Given a constraint after the rows, or referred to by a foreign key that comes then.
    pub closing: BTreeSet<TableName>,
}

impl Touched {
    /// What `statements` do to the reference tables of the source.
    pub fn of(context: &Context, sides: &Sides, statements: &[Statement]) -> Self {
        let of_stage = |stage: Stage| -> BTreeSet<TableName> {
            let of_table =
                statements.iter().filter(|s| s.object.kind == ObjectKind::Table && s.stage == stage);
            of_table.map(table_of).collect()
        };
        let (opening, mut closing) = (of_stage(Stage::Open), of_stage(Stage::Close));
        closing.extend(statements.iter().filter(|s| s.stage == Stage::Close).filter_map(parent_of));
        let names = context.references().iter().map(ReferenceTable::name);
        let there: Vec<&TableName> = names.filter(|n| has_table(&sides.source_schema, n)).collect();
        let opens = |n: &TableName| opening.contains(n) || !has_table(&sides.target_schema, n);
        let pick = |wanted: &dyn Fn(&TableName) -> bool| {
            there.iter().filter(|n| wanted(n)).map(|n| (*n).clone()).collect()
        };
        Self { opening: pick(&opens), closing: pick(&|n| closing.contains(n) && !opens(n)) }
    }

    /// All of them.
    pub fn all(&self) -> BTreeSet<TableName> {
        self.opening.union(&self.closing).cloned().collect()
    }
}

/// The table that a statement works on.
pub(super) fn table_of(statement: &Statement) -> TableName {
    TableName::new(&statement.object.database, &statement.object.name)
}

/// The table that a foreign key which a statement adds refers to.
pub(super) fn parent_of(statement: &Statement) -> Option<TableName> {
    match &statement.action {
        Action::AddForeignKey { parent, .. } => Some(parent.clone()),
        _ => None,
    }
}

/// Plans the rows of every reference table: compared as they are where both sides define the table alike, as
/// rehearsed where the plan changes it, and after the schema step where neither could be done.
pub(super) fn plan_rows(
    context: &Context,
    sides: &Sides,
    touched: &Touched,
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
        let opens = touched.opening.contains(name);
        if opens && !options.schema {
            let reason = "its definition differs: bring the schema into step first".to_owned();
            plan.refused.push(Problem { object: name.to_string(), reason });
        }
        if rehearsed.iter().any(|(_, d)| d.table == *name) {
            continue;
        }
        if opens {
            plan.tables.push(TablePlan { table: name.clone(), rows: RowPlan::AfterSchema });
        } else {
            ready.push(reference.clone());
        }
    }
    check_slices(context, &touched.opening)?;
    let (mut compared, problems) = compare(context, &ready)?;
    compared.extend(rehearsed);
    plan.unsupported.extend(problems);
    plan.refused.extend(row_refusals(&compared, context.references()));
    for (pair, difference) in compared {
        warn_of_zone(sides, &difference, plan);
        note_slow_identity(&pair, &difference, plan);
        let table = difference.table.clone();
        if let Some(slices) = context.rows.of(&table).filter(|_| !touched.opening.contains(&table)) {
            plan.notes.push(format!(
                "{table}: only {} of its rows {} read; the rest was found equal before",
                count(slices.len() as u64, "slice"),
                if slices.len() == 1 { "was" } else { "were" }
            ));
        }
        let rows = RowPlan::Compared { pair: Box::new(pair), difference: Box::new(difference) };
        plan.tables.push(TablePlan { table, rows });
    }
    plan.tables.sort_by_key(|t| context.references().iter().position(|r| *r.name() == t.table));
    Ok(())
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
            Err(Error::new(ErrorKind::Stale, text).with_hint("plan again: that compares its rows again"))
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
                problems.push(Problem { object: reference.name().to_string(), reason: with_hint(&error) });
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

/// Rows are written in UTC: what the target makes of a TIMESTAMP then is another value than in its own zone.
fn warn_of_zone(sides: &Sides, difference: &TableDifference, plan: &mut Plan) {
    let (name, zone) = (&difference.table, &sides.target.server().zone);
    let table = sides.source_schema.databases.get(&name.database).and_then(|d| d.tables.get(&name.name));
    let Some(table) = table.filter(|_| !difference.changes.is_empty() && !zone.is_utc) else { return };
    let columns = schema::zoned_columns(&table.create);
    if !columns.is_empty() {
        plan.warnings.push(format!(
            "{name}: generated columns depend on the time zone: {}; rows travel in UTC, and so these get the values of UTC, \
             not of the target's zone {}",
            columns.join(", "),
            zone.name
        ));
    }
}

/// What an error says, and what helps.
pub(super) fn with_hint(error: &Error) -> String {
    error.hint().map_or_else(|| error.message().to_owned(), |hint| format!("{}; {hint}", error.message()))
}

/// Says what an identity without an index costs.
fn note_slow_identity(pair: &Pair, difference: &TableDifference, plan: &mut Plan) {
    let found = difference.changes.updates() + difference.changes.deletes();
    if found > 0 && pair.target.uniqueness == (Uniqueness::Rows { indexed: false }) {
        let identity = quote_list(pair.target.identity().iter().map(|c| &c.name));
        plan.notes.push(format!(
            "{}: the identity ({identity}) has no index, so each row that changes is found by reading the table \
             to its end: {found} to find",
            difference.table
        ));
    }
}
