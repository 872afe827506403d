//! Refuses a template that CloudFormation would refuse: dangling references and exceeded limits.

use anyhow::{Result, bail};
use serde_json::Value;

/// Largest template that CloudFormation takes from S3, in bytes.
const MAX_BYTES: usize = 1_000_000;
/// Sections with a limit on their number of entries, per the CloudFormation user guide's quotas.
const MAX_ENTRIES: [(&str, usize); 4] =
    [("Resources", 500), ("Parameters", 200), ("Outputs", 200), ("Mappings", 200)];

/// Checks references (`Ref`, `Fn::GetAtt`, `Fn::Sub`, `DependsOn`, `Condition`, `Fn::If`,
/// `Fn::FindInMap`) and limits.
///
/// # Errors
/// Lists every reference to something that the template does not define, each with its path; else
/// says which limit is exceeded.
pub fn check(template: &Value) -> Result<()> {
    let mut checker = Checker { template, problems: Vec::new() };
    checker.visit(template, "");
    if !checker.problems.is_empty() {
        bail!("{}", checker.problems.join("\n"));
    }
    for (section, limit) in MAX_ENTRIES {
        let count = template[section].as_object().map_or(0, |entries| entries.len());
        if count > limit {
            bail!("{count} {section}; CloudFormation takes {limit}");
        }
    }
    let bytes = template.to_string().len();
    if bytes > MAX_BYTES {
        bail!("{bytes} bytes; CloudFormation takes {MAX_BYTES}");
    }
    Ok(())
}

struct Checker<'a> {
    template: &'a Value,
    problems: Vec<String>,
}

impl Checker<'_> {
    fn visit(&mut self, value: &Value, path: &str) {
        match value {
            Value::Object(object) => {
                for (key, child) in object {
                    self.reference(key, child, path);
                    self.visit(child, &format!("{path}/{key}"));
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.visit(item, &format!("{path}/{index}"));
                }
            }
            _ => {}
        }
    }

    /// Checks one key of an object, when it refers to something.
    fn reference(&mut self, key: &str, value: &Value, path: &str) {
        let first = || value.as_array().and_then(|items| items.first()).and_then(Value::as_str);
        match key {
            "Ref" => self.expect_name(value.as_str(), path),
            "Fn::GetAtt" => self.expect("Resources", first(), path),
            "Fn::If" => self.expect("Conditions", first(), path),
            "Fn::FindInMap" => self.expect_mapping(value, path),
            "Fn::Sub" => self.expect_variables(value, path),
            // Policies have a "Condition" object and states a "DependsOn"-free body: only strings are references.
            "Condition" if value.is_string() => self.expect("Conditions", value.as_str(), path),
            "DependsOn" => {
                let many = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
                many.iter().for_each(|name| self.expect("Resources", name.as_str(), path));
            }
            _ => {}
        }
    }

    fn defines(&self, section: &str, name: &str) -> bool {
        self.template[section].get(name).is_some()
    }

    fn expect(&mut self, section: &str, name: Option<&str>, path: &str) {
        let Some(name) = name else { return };
        if !self.defines(section, name) {
            self.problems.push(format!("{path}: {section} has no {name}"));
        }
    }

    fn expect_name(&mut self, name: Option<&str>, path: &str) {
        let Some(name) = name else { return };
        if !name.starts_with("AWS::") && !self.defines("Parameters", name) && !self.defines("Resources", name)
        {
            self.problems.push(format!("{path}: nothing is called {name}"));
        }
    }

    fn expect_mapping(&mut self, value: &Value, path: &str) {
        self.expect("Mappings", value[0].as_str(), path);
        let (Some(map), Some(second)) = (value[0].as_str(), value[2].as_str()) else { return };
        if let Some(rows) = self.template["Mappings"][map].as_object()
            && let Some((row, _)) = rows.iter().find(|(_, row)| row.get(second).is_none())
        {
            self.problems.push(format!("{path}: mapping {map}, row {row} has no {second}"));
        }
    }

    /// Checks each `${…}` of an `Fn::Sub` that is neither local to it nor escaped as `${!…}`.
    fn expect_variables(&mut self, value: &Value, path: &str) {
        let (text, local) = match value {
            Value::Array(items) => (items.first().and_then(Value::as_str), items.get(1)),
            other => (other.as_str(), None),
        };
        for variable in text.unwrap_or_default().split("${").skip(1).filter_map(|rest| rest.split('}').next())
        {
            let is_local = local.is_some_and(|variables| variables.get(variable).is_some());
            if variable.starts_with('!') || is_local {
                continue;
            }
            match variable.split_once('.') {
                Some((resource, _)) => self.expect("Resources", Some(resource), path),
                None => self.expect_name(Some(variable), path),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn problem(resource: Value) -> String {
        let template = json!({
            "Parameters": { "P": {} },
            "Mappings": { "M": { "row": { "key": 1 } } },
            "Conditions": { "C": {} },
            "Resources": { "R": resource, "S": {} }
        });
        check(&template).map_or_else(|error| error.to_string(), |()| String::new())
    }

    #[test]
    fn references_to_what_is_there_pass() {
        let resource = json!({
            "Condition": "C",
            "DependsOn": ["S"],
            "Properties": [
                { "Ref": "P" },
                { "Ref": "AWS::Region" },
                { "Fn::GetAtt": ["S", "Arn"] },
                { "Fn::If": ["C", 1, 2] },
                { "Fn::FindInMap": ["M", { "Ref": "P" }, "key"] },
                { "Fn::Sub": ["${P} ${S.Arn} ${Local} ${!Literal}", { "Local": 1 }] },
                { "Condition": { "StringEquals": {} } }
            ]
        });
        assert_eq!(problem(resource), "");
    }

    #[test]
    fn every_kind_of_dangling_reference_is_found() {
        let cases = [
            (json!({ "Ref": "X" }), "/Resources/R: nothing is called X"),
            (json!({ "Fn::GetAtt": ["P", "Arn"] }), "/Resources/R: Resources has no P"),
            (json!({ "Fn::If": ["X", 1, 2] }), "/Resources/R: Conditions has no X"),
            (json!({ "Condition": "X" }), "/Resources/R: Conditions has no X"),
            (json!({ "DependsOn": "X" }), "/Resources/R: Resources has no X"),
            (json!({ "Fn::Sub": "${X}" }), "/Resources/R: nothing is called X"),
            (json!({ "Fn::Sub": ["${X.Arn}", {}] }), "/Resources/R: Resources has no X"),
            (json!({ "Fn::FindInMap": ["X", "row", "key"] }), "/Resources/R: Mappings has no X"),
            (json!({ "Fn::FindInMap": ["M", "row", "x"] }), "/Resources/R: mapping M, row row has no x"),
        ];
        for (resource, expected) in cases {
            assert_eq!(problem(resource), expected);
        }
    }

    #[test]
    fn limits_are_kept() {
        let many: serde_json::Map<_, _> = (0..201).map(|index| (format!("P{index}"), json!({}))).collect();
        let error = check(&json!({ "Parameters": many })).unwrap_err();
        assert_eq!(error.to_string(), "201 Parameters; CloudFormation takes 200");
        let error = check(&json!({ "Description": "x".repeat(MAX_BYTES) })).unwrap_err();
        assert!(error.to_string().ends_with("CloudFormation takes 1000000"));
    }
}
