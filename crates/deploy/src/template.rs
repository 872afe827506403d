//! What this crate reads of a template: its parameters, and which way its flows go.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::artifacts::hex;
use crate::error::{Result, config};

/// A template.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    /// Its text.
    pub text: String,
    /// Its content.
    pub document: Value,
}

impl Template {
    /// Reads it from a file.
    ///
    /// # Errors
    /// A file that cannot be read, or is no template in JSON.
    pub fn read(path: &Path) -> Result<Self> {
        let wrong = |why: String| config(format!("{}: {why}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        let document: Value = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        if !document["Parameters"].is_object() || !document["Resources"].is_object() {
            return Err(wrong("this is no template: Parameters or Resources are missing".into()));
        }
        Ok(Self { text, document })
    }

    /// A parameter's default, as text.
    pub fn default(&self, parameter: &str) -> Option<String> {
        plain(&self.document["Parameters"][parameter]["Default"])
    }

    /// The environment that the template's flow goes to from here.
    pub fn upper(&self, environment: &str) -> Option<&str> {
        self.document["Mappings"]["Flow"][environment]["Upper"].as_str().filter(|upper| *upper != "none")
    }

    /// What is wrong with these values, if the template says so.
    pub fn objections(&self, values: &BTreeMap<String, String>) -> Vec<String> {
        let mut out = Vec::new();
        for (name, value) in values {
            let parameter = &self.document["Parameters"][name.as_str()];
            if parameter.is_null() {
                out.push(format!("the template has no parameter {name}"));
            } else if let Some(allowed) = parameter["AllowedValues"].as_array() {
                let allowed: Vec<String> = allowed.iter().filter_map(plain).collect();
                if !allowed.contains(value) {
                    out.push(format!("{name} is `{value}`; the template takes {}", allowed.join(", ")));
                }
            }
        }
        out
    }

    /// The key under which it is uploaded: its content names it, so that no upload changes another's template.
    pub fn object_key(&self) -> String {
        let digest = hex(&Sha256::digest(self.text.as_bytes())[..8]);
        format!("templates/environment-{digest}.json")
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}
