//! Random sets of tables tied by foreign keys, with views and triggers on them.

use lockstep_engine::Flavor;
use lockstep_sandbox::testing::Kind;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::random::{Wanted, converge};

#[test]
fn tied_tables_converge_on_mysql() {
    converge(Kind::MySql97, ties);
}

#[test]
fn tied_tables_converge_on_mariadb() {
    converge(Kind::MariaDb1011, ties);
}

/// A column that may refer to a table of the set.
#[derive(Clone, Debug)]
struct Reference {
    parent: usize,
    tied: bool,
    action: usize,
    keyed: bool,
    constraint: usize,
}

#[derive(Clone, Debug)]
struct Member {
    exists: bool,
    id_type: usize,
    unique_id: bool,
    references: Vec<Reference>,
    trigger: usize,
}

#[derive(Clone, Debug)]
struct Ties {
    members: Vec<Member>,
    views: Vec<(usize, usize)>,
}

const ID_TYPES: [&str; 4] =
    ["int", "bigint unsigned", "varchar(10) CHARACTER SET latin1", "char(8) CHARACTER SET utf8mb4"];
const ACTIONS: [&str; 4] =
    ["", " ON DELETE CASCADE", " ON DELETE SET NULL ON UPDATE CASCADE", " ON UPDATE SET NULL"];

fn ties() -> impl Strategy<Value = Ties> {
    let reference = (0..4usize, any::<bool>(), 0..ACTIONS.len(), any::<bool>(), 0..6usize).prop_map(
        |(parent, tied, action, keyed, constraint)| Reference { parent, tied, action, keyed, constraint },
    );
    let member = (0..5usize, 0..ID_TYPES.len(), any::<bool>(), vec(reference, 0..3), 0..4usize).prop_map(
        |(exists, id_type, unique_id, references, trigger)| Member {
            exists: exists > 0,
            id_type,
            unique_id,
            references,
            trigger,
        },
    );
    (vec(member, 4), vec((0..7usize, 0..3usize), 0..4)).prop_map(|(members, views)| Ties { members, views })
}

impl Wanted for Ties {
    fn statements(&self, _: Flavor) -> Vec<String> {
        let mut names = std::collections::BTreeSet::new();
        let mut statements = Vec::new();
        for (i, member) in self.members.iter().enumerate().filter(|(_, m)| m.exists) {
            let mut clauses = vec![format!("id {} NOT NULL", ID_TYPES[member.id_type])];
            let mut keys =
                vec![if member.unique_id { "UNIQUE KEY uid (id)" } else { "PRIMARY KEY (id)" }.to_owned()];
            for (j, reference) in member.references.iter().enumerate() {
                let parent = &self.members[reference.parent];
                clauses.push(format!("r{j} {}", ID_TYPES[parent.id_type]));
                keys.extend(reference.keyed.then(|| format!("KEY kr{j} (r{j})")));
                // Names of constraints are few and unique, so that they move between tables.
                if reference.tied && parent.exists && names.insert(reference.constraint) {
                    let (name, action) = (reference.constraint, ACTIONS[reference.action]);
                    let parent = reference.parent;
                    keys.push(format!(
                        "CONSTRAINT fk{name} FOREIGN KEY (r{j}) REFERENCES t{parent} (id){action}"
                    ));
                }
            }
            clauses.extend(keys);
            statements.push(format!("CREATE TABLE t{i} ({})", clauses.join(", ")));
            if member.trigger > 1 {
                let moment = if member.trigger == 2 { "BEFORE INSERT" } else { "AFTER UPDATE" };
                statements.push(format!("CREATE TRIGGER g{i} {moment} ON t{i} FOR EACH ROW SET @a = {i}"));
            }
        }
        for (i, (on, kind)) in self.views.iter().enumerate() {
            // A view stands on a table or on one of the views before it.
            let (base, there) = match on.checked_sub(4) {
                None => (format!("t{on}"), self.members[*on].exists),
                Some(view) => (
                    format!("v{view}"),
                    view < i && statements.iter().any(|s| s.contains(&format!("VIEW v{view} "))),
                ),
            };
            let select = ["b.id", "b.id, 'x' AS x", "b.id, b.id AS other"][*kind];
            statements.extend(there.then(|| format!("CREATE VIEW v{i} AS SELECT {select} FROM {base} b")));
        }
        if statements.is_empty() {
            statements.push("CREATE TABLE one (a INT)".to_owned());
        }
        statements
    }
}
