//! Whether the simulator knows the rules by which AWS evaluates policies ("Policy evaluation logic" and "IAM JSON policy
//! elements" in the IAM user guide, "Key policies" in the KMS developer guide): the tables rest on them.

use serde_json::{Value, json};

use super::documents::Document;
use super::simulate::{Request, allowed};

const HERE: &str = "111111111111";
const THERE: &str = "222222222222";
const OBJECT: &str = "arn:aws:s3:::bucket/key";
const KEY: &str = "arn:aws:kms:us-east-1:111111111111:key/11111111-1111-4111-8111-111111111111";
const ROLE: &str = "arn:aws:iam::111111111111:role/other";

fn document(statements: Value) -> Document {
    Document::new(json!({ "Version": "2012-10-17", "Statement": statements }))
}

/// A request by a role of an account with these identity statements.
fn by(account: &str, statements: Value, action: &str, resource: &str) -> Request {
    Request {
        principal: format!("arn:aws:sts::{account}:assumed-role/role/session"),
        policies: vec![document(statements)],
        action: action.to_owned(),
        resource: resource.to_owned(),
        account: HERE.to_owned(),
        context: [("aws:PrincipalArn".to_owned(), format!("arn:aws:iam::{account}:role/role"))].into(),
        resource_policy: None,
        endpoint_policy: None,
    }
}

/// The request where the resource has a policy of one statement.
fn on(statement: Value, request: Request) -> Request {
    Request { resource_policy: Some(document(json!([statement]))), ..request }
}

/// The request with a condition key.
fn with(key: &str, value: &str, mut request: Request) -> Request {
    request.context.insert(key.to_owned(), value.to_owned());
    request
}

/// A statement for everything that a service can do.
fn all(effect: &str, service: &str) -> Value {
    json!({ "Effect": effect, "Action": format!("{service}:*"), "Resource": "*" })
}

/// The statement with further elements.
fn plus(mut statement: Value, more: Value) -> Value {
    let more = more.as_object().expect("elements").clone();
    statement.as_object_mut().expect("a statement").extend(more);
    statement
}

fn nothing() -> Value {
    json!([all("Allow", "sns")])
}

/// Identity and resource policies together: within an account either is enough, across accounts it takes both.
fn about_accounts() -> Vec<(&'static str, bool, Request)> {
    let get = |account, statements| by(account, statements, "s3:GetObject", OBJECT);
    let role = |account: &str| {
        let principal = json!({ "AWS": format!("arn:aws:iam::{account}:role/role") });
        plus(all("Allow", "s3"), json!({ "Principal": principal }))
    };
    let root = |account: &str, service: &str| {
        let principal = json!({ "AWS": format!("arn:aws:iam::{account}:root") });
        plus(all("Allow", service), json!({ "Principal": principal }))
    };
    let trust = |principal: &str| json!({ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "AWS": principal } });
    let assume = |statements| by(HERE, statements, "sts:AssumeRole", ROLE);
    let allow = |service| json!([all("Allow", service)]);
    let decrypt = |account, statements| by(account, statements, "kms:Decrypt", KEY);
    vec![
        ("nothing allows", false, get(HERE, nothing())),
        ("identity is enough within an account", true, get(HERE, allow("s3"))),
        ("so is the resource's policy", true, on(role(HERE), get(HERE, nothing()))),
        ("an explicit deny wins", false, get(HERE, json!([all("Allow", "s3"), all("Deny", "s3")]))),
        (
            "the resource's deny wins",
            false,
            on(plus(all("Deny", "s3"), json!({ "Principal": "*" })), get(HERE, allow("s3"))),
        ),
        ("identity alone does not cross accounts", false, get(THERE, allow("s3"))),
        ("nor does the resource's policy", false, on(role(THERE), get(THERE, nothing()))),
        ("both do", true, on(role(THERE), get(THERE, allow("s3")))),
        ("a key without a policy for the account", false, decrypt(HERE, allow("kms"))),
        ("a key whose policy leaves it to IAM", true, on(root(HERE, "kms"), decrypt(HERE, allow("kms")))),
        ("IAM must then say so", false, on(root(HERE, "kms"), decrypt(HERE, nothing()))),
        (
            "a key's policy for its own account only",
            false,
            on(root(HERE, "kms"), decrypt(THERE, allow("kms"))),
        ),
        (
            "a role must trust who asks",
            false,
            on(trust("arn:aws:iam::111111111111:role/third"), assume(allow("sts"))),
        ),
        (
            "trust in the role itself is enough",
            true,
            on(trust("arn:aws:iam::111111111111:role/role"), assume(nothing())),
        ),
        (
            "trust in the account needs identity",
            false,
            on(trust("arn:aws:iam::111111111111:root"), assume(nothing())),
        ),
    ]
}

/// Elements of statements, and conditions whose key is missing.
fn about_statements() -> Vec<(&'static str, bool, Request)> {
    let get = |statements| by(HERE, statements, "s3:GetObject", OBJECT);
    let when = |condition: Value| json!([plus(all("Allow", "s3"), json!({ "Condition": condition }))]);
    let tag = "aws:RequestedRegion";
    let endpoint = |statement| Request {
        endpoint_policy: Some(document(json!([plus(statement, json!({ "Principal": "*" }))]))),
        ..get(json!([all("Allow", "s3")]))
    };
    let not = |key: &str, value: &str| {
        let mut statement = all("Allow", "s3");
        statement.as_object_mut().expect("a statement").remove(key.trim_start_matches("Not"));
        json!([plus(statement, json!({ key: value }))])
    };
    vec![
        (
            "wildcards within",
            true,
            get(json!([{ "Effect": "Allow", "Action": "s3:Get?bject", "Resource": "arn:aws:s3:::b*/k*" }])),
        ),
        (
            "and not beyond",
            false,
            get(json!([{ "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::bucket" }])),
        ),
        ("NotAction of it", false, get(not("NotAction", "s3:GetObject"))),
        ("NotAction of another", true, get(not("NotAction", "s3:PutObject"))),
        ("NotResource of it", false, get(not("NotResource", OBJECT))),
        ("a missing key is not equal", false, get(when(json!({ "StringEquals": { tag: "a" } })))),
        ("unless it may be missing", true, get(when(json!({ "StringEqualsIfExists": { tag: "a" } })))),
        ("a missing key differs", true, get(when(json!({ "StringNotEquals": { tag: "a" } })))),
        (
            "another value differs",
            false,
            with(tag, "a", get(when(json!({ "StringNotEqualsIfExists": { tag: "a" } })))),
        ),
        ("Null", true, get(when(json!({ "Null": { tag: "true" } })))),
        (
            "all conditions must hold",
            false,
            with(
                tag,
                "a",
                get(when(json!({
            "StringEquals": { tag: "a" }, "Bool": { "aws:SecureTransport": "true" } }))),
            ),
        ),
        (
            "one of the values is enough",
            true,
            with(tag, "b", get(when(json!({ "StringEquals": { tag: ["a", "b"] } })))),
        ),
        (
            "ForAllValues of none",
            true,
            get(when(json!({ "ForAllValues:StringEquals": { "aws:TagKeys": ["a"] } }))),
        ),
        (
            "ForAnyValue of none",
            false,
            get(when(json!({ "ForAnyValue:StringEquals": { "aws:TagKeys": ["a"] } }))),
        ),
        ("an endpoint lets pass what it allows", true, endpoint(all("Allow", "s3"))),
        ("and nothing else", false, endpoint(all("Allow", "sns"))),
    ]
}

#[test]
fn the_simulator_knows_the_rules() {
    let cases: Vec<_> = about_accounts().into_iter().chain(about_statements()).collect();
    let requests: Vec<Request> = cases.iter().map(|(_, _, request)| request.clone()).collect();
    let answers = allowed(&requests);
    let wrong = cases.iter().zip(answers).filter(|((_, meant, _), answer)| meant != answer);
    assert_eq!(wrong.map(|((rule, _, _), _)| rule).collect::<Vec<_>>(), Vec::<&&str>::new());
}
