//! Serverless (SAM) resources written out as what the transform makes of them, so that rules read them like any other.
//!
//! Only what rules look at is made: functions with their roles, schedules with their permissions, tables and state
//! machines. What a policy template or a layer adds is not known, and rules are silent about it.

use crate::document::node::{Entry, Kind, Node};
use crate::document::source::Span;
use crate::schema;

/// The transform's name, in every version.
pub(crate) const TRANSFORM: &str = "AWS::Serverless-";

/// Types that stay as they are and hide nothing that rules would miss.
pub(crate) const HARMLESS: [&str; 6] = [
    "AWS::Serverless::Api",
    "AWS::Serverless::HttpApi",
    "AWS::Serverless::LayerVersion",
    "AWS::Serverless::GraphQLApi",
    "AWS::Serverless::WebSocketApi",
    "AWS::Serverless::Connector",
];

/// Whether a template asks for the transform.
pub(crate) fn is_serverless(root: &Node) -> bool {
    root.get("Transform").is_some_and(|transform| {
        let names = std::iter::once(transform).chain(transform.items());
        names.filter_map(Node::as_str).any(|name| name.starts_with(TRANSFORM))
    })
}

/// The template with its serverless resources written out.
pub(crate) fn write_out(root: Node) -> Node {
    if !is_serverless(&root) {
        return root;
    }
    let globals = root.get("Globals").and_then(|node| node.get("Function")).cloned();
    let entries = root.entries().iter().map(|entry| {
        let mut entry = entry.clone();
        if entry.key == "Resources" {
            let written = entry.value.entries().iter().flat_map(|one| resource(one, globals.as_ref()));
            entry.value = Node::new(entry.value.span, Kind::Map(written.collect()));
        }
        entry
    });
    Node::new(root.span, Kind::Map(entries.collect()))
}

fn resource(entry: &Entry, globals: Option<&Node>) -> Vec<Entry> {
    match entry.value.get("Type").and_then(Node::as_str) {
        Some("AWS::Serverless::Function") => function(entry, globals),
        Some("AWS::Serverless::SimpleTable") => vec![renamed(entry, "AWS::DynamoDB::Table", Vec::new())],
        Some("AWS::Serverless::StateMachine") => machine(entry),
        _ => vec![entry.clone()],
    }
}

/// Makes nodes that stand where the serverless resource does.
struct Maker {
    span: Span,
}

impl Maker {
    fn entry(&self, key: &str, value: Node) -> Entry {
        Entry { key: key.to_owned(), key_span: self.span, value }
    }

    fn text(&self, text: &str) -> Node {
        Node::text(self.span, text)
    }

    fn list(&self, items: Vec<Node>) -> Node {
        Node::new(self.span, Kind::List(items))
    }

    fn map(&self, pairs: Vec<(&str, Node)>) -> Node {
        Node::new(
            self.span,
            Kind::Map(pairs.into_iter().map(|(key, value)| self.entry(key, value)).collect()),
        )
    }

    fn attribute(&self, id: &str, attribute: &str) -> Node {
        self.map(vec![("Fn::GetAtt", self.list(vec![self.text(id), self.text(attribute)]))])
    }

    fn reference(&self, id: &str) -> Node {
        self.map(vec![("Ref", self.text(id))])
    }

    fn resource(&self, kind: &str, properties: Vec<(&str, Node)>) -> Node {
        self.map(vec![("Type", self.text(kind)), ("Properties", self.map(properties))])
    }

    /// A role that a service may assume, with what the serverless resource has under `Policies`.
    fn role(&self, service: &str, basics: &[&str], policies: Option<&Node>) -> Node {
        let statement = self.map(vec![
            ("Effect", self.text("Allow")),
            ("Principal", self.map(vec![("Service", self.text(service))])),
            ("Action", self.text("sts:AssumeRole")),
        ]);
        let trust = self.map(vec![("Statement", self.list(vec![statement]))]);
        let mut managed: Vec<Node> = basics.iter().map(|name| self.text(name)).collect();
        let mut inline = Vec::new();
        let all = policies.into_iter().flat_map(|node| match node.items() {
            [] => vec![node],
            items => items.iter().collect(),
        });
        for policy in all {
            if policy.get("Statement").is_some() {
                let name = ("PolicyName", self.text("Sam"));
                inline.push(self.map(vec![name, ("PolicyDocument", policy.clone())]));
            } else {
                // A managed policy by name or ARN, or a policy template: of both, what they allow is not known.
                let known = policy.as_str().is_some()
                    || policy.single().is_some_and(|one| one.key.starts_with("Fn::") || one.key == "Ref");
                managed.push(if known {
                    policy.clone()
                } else {
                    self.text("arn:aws:iam::aws:policy/what-a-policy-template-makes")
                });
            }
        }
        let mut properties =
            vec![("AssumeRolePolicyDocument", trust), ("ManagedPolicyArns", self.list(managed))];
        if !inline.is_empty() {
            properties.push(("Policies", self.list(inline)));
        }
        self.resource("AWS::IAM::Role", properties)
    }
}

/// A property of the function itself, else of the template's Globals.
fn property<'n>(own: Option<&'n Node>, globals: Option<&'n Node>, name: &str) -> Option<&'n Node> {
    own.and_then(|node| node.get(name)).or_else(|| globals.and_then(|node| node.get(name)))
}

fn function(entry: &Entry, globals: Option<&Node>) -> Vec<Entry> {
    let make = Maker { span: entry.key_span };
    let own = entry.value.get("Properties");
    let of = |name: &str| property(own, globals, name);
    let role_id = format!("{}Role", entry.key);
    let kept = kept("AWS::Lambda::Function", own, globals);
    let mut properties: Vec<Entry> =
        kept.into_iter().filter(|one| one.key != "Role" && one.key != "Tags").collect();
    let code = match of("InlineCode") {
        Some(inline) => make.map(vec![("ZipFile", inline.clone())]),
        None => make.map(vec![("S3Bucket", make.text("packaged-by-sam")), ("S3Key", make.text("code"))]),
    };
    if of("PackageType").and_then(Node::as_str) != Some("Image") {
        properties.push(make.entry("Code", code));
    }
    let mut made = Vec::new();
    let role = of("Role").cloned().unwrap_or_else(|| {
        let vpc = of("VpcConfig").is_some();
        let name = if vpc { "AWSLambdaVPCAccessExecutionRole" } else { "AWSLambdaBasicExecutionRole" };
        let basic = format!("arn:aws:iam::aws:policy/service-role/{name}");
        made.push(make.entry(&role_id, make.role("lambda.amazonaws.com", &[&basic], of("Policies"))));
        make.attribute(&role_id, "Arn")
    });
    properties.push(make.entry("Role", role));
    for event in of("Events").map(Node::entries).unwrap_or_default() {
        made.extend(schedule(&make, &entry.key, event));
    }
    let mut written = rebuilt(entry, "AWS::Lambda::Function", properties);
    written.key_span = entry.key_span;
    made.insert(0, written);
    made
}

/// The rule and the permission of an event that is a schedule or a pattern.
fn schedule(make: &Maker, function: &str, event: &Entry) -> Vec<Entry> {
    let kind = event.value.get("Type").and_then(Node::as_str).unwrap_or_default();
    let properties = event.value.get("Properties");
    let trigger = match kind {
        "Schedule" => {
            properties.and_then(|node| node.get("Schedule")).map(|value| ("ScheduleExpression", value))
        }
        "EventBridgeRule" | "CloudWatchEvent" => {
            properties.and_then(|node| node.get("Pattern")).map(|value| ("EventPattern", value))
        }
        _ => None,
    };
    let Some((key, value)) = trigger else { return Vec::new() };
    let id = format!("{function}{}", event.key);
    let target = make.map(vec![("Id", make.text("Target")), ("Arn", make.attribute(function, "Arn"))]);
    let rule =
        make.resource("AWS::Events::Rule", vec![(key, value.clone()), ("Targets", make.list(vec![target]))]);
    let permission = make.resource(
        "AWS::Lambda::Permission",
        vec![
            ("FunctionName", make.reference(function)),
            ("Action", make.text("lambda:InvokeFunction")),
            ("Principal", make.text("events.amazonaws.com")),
            ("SourceArn", make.attribute(&id, "Arn")),
        ],
    );
    vec![make.entry(&id, rule), make.entry(&format!("{id}Permission"), permission)]
}

fn machine(entry: &Entry) -> Vec<Entry> {
    let make = Maker { span: entry.key_span };
    let own = entry.value.get("Properties");
    let kind = "AWS::StepFunctions::StateMachine";
    let mut properties: Vec<Entry> =
        kept(kind, own, None).into_iter().filter(|one| one.key != "Tags").collect();
    let rename = [
        ("Role", "RoleArn"),
        ("Name", "StateMachineName"),
        ("Type", "StateMachineType"),
        ("Logging", "LoggingConfiguration"),
        ("Tracing", "TracingConfiguration"),
    ];
    for (from, to) in rename {
        properties.extend(own.and_then(|node| node.get(from)).map(|value| make.entry(to, value.clone())));
    }
    let mut made = Vec::new();
    if own.is_none_or(|node| node.get("Role").is_none()) {
        let id = format!("{}Role", entry.key);
        let policies = own.and_then(|node| node.get("Policies"));
        made.push(make.entry(&id, make.role("states.amazonaws.com", &[], policies)));
        properties.push(make.entry("RoleArn", make.attribute(&id, "Arn")));
    }
    made.insert(0, rebuilt(entry, kind, properties));
    made
}

/// The properties that the written-out type has, too: the resource's own, then those of the Globals.
fn kept(kind: &str, own: Option<&Node>, globals: Option<&Node>) -> Vec<Entry> {
    let known = schema::of(kind).and_then(|one| one.shape.properties.as_ref());
    let has = |name: &str| known.is_some_and(|all| all.contains_key(name));
    let own = own.map(Node::entries).unwrap_or_default();
    let others = globals.map(Node::entries).unwrap_or_default();
    let others = others.iter().filter(|one| !own.iter().any(|mine| mine.key == one.key));
    own.iter().chain(others).filter(|one| has(&one.key)).cloned().collect()
}

fn renamed(entry: &Entry, kind: &str, more: Vec<Entry>) -> Entry {
    let mut properties = kept(kind, entry.value.get("Properties"), None);
    properties.retain(|one| one.key != "Tags");
    properties.extend(more);
    // The transform gives a table without a key the key `id`.
    let make = Maker { span: entry.key_span };
    let key = make.map(vec![("AttributeName", make.text("id")), ("KeyType", make.text("HASH"))]);
    properties.push(make.entry("KeySchema", make.list(vec![key])));
    rebuilt(entry, kind, properties)
}

/// The resource with another type and other properties; condition, metadata and the rest stay.
fn rebuilt(entry: &Entry, kind: &str, properties: Vec<Entry>) -> Entry {
    let make = Maker { span: entry.key_span };
    let span = entry.value.get("Properties").map_or(entry.value.span, |node| node.span);
    let rest =
        entry.value.entries().iter().filter(|one| one.key != "Type" && one.key != "Properties").cloned();
    let mut all = vec![make.entry("Type", make.text(kind))];
    all.push(make.entry("Properties", Node::new(span, Kind::Map(properties))));
    all.extend(rest);
    Entry {
        key: entry.key.clone(),
        key_span: entry.key_span,
        value: Node::new(entry.value.span, Kind::Map(all)),
    }
}
