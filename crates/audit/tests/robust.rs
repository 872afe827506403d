//! No input makes the audit panic: bytes, broken templates, templates with values of every wrong kind.

use std::sync::LazyLock;

use lockstep_audit::document::source::Source;
use lockstep_audit::rules::RULES;
use lockstep_audit::{Audit, Profile, output, read_parameters};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Audits a text for every profile and writes the report in every form.
fn survive(text: &str) {
    for profile in Profile::ALL {
        for name in ["t.json", "t.yaml"] {
            if let Ok(report) = Audit::new(profile).template(name, text).run() {
                let _ = (output::text(&report, false), output::json(&report), output::sarif(&report));
                let _ = (output::markdown(&report), output::matrix(&report));
            }
        }
    }
    let _ = read_parameters(Source::new("p", text));
}

/// The rules' own examples: together they have every form that a rule looks at.
static EXAMPLES: LazyLock<Vec<&str>> =
    LazyLock::new(|| RULES.iter().flat_map(|rule| [rule.good, rule.bad]).collect());

/// What can stand where something else belongs.
fn odd_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!(-1)),
        Just(json!(1e300)),
        Just(json!("")),
        Just(json!("0.0.0.0/0")),
        Just(json!([])),
        Just(json!([[], {}])),
        Just(json!({})),
        Just(json!({"Ref": 7})),
        Just(json!({"Ref": "Environment"})),
        Just(json!({"Fn::If": ["A"]})),
        Just(json!({"Fn::If": ["A", {"Ref": "AWS::NoValue"}, {"Fn::GetAtt": []}]})),
        Just(json!({"Fn::Sub": "${"})),
        Just(json!({"Fn::Sub": ["${A}", {"A": {"Fn::Join": ["", {"Ref": "B"}]}}]})),
        Just(json!({"Fn::Select": [99, {"Fn::Split": [",", "a,b"]}]})),
        Just(json!({"Fn::Cidr": ["10.0.0.0/8", 300, 40]})),
        Just(json!({"Fn::FindInMap": ["A", {"Ref": "B"}, []]})),
        "[ -~éß]{0,12}".prop_map(|text| json!(text)),
    ]
}

/// Replaces the `at`-th value of a tree, counted in depth-first order.
fn replace(tree: &mut Value, at: &mut usize, with: &Value) -> bool {
    if *at == 0 {
        *tree = with.clone();
        return true;
    }
    *at -= 1;
    match tree {
        Value::Object(map) => map.values_mut().any(|inner| replace(inner, at, with)),
        Value::Array(items) => items.iter_mut().any(|inner| replace(inner, at, with)),
        _ => false,
    }
}

/// A rich template in which values can be replaced.
fn rich() -> Value {
    json!({
        "Parameters": {"Environment": {"Type": "String", "AllowedValues": ["dev", "prod"], "Default": "dev"}, "B": {"Type": "Number", "Default": 3}},
        "Mappings": {"M": {"dev": {"K": "v"}}},
        "Conditions": {"A": {"Fn::Equals": [{"Ref": "Environment"}, "prod"]}, "C": {"Fn::And": [{"Condition": "A"}, {"Condition": "C"}]}},
        "Rules": {"R": {"Assertions": [{"Assert": {"Fn::Contains": [["us-east-1"], {"Ref": "AWS::Region"}]}}]}},
        "Resources": {
            "Db": {"Type": "AWS::RDS::DBCluster", "Condition": "C", "Properties": {
                "Engine": "aurora-mysql", "EngineVersion": "8.0.mysql_aurora.3.10.6", "BackupRetentionPeriod": {"Ref": "B"},
                "VpcSecurityGroupIds": [{"Ref": "G"}], "PreferredBackupWindow": "03:00-04:00", "PreferredMaintenanceWindow": "sun:05:00-sun:06:00",
                "DBClusterParameterGroupName": {"Ref": "P"}, "EnableCloudwatchLogsExports": ["audit"], "Tags": [{"Key": "Environment", "Value": "x"}]}},
            "P": {"Type": "AWS::RDS::DBClusterParameterGroup", "Properties": {"Family": "aurora-mysql8.0", "Parameters": {"sync_binlog": 1}}},
            "I": {"Type": "AWS::RDS::DBInstance", "Properties": {"DBClusterIdentifier": {"Ref": "Db"}, "PromotionTier": 1}},
            "G": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"SecurityGroupIngress": [{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 4000, "CidrIp": "0.0.0.0/0"}]}},
            "A": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Namespace": "AWS/RDS", "MetricName": "AuroraReplicaLag", "Threshold": 60, "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": {"Ref": "I"}}]}},
            "Role": {"Type": "AWS::IAM::Role", "Metadata": {"lockstep": {"suppress": [{"rule": "R-C8", "reason": "x"}]}}, "Properties": {
                "AssumeRolePolicyDocument": {"Statement": [{"Principal": {"AWS": "222222222222"}}]},
                "Policies": [{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": ["s3:*"], "Resource": "*"}]}}]}},
        },
        "Outputs": {"O": {"Value": {"Fn::GetAtt": ["Db", "Endpoint.Address"]}}},
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        survive(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_text_of_brackets_and_words(text in r#"([\[\]{}:,"'!&*|>\-\n ?%@#]|Ref|Resources|Fn::If|<<|a|é|\t){0,60}"#) {
        survive(&text);
    }

    #[test]
    fn examples_with_a_piece_cut_out_or_put_in(
        which in any::<prop::sample::Index>(), from in any::<prop::sample::Index>(), length in 0usize..12, piece in r"[\PC\n]{0,6}",
    ) {
        let example = EXAMPLES[which.index(EXAMPLES.len())];
        let characters: Vec<char> = example.chars().collect();
        let from = from.index(characters.len());
        let to = (from + length).min(characters.len());
        let text: String = characters[..from].iter().copied().chain(piece.chars()).chain(characters[to..].iter().copied()).collect();
        survive(&text);
    }

    #[test]
    fn templates_with_odd_values(changes in proptest::collection::vec((0usize..150, odd_value()), 1..4)) {
        let mut template = rich();
        for (mut at, value) in changes {
            replace(&mut template, &mut at, &value);
        }
        survive(&template.to_string());
    }
}

#[test]
fn deep_nesting_is_refused_with_its_place() {
    for text in ["[".repeat(200_000), "{\"a\":".repeat(100_000), "- ".repeat(5_000), "a: {".repeat(5_000)] {
        let errors = Audit::new(Profile::AnyAurora).template("t.yaml", text).run().unwrap_err();
        assert_eq!(errors[0].line, 1, "{errors:?}");
    }
}

#[test]
fn what_refers_to_itself_ends() {
    let template = json!({
        "Conditions": {"A": {"Condition": "B"}, "B": {"Fn::Not": [{"Condition": "A"}]}},
        "Resources": {
            "Fn::ForEach::X": ["X", ["a", "b"], {"Fn::ForEach::Y": ["Y", {"Ref": "X"}, {"T${Y}": {"Type": "AWS::SNS::Topic", "Condition": "A"}}]}],
            "T": {"Type": "AWS::SNS::Topic", "Condition": "A", "DependsOn": "T", "Properties": {"Tags": {"Ref": "T"}}},
        },
    });
    survive(&template.to_string());
}

#[test]
fn a_large_loop_ends() {
    let words: Vec<String> = (0..100).map(|index| format!("w{index}")).collect();
    let inner = json!({"Fn::ForEach::B": ["B", words, {"Fn::ForEach::C": ["C", words, {"Fn::ForEach::D": ["D", words, {"T${A}${B}${C}${D}": {"Type": "AWS::SNS::Topic"}}]}]}]});
    let template = json!({"Resources": {"Fn::ForEach::A": ["A", words, inner]}});
    let _ = Audit::new(Profile::AnyAurora)
        .only(["mistake-34".to_owned()])
        .template("t.json", template.to_string())
        .run();
}
