//! Views, routines, triggers, events and sequences.

use std::collections::{BTreeMap, BTreeSet};

use super::alter::longest_rising;
use super::phases::Phases;
use crate::names::quote;
use crate::schema::lexer::significant;
use crate::schema::model::{Database, ObjectKind, ObjectRef, Schema, Stored};
use crate::schema::references::references;
use crate::schema::spelling::Dialect;
use crate::schema::statement::{Action, Method, Risk, Settings, Stage, Statement};
use crate::schema::table::same_name;

type Objects = BTreeMap<(ObjectKind, String), Stored>;

/// Plans everything in one database that is no table.
pub(super) fn compare(
    database: &str,
    source: &Database,
    target: &Database,
    dialect: &Dialect<'_>,
    phases: &mut Phases,
) {
    let plan = Plan { database, source, target, dialect };
    plan.gone(phases);
    plan.routines_and_sequences(phases);
    plan.triggers(phases);
    plan.events(phases);
}

/// Names of the target's triggers that an `UPDATE` of `table` fires.
pub(super) fn update_triggers(target: &Schema, database: &str, table: &str) -> Vec<String> {
    let Some(content) = target.databases.get(database) else { return Vec::new() };
    content
        .objects
        .iter()
        .filter(|(_, o)| o.trigger.as_ref().is_some_and(|p| p.table == table && p.moment.ends_with("UPDATE")))
        .map(|((_, name), _)| name.clone())
        .collect()
}

struct Plan<'a> {
    database: &'a str,
    source: &'a Database,
    target: &'a Database,
    dialect: &'a Dialect<'a>,
}

impl Plan<'_> {
    fn statement(&self, action: Action, kind: ObjectKind, name: &str, sql: String, why: &str) -> Statement {
        Statement {
            sql,
            database: self.database.to_owned(),
            object: ObjectRef::new(kind, self.database, name),
            action,
            stage: Stage::Open,
            risk: Risk::Safe,
            why: why.to_owned(),
            settings: Settings::default(),
            method: Method::Plain,
        }
    }

    fn drop(&self, kind: ObjectKind, name: &str, why: &str) -> Statement {
        let sql = format!("DROP {} {}", kind.keyword(), quote(name));
        let mut drop = self.statement(Action::DropStored, kind, name, sql, why);
        if kind == ObjectKind::Sequence {
            drop.risk = Risk::Destructive;
            drop.why.push_str(", and the numbers that it has given out");
        }
        if matches!(kind, ObjectKind::Package | ObjectKind::PackageBody) {
            // MariaDB reads the word PACKAGE in this mode only.
            drop.settings.sql_mode = Some("ORACLE".to_owned());
        }
        drop
    }

    /// The object's `CREATE` under the settings it was made with.
    fn create(&self, kind: ObjectKind, name: &str, stored: &Stored, sql: String, why: &str) -> Statement {
        let mut statement = self.statement(Action::CreateStored, kind, name, sql, why);
        statement.settings = Settings {
            sql_mode: stored.sql_mode.as_deref().map(|mode| self.dialect.sql_mode(mode)),
            character_set_client: stored.character_set_client.clone(),
            collation_connection: self.dialect.collation_connection(stored),
            time_zone: stored.time_zone.clone(),
            without_foreign_key_checks: false,
        };
        statement
    }

    fn same(&self, kind: ObjectKind, source: &Stored, target: &Stored) -> bool {
        // The database's collation when an object was made decides the type of its strings. Only the
        // present one can be had again; an older one is left alone.
        let made_under = &source.database_collation;
        let behind = self.dialect.is_exact()
            && *made_under != target.database_collation
            && made_under.as_ref() == Some(&self.source.collation);
        !behind && self.dialect.same_stored(kind, source, target)
    }

    /// Objects that only the target has.
    fn gone(&self, phases: &mut Phases) {
        for (key, stored) in
            self.target.objects.iter().filter(|(key, _)| !self.source.objects.contains_key(*key))
        {
            let (kind, name) = key;
            let why = format!("drops the {kind}, which the source does not have");
            let drop = self.drop(*kind, name, &why);
            let table_goes =
                stored.trigger.as_ref().is_some_and(|p| !self.source.tables.contains_key(&p.table));
            match kind {
                ObjectKind::Trigger if table_goes => {}
                ObjectKind::PackageBody if self.target_package_goes(name) => {}
                ObjectKind::Trigger | ObjectKind::View => phases.drops_before_tables.push(drop),
                ObjectKind::Event => phases.drops_before_tables.push(drop),
                ObjectKind::Sequence if self.source.tables.contains_key(name) => {
                    phases.drops_before_tables.push(drop);
                }
                // Names that differ in the case of letters only are the same to the server.
                _ if self.source.objects.keys().any(|(k, n)| k == kind && same_name(n, name)) => {
                    phases.drops_before_tables.push(drop);
                }
                _ => phases.drops_after.push(drop),
            }
        }
    }

    /// True when the package of that name goes, and its body with it.
    fn target_package_goes(&self, name: &str) -> bool {
        let key = (ObjectKind::Package, name.to_owned());
        self.target.objects.contains_key(&key) && !self.source.objects.contains_key(&key)
            || self.changes(ObjectKind::Package, name)
    }

    fn routines_and_sequences(&self, phases: &mut Phases) {
        for ((kind, name), wanted) in &self.source.objects {
            let current = self.target.objects.get(&(*kind, name.clone()));
            if let (ObjectKind::Sequence, Some(current)) = (kind, current) {
                phases.sequences.extend(self.sequence_changed(name, wanted, current));
                continue;
            }
            // A package takes its body along when it is dropped.
            let package_goes = *kind == ObjectKind::PackageBody && self.changes(ObjectKind::Package, name);
            if !package_goes && current.is_some_and(|c| self.same(*kind, wanted, c)) {
                continue;
            }
            match kind {
                ObjectKind::Sequence => {}
                ObjectKind::Function
                | ObjectKind::Procedure
                | ObjectKind::Package
                | ObjectKind::PackageBody => {
                    if current.is_some() && !package_goes {
                        let why = format!("drops the {kind} to create it again; callers fail for a moment");
                        phases.routines.push(self.drop(*kind, name, &why));
                    }
                }
                _ => continue,
            }
            let why = format!("creates the {kind}");
            let create = self.create(*kind, name, wanted, wanted.create.clone(), &why);
            let phase =
                if *kind == ObjectKind::Sequence { &mut phases.sequences } else { &mut phases.routines };
            phase.push(create);
        }
    }

    /// Dropping a sequence would start it again; its options change in place.
    fn sequence_changed(&self, name: &str, wanted: &Stored, current: &Stored) -> Option<Statement> {
        if self.same(ObjectKind::Sequence, wanted, current) {
            return None;
        }
        let sql = sequence_alter(&wanted.create, name);
        let mut change = self.statement(
            Action::AlterStored,
            ObjectKind::Sequence,
            name,
            sql,
            "changes the sequence; its counter stays",
        );
        if narrows(&wanted.create, &current.create) {
            change.risk = Risk::Destructive;
            change.why =
                "narrows the sequence: fails, or loses the counter, where that is outside".to_owned();
        }
        Some(change)
    }

    /// True when both sides have the object and it differs.
    fn changes(&self, kind: ObjectKind, name: &str) -> bool {
        let key = (kind, name.to_owned());
        match (self.source.objects.get(&key), self.target.objects.get(&key)) {
            (Some(wanted), Some(current)) => !self.same(kind, wanted, current),
            _ => false,
        }
    }

    fn triggers(&self, phases: &mut Phases) {
        let mut chains: BTreeSet<(&str, &str)> = BTreeSet::new();
        for (_, stored) in of_kind(&self.source.objects, ObjectKind::Trigger) {
            if let Some(place) = &stored.trigger {
                chains.insert((&place.table, &place.moment));
            }
        }
        for chain in chains {
            self.trigger_chain(chain, phases);
        }
    }

    /// Brings the triggers of one table and moment into the source's order.
    fn trigger_chain(&self, chain: (&str, &str), phases: &mut Phases) {
        let (wanted, current) =
            (chain_of(&self.source.objects, chain), chain_of(&self.target.objects, chain));
        let equal: Vec<(usize, usize)> = wanted
            .iter()
            .enumerate()
            .filter_map(|(i, (name, w))| {
                let j = current.iter().position(|(n, _)| n == name)?;
                self.same(ObjectKind::Trigger, w, current[j].1).then_some((i, j))
            })
            .collect();
        let kept: BTreeSet<usize> = longest_rising(&equal.iter().map(|(_, j)| *j).collect::<Vec<_>>())
            .into_iter()
            .map(|k| equal[k].0)
            .collect();
        for (i, (name, stored)) in wanted.iter().enumerate() {
            if kept.contains(&i) {
                continue;
            }
            if self.target.objects.contains_key(&(ObjectKind::Trigger, (*name).clone())) {
                let why = "drops the trigger to create it again; it does not fire for a moment";
                let drop = self.drop(ObjectKind::Trigger, name, why);
                let moves = !current.iter().any(|(n, _)| n == name);
                if moves { phases.drops_before_tables.push(drop) } else { phases.triggers.push(drop) }
            }
            let next = (i + 1..wanted.len()).find(|j| kept.contains(j));
            let order = match (i.checked_sub(1), next) {
                (Some(before), _) => format!("FOLLOWS {} ", quote(wanted[before].0)),
                (None, Some(next)) => format!("PRECEDES {} ", quote(wanted[next].0)),
                (None, None) => String::new(),
            };
            let sql = stored.create.replacen("FOR EACH ROW ", &format!("FOR EACH ROW {order}"), 1);
            phases.triggers.push(self.create(ObjectKind::Trigger, name, stored, sql, "creates the trigger"));
        }
    }

    fn events(&self, phases: &mut Phases) {
        for (name, wanted) in of_kind(&self.source.objects, ObjectKind::Event) {
            let current = self.target.objects.get(&(ObjectKind::Event, name.clone()));
            if current.is_some_and(|c| self.same(ObjectKind::Event, wanted, c)) {
                continue;
            }
            if current.is_some() {
                phases.events.push(self.drop(ObjectKind::Event, name, "drops the event to create it again"));
            }
            phases.events.push(self.create(
                ObjectKind::Event,
                name,
                wanted,
                wanted.create.clone(),
                "creates the event",
            ));
        }
    }
}

fn of_kind(objects: &Objects, kind: ObjectKind) -> impl Iterator<Item = (&String, &Stored)> {
    objects.iter().filter(move |((k, _), _)| *k == kind).map(|((_, name), stored)| (name, stored))
}

/// The triggers of one table and moment, in the order in which they fire.
fn chain_of<'a>(objects: &'a Objects, chain: (&str, &str)) -> Vec<(&'a String, &'a Stored)> {
    let mut found: Vec<_> = of_kind(objects, ObjectKind::Trigger)
        .filter(|(_, o)| o.trigger.as_ref().is_some_and(|p| (p.table.as_str(), p.moment.as_str()) == chain))
        .collect();
    found.sort_by_key(|(_, o)| o.trigger.as_ref().map(|p| p.order));
    found
}

/// `CREATE SEQUENCE … start with 1 … ENGINE=x` as `ALTER SEQUENCE`.
fn sequence_alter(create: &str, name: &str) -> String {
    let tokens = significant(create);
    let options = &tokens[3.min(tokens.len())..];
    let end = options.iter().position(|t| t.is("ENGINE")).unwrap_or(options.len());
    format!("ALTER SEQUENCE {} {}", quote(name), crate::schema::lexer::span(create, &options[..end]))
}

/// Whether a sequence gets a lower maximum or a higher minimum. Where its counter stands is data, and not known.
fn narrows(wanted: &str, current: &str) -> bool {
    let bound = |create: &str, word: &str| -> Option<i128> {
        let tokens = significant(create);
        let at = tokens.iter().position(|t| t.is(word))? + 1;
        let negative = tokens.get(at)?.is("-");
        let digits = tokens.get(at + usize::from(negative))?.text;
        let number: i128 = digits.parse().ok()?;
        Some(if negative { -number } else { number })
    };
    bound(wanted, "MAXVALUE") < bound(current, "MAXVALUE")
        || bound(wanted, "MINVALUE") > bound(current, "MINVALUE")
}

/// A view's database and name.
type ViewId = (String, String);

/// Plans the views of all databases: each comes after those it names.
pub(super) fn compare_views(source: &Schema, target: &Schema, dialect: &Dialect<'_>, phases: &mut Phases) {
    let mut changed: BTreeMap<ViewId, &Stored> = BTreeMap::new();
    for (database, content) in &source.databases {
        for (name, wanted) in of_kind(&content.objects, ObjectKind::View) {
            let current = view_of(target, database, name);
            if !current.is_some_and(|c| dialect.same_stored(ObjectKind::View, wanted, c)) {
                changed.insert((database.clone(), name.clone()), wanted);
            }
        }
    }
    for id in views_first(&changed) {
        let (database, name) = &id;
        let wanted = changed[&id];
        let plan = Plan {
            database,
            source: &source.databases[database],
            target: &source.databases[database],
            dialect,
        };
        let sql = wanted.create.replacen("CREATE ", "CREATE OR REPLACE ", 1);
        let (action, why) = match view_of(target, database, name) {
            Some(_) => (Action::ReplaceStored, "replaces the view"),
            None => (Action::CreateStored, "creates the view"),
        };
        phases.views.push(Statement { action, ..plan.create(ObjectKind::View, name, wanted, sql, why) });
    }
}

fn view_of<'a>(schema: &'a Schema, database: &str, name: &str) -> Option<&'a Stored> {
    schema.databases.get(database)?.objects.get(&(ObjectKind::View, name.to_owned()))
}

/// The views in an order in which each comes after those it names.
fn views_first(views: &BTreeMap<ViewId, &Stored>) -> Vec<ViewId> {
    fn visit(
        id: &ViewId,
        needs: &BTreeMap<&ViewId, Vec<&ViewId>>,
        seen: &mut BTreeSet<ViewId>,
        order: &mut Vec<ViewId>,
    ) {
        if seen.insert(id.clone()) {
            for other in &needs[id] {
                visit(other, needs, seen, order);
            }
            order.push(id.clone());
        }
    }
    let needs: BTreeMap<&ViewId, Vec<&ViewId>> = views
        .iter()
        .map(|(id, stored)| {
            let named = references(&stored.create, &id.0);
            let lower = |v: &ViewId| (v.0.to_lowercase(), v.1.to_lowercase());
            (id, views.keys().filter(|v| *v != id && named.contains(&lower(v))).collect())
        })
        .collect();
    let (mut seen, mut order) = (BTreeSet::new(), Vec::new());
    for id in views.keys() {
        visit(id, &needs, &mut seen, &mut order);
    }
    order
}
