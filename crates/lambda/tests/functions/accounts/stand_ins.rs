//! The template as the local API server can take it: without the types that it does not have, and with stand-ins
//! for what it does not make. Everything that is changed is listed here, printed, and must be there to be changed.

use serde_json::{Map, Value, json};

/// Types that MiniStack refuses. Their resources are left out; tests of their own look at them in the whole template.
const STRIPPED: [&str; 10] = [
    "AWS::Backup::BackupSelection",
    "AWS::EC2::FlowLog",
    "AWS::EC2::NetworkAcl",
    "AWS::EC2::NetworkAclEntry",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::SubnetNetworkAclAssociation",
    "AWS::EC2::VPCPeeringConnection",
    "AWS::IAM::RolePolicy",
    "AWS::RDS::EventSubscription",
    "AWS::SecretsManager::RotationSchedule",
];

/// Login of the real servers that stand for the clusters.
pub(crate) const MASTER: (&str, &str) = ("master", "Master-1!");

/// The template for servers on these ports, by environment.
///
/// # Panics
/// When a type of the list is not in the template any more, or a stand-in finds nothing to stand for.
pub(crate) fn template(text: &str, ports: &[(&str, u16)]) -> Value {
    let mut template: Value = serde_json::from_str(text).expect("a template");
    let gone = strip(&mut template);
    let values = |value: &dyn Fn(usize, u16) -> Value, name: &str| -> Map<String, Value> {
        let each = ports.iter().enumerate();
        each.map(|(i, (e, port))| ((*e).to_owned(), json!({ name: value(i, *port) }))).collect()
    };
    template["Mappings"]["StandInPort"] = values(&|_, port| json!(port.to_string()), "Port").into();
    let peering = |i: usize, _| json!(format!("pcx-{:017x}", 0xabc + i));
    template["Mappings"]["StandInPeering"] = values(&peering, "Id").into();
    let find = |map: &str, key: &str| json!({ "Fn::FindInMap": [map, { "Ref": "Environment" }, key] });
    replace(
        &mut template,
        "the peering's id: a made-up one",
        &json!({ "Ref": "Peering" }),
        &find("StandInPeering", "Id"),
    );
    replace(
        &mut template,
        "the master's secret: one with the server's login",
        &json!({ "Fn::GetAtt": ["DatabaseCluster", "MasterUserSecret.SecretArn"] }),
        &json!({ "Ref": "MasterSecretStandIn" }),
    );
    let login = json!({ "username": MASTER.0, "password": MASTER.1 }).to_string();
    let secret = json!({ "Type": "AWS::SecretsManager::Secret", "Properties": { "SecretString": login } });
    template["Resources"]["MasterSecretStandIn"] = secret;
    let bootstrap = &mut template["Resources"]["DatabaseBootstrap"];
    let cluster = |attribute: &str| json!({ "Fn::GetAtt": ["DatabaseCluster", attribute] });
    let what = "the bootstrapped database: a real server";
    replace(bootstrap, what, &cluster("Endpoint.Address"), &json!("127.0.0.1"));
    replace(bootstrap, what, &cluster("Endpoint.Port"), &find("StandInPort", "Port"));
    let bundle = "the CA bundle's path: beside the program, which is not in /var/task";
    replace(&mut template, bundle, &json!("/var/task/global-bundle.pem"), &json!("global-bundle.pem"));
    for section in ["Resources", "Outputs"] {
        for (name, entry) in template[section].as_object().expect("a section") {
            let left = gone.iter().find(|id| mentions(entry, id));
            assert!(left.is_none(), "{section} {name} refers to {left:?}, which was left out");
        }
    }
    template
}

/// Leaves out the resources of the listed types, and gives their ids.
fn strip(template: &mut Value) -> Vec<String> {
    let resources = template["Resources"].as_object_mut().expect("resources");
    let mut gone = Vec::new();
    for kind in STRIPPED {
        let of = |resources: &Map<String, Value>| -> Vec<String> {
            resources.iter().filter(|(_, r)| r["Type"] == kind).map(|(id, _)| id.clone()).collect()
        };
        let ids = of(resources);
        assert!(!ids.is_empty(), "the list is stale: the template has no {kind}");
        eprintln!("left out: {kind}: {}", ids.join(", "));
        gone.extend(ids);
    }
    resources.retain(|id, _| !gone.contains(id));
    for entry in resources.values_mut() {
        if let Some(Value::Array(on)) = entry.get_mut("DependsOn") {
            on.retain(|id| !gone.iter().any(|gone| id == gone));
        }
    }
    gone
}

/// Puts `new` in the place of `old` wherever it stands.
fn replace(value: &mut Value, what: &str, old: &Value, new: &Value) {
    fn walk(value: &mut Value, old: &Value, new: &Value) -> usize {
        if value == old {
            *value = new.clone();
            return 1;
        }
        match value {
            Value::Array(list) => list.iter_mut().map(|one| walk(one, old, new)).sum(),
            Value::Object(map) => map.values_mut().map(|one| walk(one, old, new)).sum(),
            _ => 0,
        }
    }
    let count = walk(value, old, new);
    assert!(count > 0, "a stand-in for nothing: {what}: the template has no {old}");
    eprintln!("stand-in: {what} ({count} times)");
}

/// Whether an intrinsic function in `value` names the resource.
fn mentions(value: &Value, id: &str) -> bool {
    match value {
        Value::Object(map) => map.iter().any(|(key, inner)| match (key.as_str(), inner) {
            ("Ref", Value::String(name)) => name == id,
            ("Fn::GetAtt", Value::Array(list)) => list.first().is_some_and(|name| name == id),
            ("Fn::Sub", Value::String(text)) => {
                text.contains(&format!("${{{id}}}")) || text.contains(&format!("${{{id}."))
            }
            ("DependsOn", Value::String(name)) => name == id,
            _ => mentions(inner, id),
        }),
        Value::Array(list) => list.iter().any(|one| mentions(one, id)),
        _ => false,
    }
}
