//! Every case under `tests/schema` on real servers: `before.sql` becomes `after.sql`.
//!
//! A case is a folder with
//! - `before.sql` and `after.sql`, run in the databases `golden` (the default one) and `golden_two`;
//! - `rows.sql` (optional), rows put into the target first, and `check.sql`, a query that must then
//!   answer 1 after the change;
//! - `plan.sql`, the statements expected on MySQL, and `plan.mariadb.sql` where MariaDB's differ;
//! - `only` (optional), `mysql` or `mariadb`;
//! - `refused` (optional), a piece of the reason for which the case is refused;
//! - `strict` (optional): the order of keys counts.
//!
//! `UPDATE_GOLDEN=1` writes the plans anew instead of comparing them; run it twice where MySQL's change, so that
//! MariaDB's are compared with the new ones. `GOLDEN_CASES=word` plays the cases alone whose names hold the word.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{self, Definitions, connect, definitions, reset, run};
use lockstep_engine::plan::{Plan, Recipe, Script, Side, write_sql};
use lockstep_engine::run::Permits;
use lockstep_engine::schema::{
    Options, Patience, Schema, SchemaDiff, Statement, diff, execute, fingerprint, read, rehearse,
};
use lockstep_engine::surroundings::Surroundings;
use lockstep_engine::{Flavor, Session};
use lockstep_sandbox::testing::{self, Kind};

/// Cases whose definitions hold letters that a script cannot carry: they were made under another character set.
const WITHOUT_SCRIPT: [&str; 2] = ["stored-under-other-charsets", "stored-under-other-charsets-mariadb"];

const DATABASES: [&str; 2] = ["golden", "golden_two"];

#[test]
fn every_case_arrives_or_is_refused_on_mysql() {
    play_all(Kind::MySql97);
}

#[test]
fn every_case_arrives_or_is_refused_on_mariadb() {
    play_all(Kind::MariaDb1011);
}

fn play_all(kind: Kind) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/schema");
    let mut cases: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() >= 150, "only {} cases in {}", cases.len(), folder.display());
    if let Ok(word) = std::env::var("GOLDEN_CASES") {
        cases.retain(|case| case.to_string_lossy().contains(&word));
    }
    let pair = testing::pair(kind);
    let (mut source, mut target) = (connect(&pair.source), connect(&pair.target));
    let mut failures = String::new();
    for case in &cases {
        let case = Case { folder: case, flavor: source.server().flavor };
        if !case.applies() {
            continue;
        }
        if let Err(failure) = case.play(&mut source, &mut target, &pair.target) {
            writeln!(failures, "{} on {kind}: {failure}\n", case.name()).unwrap();
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

struct Case<'a> {
    folder: &'a Path,
    flavor: Flavor,
}

impl Case<'_> {
    fn name(&self) -> String {
        self.folder.file_name().unwrap().to_string_lossy().into_owned()
    }

    fn text(&self, file: &str) -> Option<String> {
        fs::read_to_string(self.folder.join(file)).ok()
    }

    fn applies(&self) -> bool {
        let flavor = match self.flavor {
            Flavor::MySql => "mysql",
            Flavor::MariaDb => "mariadb",
        };
        self.text("only").is_none_or(|only| only.trim() == flavor)
    }

    fn play(
        &self,
        source: &mut Session,
        target: &mut Session,
        server: &testing::Endpoint,
    ) -> Result<(), String> {
        self.prepare(source, "after.sql")?;
        self.prepare(target, "before.sql")?;
        let (wanted, current) = (schema(source)?, schema(target)?);
        let options = Options { strict_key_order: self.text("strict").is_some(), ..Options::default() };
        let plan = diff(&wanted, &current, &options);
        self.compare_plan(&plan)?;
        let before = definitions(target, &DATABASES);
        let outcome = match plan.unsupported.first() {
            Some(unsupported) => Err(format!("{}: {}", unsupported.object, unsupported.reason)),
            None => rehearse(target, &wanted, &current, &plan, &options).map(drop).map_err(|e| e.to_string()),
        };
        if definitions(target, &DATABASES) != before {
            return Err("the rehearsal changed the target".into());
        }
        match (self.text("refused"), outcome) {
            (None, outcome) => outcome?,
            (Some(reason), Err(error)) if error.contains(reason.trim()) => return Ok(()),
            (Some(reason), outcome) => return Err(format!("expected {reason:?}, got {outcome:?}")),
        }
        self.run(target, &plan.statements)?;
        self.verify(source, target, &wanted, &options)?;
        self.continue_after_a_crash(source, target, &wanted, &options, &plan)?;
        self.run_as_script(source, target, (&wanted, &options, plan), server)
    }

    /// Runs the plan as a script with the command-line client.
    fn run_as_script(
        &self,
        source: &mut Session,
        target: &mut Session,
        (wanted, options, plan): (&Schema, &Options, SchemaDiff),
        server: &testing::Endpoint,
    ) -> Result<(), String> {
        self.prepare(target, "before.sql")?;
        let Some(script) = script_of(target, plan)? else {
            let known = WITHOUT_SCRIPT.contains(&self.name().as_str());
            return if known { Ok(()) } else { Err("it has no script".to_owned()) };
        };
        server.try_script(DATABASES[0], &script).map_err(|e| format!("as a script: {e}\n{script}"))?;
        self.verify(source, target, wanted, options).map_err(|e| format!("as a script: {e}\n{script}"))
    }

    fn run(&self, target: &mut Session, statements: &[Statement]) -> Result<(), String> {
        for statement in statements {
            execute(target, statement, Patience::default()).map_err(|e| e.to_string())?;
        }
        Ok(())
    }

    /// Runs half of the plan only, and lets a new plan finish.
    fn continue_after_a_crash(
        &self,
        source: &mut Session,
        target: &mut Session,
        wanted: &Schema,
        options: &Options,
        plan: &SchemaDiff,
    ) -> Result<(), String> {
        let half = &plan.statements[..plan.statements.len() / 2];
        if half.is_empty() {
            return Ok(());
        }
        self.prepare(target, "before.sql")?;
        // A session of its own: what dies with a run, such as its locks, dies here too.
        self.run(&mut target.another().map_err(|e| e.to_string())?, half)?;
        let current = schema(target)?;
        let rest = diff(wanted, &current, options);
        rehearse(target, wanted, &current, &rest, options)
            .map_err(|e| format!("after half of the plan: {e}"))?;
        self.run(target, &rest.statements)?;
        self.verify(source, target, wanted, options).map_err(|e| format!("after half of the plan: {e}"))
    }

    /// Empties the databases and runs one of the case's scripts.
    fn prepare(&self, session: &mut Session, file: &str) -> Result<(), String> {
        reset(session, &DATABASES);
        let script = self.text(file).ok_or(format!("{file} is missing"))?;
        run(session, DATABASES[0], &script).map_err(|e| format!("{file}: {e}"))?;
        match self.text("rows.sql").filter(|_| file == "before.sql") {
            Some(rows) => run(session, DATABASES[0], &rows).map_err(|e| format!("rows.sql: {e}")),
            None => Ok(()),
        }
    }

    /// What the target holds now must be what `after.sql` makes by itself.
    fn verify(
        &self,
        source: &mut Session,
        target: &mut Session,
        wanted: &Schema,
        options: &Options,
    ) -> Result<(), String> {
        let now = schema(target)?;
        let rest = diff(wanted, &now, options);
        if !rest.is_empty() {
            return Err(format!("a second plan is not empty:\n{}", shown(&rest)));
        }
        if fingerprint(wanted) != fingerprint(&now) {
            return Err("equal schemas have different fingerprints".into());
        }
        let (expected, found) = (definitions(source, &DATABASES), definitions(target, &DATABASES));
        let sorted =
            |d: &Definitions| if options.strict_key_order { d.clone() } else { support::keys_sorted(d) };
        if sorted(&expected) != sorted(&found) {
            return Err(support::first_difference(&sorted(&expected), &sorted(&found)));
        }
        if let Some(check) = self.text("check.sql") {
            target.use_database(DATABASES[0]).unwrap();
            let answer: Option<Option<i64>> = target.query_first(&check).map_err(|e| e.to_string())?;
            if answer.flatten() != Some(1) {
                return Err(format!("the rows did not survive: {check}"));
            }
        }
        Ok(())
    }

    fn compare_plan(&self, plan: &SchemaDiff) -> Result<(), String> {
        let (general, own) = ("plan.sql", "plan.mariadb.sql");
        let found = shown(plan);
        let is_own = self.flavor == Flavor::MariaDb && self.text("only").is_none();
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            let same = self.text(general).is_some_and(|text| text == found);
            let file = if is_own { own } else { general };
            match is_own && same {
                true => drop(fs::remove_file(self.folder.join(own))),
                false => fs::write(self.folder.join(file), &found).unwrap(),
            }
            return Ok(());
        }
        let expected = self.text(own).filter(|_| is_own).or_else(|| self.text(general)).unwrap_or_default();
        if expected == found { Ok(()) } else { Err(format!("the plan is\n{found}\nand not\n{expected}")) }
    }
}

/// The plan's statements as `--format sql` writes them, or `None` where a script cannot carry their letters.
fn script_of(session: &mut Session, plan: SchemaDiff) -> Result<Option<String>, String> {
    let side = || Side { name: String::new(), version: String::new(), schema: String::new() };
    let recipe = Recipe {
        by_url: true,
        databases: DATABASES.map(str::to_owned).to_vec(),
        references: Vec::new(),
        schema: true,
        data: false,
        destructive: true,
        may_fail: true,
        strict_key_order: false,
        permits: Permits::default(),
        slices: BTreeMap::new(),
    };
    let plan = Plan {
        source: side(),
        target: side(),
        recipe,
        statements: plan.statements,
        tables: Vec::new(),
        unsupported: Vec::new(),
        refused: Vec::new(),
        warnings: Vec::new(),
        notes: Vec::new(),
        surroundings: Surroundings::default(),
        script: Some(Ok(Script { pins: session.pins().unwrap(), ..Script::default() })),
    };
    let mut script = Vec::new();
    match write_sql(&plan, &mut script) {
        Ok(()) => Ok(Some(String::from_utf8(script).unwrap())),
        Err(e) if e.to_string().contains("holds characters beyond ASCII") => Ok(None),
        Err(e) => Err(e.to_string()),
    }
}

fn schema(session: &mut Session) -> Result<Schema, String> {
    read(session, &DATABASES.map(str::to_owned)).map_err(|e| e.to_string())
}

/// A plan as a person reads it.
fn shown(plan: &SchemaDiff) -> String {
    let mut out = String::new();
    for note in &plan.notes {
        writeln!(out, "-- note: {note}").unwrap();
    }
    for unsupported in &plan.unsupported {
        writeln!(out, "-- unsupported: {}: {}", unsupported.object, unsupported.reason).unwrap();
    }
    for Statement { sql, object, risk, why, settings, .. } in &plan.statements {
        let risk = risk.word();
        writeln!(out, "-- {risk}: {object}: {why}").unwrap();
        if object.kind != lockstep_engine::schema::ObjectKind::Table {
            let said = [&settings.character_set_client, &settings.collation_connection, &settings.time_zone];
            let said: Vec<_> = said.into_iter().flatten().cloned().collect();
            if !said.is_empty() {
                writeln!(out, "-- under {}", said.join(", ")).unwrap();
            }
        }
        writeln!(out, "{sql};").unwrap();
    }
    out
}
