//! What a plan could hurt beyond what it changes, and what its login cannot do: found before the first change.

use super::rows::Compared;
use super::sides::Sides;
use super::{Context, Permits};
use crate::data::{Layout, TableDifference};
use crate::names::quote;
use crate::plan::{Plan, Problem, RowPlan};
use crate::privileges::Held;
use crate::schema::{self, Action, Disturbance, ObjectKind, ObjectRef, Schema, Statement};
use crate::surroundings::{self, Keys, Role, Surroundings};
use crate::{Error, ReferenceTable, Result, Session, TableName};

/// Judges the plan's statements: refuses those that reach tables out of scope, or that the login may not run. Returns
/// the target's foreign keys.
pub(super) fn schema(context: &Context, sides: &mut Sides, held: &Held, plan: &mut Plan) -> Result<Keys> {
    let Sides { target, source_schema, target_schema, .. } = sides;
    let keys = Keys::read(target)?;
    if plan.statements.is_empty() {
        return Ok(keys);
    }
    refuse_role(context, target, plan)?;
    refuse_hidden(context, held, plan);
    for key in keys.from_outside(target_schema) {
        let found = schema::disturbance(source_schema, target_schema, &key.parent, &key.parent_columns);
        let (what, then) = match found {
            None => continue,
            Some(Disturbance::Dropped) => ("is dropped", "drop that key first, or keep the table"),
            Some(Disturbance::Changed) => {
                ("changes in a column or key that it rests on", "change both tables by hand")
            }
        };
        let object = ObjectRef::new(ObjectKind::Table, &key.parent.database, &key.parent.name);
        let reason = format!(
            "{} refers to it by its foreign key {}, and is not in scope; the table {what}: {then}",
            key.child, key.name
        );
        refuse(plan, object.to_string(), reason);
    }
    refuse_unprivileged(context, held, &keys.after(source_schema)?, plan);
    refuse_creators(target, held, plan)?;
    Ok(keys)
}

/// The foreign keys and triggers among which rows change, once the target has the definitions of `after`.
pub(super) fn surroundings(
    context: &Context,
    target: &mut Session,
    keys: &Keys,
    after: &Schema,
) -> Result<Surroundings> {
    let databases: Vec<String> = target.query("SHOW DATABASES")?;
    Surroundings::of(keys, after, &databases, context.references())
}

/// Judges the plan's row changes, and gives the tables the foreign keys and triggers that they will have.
pub(super) fn rows(context: &Context, target: &mut Session, held: &Held, plan: &mut Plan) -> Result<()> {
    let references = context.references();
    let mut problems = Vec::new();
    let mut changes: Vec<(&Layout, &TableDifference)> = Vec::new();
    for table in &mut plan.tables {
        match &mut table.rows {
            RowPlan::Compared { pair, difference } => {
                plan.surroundings.give_to(&mut pair.target, difference, references);
                changes.push((&pair.target, difference));
            }
            // What will change is not known yet.
            RowPlan::AfterSchema => {
                problems.extend(missing_rights(context, held, &table.table, ALL_CHANGES, &[]))
            }
            RowPlan::StoodStill => {}
        }
    }
    changes.retain(|(_, difference)| !difference.is_empty());
    problems.extend(judged(context, &plan.surroundings, &changes));
    for (layout, difference) in &changes {
        let columns: Vec<&str> =
            layout.read().iter().filter(|c| !c.generated).map(|c| c.name.as_str()).collect();
        let needed = needed(difference);
        problems.extend(missing_rights(context, held, layout.table(), &needed, &columns));
        if !layout.triggers.is_empty() {
            plan.warnings.push(format!(
                "{}: triggers of the target fire on these row changes: {}; if they alter reference rows, \
                 verification undoes everything",
                layout.table(),
                layout.trigger_list()
            ));
        }
    }
    let something = !changes.is_empty() || !problems.is_empty();
    problems.into_iter().for_each(|p| refuse(plan, p.object, p.reason));
    if something {
        refuse_role(context, target, plan)?;
        refuse_hidden(context, held, plan);
    }
    Ok(())
}

/// Looks at the target once more when its rows are about to change: the foreign keys of this moment count, and tables that
/// were compared after the schema step have not been judged yet.
pub(super) fn look_again(
    context: &Context,
    target: &mut Session,
    planned: Surroundings,
    compared: &mut [Compared],
) -> Result<()> {
    if compared.iter().all(|(_, difference)| difference.is_empty()) {
        return Ok(());
    }
    let surroundings = planned.with_keys(Keys::read(target)?);
    for (pair, difference) in compared.iter_mut() {
        surroundings.give_to(&mut pair.target, difference, context.references());
    }
    let changes: Vec<(&Layout, &TableDifference)> =
        compared.iter().filter(|(_, d)| !d.is_empty()).map(|(pair, d)| (&pair.target, d)).collect();
    match judged(context, &surroundings, &changes).into_iter().next() {
        None => Ok(()),
        Some(problem) => Err(Error::refused(format!("rows of {}: {}", problem.object, problem.reason))
            .with_hint("the rows are as they were")),
    }
}

/// What speaks against row changes: what they reach, and how many they are.
fn judged(
    context: &Context,
    surroundings: &Surroundings,
    changes: &[(&Layout, &TableDifference)],
) -> Vec<Problem> {
    let by_url = context.topology.ad_hoc;
    let allowed = by_url && context.permits.triggers;
    let harms = surroundings.harms(changes, context.references(), allowed, by_url);
    let mut problems: Vec<Problem> =
        harms.into_iter().map(|h| Problem { object: h.table.to_string(), reason: h.reason }).collect();
    for (layout, difference) in changes {
        problems.extend(braked(&context.permits, &layout.reference, difference));
    }
    problems
}

fn braked(permits: &Permits, reference: &ReferenceTable, difference: &TableDifference) -> Vec<Problem> {
    let table = reference.name();
    if permits.rows.contains(table) {
        return Vec::new();
    }
    let reasons = surroundings::brake(reference, difference).into_iter();
    reasons
        .map(|reason| Problem {
            object: table.to_string(),
            reason: format!("{reason}; if that is right, permit it: --allow rows:{table}"),
        })
        .collect()
}

/// Adds a reason to refuse the plan, once.
fn refuse(plan: &mut Plan, object: String, reason: String) {
    let problem = Problem { object, reason };
    if !plan.refused.contains(&problem) {
        plan.refused.push(problem);
    }
}

/// Refuses to change a server that takes no writes, or that gets its rows from another one.
fn refuse_role(context: &Context, target: &mut Session, plan: &mut Plan) -> Result<()> {
    let reason = match surroundings::role(target)? {
        Role::Writer => return Ok(()),
        Role::ReadOnly(setting) => format!("the server is read-only ({setting}): name the writer's endpoint"),
        Role::Replica if context.permits.replica => return Ok(()),
        Role::Replica => {
            "the server is a replica: what is changed there is not on its source, and may stop the \
                          replication; name its source, or permit it: --allow replica"
                .to_owned()
        }
    };
    let target = plan.target.name.clone();
    refuse(plan, target, reason);
    Ok(())
}

fn refuse_hidden(context: &Context, held: &Held, plan: &mut Plan) {
    if let Some(reason) = surroundings::hidden(held, &context.flow.to) {
        let target = plan.target.name.clone();
        refuse(plan, target, reason);
    }
}

/// Refuses statements that the login has no privilege for: some would be done, and then one would fail.
fn refuse_unprivileged(context: &Context, held: &Held, after: &Keys, plan: &mut Plan) {
    let mut missing = Vec::new();
    for statement in &plan.statements {
        let object = &statement.object;
        if let Some(privilege) = held.missing_for(statement) {
            missing.push((object.to_string(), privilege, "there".to_owned(), give_for(context, statement)));
        }
        if object.kind != ObjectKind::Table {
            continue;
        }
        let table = TableName::new(&object.database, &object.name);
        for key in after.of_table(&table) {
            if !held.holds("REFERENCES", &key.parent.database, &key.parent.name) {
                let parent = format!("on {}, to which foreign key {} refers", key.parent, key.name);
                missing.push((object.to_string(), "REFERENCES", parent, give(context)));
            }
        }
    }
    for (object, privilege, place, remedy) in missing {
        let reason = format!("the login has no privilege {privilege} {place}: {remedy}");
        refuse(plan, object, reason);
    }
}

/// How to get the right that a statement lacks. `grants` never gives rights on rows outside the reference tables.
fn give_for(context: &Context, statement: &Statement) -> String {
    if statement.action != Action::FillColumn {
        return give(context);
    }
    let (database, table) = (quote(&statement.object.database), quote(&statement.object.name));
    format!(
        "grant it for this change alone (GRANT SELECT, UPDATE ON {database}.{table}) and revoke it afterwards"
    )
}

fn give(context: &Context) -> String {
    format!("give it what `lockstep grants {}` prints", context.flow.to)
}

/// Refuses functions and triggers that only a privileged login may create while the binary log is on.
fn refuse_creators(target: &mut Session, held: &Held, plan: &mut Plan) -> Result<()> {
    let is_mariadb = target.server().is_mariadb();
    let concerned = plan.statements.iter().find(|s| {
        let is_drop = s.action == schema::Action::DropStored;
        matches!(s.object.kind, ObjectKind::Function | ObjectKind::Trigger)
            && (!is_drop || (is_mariadb && s.object.kind == ObjectKind::Trigger))
    });
    let may = held.holds_server_right("SUPER") || (is_mariadb && held.holds_server_right("BINLOG ADMIN"));
    let Some(object) = concerned.map(|s| s.object.to_string()).filter(|_| !may) else { return Ok(()) };
    let settings: Option<(u8, u8)> =
        target.query_first("SELECT @@log_bin, @@log_bin_trust_function_creators")?;
    if settings == Some((1, 0)) {
        let reason = "with the binary log on, the server lets only a login with SUPER create functions and triggers: \
                      SET GLOBAL log_bin_trust_function_creators = 1 (and in the server's configuration)";
        refuse(plan, object, reason.to_owned());
    }
    Ok(())
}

/// The rights for row changes of every kind.
const ALL_CHANGES: &[&str] = &["INSERT", "UPDATE", "DELETE"];

/// The rights that a difference needs.
fn needed(difference: &TableDifference) -> Vec<&'static str> {
    let changes = &difference.changes;
    let counts = [changes.inserts(), changes.updates(), changes.deletes()];
    ALL_CHANGES.iter().zip(counts).filter(|(_, count)| *count > 0).map(|(right, _)| *right).collect()
}

/// The rights that the login lacks to change rows, and to see which triggers fire.
fn missing_rights(
    context: &Context,
    held: &Held,
    table: &TableName,
    needed: &[&'static str],
    columns: &[&str],
) -> Vec<Problem> {
    let mut missing: Vec<&str> = Vec::new();
    for right in needed.iter().copied() {
        let on_columns = if right == "DELETE" { &[] } else { columns };
        if !held.holds_on_columns(right, table, on_columns) {
            missing.push(right);
        }
    }
    if !held.holds("TRIGGER", &table.database, &table.name) {
        missing.push("TRIGGER");
    }
    let (database, name) = (quote(&table.database), quote(&table.name));
    missing
        .into_iter()
        .map(|right| Problem {
            object: table.to_string(),
            reason: format!(
                "the login has no privilege {right} there: {} (GRANT {right} ON {database}.{name})",
                give(context)
            ),
        })
        .collect()
}
