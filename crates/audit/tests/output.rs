//! What the outputs say, and that their forms hold.

use std::path::Path;

use lockstep_audit::{Audit, Baseline, Profile, Report, SetAside, Severity, output};
use serde_json::{Value, json};

const TEMPLATE: &str = "\
Parameters:
  Days: {Type: Number, Default: 7, MaxValue: 35}
  Environment: {Type: String, AllowedValues: [dev, prod]}
Conditions:
  IsProd: !Equals [!Ref Environment, prod]
Resources:
  Db:
    Type: AWS::RDS::DBCluster
    Properties:
      BackupRetentionPeriod: !Ref Days
      StorageEncrypted: !If [IsProd, true, false]
  Group:
    Type: AWS::EC2::SecurityGroup
    Metadata: {lockstep: {suppress: [{rule: mistake-14, reason: a test network}]}}
    Properties:
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 3306, ToPort: 3306, CidrIp: 0.0.0.0/0}]
";

fn audit(rules: &[&str]) -> Audit {
    let rules = rules.iter().map(|&rule| rule.to_owned());
    Audit::new(Profile::AnyAurora).template("stack.yaml", TEMPLATE).only(rules)
}

fn report(rules: &[&str]) -> Report {
    audit(rules).run().expect("a template")
}

#[test]
fn text_shows_the_lines_like_a_compiler() {
    let text = output::text(&report(&["mistake-18"]), false);
    let shown: Vec<&str> = text.lines().take(11).collect();
    assert_eq!(
        shown.join("\n"),
        "error[mistake-18 storage-is-encrypted]: the storage of Db is not encrypted, when Environment is dev
  --> stack.yaml:11:44
   |
11 |       StorageEncrypted: !If [IsProd, true, false]
   |                                            ^^^^^
   |
  ::: stack.yaml:3:3
   |
 3 |   Environment: {Type: String, AllowedValues: [dev, prod]}
   |   ----------- Environment is declared here
   |"
    );
    assert!(
        text.ends_with("audit (any-aurora): 1 error, 0 warnings, 0 noted; 1 rule in 1 template\n"),
        "{text}"
    );
}

#[test]
fn a_password_is_reported_by_its_place_and_never_shown() {
    let template = "Resources:\n  Db:\n    Type: AWS::RDS::DBCluster\n    Properties: {MasterUserPassword: SimplePassword123}\n";
    let report = Audit::new(Profile::AnyAurora).template("db.yaml", template).run().expect("a template");
    let written = [
        output::text(&report, false),
        output::json(&report).to_string(),
        output::sarif(&report).to_string(),
        output::markdown(&report),
    ];
    assert!(
        written.iter().all(|text| text.contains("mistake-17") && !text.contains("SimplePassword123")),
        "{written:?}"
    );
    assert!(written[0].contains("--> db.yaml:4:38"), "{}", written[0]);
}

#[test]
fn a_range_that_is_too_wide_is_a_warning_that_says_so() {
    let report = report(&["mistake-20"]);
    let finding = &report.findings[0];
    assert_eq!((report.findings.len(), finding.severity), (1, Severity::Warning));
    let words = "(the default passes, the permitted range does not), when Days is 0";
    assert!(finding.full_message().ends_with(words), "{}", finding.full_message());
    let fixed = audit(&["mistake-20"]).parameter("Days", "14").run().expect("a template");
    assert!(fixed.findings.is_empty());
}

#[test]
fn an_environment_is_audited_with_its_values_only() {
    let environment = |name: &str| [("Environment".to_owned(), name.to_owned())];
    let both = audit(&["mistake-18"])
        .environment("dev", environment("dev"))
        .environment("prod", environment("prod"));
    let report = both.run().expect("a template");
    assert_eq!(report.findings.len(), 1);
    assert_eq!(report.findings[0].environments, ["dev"]);
    let message = report.findings[0].full_message();
    assert_eq!(message, "the storage of Db is not encrypted [dev]");
}

#[test]
fn a_missing_and_a_wrong_value_are_reported() {
    let values = |days: &str| [("Days".to_owned(), days.to_owned())];
    let report = audit(&["audit-values"]).environment("dev", values("99")).run().expect("a template");
    let messages: Vec<&str> = report.findings.iter().map(|one| one.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "the value given for Days is `99`, outside MinValue and MaxValue",
            "Environment has no default and the environment gives no value for it",
        ]
    );
}

#[test]
fn a_suppression_counts_only_with_a_reason_and_when_it_is_used() {
    let suppressed = report(&["mistake-14", "audit-suppression"]);
    assert_eq!(suppressed.findings.len(), 1);
    assert_eq!(suppressed.findings[0].set_aside, Some(SetAside::Suppressed("a test network".to_owned())));
    assert_eq!(suppressed.worst(), None);

    let run =
        |text: String| Audit::new(Profile::AnyAurora).template("t.yaml", text).run().expect("a template");
    let ids = |report: &Report| {
        report
            .counting()
            .filter(|one| one.severity > Severity::Info)
            .map(|one| one.rule.id())
            .collect::<Vec<_>>()
    };
    let by_name = run(TEMPLATE.replace("mistake-14", "databases-closed-to-the-world"));
    let named = ids(&by_name);
    assert!(!named.contains(&"mistake-14") && !named.contains(&"audit-suppression"), "{named:?}");
    let without_reason = run(TEMPLATE.replace(", reason: a test network", ""));
    assert!(
        ids(&without_reason).contains(&"mistake-14") && ids(&without_reason).contains(&"audit-suppression")
    );
    let unused = run(TEMPLATE.replace("0.0.0.0/0", "10.1.1.0/24"));
    assert!(ids(&unused).contains(&"audit-suppression"), "{:?}", ids(&unused));
}

#[test]
fn a_baseline_sets_known_findings_aside_and_leaves_new_ones() {
    let old = report(&["mistake-18"]);
    let text = Baseline::of(&old).to_text();
    let baseline = Baseline::parse(&text).expect("what was written can be read");
    let known = audit(&["mistake-18", "mistake-20"]).baseline(baseline).run().expect("a template");
    let counting: Vec<&str> = known.counting().map(|one| one.rule.id()).collect();
    assert_eq!(counting, ["mistake-20"]);
    assert!(known.findings.iter().any(|one| one.set_aside == Some(SetAside::Known)));
    assert!(Baseline::parse("{}").is_err());
}

#[test]
fn broken_text_gives_place_and_cause() {
    let errors =
        Audit::new(Profile::AnyAurora).template("a.json", "{\n  \"Resources\": {,}\n}").run().unwrap_err();
    assert_eq!(errors[0].to_string(), "a.json:2:17: found `,` where a key in double quotes was expected");
    let errors = Audit::new(Profile::AnyAurora).template("a.yaml", "A: 1\n").run().unwrap_err();
    assert_eq!(
        errors[0].to_string(),
        "a.yaml:1:1: this is no CloudFormation template: it has no `Resources` map"
    );
}

#[test]
fn json_gives_counts_places_and_fingerprints() {
    let value = output::json(&report(&["mistake-18", "mistake-14"]));
    assert_eq!(value["counts"], json!({"error": 1, "warning": 0, "info": 0}));
    let finding = &value["findings"][0];
    assert_eq!(finding["start"], json!({"line": 11, "column": 44}));
    assert_eq!(finding["path"], "Resources/Db/Properties/StorageEncrypted/Fn::If/2");
    assert_eq!(
        finding["fingerprint"],
        "mistake-18|stack.yaml|Resources/Db/Properties/StorageEncrypted/Fn::If/2|"
    );
    assert_eq!(value["findings"][1]["suppressed"], "a test network");
}

/// The parts of SARIF 2.1.0 that the standard requires or constrains, where this log uses them.
#[test]
fn sarif_has_the_form_of_the_standard() {
    let known = Baseline::of(&report(&["mistake-18"]));
    let report =
        audit(&["mistake-18", "mistake-14", "mistake-20"]).baseline(known).run().expect("a template");
    let log = output::sarif(&report);
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), 3);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small");
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().expect("a level")));
        assert!(!result["message"]["text"].as_str().expect("a text").is_empty());
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "stack.yaml");
        let number = |key: &str| place["region"][key].as_u64().expect("a number");
        assert!(
            number("startLine") >= 1
                && number("startColumn") >= 1
                && number("endLine") >= number("startLine")
        );
    }
    let of = |id: &str| results.iter().find(|result| result["ruleId"] == id).expect("a result");
    let suppression = json!([{"kind": "inSource", "status": "accepted", "justification": "a test network"}]);
    assert_eq!(of("mistake-14")["suppressions"], suppression);
    assert_eq!(of("mistake-18")["baselineState"], "unchanged");
    assert_eq!(of("mistake-20").get("suppressions"), None);
    let ids: std::collections::HashSet<&Value> = rules.iter().map(|rule| &rule["id"]).collect();
    assert_eq!(ids.len(), rules.len(), "ids of rules are unique");
}

#[test]
fn markdown_and_matrix_are_tables() {
    let report = report(&["mistake-18", "mistake-14"]);
    let markdown = output::markdown(&report);
    assert!(markdown.contains("| error | mistake-18 | stack.yaml:11 `Db` |"), "{markdown}");
    assert!(markdown.contains("- mistake-14 at Resources/Group"), "{markdown}");
    let matrix = output::matrix(&report);
    assert!(
        matrix.contains("| mistake-18 | storage that is not encrypted | **broken (1)** | mistake-18 |"),
        "{matrix}"
    );
    assert!(
        matrix.contains("| R-E6 | 10.1.0.0/16, 10.2.0.0/16 and 10.3.0.0/16 | not applicable |"),
        "{matrix}"
    );
}

#[test]
fn the_page_of_rules_is_not_stale() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/audit-rules.md");
    let page = std::fs::read_to_string(&path).expect("docs/audit-rules.md");
    let wanted = output::reference();
    assert!(
        page == wanted,
        "stale: run `lockstep audit --rules --format markdown --out docs/audit-rules.md`"
    );
}
