//! The audit inside another program: `cargo run --example audit -- PROFILE TEMPLATE…` prints its findings, one a line;
//! without arguments it prints the reference of the rules.

use std::process::ExitCode;

use lockstep_audit::{Audit, Profile, output};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(profile) = arguments.next() else {
        print!("{}", output::reference());
        return ExitCode::SUCCESS;
    };
    let Some(profile) = Profile::of_name(&profile) else {
        eprintln!("{profile} is not a profile");
        return ExitCode::FAILURE;
    };
    let mut worst = ExitCode::SUCCESS;
    for path in arguments {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        match Audit::new(profile).template(&path, text).run() {
            Ok(report) => report.counting().for_each(|one| {
                let (severity, rule, line) = (one.severity.word(), one.rule.name, one.start.line);
                println!("{path}:{line}: {severity} {} {rule}: {}", one.rule.id(), one.full_message());
            }),
            Err(errors) => {
                errors.iter().for_each(|error| eprintln!("{error}"));
                worst = ExitCode::FAILURE;
            }
        }
    }
    worst
}
