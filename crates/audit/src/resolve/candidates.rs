//! The values that stand for everything a parameter permits.

use std::collections::{BTreeSet, HashMap};

use crate::document::node::Node;
use crate::template::{Parameter, Template};

/// Values given for a run.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// The environment they belong to, when there is one.
    pub environment: Option<String>,
    /// Parameter values by name.
    pub values: HashMap<String, String>,
    /// Whether these are all values of a deployment: then a parameter not named here has its default.
    pub complete: bool,
}

/// One value that a parameter can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// The value; none for "some other value that the template does not name".
    pub text: Option<String>,
}

/// What is known of one parameter (or pseudo parameter).
#[derive(Debug, Clone)]
pub(crate) struct Domain {
    pub name: String,
    pub is_list: bool,
    /// Candidate 0 is the default, when there is one.
    pub has_default: bool,
    pub candidates: Vec<Candidate>,
}

/// Pseudo parameters whose value conditions can depend on, with their usual value where one is assumed.
const PSEUDO: [(&str, Option<&str>); 5] = [
    ("AWS::Region", None),
    ("AWS::AccountId", None),
    ("AWS::StackName", None),
    ("AWS::Partition", Some("aws")),
    ("AWS::URLSuffix", Some("amazonaws.com")),
];

/// The domains of all declared parameters in order, then of the pseudo parameters.
pub(crate) fn domains(template: &Template<'_>, given: &Given) -> Vec<Domain> {
    let mut compared: HashMap<&str, BTreeSet<String>> = HashMap::new();
    let conditions = template.conditions.values().chain(&template.rules);
    for entry in conditions {
        collect_compared(&entry.value, &mut compared);
    }
    let none = BTreeSet::new();
    let declared = template
        .parameters
        .iter()
        .map(|parameter| declared_domain(parameter, given, compared.get(parameter.name).unwrap_or(&none)));
    let pseudo = PSEUDO.iter().map(|(name, usual)| {
        let literals = compared.get(name).unwrap_or(&none);
        pseudo_domain(name, *usual, given, literals)
    });
    declared.chain(pseudo).collect()
}

fn declared_domain(parameter: &Parameter<'_>, given: &Given, compared: &BTreeSet<String>) -> Domain {
    let domain = |has_default, candidates| Domain {
        name: parameter.name.to_owned(),
        is_list: parameter.is_list(),
        has_default,
        candidates,
    };
    if parameter.is_stored() {
        return domain(false, vec![Candidate { text: None }]);
    }
    let known = |text: &str| Candidate { text: Some(text.to_owned()) };
    let default = parameter.default.as_deref();
    if let Some(value) = given.values.get(parameter.name) {
        return domain(true, vec![known(value)]);
    }
    if let (true, Some(default)) = (given.complete, default) {
        return domain(true, vec![known(default)]);
    }
    let mut candidates: Vec<Candidate> = default.map(known).into_iter().collect();
    let open = !given.complete;
    if !parameter.allowed.is_empty() {
        candidates.extend(parameter.allowed.iter().map(|value| known(value)));
    } else if parameter.kind == "Number" && open {
        candidates.push(known(&parameter.min.unwrap_or(0.0).to_string()));
        candidates.push(Candidate { text: parameter.max.map(|most| most.to_string()) });
    } else {
        candidates.extend(compared.iter().map(|value| known(value)));
        candidates.push(Candidate { text: None });
    }
    dedup(&mut candidates);
    domain(default.is_some(), candidates)
}

fn pseudo_domain(name: &str, usual: Option<&str>, given: &Given, compared: &BTreeSet<String>) -> Domain {
    let mut candidates = Vec::new();
    match (given.values.get(name), usual) {
        (Some(value), _) => candidates.push(Candidate { text: Some(value.clone()) }),
        (None, usual) => {
            candidates.extend(usual.map(|value| Candidate { text: Some(value.to_owned()) }));
            candidates.extend(compared.iter().map(|value| Candidate { text: Some(value.clone()) }));
            if usual.is_none() {
                candidates.push(Candidate { text: None });
            }
        }
    }
    dedup(&mut candidates);
    Domain { name: name.to_owned(), is_list: false, has_default: usual.is_some(), candidates }
}

fn dedup(candidates: &mut Vec<Candidate>) {
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in candidates.drain(..) {
        if !kept.contains(&candidate) {
            kept.push(candidate);
        }
    }
    *candidates = kept;
}

/// Every literal that a `Ref` is compared with by `Fn::Equals` or `Fn::Contains`.
fn collect_compared<'t>(node: &'t Node, found: &mut HashMap<&'t str, BTreeSet<String>>) {
    if let Some(call) = node.single().filter(|call| call.key == "Fn::Equals" || call.key == "Fn::Contains") {
        let arguments = call.value.items();
        let names = arguments.iter().filter_map(|one| one.single().filter(|call| call.key == "Ref"));
        let literals: Vec<String> = arguments
            .iter()
            .flat_map(|one| one.scalar().into_iter().chain(one.items().iter().filter_map(Node::scalar)))
            .collect();
        let nested = arguments
            .iter()
            .flat_map(Node::items)
            .filter_map(|one| one.single().filter(|call| call.key == "Ref"));
        for name in names.chain(nested).filter_map(|call| call.value.as_str()) {
            found.entry(name).or_default().extend(literals.iter().cloned());
        }
    }
    for entry in node.entries() {
        collect_compared(&entry.value, found);
    }
    for item in node.items() {
        collect_compared(item, found);
    }
}
