//! Every policy of the three accounts: of roles, of resources, of endpoints.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Value, json};

use crate::stack::{Environment, Stack};

/// Policies that are AWS's own begin so. What they say is not known here: who has one is asked for nothing.
const OF_AWS: &str = "arn:aws:iam::aws:policy/";

/// A policy; many requests share it.
pub type Document = Rc<Value>;

/// A role with everything that is attached to it.
#[derive(Debug)]
pub struct Role {
    pub environment: Environment,
    /// Its logical id.
    pub id: String,
    pub arn: String,
    pub policies: Vec<Document>,
    /// Whether it has a policy of AWS's own.
    pub has_policy_of_aws: bool,
    /// Whether Lambda runs functions as it, so that its requests come out of the VPC.
    pub is_function: bool,
}

/// The policies of a world.
#[derive(Debug, Default)]
pub struct Policies {
    pub roles: Vec<Role>,
    /// By the ARN of the resource.
    pub resources: BTreeMap<String, Document>,
    /// By environment and service.
    pub endpoints: BTreeMap<(Environment, String), Document>,
}

impl Policies {
    /// Reads the stacks. A type that holds a policy and is not read here is an error.
    pub fn read(stacks: &[Stack; 3]) -> Self {
        let mut policies = Self::default();
        for stack in stacks {
            policies.add_roles(stack);
            for (id, resource) in &stack.resources {
                policies.add_resource(stack, id, &resource.kind, &resource.properties);
            }
        }
        policies
    }

    fn add_roles(&mut self, stack: &Stack) {
        for (id, properties) in stack.of("AWS::IAM::Role") {
            let mut policies: Vec<Document> = items(properties, "Policies").map(document).collect();
            let of_aws = |arn: &&Value| arn.as_str().is_some_and(|arn| arn.starts_with(OF_AWS));
            let attached = items(properties, "ManagedPolicyArns");
            policies.extend(attached.filter(|arn| !of_aws(arn)).map(|arn| {
                let mut own = stack.of("AWS::IAM::ManagedPolicy").filter(|(id, _)| stack.id(id) == *arn);
                document(own.next().unwrap_or_else(|| panic!("{arn} is unknown")).1)
            }));
            let own = stack.of("AWS::IAM::RolePolicy").filter(|(_, one)| one["RoleName"] == stack.id(id));
            policies.extend(own.map(|(_, one)| document(one)));
            let trust = &properties["AssumeRolePolicyDocument"];
            let arn = stack.arn(id);
            self.resources.insert(arn.clone(), Rc::new(trust.clone()));
            self.roles.push(Role {
                environment: stack.environment,
                id: id.to_owned(),
                arn,
                policies,
                has_policy_of_aws: items(properties, "ManagedPolicyArns").any(|arn| of_aws(&arn)),
                is_function: trust["Statement"][0]["Principal"]["Service"] == "lambda.amazonaws.com",
            });
        }
    }

    fn add_resource(&mut self, stack: &Stack, id: &str, kind: &str, properties: &Value) {
        match kind {
            "AWS::KMS::Key" => self.put(stack.arn(id), Rc::new(properties["KeyPolicy"].clone())),
            "AWS::S3::BucketPolicy" => {
                let bucket = properties["Bucket"].as_str().expect("a bucket's name");
                self.put(format!("arn:aws:s3:::{bucket}"), document(properties));
            }
            "AWS::SNS::TopicPolicy" => {
                let topics = items(properties, "Topics").filter_map(Value::as_str);
                topics.for_each(|topic| self.put(topic.to_owned(), document(properties)));
            }
            "AWS::SQS::QueuePolicy" => {
                for url in items(properties, "Queues") {
                    let queue = stack.of("AWS::SQS::Queue").find(|(id, _)| stack.id(id) == *url);
                    self.put(stack.arn(queue.expect("a queue of the stack").0), document(properties));
                }
            }
            "AWS::Lambda::Permission" => self.add_permission(stack, properties),
            "AWS::EC2::VPCEndpoint" => {
                let service = properties["ServiceName"].as_str().expect("a service");
                let service = service.rsplit('.').next().expect("a name").to_owned();
                self.endpoints.insert((stack.environment, service), document(properties));
            }
            "AWS::IAM::ManagedPolicy" | "AWS::IAM::RolePolicy" => {}
            other => assert!(!other.ends_with("Policy"), "{id}: {other} is not read"),
        }
    }

    /// A permission of a function is a statement of its resource policy.
    fn add_permission(&mut self, stack: &Stack, properties: &Value) {
        let function = stack.of("AWS::Lambda::Function");
        let function = function.map(|(id, _)| id).find(|id| stack.id(id) == properties["FunctionName"]);
        let arn = stack.arn(function.expect("a function of the stack"));
        let mut condition = json!({});
        if let Some(account) = properties["SourceAccount"].as_str() {
            condition["StringEquals"] = json!({ "aws:SourceAccount": account });
        }
        if let Some(source) = properties["SourceArn"].as_str() {
            condition["ArnLike"] = json!({ "aws:SourceArn": source });
        }
        let statement = json!({
            "Effect": "Allow",
            "Principal": { "Service": properties["Principal"] },
            "Action": properties["Action"],
            "Resource": arn,
            "Condition": condition,
        });
        self.put(arn, Rc::new(json!({ "Version": "2012-10-17", "Statement": [statement] })));
    }

    fn put(&mut self, arn: String, policy: Document) {
        let before = self.resources.insert(arn.clone(), policy);
        assert!(before.is_none(), "{arn} has two policies");
    }

    /// The policy of the resource that an ARN names or lies in.
    pub fn of_resource(&self, arn: &str) -> Option<&Document> {
        let lies_in = |whole: &str| {
            let rest = arn.strip_prefix(whole);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':']))
        };
        self.resources.iter().find(|(whole, _)| lies_in(whole)).map(|(_, policy)| policy)
    }
}

fn items<'v>(properties: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    properties[key].as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

fn document(holder: &Value) -> Document {
    Rc::new(holder["PolicyDocument"].clone())
}
