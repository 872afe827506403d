//! The templates of the three accounts with every value in place.

use std::collections::BTreeMap;
use std::path::Path;

use lockstep_audit::document::{self, source::Source};
use lockstep_audit::read_parameters;
use lockstep_audit::resolve::{Given, Hole, Piece, Res, Scope, Shape, Val, View};
use lockstep_audit::template::Template;
use serde_json::{Map, Value};

use crate::ids::{self, Named};

/// An environment; each has an account of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Environment {
    Dev,
    Staging,
    Prod,
}

use Environment::{Dev, Prod, Staging};

impl Environment {
    pub const ALL: [Self; 3] = [Dev, Staging, Prod];

    pub fn name(self) -> &'static str {
        ["dev", "staging", "prod"][self as usize]
    }

    /// The account of its parameter file.
    pub fn account(self) -> &'static str {
        ["111111111111", "222222222222", "333333333333"][self as usize]
    }

    pub fn lower(self) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.upper() == Some(self))
    }

    pub fn upper(self) -> Option<Self> {
        [Some(Staging), Some(Prod), None][self as usize]
    }
}

/// How far the deployment is; docs/aws.md has the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Each environment knows its own account only.
    Alone,
    /// The higher ones have asked for their peerings.
    Peered,
    /// The lower ones have the ways back.
    Complete,
}

impl Phase {
    pub const ALL: [Self; 3] = [Self::Alone, Self::Peered, Self::Complete];
}

/// A resource with its properties resolved. Every scalar is text, as IAM and the APIs take it.
#[derive(Debug, Clone)]
pub struct Resource {
    pub kind: String,
    pub properties: Value,
    /// The name that the template gives it.
    name: Option<String>,
}

/// The resources of an environment, those of its `keys.json` among them, by logical id.
#[derive(Debug, Clone)]
pub struct Stack {
    pub environment: Environment,
    pub resources: BTreeMap<String, Resource>,
}

impl Stack {
    /// The resources of a type.
    pub fn of<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = (&'s str, &'s Value)> {
        let all = self.resources.iter().filter(move |(_, one)| one.kind == kind);
        all.map(|(id, one)| (id.as_str(), &one.properties))
    }

    /// The stack with what an API describes (`kind`, `physical`, `properties`) in the place of what it was to be. Things that
    /// are not the stack's own, such as the default VPC of an account, are left out.
    pub fn described<'v>(&self, kinds: &[&str], found: impl Iterator<Item = &'v Value>) -> Self {
        let is_kept = |one: &Resource| !kinds.contains(&one.kind.as_str());
        let kept = self.resources.iter().filter(|(_, one)| is_kept(one));
        let mut resources: BTreeMap<_, _> = kept.map(|(id, one)| (id.clone(), one.clone())).collect();
        let holders: Vec<String> = self.resources.keys().map(|id| self.id(id)).collect();
        for (number, one) in found.enumerate() {
            let (kind, physical) = (one["kind"].as_str().expect("a type"), one["physical"].as_str());
            let properties = &one["properties"];
            let own = self.of(kind).map(|(id, _)| id).find(|id| Some(self.id(id).as_str()) == physical);
            let holder = ["RouteTableId", "NetworkAclId"].iter().find_map(|key| properties[*key].as_str());
            let is_ours = holder.is_some_and(|holder| holders.iter().any(|id| id == holder));
            let id = match (own, physical) {
                (Some(own), _) => own.to_owned(),
                (None, Some("")) if is_ours => format!("Described{number}"),
                _ => continue,
            };
            let name = own.and_then(|own| self.resources[own].name.clone());
            let resource = Resource { kind: kind.to_owned(), properties: as_texts(properties), name };
            resources.insert(id, resource);
        }
        Self { environment: self.environment, resources }
    }

    pub fn id(&self, logical: &str) -> String {
        self.named(logical).reference()
    }

    pub fn arn(&self, logical: &str) -> String {
        self.named(logical).arn()
    }

    /// An attribute of a resource; none when the stack does not have it.
    pub fn attribute(&self, logical: &str, attribute: &str) -> Option<String> {
        self.resources.contains_key(logical).then(|| match attribute {
            "Arn" => self.named(logical).arn(),
            _ => self.named(logical).attribute(attribute),
        })
    }

    fn named<'n>(&'n self, logical: &'n str) -> Named<'n> {
        let resource = self.resources.get(logical);
        let resource = resource.unwrap_or_else(|| panic!("no {logical} in {}", self.environment.name()));
        let (id, name) = (logical, resource.name.as_deref());
        Named { environment: self.environment, id, kind: &resource.kind, name }
    }
}

/// A file of the deployment, as text.
pub fn deployed(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A template of the deployment, to be changed before it is resolved.
pub fn template(name: &str) -> Value {
    serde_json::from_str(&deployed(name)).expect("a template is JSON")
}

/// The three environments as the templates in the repository make them.
pub fn world(phase: Phase) -> [Stack; 3] {
    world_of(&template("environment.json"), &template("keys.json"), phase)
}

/// The three environments as these templates make them.
pub fn world_of(environment: &Value, keys: &Value, phase: Phase) -> [Stack; 3] {
    Environment::ALL.map(|one| {
        let mut values = parameters(one);
        values.extend(pseudo_parameters(one));
        let mut resources = resolve(keys, one, values.clone());
        values.extend(peering_parameters(one, phase));
        for (id, resource) in resolve(environment, one, values) {
            assert!(resources.insert(id.clone(), resource).is_none(), "{id} is in both templates");
        }
        Stack { environment: one, resources }
    })
}

/// What the environment's parameter file says.
pub fn parameters(environment: Environment) -> Vec<(String, String)> {
    let name = format!("parameters/{}.json", environment.name());
    read_parameters(Source::new(name.clone(), deployed(&name))).unwrap_or_else(|error| panic!("{error}"))
}

/// What AWS itself gives.
fn pseudo_parameters(environment: Environment) -> [(String, String); 3] {
    let stack = format!("lockstep-{}", environment.name());
    [("AccountId", environment.account()), ("Region", ids::REGION), ("StackName", &stack)]
        .map(|(name, value)| (format!("AWS::{name}"), value.to_owned()))
}

/// What the phases add to it: ids of the neighbours' resources.
fn peering_parameters(environment: Environment, phase: Phase) -> Vec<(String, String)> {
    let mut values = Vec::new();
    let of = |environment, id, kind| Named { environment, id, kind, name: None };
    if let (Some(lower), true) = (environment.lower(), phase >= Phase::Peered) {
        values.push(("LowerVpcId", of(lower, "Vpc", "AWS::EC2::VPC").reference()));
        values.push(("LowerPeeringRoleArn", of(lower, "PeeringAcceptRole", "AWS::IAM::Role").arn()));
    }
    if let (Some(upper), true) = (environment.upper(), phase >= Phase::Peered) {
        values.push(("UpperVpcId", of(upper, "Vpc", "AWS::EC2::VPC").reference()));
    }
    if let (Some(upper), true) = (environment.upper(), phase == Phase::Complete) {
        let peering = of(upper, "Peering", "AWS::EC2::VPCPeeringConnection");
        values.push(("UpperPeeringConnectionId", peering.reference()));
    }
    values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Types whose properties are resolved. Of the others, which nothing here asks, only type and name are kept.
fn is_read(kind: &str) -> bool {
    ["AWS::EC2::", "AWS::IAM::"].iter().any(|prefix| kind.starts_with(prefix))
        || ["AWS::RDS::EventSubscription", "AWS::RDS::DBSubnetGroup", "AWS::RDS::DBClusterParameterGroup"]
            .contains(&kind)
        || ["AWS::RDS::DBCluster", "AWS::S3::Bucket", "AWS::SNS::Topic"].contains(&kind)
        || ["Policy", "Permission", "Key"].iter().any(|suffix| kind.ends_with(suffix))
}

fn resolve(
    template: &Value,
    environment: Environment,
    values: Vec<(String, String)>,
) -> BTreeMap<String, Resource> {
    let source = Source::new("template.json", template.to_string());
    let document = document::parse(source).expect("a template that can be read");
    let template = Template::new(&document.root);
    let scope = Scope::default();
    let given = Given {
        environment: Some(environment.name().to_owned()),
        values: values.into_iter().collect(),
        complete: true,
    };
    let view = View::new(&template, &scope, &given);
    let cx = view.cx();
    let name_of = |one: &Res<'_>| {
        let properties = ["RoleName", "StateMachineName", "BackupVaultName"];
        properties.iter().find_map(|property| one.get(property).text().map(str::to_owned))
    };
    let fill = |hole: &Hole| {
        let (id, attribute) = match hole {
            Hole::Resource(id) => (id, None),
            Hole::Attribute(id, attribute) => (id, Some(attribute.as_str())),
            other => panic!("{other:?} is not fixed in {}", environment.name()),
        };
        let target = cx.resource(id).unwrap_or_else(|| panic!("{id} is not in {}", environment.name()));
        let name = name_of(&target);
        let named = Named { environment, id, kind: target.kind(), name: name.as_deref() };
        attribute.map_or_else(|| named.reference(), |attribute| named.attribute(attribute))
    };
    let exist = template.resources.iter().filter_map(|one| cx.resource(one.id));
    let read = exist.map(|one| {
        let properties = match is_read(one.kind()) {
            true => plain(&one.attribute("Properties"), &fill),
            false => Value::Null,
        };
        (one.id().to_owned(), Resource { kind: one.kind().to_owned(), properties, name: name_of(&one) })
    });
    read.collect()
}

/// A value with every scalar as text.
fn as_texts(value: &Value) -> Value {
    match value {
        Value::Bool(flag) => flag.to_string().into(),
        Value::Number(number) => number.to_string().into(),
        Value::Array(items) => items.iter().map(as_texts).collect(),
        Value::Object(entries) => entries.iter().map(|(key, one)| (key.clone(), as_texts(one))).collect(),
        other => other.clone(),
    }
}

/// A value without holes, as JSON.
fn plain(value: &Val<'_>, fill: &dyn Fn(&Hole) -> String) -> Value {
    match &value.shape {
        Shape::Absent => Value::Null,
        Shape::Text(text) => text
            .pieces()
            .iter()
            .map(|piece| match piece {
                Piece::Known(text) => text.clone(),
                Piece::Hole(hole) => fill(hole),
            })
            .collect::<String>()
            .into(),
        Shape::List(items) => items.iter().map(|item| plain(item, fill)).collect(),
        Shape::Map(_) => {
            let entries = value.entries().into_iter();
            Value::Object(
                entries.map(|(key, _, one)| (key.to_owned(), plain(&one, fill))).collect::<Map<_, _>>(),
            )
        }
        Shape::Unknown(hole) => fill(hole).into(),
    }
}
