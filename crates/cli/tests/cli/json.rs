//! Every document that `--format json` prints is valid by docs/json.schema.json.

use std::path::Path;

use crate::common::{FLAVORS, Shop, run};
use boon::{Compiler, Schemas};
use serde_json::Value;

/// Panics unless `text` is one JSON document of this kind and valid.
#[track_caller]
fn check(kind: &str, text: &str) -> Value {
    let document: Value = serde_json::from_str(text).expect("stdout is one JSON document");
    assert_eq!(document["lockstep"], kind);
    if let Err(error) = validate(&document) {
        panic!("{error}\n{document:#}");
    }
    document
}

fn validate(document: &Value) -> Result<(), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/json.schema.json");
    let mut schemas = Schemas::new();
    let schema = Compiler::new().compile(path.to_str().unwrap(), &mut schemas).expect("the schema compiles");
    schemas.validate(document, schema).map_err(|e| format!("{e:#}"))
}

const SOURCE: &str = "
    CREATE TABLE note (id INT PRIMARY KEY, text VARCHAR(20), raw VARBINARY(8));
    INSERT INTO note VALUES (1, 'new', x'00FF'), (2, 'changed', NULL);";

const TARGET: &str = "
    CREATE TABLE note (id INT PRIMARY KEY, text VARCHAR(20), raw VARBINARY(8));
    CREATE TABLE old (id INT PRIMARY KEY);
    INSERT INTO note VALUES (2, 'old', NULL), (3, 'gone', x'80');";

#[test]
fn documents_of_plans_runs_and_history_are_valid() {
    for kind in FLAVORS {
        let shop = Shop::new(kind, SOURCE, TARGET);
        let plan = check("plan", &shop.lockstep("plan", &["note"], &["--format", "json"]).expect(3).out);
        assert_eq!(plan["refused"].as_array().map(Vec::len), Some(1), "a dropped table is destructive");
        let refused = shop.lockstep("sync", &["note"], &["--yes", "--format", "json"]).expect(3);
        assert_eq!(check("sync", &refused.out)["outcome"], "refused");
        let allowed = ["--yes", "--format", "json", "--allow", "destructive"];
        assert_eq!(
            check("sync", &shop.lockstep("sync", &["note"], &allowed).expect(0).out)["outcome"],
            "applied"
        );
        assert_eq!(
            check("sync", &shop.lockstep("sync", &["note"], &allowed).expect(0).out)["outcome"],
            "in_step"
        );
        check("plan", &shop.lockstep("verify", &["note"], &["--format", "json"]).expect(0).out);
        let url = shop.pair.target.url();
        let history = check("history", &run(&["history", &url, "--format", "json"]).expect(0).out);
        let run_number = history["targets"][0]["runs"][0]["run"].to_string();
        check("history", &run(&["history", &url, "--run", &run_number, "--format", "json"]).expect(0).out);
    }
}

#[test]
fn documents_of_a_topology_are_valid() {
    let shop = Shop::new(FLAVORS[0], SOURCE, TARGET);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lockstep.toml");
    let text = format!(
        "databases = [\"{database}\"]\n[environments.a]\nurl = \"{}\"\n[environments.b]\nurl = \"{}\"\n\
         [[flows]]\nfrom = \"a\"\nto = \"b\"\n[[reference_tables]]\ntable = \"{database}.note\"\n",
        shop.pair.source.url(),
        shop.pair.target.url(),
        database = shop.database
    );
    std::fs::write(&file, text).unwrap();
    let topology = ["--topology", file.to_str().unwrap(), "--format", "json"];
    let status = run(&[&["status", "--allow", "broad-login"], &topology[..]].concat()).expect(2);
    check("status", &status.out);
    // root can read everything, and doctor says so.
    check("doctor", &run(&[&["doctor"], &topology[..]].concat()).expect(1).out);
    let sandbox =
        run(&["sandbox", "status", "--format", "json", "--folder", folder.path().to_str().unwrap()]);
    check("sandbox", &sandbox.expect(2).out);
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let wrong = serde_json::json!({ "lockstep": "status", "format": 1, "flows": [{ "from": "a" }] });
    assert!(validate(&wrong).is_err());
    assert!(validate(&serde_json::json!({ "lockstep": "status", "format": 2, "flows": [] })).is_err());
}
