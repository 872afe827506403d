//! Mistakes of meaning: templates of several shapes that are right, and what is named when one thing in them is wrong.
//!
//! `*.mutants` holds the mistakes: the rule that must name it and what is wrong, the text, and what it becomes. `¶` stands
//! for the end of a line.

mod cases;

use lockstep_audit::{Audit, Finding, Profile, Report, Severity};

const STACKS: [(&str, &str, &str); 3] = [
    ("stack.yaml", include_str!("stack.yaml"), include_str!("stack.mutants")),
    ("serverless.yaml", include_str!("serverless.yaml"), include_str!("serverless.mutants")),
    ("synthesized.json", include_str!("synthesized.json"), include_str!("synthesized.mutants")),
];

/// The findings above info of an audit for any stack.
fn serious(report: &Report) -> Vec<&Finding> {
    report.counting().filter(|one| one.severity > Severity::Info).collect()
}

fn audit(name: &str, text: &str) -> Report {
    let audit = Audit::new(Profile::AnyAurora).template(name, text);
    audit.run().unwrap_or_else(|errors| panic!("{name}: {errors:?}"))
}

fn messages(report: &Report) -> Vec<String> {
    serious(report).iter().map(|one| format!("{}: {}", one.rule.name, one.full_message())).collect()
}

#[test]
fn right_templates_of_every_shape_pass() {
    for (name, text, _) in STACKS {
        assert_eq!(messages(&audit(name, text)), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn every_mistake_is_named_by_its_rule() {
    let mut missed = Vec::new();
    let mut made = 0;
    for (name, text, mutants) in STACKS {
        for mutant in mutants.split("\n\n").filter(|block| !block.starts_with('#')) {
            let lines: Vec<&str> = mutant.trim().lines().collect();
            let [head, from, to] = lines[..] else { panic!("three lines are expected: {mutant}") };
            let (rule, what) = head.split_once(" | ").expect("a rule and what is wrong");
            let written = |line: &str| line[2..].replace('¶', "\n");
            assert!(text.contains(&written(from)), "{name} does not hold {from}");
            let report = audit(name, &text.replacen(&written(from), &written(to), 1));
            made += 1;
            if !serious(&report).iter().any(|one| one.rule.is_called(rule)) {
                missed.push(format!("{name}: {rule} ({what}): {:?}", messages(&report)));
            }
        }
    }
    assert!(missed.is_empty(), "{} of {made}:\n{}", missed.len(), missed.join("\n"));
    assert!(made > 100, "only {made} mistakes are made");
}

#[test]
fn each_kind_of_meaning_has_three_mistakes_or_more() {
    let all: String = STACKS.iter().map(|(_, _, mutants)| *mutants).collect();
    let kinds: [(&str, &[&str]); 6] = [
        (
            "who can do what",
            &["resource-policies", "keys-can", "services-may", "functions-may", "senders-may", "R-M4"],
        ),
        (
            "what can reach what",
            &["routes-lead", "acls-pass", "endpoints-answer", "databases-admit", "subnets-lie"],
        ),
        ("what refers to what", &["references-", "attributes-exist", "values-have", "required-"]),
        ("what an alarm watches", &["alarms-name", "alarms-fire", "alarm-expressions"]),
        ("secrets", &["mistake-17"]),
        ("state machines", &["state-machines-run", "state-machine-roles"]),
    ];
    for (kind, rules) in kinds {
        let heads = all.lines().filter(|line| line.contains(" | "));
        let count = heads.filter(|head| rules.iter().any(|rule| head.starts_with(rule))).count();
        assert!(count >= 3, "{kind}: {count}");
    }
}

#[test]
fn a_requirement_is_not_called_met_where_nothing_is_about_it() {
    let topic = "Resources:\n  T:\n    Type: AWS::SNS::Topic\n";
    let report = audit("topic.yaml", topic);
    let rows = lockstep_audit::output::matrix_rows(&report);
    let status = |id: &str| rows.iter().find(|row| row.0 == id).map(|row| row.3.word());
    for id in ["R-M5", "R-C3", "mistake-11", "mistake-08", "mistake-27", "R-E2", "H-P8"] {
        assert_eq!(status(id), Some("not applicable"), "{id}");
    }
}

#[test]
fn a_requirement_is_unknown_where_the_template_does_not_show_it() {
    let nested =
        "Resources:\n  S:\n    Type: AWS::CloudFormation::Stack\n  D:\n    Type: AWS::RDS::DBCluster\n";
    let report = audit("nested.yaml", nested);
    let rows = lockstep_audit::output::matrix_rows(&report);
    assert!(rows.iter().any(|row| row.3.word() == "unknown"), "{:?}", report.undecided);
}
