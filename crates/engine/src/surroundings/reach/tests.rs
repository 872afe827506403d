use std::collections::BTreeMap;

use super::*;
use crate::schema::{Table, TriggerPlace};
use crate::server::{Flavor, ServerInfo};

fn stored(create: &str, sql_mode: &str, table: Option<&str>) -> Stored {
    Stored {
        create: create.to_owned(),
        sql_mode: Some(sql_mode.to_owned()),
        character_set_client: None,
        collation_connection: None,
        database_collation: None,
        time_zone: None,
        trigger: table.map(|table| TriggerPlace {
            table: table.to_owned(),
            moment: "AFTER DELETE".into(),
            order: 1,
        }),
    }
}

/// What a trigger with this body on `d.cfg` may write, in a database that has the tables cfg, log, big, kid and
/// parent (with kid under it), a routine and a view for each way to write, and a trigger on `log2`.
fn reach(body: &str, sql_mode: &str) -> (Vec<String>, Vec<String>) {
    let table = |extra: &str| Table { create: format!("CREATE TABLE `t` (\n  `id` int{extra}\n)") };
    let mut tables: BTreeMap<String, Table> =
        ["cfg", "log", "log2", "big", "parent"].map(|t| (t.to_owned(), table(""))).into();
    let key = ",\n  CONSTRAINT `k` FOREIGN KEY (`id`) REFERENCES `parent` (`id`) ON DELETE CASCADE";
    tables.insert("kid".into(), table(key));
    let mut objects = BTreeMap::new();
    let mut add = |kind, name: &str, create: &str, table: Option<&str>| {
        let mode = if kind == ObjectKind::Trigger { sql_mode } else { "" };
        objects.insert((kind, name.to_owned()), stored(create, mode, table));
    };
    let head = "CREATE TRIGGER `tr` AFTER DELETE ON `cfg` FOR EACH ROW ";
    add(ObjectKind::Trigger, "tr", &format!("{head}{body}"), Some("cfg"));
    let second = "CREATE TRIGGER `tr2` AFTER DELETE ON `log2` FOR EACH ROW INSERT INTO big VALUES (1)";
    add(ObjectKind::Trigger, "tr2", second, Some("log2"));
    add(
        ObjectKind::Procedure,
        "note",
        "CREATE PROCEDURE `note`() BEGIN INSERT INTO log VALUES (1); END",
        None,
    );
    add(
        ObjectKind::Function,
        "f",
        "CREATE FUNCTION `f`() RETURNS int BEGIN CALL note(); RETURN 1; END",
        None,
    );
    add(ObjectKind::View, "v", "CREATE VIEW `v` AS select `d`.`log`.`id` AS `id` from `d`.`log`", None);
    add(ObjectKind::View, "fv", "CREATE VIEW `fv` AS select `d`.`f`() AS `id`", None);
    let prepared = "CREATE PROCEDURE `dyn`() BEGIN PREPARE s FROM 'DELETE FROM big'; EXECUTE s; END";
    add(ObjectKind::Procedure, "dyn", prepared, None);
    let script = "CREATE FUNCTION `js`() RETURNS int LANGUAGE JAVASCRIPT AS $$ session.sql('x') $$";
    add(ObjectKind::Function, "js", script, None);
    let database = Database {
        charset: String::new(),
        collation: String::new(),
        options: String::new(),
        tables,
        objects,
    };
    let server = ServerInfo {
        flavor: Flavor::MySql,
        version: (9, 7, 0),
        version_text: String::new(),
        lower_case_table_names: 0,
        server_uuid: String::new(),
        zone: crate::server::Zone { name: "SYSTEM".to_owned(), is_utc: true },
    };
    let schema = Schema {
        server,
        default_collations: BTreeMap::new(),
        databases: [("d".to_owned(), database)].into(),
    };
    let keys = Keys::default().after(&schema).unwrap();
    let definitions = Definitions { schema: &schema, keys: &keys, databases: &["d".into(), "other".into()] };
    let reach = definitions.reach_of_trigger("d", "tr");
    (reach.tables.iter().map(ToString::to_string).collect(), reach.unknown.into_iter().collect())
}

#[test]
fn every_way_to_write_is_seen() {
    let all: &[(&str, &[&str])] = &[
        ("SET @a = 1", &[]),
        ("SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'delete from log'", &[]),
        ("SET @a = (SELECT COUNT(*) FROM big)", &[]),
        ("SET @a = REPLACE('a', 'b', 'log')", &[]),
        ("SET @a = INSERT('log', 1, 1, 'x')", &[]),
        ("SET @a = (SELECT id FROM log LIMIT 1 FOR UPDATE)", &[]),
        ("/* INSERT INTO log VALUES (1) */ SET @a = 1", &[]),
        ("INSERT INTO log VALUES (1)", &["d.log"]),
        ("INSERT log SELECT id FROM big", &["d.log"]),
        ("insert low_priority ignore into LOG values (1)", &["d.log"]),
        ("REPLACE INTO `log` VALUES (1)", &["d.log"]),
        ("INSERT INTO `d`.`log` VALUES (1) ON DUPLICATE KEY UPDATE id = 2", &["d.log"]),
        ("INSERT INTO other.audit VALUES (1)", &["other.audit"]),
        ("UPDATE log SET id = (SELECT MAX(id) FROM big)", &["d.log"]),
        ("UPDATE log l JOIN big b ON b.id = l.id SET l.id = 1", &["d.big", "d.log"]),
        ("UPDATE other.x, log SET x.id = 1", &["d.log", "other.x"]),
        ("DELETE FROM log WHERE id IN (SELECT id FROM big)", &["d.log"]),
        ("DELETE a FROM log AS a JOIN big WHERE a.id = 1", &["d.big", "d.log"]),
        ("DELETE FROM l USING log l WHERE l.id = 1", &["d.log"]),
        ("BEGIN IF OLD.id > 1 THEN DELETE FROM log; END IF; END", &["d.log"]),
        ("/*!50000 DELETE FROM log */", &["d.log"]),
        ("CALL note()", &["d.log"]),
        ("CALL d.note", &["d.log"]),
        ("SET @a = f()", &["d.log"]),
        ("SET @a = (SELECT id FROM fv)", &["d.log"]),
        ("DELETE FROM v", &["d.log"]),
        ("DELETE FROM parent", &["d.kid", "d.parent"]),
        ("DELETE FROM log2", &["d.big", "d.log2"]),
        ("CREATE TEMPORARY TABLE own (a INT)", &[]),
        ("INSERT INTO own VALUES (1)", &[]),
    ];
    for (body, tables) in all {
        assert_eq!(reach(body, ""), (tables.iter().map(|t| (*t).to_owned()).collect(), vec![]), "{body}");
    }
}

#[test]
fn what_cannot_be_read_is_unknown() {
    for body in ["CALL dyn()", "CALL other.p()", "SET @a = other.f(1)", "SET @a = js()"] {
        assert_eq!(reach(body, "").1.len(), 1, "{body}");
    }
    assert_eq!(reach("SET @a = 'a\\'; DELETE FROM log; SET @b = '", "NO_BACKSLASH_ESCAPES").1.len(), 1);
}

#[test]
fn quotes_mean_names_under_ansi_quotes() {
    assert_eq!(reach("INSERT INTO \"log\" VALUES (1)", "").0, Vec::<String>::new());
    assert_eq!(reach("INSERT INTO \"log\" VALUES (1)", "ANSI_QUOTES").0, ["d.log"]);
}
