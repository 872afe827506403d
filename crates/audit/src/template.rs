//! A template's sections, indexed for the resolver and the rules.

use std::collections::HashMap;

use crate::document::node::{Entry, Node};
use crate::document::source::Span;
use crate::sam;

/// A template with its sections found.
#[derive(Debug, Default)]
pub struct Template<'t> {
    /// Declared parameters, in the order of the text.
    pub parameters: Vec<Parameter<'t>>,
    /// The `Mappings` section.
    pub mappings: Option<&'t Node>,
    /// Conditions by name.
    pub conditions: HashMap<&'t str, &'t Entry>,
    /// The `Rules` section's entries.
    pub rules: Vec<&'t Entry>,
    /// Resources, in the order of the text.
    pub resources: Vec<Resource<'t>>,
    /// Outputs, in the order of the text.
    pub outputs: Vec<&'t Entry>,
    /// The whole template.
    pub root: Option<&'t Node>,
    by_type: HashMap<&'t str, Vec<usize>>,
    by_id: HashMap<&'t str, usize>,
    parameter_by_name: HashMap<&'t str, usize>,
}

/// One declared parameter.
#[derive(Debug)]
pub struct Parameter<'t> {
    /// Its name.
    pub name: &'t str,
    /// Its declaration.
    pub node: &'t Node,
    /// Where its name stands.
    pub key_span: Span,
    /// `Type`; `String` when it is missing.
    pub kind: &'t str,
    /// `Default`, as text.
    pub default: Option<String>,
    /// `AllowedValues`, as text.
    pub allowed: Vec<String>,
    /// `MinValue`.
    pub min: Option<f64>,
    /// `MaxValue`.
    pub max: Option<f64>,
    /// `NoEcho`.
    pub no_echo: bool,
}

impl<'t> Parameter<'t> {
    fn read(entry: &'t Entry) -> Self {
        let node = &entry.value;
        let number = |key: &str| node.get(key).and_then(Node::scalar).and_then(|text| text.parse().ok());
        let allowed = node.get("AllowedValues").map(Node::items).unwrap_or_default();
        Self {
            name: &entry.key,
            node,
            key_span: entry.key_span,
            kind: node.get("Type").and_then(Node::as_str).unwrap_or("String"),
            default: node.get("Default").and_then(Node::scalar),
            allowed: allowed.iter().filter_map(Node::scalar).collect(),
            min: number("MinValue"),
            max: number("MaxValue"),
            no_echo: node.get("NoEcho").and_then(Node::scalar).is_some_and(|flag| flag == "true"),
        }
    }

    /// Whether the value is a list (`CommaDelimitedList`, `List<…>`).
    pub fn is_list(&self) -> bool {
        self.kind == "CommaDelimitedList" || self.kind.contains("List<")
    }

    /// Whether the given text names a parameter of Systems Manager whose value is not in the template.
    pub fn is_stored(&self) -> bool {
        self.kind.starts_with("AWS::SSM::Parameter::Value")
    }
}

/// One declared resource.
#[derive(Debug)]
pub struct Resource<'t> {
    /// Its logical id.
    pub id: &'t str,
    /// Where the logical id stands.
    pub key_span: Span,
    /// Its `Type`.
    pub kind: &'t str,
    /// The name of its `Condition`.
    pub condition: Option<&'t str>,
    /// The whole declaration.
    pub node: &'t Node,
}

impl<'t> Template<'t> {
    /// Indexes a template; sections that are missing or of the wrong form are empty.
    pub fn new(root: &'t Node) -> Self {
        let section = |name: &str| root.get(name).map(Node::entries).unwrap_or_default();
        let resources: Vec<_> = section("Resources").iter().filter_map(resource).collect();
        let mut by_type: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, resource) in resources.iter().enumerate() {
            by_type.entry(resource.kind).or_default().push(index);
        }
        let parameters: Vec<_> = section("Parameters").iter().map(Parameter::read).collect();
        Self {
            mappings: root.get("Mappings"),
            conditions: section("Conditions").iter().map(|entry| (entry.key.as_str(), entry)).collect(),
            rules: section("Rules").iter().collect(),
            outputs: section("Outputs").iter().collect(),
            root: Some(root),
            by_id: resources.iter().enumerate().map(|(index, resource)| (resource.id, index)).collect(),
            parameter_by_name: parameters.iter().enumerate().map(|(index, one)| (one.name, index)).collect(),
            by_type,
            parameters,
            resources,
        }
    }

    /// The resources of one type, whatever their conditions.
    pub fn of_type(&self, kind: &str) -> impl Iterator<Item = &Resource<'t>> {
        self.by_type.get(kind).into_iter().flatten().map(|&index| &self.resources[index])
    }

    /// The resource of a logical id.
    pub fn resource(&self, id: &str) -> Option<&Resource<'t>> {
        self.by_id.get(id).map(|&index| &self.resources[index])
    }

    /// The index of a declared parameter.
    pub fn parameter_index(&self, name: &str) -> Option<usize> {
        self.parameter_by_name.get(name).copied()
    }

    /// Whether resources may exist that the text does not show: macros, includes, nested stacks, modules.
    pub fn is_partial(&self) -> bool {
        let transforms = self.root.and_then(|root| root.get("Transform")).is_some_and(|transform| {
            let names = std::iter::once(transform).chain(transform.items()).filter_map(Node::as_str);
            names.into_iter().any(|name| {
                let known = ["AWS::LanguageExtensions", "AWS::SecretsManager-2020-07-23"];
                !known.contains(&name) && !name.starts_with(sam::TRANSFORM)
            })
        });
        transforms
            || self.of_type("AWS::CloudFormation::Stack").next().is_some()
            || self.resources.iter().any(|resource| {
                let hidden =
                    resource.kind.starts_with("AWS::Serverless::") && !sam::HARMLESS.contains(&resource.kind);
                hidden || resource.kind.ends_with("::MODULE")
            })
    }

    /// Whether names may be referred to that a transform makes: then none is called unknown.
    pub fn has_made_names(&self) -> bool {
        self.is_partial() || self.root.is_some_and(sam::is_serverless)
    }
}

fn resource(entry: &Entry) -> Option<Resource<'_>> {
    Some(Resource {
        id: &entry.key,
        key_span: entry.key_span,
        kind: entry.value.get("Type")?.as_str()?,
        condition: entry.value.get("Condition").and_then(Node::as_str),
        node: &entry.value,
    })
}
