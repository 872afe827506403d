//! The resource schemas that AWS publishes, of the types that stacks around Aurora use (`data/derive.py` has the list).
//!
//! A type that is not here is one of which nothing is known: rules are silent about it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{LazyLock, OnceLock};

use serde::Deserialize;

const DATA: &str = include_str!("../data/resource-schemas.jsonl");

/// What is known of a type, or of a value inside it. `data/derive.py` explains the short keys.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Shape {
    #[serde(rename = "t", default)]
    kinds: Option<Kinds>,
    /// The values that are permitted, when they are listed.
    #[serde(rename = "e", default)]
    pub permitted: Vec<serde_json::Value>,
    #[serde(rename = "m")]
    pub pattern: Option<String>,
    #[serde(rename = "n")]
    pub least: Option<f64>,
    #[serde(rename = "x", default)]
    bound: Option<Bound>,
    #[serde(rename = "l")]
    pub shortest: Option<usize>,
    #[serde(rename = "g")]
    pub longest: Option<usize>,
    #[serde(rename = "k")]
    pub fewest: Option<usize>,
    #[serde(rename = "j")]
    pub most: Option<usize>,
    /// What a text names, such as `AWS::IAM::Role.Arn`.
    #[serde(rename = "f", default)]
    pub formats: Vec<String>,
    #[serde(rename = "i")]
    pub items: Option<Box<Shape>>,
    #[serde(rename = "$")]
    definition: Option<String>,
    #[serde(rename = "p")]
    pub properties: Option<BTreeMap<String, Shape>>,
    #[serde(rename = "r", default)]
    pub required: Vec<String>,
    #[serde(rename = "q", default)]
    pub requires: BTreeMap<String, Vec<String>>,
    #[serde(rename = "o", default)]
    open: u8,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Kinds {
    One(String),
    Several(Vec<String>),
}

/// `x` is a greatest number in a value, and a list of exclusions where there are properties.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Bound {
    Number(f64),
    Exclusions(BTreeMap<String, Vec<String>>),
}

/// A type of resources.
#[derive(Debug, Deserialize)]
pub(crate) struct Type {
    #[serde(flatten)]
    pub shape: Shape,
    #[serde(rename = "d", default)]
    definitions: BTreeMap<String, Shape>,
    #[serde(rename = "a", default)]
    attributes: BTreeMap<String, Option<String>>,
}

impl Shape {
    /// Whether a value of this kind (`string`, `integer`, `number`, `boolean`, `array`, `object`) is permitted; all are
    /// where the schema does not say.
    pub fn takes(&self, kind: &str) -> bool {
        match &self.kinds {
            None => true,
            Some(Kinds::One(one)) => one == kind,
            Some(Kinds::Several(all)) => all.iter().any(|one| one == kind),
        }
    }

    /// The kinds that are permitted, in words.
    pub fn kinds(&self) -> String {
        match &self.kinds {
            None => "anything".to_owned(),
            Some(Kinds::One(one)) => one.clone(),
            Some(Kinds::Several(all)) => all.join(" or "),
        }
    }

    /// The greatest number.
    pub fn greatest(&self) -> Option<f64> {
        match self.bound {
            Some(Bound::Number(most)) => Some(most),
            _ => None,
        }
    }

    /// Properties that cannot stand beside a property.
    pub fn excluded_by(&self, property: &str) -> &[String] {
        match &self.bound {
            Some(Bound::Exclusions(all)) => all.get(property).map_or(&[], Vec::as_slice),
            _ => &[],
        }
    }

    /// Whether properties beside the listed ones are permitted.
    pub fn is_open(&self) -> bool {
        self.open == 1
    }
}

impl Type {
    /// The shape itself, or the definition that it stands for.
    pub fn resolve<'t>(&'t self, shape: &'t Shape) -> &'t Shape {
        let definition = shape.definition.as_ref().and_then(|name| self.definitions.get(name));
        definition.unwrap_or(shape)
    }

    /// What an attribute of `Fn::GetAtt` names (an empty text when that is not said); none when there is no such one.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let listed = self.attributes.get(name);
        let family = || self.attributes.get_key_value("Outputs..*").filter(|_| name.starts_with("Outputs."));
        listed.or_else(|| family().map(|(_, format)| format)).map(|format| format.as_deref().unwrap_or(""))
    }

    /// The attributes, to name a near one.
    pub fn attributes(&self) -> impl Iterator<Item = &str> {
        self.attributes.keys().map(String::as_str)
    }
}

type Lines = HashMap<&'static str, (&'static str, OnceLock<Option<Type>>)>;

/// The schema of a type; each is parsed when it is first asked for.
pub(crate) fn of(kind: &str) -> Option<&'static Type> {
    static LINES: LazyLock<Lines> = LazyLock::new(|| {
        let lines = DATA.lines().filter_map(|line| line.split_once('\t'));
        lines.map(|(kind, line)| (kind, (line, OnceLock::new()))).collect()
    });
    let (line, parsed) = LINES.get(kind)?;
    parsed.get_or_init(|| serde_json::from_str(line).ok()).as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_can_be_read() {
        let kinds: Vec<&str> =
            DATA.lines().filter_map(|line| line.split_once('\t')).map(|(kind, _)| kind).collect();
        assert!(kinds.len() > 100, "{} types", kinds.len());
        for kind in kinds {
            let schema = of(kind).unwrap_or_else(|| panic!("{kind} cannot be read"));
            assert!(schema.shape.properties.is_some(), "{kind} has no properties");
        }
    }

    #[test]
    fn attributes_are_those_of_the_service() {
        let cluster = of("AWS::RDS::DBCluster").unwrap();
        assert_eq!(cluster.attribute("Endpoint.Address"), Some(""));
        assert_eq!(cluster.attribute("Endpoint.Adress"), None);
        assert_eq!(of("AWS::EC2::Subnet").unwrap().attribute("VpcId"), Some("AWS::EC2::VPC.Id"));
    }
}
