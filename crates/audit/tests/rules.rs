//! Each rule's own examples: the good one passes it, the bad one is reported by it.

use lockstep_audit::rules::{Check, RULES};
use lockstep_audit::{Audit, Finding, Profile, Rule};

fn findings(rule: &'static Rule, text: &str) -> Vec<Finding> {
    let profile = Profile::ALL
        .into_iter()
        .find(|profile| rule.level(*profile).is_some())
        .expect("a rule applies somewhere");
    // Rules that compare deployments get one deployment for each document of the example.
    let mut audit = Audit::new(profile).only([rule.id().to_owned()]);
    for (index, document) in text.split("\n---\n").enumerate() {
        audit = audit.template(format!("{index}.yaml"), document);
    }
    let report = audit.run().unwrap_or_else(|errors| panic!("{}: {errors:?}", rule.id()));
    report.findings.into_iter().filter(|finding| finding.rule.id() == rule.id()).collect()
}

#[test]
fn good_examples_pass_and_bad_ones_are_reported() {
    let mut wrong = Vec::new();
    for rule in RULES.iter().copied().filter(|rule| rule.id() != "audit-combinations") {
        for finding in findings(rule, rule.good) {
            wrong.push(format!("{}: the good example is reported: {}", rule.id(), finding.full_message()));
        }
        if findings(rule, rule.bad).is_empty() {
            wrong.push(format!("{}: the bad example is not reported", rule.id()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_is_complete_and_its_id_is_its_own() {
    let mut ids = std::collections::HashSet::new();
    for rule in RULES {
        assert!(ids.insert(rule.id()), "{} stands twice", rule.id());
        for text in [rule.title, rule.why, rule.source, rule.fix] {
            assert!(!text.is_empty(), "{} lacks a text", rule.id());
        }
        assert!(rule.levels.iter().any(Option::is_some), "{} applies nowhere", rule.id());
        assert!(rule.why.ends_with('.') && rule.fix.ends_with('.'), "{}: sentences end", rule.id());
        if let Check::Resources(kinds, _) = rule.check {
            assert!(!kinds.is_empty(), "{} looks at nothing", rule.id());
        }
    }
}

#[test]
fn the_whole_catalogue_of_mistakes_has_rules() {
    for number in 1..=36 {
        let id = format!("mistake-{number:02}");
        assert!(RULES.iter().any(|rule| rule.id() == id), "{id} has no rule");
    }
}

#[test]
fn what_rules_cover_are_requirements() {
    let known: Vec<&str> = lockstep_audit::requirements::REQUIREMENTS.iter().map(|(id, _)| *id).collect();
    for rule in RULES {
        for covered in rule.covers {
            assert!(known.contains(covered), "{} covers {covered}, which is no requirement", rule.id());
        }
    }
    for id in known {
        let covered = RULES.iter().any(|rule| rule.requirements().any(|one| one == id));
        assert!(covered, "no rule checks {id}");
    }
}

#[test]
fn a_rule_is_found_by_its_name_and_by_its_former_id_and_its_file_has_its_name() {
    for rule in RULES {
        for called in [rule.name, rule.id()] {
            let found = lockstep_audit::rules::rule(called);
            assert!(found.is_some_and(|one| std::ptr::eq(one, *rule)), "{called}");
        }
        let file = format!("src/rules/{}.rs", rule.name.replace('-', "_"));
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(text.contains(&format!("name: \"{}\"", rule.name)), "{file} holds another rule");
    }
}

/// `cargo fmt` does not see the files that a macro declares.
#[test]
fn rule_files_are_formatted() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let files = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").path());
    let files: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "rs")).collect();
    let mut rustfmt = std::process::Command::new("rustfmt");
    let output = rustfmt.args(["--edition", "2024", "--check"]).args(files).output().expect("rustfmt");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
