//! Trying every line of a list with everyone, and comparing with what the line says.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::documents::{Document, Policies};
use super::list::{Line, STRANGER, Setting, read};
use super::principals::{Principal, roles, ruler, says_its_account, service, stranger};
use super::simulate::{Request, allowed};
use super::{LISTS, complete, page};
use crate::stack::{Environment, Phase, Stack, world};

/// Services that the functions' own code speaks to, and so through the VPC's endpoints; what else their roles are
/// for, Lambda does from outside of the VPC.
const THROUGH_ENDPOINTS: [&str; 4] = ["secretsmanager", "ssm", "sts", "s3"];

/// One request with what is meant by it.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// Which line of the list.
    pub line: usize,
    pub relation: &'static str,
    pub who: String,
    pub request: Request,
    pub meant: bool,
}

impl Trial {
    fn show(&self, what: &str, is_allowed: bool) -> String {
        let (request, verb) = (&self.request, if is_allowed { "may" } else { "may not" });
        let by = &request.principal;
        format!("{what}: {} ({by}) {verb} {} on {}", self.who, request.action, request.resource)
    }
}

/// Everything that a list has tried in a world.
pub fn trials(list: &str, stacks: &[Stack; 3]) -> Vec<Trial> {
    let policies = Policies::read(stacks);
    let lines = lines(list);
    let found: Vec<Trial> = lines
        .iter()
        .enumerate()
        .flat_map(|(index, line)| match list {
            "roles" => by_roles(index, line, stacks, &policies),
            "services" => by_services(index, line, &lines, stacks, &policies),
            _ => through_endpoints(index, line, stacks, &policies),
        })
        .collect();
    let tried: BTreeSet<usize> = found.iter().map(|trial| trial.line).collect();
    for (index, line) in lines.iter().enumerate() {
        assert!(tried.contains(&index), "nobody tries: {}", line.what);
        let known = |name: &str| found.iter().any(|trial| trial.line == index && trial.who == name);
        let unknown: Vec<&str> = line.names().filter(|name| !known(name)).collect();
        assert!(unknown.is_empty(), "{}: there is no {unknown:?}", line.what);
    }
    found
}

/// The lines of a list.
pub fn lines(list: &str) -> Vec<Line<'static>> {
    read(LISTS.iter().find(|(name, _)| *name == list).expect("a list").1)
}

/// Each combination of an action and a resource of a line; resources that the target does not have are left out.
fn requests(line: &Line<'_>, setting: Setting<'_>, who: &Principal, policies: &Policies) -> Vec<Request> {
    let Some(own) =
        line.context.iter().map(|(key, value)| Some(((*key).to_owned(), setting.fill(value)?))).collect()
    else {
        return Vec::new();
    };
    let own: BTreeMap<String, String> = own;
    let resources = line.resources.iter().filter_map(|resource| setting.fill(resource));
    let mut made = Vec::new();
    for resource in resources {
        for action in &line.actions {
            let mut context = who.context.clone();
            context.insert("aws:ResourceAccount".to_owned(), setting.target.account().to_owned());
            context.extend(own.clone());
            made.push(Request {
                principal: who.id.clone(),
                policies: who.policies.clone(),
                action: (*action).to_owned(),
                account: setting.target.account().to_owned(),
                context,
                resource_policy: policies.of_resource(&resource).cloned(),
                endpoint_policy: None,
                resource: resource.clone(),
            });
        }
    }
    made
}

fn by_roles(index: usize, line: &Line<'_>, stacks: &[Stack; 3], policies: &Policies) -> Vec<Trial> {
    let mut found = Vec::new();
    for who in roles(policies) {
        let from = who.environment.expect("a role is in an environment");
        for target in Environment::ALL {
            let relation = relation(from, target);
            let is_own_affair = relation == "own" && who.is_ruler;
            let is_elsewhere = relation != "own" && line.resources == ["*"];
            if is_own_affair || is_elsewhere {
                continue;
            }
            let setting = Setting { stacks, target, caller: (from.name(), from.account()) };
            let meant = line.permits(relation, &who.name);
            for mut request in requests(line, setting, &who, policies) {
                let service = request.action.split(':').next().expect("a service").to_owned();
                // What is denied must be denied without the help of an endpoint, what is allowed in spite of it.
                if let (true, Some(vpc), true) =
                    (meant, who.endpoints_of, THROUGH_ENDPOINTS.contains(&service.as_str()))
                {
                    let endpoint = policies.endpoints.get(&(vpc, service)).cloned();
                    request.endpoint_policy = endpoint.or_else(|| Some(nothing()));
                }
                found.push(Trial { line: index, relation, who: who.name.clone(), request, meant });
            }
        }
    }
    found
}

fn relation(from: Environment, to: Environment) -> &'static str {
    match to {
        _ if from == to => "own",
        _ if from.lower() == Some(to) => "lower",
        _ => "other",
    }
}

fn by_services(
    index: usize,
    line: &Line<'_>,
    lines: &[Line<'_>],
    stacks: &[Stack; 3],
    policies: &Policies,
) -> Vec<Trial> {
    let names: BTreeSet<&str> = lines.iter().flat_map(Line::names).collect();
    let mut found = Vec::new();
    for target in Environment::ALL {
        for (relation, account) in [("own", target.account()), ("other", STRANGER)] {
            for name in &names {
                let who = service(name, account);
                let setting = Setting { stacks, target, caller: ("", account) };
                let meant = line.permits(relation, name);
                for mut request in requests(line, setting, &who, policies) {
                    if !says_its_account(name, &request.action) {
                        request.context.remove("aws:SourceAccount");
                    }
                    found.push(Trial { line: index, relation, who: (*name).to_owned(), request, meant });
                }
            }
        }
    }
    found
}

fn through_endpoints(index: usize, line: &Line<'_>, stacks: &[Stack; 3], policies: &Policies) -> Vec<Trial> {
    let mut found = Vec::new();
    for vpc in Environment::ALL {
        let mut all = vec![ruler("administrator", vpc.account(), Some(vpc), "Administrator"), stranger()];
        all.extend(vpc.lower().map(|lower| {
            let role = format!("lockstep-{}-sync-source", lower.name());
            ruler("sync-source", lower.account(), Some(lower), &role)
        }));
        for who in all {
            let setting = Setting { stacks, target: vpc, caller: ("", vpc.account()) };
            for mut request in requests(line, setting, &who, policies) {
                let service = request.action.split(':').next().expect("a service").to_owned();
                let endpoint = policies.endpoints.get(&(vpc, service)).cloned();
                request.endpoint_policy = Some(endpoint.unwrap_or_else(nothing));
                request.resource_policy = Some(open_to_all(&request));
                request.account = owner(&request.resource, vpc).to_owned();
                request.context.insert("aws:ResourceAccount".to_owned(), request.account.clone());
                let meant = line.permits("own", &who.name);
                found.push(Trial { line: index, relation: "own", who: who.name.clone(), request, meant });
            }
        }
    }
    found
}

/// The account of a resource. A bucket's ARN does not say it: ours are named after their environments.
fn owner(arn: &str, vpc: Environment) -> &str {
    match arn.split(':').nth(4) {
        None => vpc.account(),
        Some("") => {
            let ours =
                Environment::ALL.into_iter().find(|one| arn.contains(&format!(":lockstep-{}-", one.name())));
            ours.map_or(STRANGER, Environment::account)
        }
        Some(account) => account,
    }
}

/// Where there is no endpoint, nothing passes.
fn nothing() -> Document {
    let statement = json!({ "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*" });
    Document::new(json!({ "Version": "2012-10-17", "Statement": [statement] }))
}

fn open_to_all(request: &Request) -> Document {
    let mut statement = json!({ "Effect": "Allow", "Principal": "*", "Action": request.action });
    if !request.action.starts_with("sts:") {
        statement["Resource"] = json!("*");
    }
    Document::new(json!({ "Version": "2012-10-17", "Statement": [statement] }))
}

/// What is not as meant, in words.
pub fn deviations(list: &str, trials: &[Trial], answers: &[bool]) -> Vec<String> {
    let lines = lines(list);
    let wrong = trials.iter().zip(answers).filter(|(trial, is_allowed)| trial.meant != **is_allowed);
    wrong.map(|(trial, is_allowed)| trial.show(lines[trial.line].what, *is_allowed)).collect()
}

#[test]
fn roles_may_do_exactly_what_is_meant() {
    is_as_meant("roles");
}

#[test]
fn services_may_do_exactly_what_is_meant() {
    is_as_meant("services");
}

#[test]
fn endpoints_let_pass_exactly_what_is_meant() {
    is_as_meant("endpoints");
}

fn is_as_meant(list: &str) {
    let stacks = world(Phase::Complete);
    let trials = trials(list, &stacks);
    let requests: Vec<Request> = trials.iter().map(|trial| trial.request.clone()).collect();
    let answers = allowed(&requests);
    let mut found = deviations(list, &trials, &answers);
    found.extend(complete::unmentioned(list, &Policies::read(&stacks), &trials));
    assert!(found.is_empty(), "{} of {} trials:\n{}", found.len(), trials.len(), found.join("\n"));
    page::is_current(list, &trials, &answers);
}
