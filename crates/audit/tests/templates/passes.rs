//! The project's own templates pass, each for its brief, with the values of its environments and without.

use crate::own::{CLUSTER_TEMPLATE, ENVIRONMENT_TEMPLATE, Template, audit, deployed};
use lockstep_audit::document::source::Source;
use lockstep_audit::{Audit, Profile, Report, Severity, read_parameters};

fn serious(report: &Report) -> Vec<String> {
    let serious = report.counting().filter(|one| one.severity > Severity::Info);
    serious.map(|one| format!("{}: {}", one.rule.id(), one.full_message())).collect()
}

fn in_all_environments() -> Audit {
    let mut audit =
        Audit::new(Profile::Replication).template(ENVIRONMENT_TEMPLATE, deployed(ENVIRONMENT_TEMPLATE));
    for name in ["dev", "staging", "prod"] {
        let file = format!("parameters/{name}.json");
        let values = read_parameters(Source::new(&file, deployed(&file))).expect("a parameter file");
        audit = audit.environment(name, values);
    }
    audit
}

#[test]
fn the_environment_template_passes_for_all_it_permits() {
    let report = audit(&Template::read(ENVIRONMENT_TEMPLATE), Profile::Replication);
    assert_eq!(serious(&report), Vec::<String>::new());
}

#[test]
fn the_environment_template_passes_in_its_three_environments() {
    let report = in_all_environments().run().expect("a template");
    assert_eq!(serious(&report), Vec::<String>::new());
}

#[test]
fn the_cluster_template_passes_for_all_it_permits() {
    let report = audit(&Template::read(CLUSTER_TEMPLATE), Profile::HighAvailability);
    assert_eq!(serious(&report), Vec::<String>::new());
}

#[test]
fn one_key_for_two_environments_is_found() {
    let key = "arn:aws:kms:us-east-1:111111111111:key/11111111-1111-4111-8111-111111111111";
    let report = in_all_environments().parameter("KmsKeyArn", key).run().expect("a template");
    assert!(report.counting().any(|one| one.rule.id() == "R-M8"), "{:?}", serious(&report));
}
