//! Templates as the local API server can take them: without the types that it does not have, and with stand-ins for
//! what it does not make. Everything that is changed is listed, and must be there to be changed.

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value, json};

/// Types of `deploy/environment.json` that MiniStack refuses. Their resources are left out; tests of their own look at
/// them in the whole template.
const REFUSED_OF_ENVIRONMENT: [&str; 10] = [
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

/// Those of `deploy/cluster.json`.
const REFUSED_OF_CLUSTER: [&str; 7] = [
    "AWS::Backup::BackupSelection",
    "AWS::EC2::FlowLog",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::RDS::DBProxy",
    "AWS::RDS::DBProxyTargetGroup",
    "AWS::RDS::EventSubscription",
];

/// Login of the real servers that stand for the clusters.
pub const MASTER: (&str, &str) = ("master", "Master-1!");

/// A template that the local API server takes.
#[derive(Clone, Debug)]
pub struct StoodIn {
    /// The template.
    pub template: Value,
    /// What was changed, a line each.
    pub changes: Vec<String>,
}

/// `deploy/environment.json` for servers on these ports, by environment.
///
/// # Errors
/// When a type of the list is not in the template any more, a stand-in finds nothing to stand for, or something still
/// refers to what was left out.
pub fn environment(text: &str, ports: &[(&str, u16)]) -> Result<StoodIn> {
    let mut out = StoodIn { template: serde_json::from_str(text)?, changes: Vec::new() };
    let gone = out.strip(&REFUSED_OF_ENVIRONMENT)?;
    let values = |value: &dyn Fn(usize, u16) -> Value, name: &str| -> Map<String, Value> {
        let each = ports.iter().enumerate();
        each.map(|(i, (e, port))| ((*e).to_owned(), json!({ name: value(i, *port) }))).collect()
    };
    out.template["Mappings"]["StandInPort"] = values(&|_, port| json!(port.to_string()), "Port").into();
    let peering = |i: usize, _| json!(format!("pcx-{:017x}", 0xabc + i));
    out.template["Mappings"]["StandInPeering"] = values(&peering, "Id").into();
    out.make_master_secret()?;
    let find = |map: &str, key: &str| json!({ "Fn::FindInMap": [map, { "Ref": "Environment" }, key] });
    let cluster = |attribute: &str| json!({ "Fn::GetAtt": ["DatabaseCluster", attribute] });
    let bundle = json!("/var/task/global-bundle.pem");
    let database = "the bootstrapped database: a real server";
    for (within, what, old, new) in [
        ("", "the peering's id: a made-up one", json!({ "Ref": "Peering" }), find("StandInPeering", "Id")),
        (
            "/Outputs",
            "the database ACL's id: a made-up one",
            json!({ "Ref": "DatabaseAcl" }),
            json!("acl-00000000000000abc"),
        ),
        ("/Resources/DatabaseBootstrap", database, cluster("Endpoint.Address"), json!("127.0.0.1")),
        ("/Resources/DatabaseBootstrap", database, cluster("Endpoint.Port"), find("StandInPort", "Port")),
        (
            "",
            "the CA bundle's path: beside the program, which is not in /var/task",
            bundle,
            json!("global-bundle.pem"),
        ),
    ] {
        out.replace(within, what, &old, &new)?;
    }
    out.refers_to_none(&gone)?;
    Ok(out)
}

/// `deploy/cluster.json`.
///
/// # Errors
/// As [`environment`].
pub fn cluster(text: &str) -> Result<StoodIn> {
    let mut out = StoodIn { template: serde_json::from_str(text)?, changes: Vec::new() };
    let gone = out.strip(&REFUSED_OF_CLUSTER)?;
    out.make_master_secret()?;
    let endpoint = json!({ "Fn::GetAtt": ["Proxy", "Endpoint"] });
    out.replace("/Outputs", "the proxy's endpoint: none", &endpoint, &json!(""))?;
    let third = "the third zone: the server's, which has none that the template takes";
    out.replace("/Resources/DatabaseSubnetC", third, &json!({ "Ref": "ZoneC" }), &json!("use1-az3"))?;
    out.refers_to_none(&gone)?;
    Ok(out)
}

impl StoodIn {
    /// Leaves out the resources of the listed types, and gives their ids.
    fn strip(&mut self, kinds: &[&str]) -> Result<Vec<String>> {
        let resources = self.template["Resources"].as_object_mut().context("there are no Resources")?;
        let mut gone = Vec::new();
        for kind in kinds {
            let of = |resources: &Map<String, Value>| -> Vec<String> {
                resources.iter().filter(|(_, r)| r["Type"] == *kind).map(|(id, _)| id.clone()).collect()
            };
            let ids = of(resources);
            ensure!(!ids.is_empty(), "the list is stale: the template has no {kind}");
            self.changes.push(format!("left out: {kind}: {}", ids.join(", ")));
            gone.extend(ids);
        }
        resources.retain(|id, _| !gone.contains(id));
        for entry in resources.values_mut() {
            if let Some(Value::Array(on)) = entry.get_mut("DependsOn") {
                on.retain(|id| !gone.iter().any(|gone| id == gone));
            }
        }
        Ok(gone)
    }

    /// Puts a secret with the login of the server in the place of the one that RDS makes.
    fn make_master_secret(&mut self) -> Result<()> {
        let login = json!({ "username": MASTER.0, "password": MASTER.1 }).to_string();
        let secret =
            json!({ "Type": "AWS::SecretsManager::Secret", "Properties": { "SecretString": login } });
        self.template["Resources"]["MasterSecretStandIn"] = secret;
        let made = json!({ "Fn::GetAtt": ["DatabaseCluster", "MasterUserSecret.SecretArn"] });
        let what = "the master's secret: one with the server's login";
        self.replace("", what, &made, &json!({ "Ref": "MasterSecretStandIn" }))
    }

    /// Puts `new` in the place of `old` wherever it stands below the JSON pointer `within`.
    fn replace(&mut self, within: &str, what: &str, old: &Value, new: &Value) -> Result<()> {
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
        let place = self.template.pointer_mut(within).with_context(|| format!("there is no {within}"))?;
        let count = walk(place, old, new);
        ensure!(count > 0, "a stand-in for nothing: {what}: the template has no {old}");
        self.changes.push(format!("stand-in: {what} ({count} times)"));
        Ok(())
    }

    /// Checks that nothing refers to what was left out.
    fn refers_to_none(&self, gone: &[String]) -> Result<()> {
        for section in ["Resources", "Outputs"] {
            for (name, entry) in self.template[section].as_object().context("a section is missing")? {
                let left = gone.iter().find(|id| mentions(entry, id));
                ensure!(left.is_none(), "{section} {name} refers to {left:?}, which was left out");
            }
        }
        Ok(())
    }
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
