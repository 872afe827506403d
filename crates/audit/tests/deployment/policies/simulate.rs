//! The IAM simulator: a program of its own from npm, which `cargo xtask test` installs.

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::rc::Rc;

use serde_json::{Value, json};

use super::documents::Document;

/// A request that someone makes, with every policy that has a say.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub principal: String,
    pub policies: Vec<Document>,
    pub action: String,
    pub resource: String,
    /// The account that the resource is in.
    pub account: String,
    pub context: BTreeMap<String, String>,
    pub resource_policy: Option<Document>,
    pub endpoint_policy: Option<Document>,
}

/// Whether each of the requests is allowed. Equal requests are asked once.
pub fn allowed(requests: &[Request]) -> Vec<bool> {
    let mut documents = Documents::default();
    let mut asked = Places::default();
    let places: Vec<usize> = requests
        .iter()
        .map(|one| {
            // Without one the simulator takes trust within an account for granted.
            assert!(
                one.action != "sts:AssumeRole" || one.resource_policy.is_some(),
                "{} trusts?",
                one.resource
            );
            let identity: Vec<usize> = one.policies.iter().map(|policy| documents.put(policy)).collect();
            asked.put(&json!({
                "principal": one.principal,
                "action": one.action,
                "resource": one.resource,
                "account": one.account,
                "context": one.context,
                "identity": identity,
                "resourcePolicy": one.resource_policy.as_ref().map(|policy| documents.put(policy)),
                "endpoint": one.endpoint_policy.as_ref().map(|policy| documents.put(policy)),
            }))
        })
        .collect();
    let answers = ask(&json!({ "documents": documents.places.all, "requests": asked.all }));
    assert_eq!(answers.len(), asked.all.len(), "an answer for each request");
    places.into_iter().map(|place| answers[place] == "Allowed").collect()
}

/// The places of documents, each looked at once.
#[derive(Default)]
struct Documents {
    places: Places,
    known: HashMap<*const Value, usize>,
}

impl Documents {
    fn put(&mut self, document: &Document) -> usize {
        let places = &mut self.places;
        *self.known.entry(Rc::as_ptr(document)).or_insert_with(|| places.put(document))
    }
}

/// Values in the order in which they first came, each once.
#[derive(Default)]
struct Places {
    all: Vec<Value>,
    known: HashMap<String, usize>,
}

impl Places {
    fn put(&mut self, value: &Value) -> usize {
        let next = self.all.len();
        let place = *self.known.entry(value.to_string()).or_insert(next);
        if place == next {
            self.all.push(value.clone());
        }
        place
    }
}

fn ask(input: &Value) -> Vec<String> {
    let cache = lockstep_sandbox::cache_dir().unwrap_or_else(|error| panic!("{error}"));
    let modules = cache.join("npm/node_modules");
    assert!(
        modules.join("@cloud-copilot/iam-simulate").is_dir(),
        "there is no @cloud-copilot/iam-simulate in {}: run these tests through `cargo xtask test`, which installs it",
        modules.display()
    );
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/deployment/policies/simulate.mjs");
    let mut command = Command::new("node");
    command.arg(script).arg(modules).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut process = command.spawn().unwrap_or_else(|error| panic!("node: {error}"));
    let mut stdin = process.stdin.take().expect("a pipe");
    stdin.write_all(input.to_string().as_bytes()).expect("the simulator reads its input");
    drop(stdin);
    let output = process.wait_with_output().expect("the simulator ends");
    assert!(output.status.success(), "the simulator does not understand; its words are above");
    serde_json::from_slice(&output.stdout).expect("a list of answers")
}
