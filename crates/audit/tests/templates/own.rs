//! The project's own templates, and ways to change them.

use std::path::Path;

use lockstep_audit::{Audit, Profile, Report};
use serde_json::{Map, Value, json};

pub const ENVIRONMENT_TEMPLATE: &str = "environment.json";
pub const CLUSTER_TEMPLATE: &str = "cluster.json";

/// A template that can be changed.
pub struct Template {
    pub root: Value,
}

/// The text of a file of the deployment.
pub fn deployed(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Audits a template for everything it permits.
pub fn audit(template: &Template, profile: Profile) -> Report {
    let text = format!("{:#}", template.root);
    Audit::new(profile).template("template.json", text).run().expect("a template that can be read")
}

impl Template {
    pub fn read(name: &str) -> Self {
        Self { root: serde_json::from_str(&deployed(name)).expect("JSON") }
    }

    fn resources(&mut self) -> &mut Map<String, Value> {
        self.root["Resources"].as_object_mut().expect("resources")
    }

    /// The logical ids of a type.
    fn ids(&self, kind: &str) -> Vec<String> {
        let resources = self.root["Resources"].as_object().expect("resources");
        resources.iter().filter(|(_, one)| one["Type"] == kind).map(|(id, _)| id.clone()).collect()
    }

    pub fn first(&self, kind: &str) -> String {
        self.ids(kind).into_iter().next().unwrap_or_else(|| panic!("no {kind}"))
    }

    /// Changes the properties of every resource of a type.
    pub fn each(&mut self, kind: &str, mut change: impl FnMut(&mut Value)) {
        for id in self.ids(kind) {
            change(&mut self.resources()[&id]["Properties"]);
        }
    }

    pub fn set(&mut self, kind: &str, property: &str, value: Value) {
        self.each(kind, |properties| properties[property] = value.clone());
    }

    pub fn unset(&mut self, kind: &str, property: &str) {
        self.each(kind, |properties| drop(properties.as_object_mut().expect("a map").remove(property)));
    }

    pub fn unset_of(&mut self, id: &str, property: &str) {
        self.resources()[id]["Properties"].as_object_mut().expect("a map").remove(property);
    }

    pub fn set_attribute(&mut self, kind: &str, name: &str, value: &str) {
        for id in self.ids(kind) {
            self.resources()[&id][name] = json!(value);
        }
    }

    pub fn unset_attribute(&mut self, kind: &str, name: &str) {
        for id in self.ids(kind) {
            self.resources()[&id].as_object_mut().expect("a map").remove(name);
        }
    }

    pub fn add(&mut self, id: &str, kind: &str, properties: Value) {
        self.resources().insert(id.to_owned(), json!({"Type": kind, "Properties": properties}));
    }

    /// Removes a resource; what refers to it stays.
    pub fn remove(&mut self, id: &str) {
        self.resources().remove(id).unwrap_or_else(|| panic!("no {id}"));
    }

    pub fn remove_all(&mut self, kind: &str) {
        for id in self.ids(kind) {
            self.remove(&id);
        }
    }

    pub fn keep_first(&mut self, kind: &str) {
        for id in self.ids(kind).into_iter().skip(1) {
            self.remove(&id);
        }
    }

    pub fn remove_last(&mut self, kind: &str) {
        let last = self.ids(kind).pop().unwrap_or_else(|| panic!("no {kind}"));
        self.remove(&last);
    }

    fn alarms_on(&self, metric: &str) -> Vec<String> {
        let watches = |id: &String| self.root["Resources"][id]["Properties"]["MetricName"] == metric;
        self.ids("AWS::CloudWatch::Alarm").into_iter().filter(watches).collect()
    }

    pub fn each_alarm_on(&mut self, metric: &str, mut change: impl FnMut(&mut Value)) {
        for id in self.alarms_on(metric) {
            change(&mut self.resources()[&id]["Properties"]);
        }
    }

    pub fn remove_alarms_on(&mut self, metric: &str) {
        for id in self.alarms_on(metric) {
            self.remove(&id);
        }
    }

    pub fn keep_first_alarm_on(&mut self, metric: &str) {
        for id in self.alarms_on(metric).into_iter().skip(1) {
            self.remove(&id);
        }
    }

    pub fn unset_alarm_actions(&mut self) {
        self.unset("AWS::CloudWatch::Alarm", "AlarmActions");
        self.unset("AWS::CloudWatch::Alarm", "OKActions");
    }

    /// Changes each statement that a role's inline policies allow.
    pub fn each_statement(&mut self, mut change: impl FnMut(&mut Value)) {
        self.each("AWS::IAM::Role", |properties| {
            let policies = properties.get_mut("Policies").and_then(Value::as_array_mut);
            for policy in policies.into_iter().flatten() {
                let statements = policy["PolicyDocument"]["Statement"].as_array_mut().expect("statements");
                statements.iter_mut().for_each(&mut change);
            }
        });
    }

    pub fn each_lifecycle_rule(&mut self, mut change: impl FnMut(&mut Value)) {
        self.each("AWS::S3::Bucket", |properties| {
            let rules = properties["LifecycleConfiguration"]["Rules"].as_array_mut().expect("rules");
            rules.iter_mut().filter(|rule| rule.get("ExpirationInDays").is_some()).for_each(&mut change);
        });
    }

    pub fn cluster_parameter(&mut self, name: &str, value: Value) {
        self.each("AWS::RDS::DBClusterParameterGroup", |properties| {
            properties["Parameters"][name] = value.clone()
        });
    }

    pub fn parameter(&mut self, name: &str) -> &mut Map<String, Value> {
        self.root["Parameters"][name].as_object_mut().unwrap_or_else(|| panic!("no parameter {name}"))
    }

    /// Removes the Conditions section; each `Fn::If` keeps its first branch, each resource and output stays.
    pub fn decide_all_conditions(&mut self) {
        fn decide(value: &mut Value) {
            if let Some(branches) = value.get("Fn::If").and_then(Value::as_array) {
                *value = branches[1].clone();
            }
            match value {
                Value::Object(map) => map.values_mut().for_each(decide),
                Value::Array(items) => items.iter_mut().for_each(decide),
                _ => {}
            }
        }
        self.root.as_object_mut().expect("a map").remove("Conditions");
        for section in ["Resources", "Outputs"] {
            for one in self.root[section].as_object_mut().expect("a map").values_mut() {
                one.as_object_mut().expect("a map").remove("Condition");
            }
        }
        decide(&mut self.root);
    }
}
