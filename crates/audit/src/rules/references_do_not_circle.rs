//! Resources that wait for each other.

use std::collections::{BTreeMap, BTreeSet};

use super::prelude::*;
use crate::document::node::Node;

pub(super) static RULE: Rule = Rule {
    name: "references-do-not-circle",
    former: None,
    title: "No resource waits for itself",
    covers: &[],
    levels: [ERROR, ERROR, ERROR],
    why: "CloudFormation makes a resource after everything that it refers to: a circle is refused before anything is made.",
    source: "CloudFormation user guide, troubleshooting, circular dependencies",
    fix: "Break the circle: give one of them a name of its own, or move a rule or a policy into a resource of its own.",
    check: Check::Template(&[], check),
    good: r"
Resources:
  A:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: a}
  B:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: b, SecurityGroupIngress: [{IpProtocol: tcp, SourceSecurityGroupId: !Ref A}]}
",
    bad: r"
Resources:
  A:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: a, SecurityGroupIngress: [{IpProtocol: tcp, SourceSecurityGroupId: !Ref B}]}
  B:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: b, SecurityGroupIngress: [{IpProtocol: tcp, SourceSecurityGroupId: !Ref A}]}
",
};

type Graph<'n> = BTreeMap<&'n str, BTreeSet<&'n str>>;

fn check(cx: &Cx<'_>) {
    let template = cx.template();
    let all: Vec<&str> = template.resources.iter().map(|one| one.id).collect();
    let everything = graph(cx, &all, &|_| None);
    // Only what may be part of a circle is looked at with its conditions decided: each is a choice of the run.
    let suspects = waiting(&everything);
    let existing: Vec<&str> = suspects.into_keys().filter(|id| cx.resource(id).is_some()).collect();
    let now = graph(cx, &existing, &|condition| condition.as_str().map(|name| cx.condition(name)));
    if let Some(path) = circle(&now) {
        let span = template.resource(path[0]).map_or_else(|| cx.top(), |one| one.key_span);
        let message = if path.len() == 1 {
            format!("{} refers to itself", path[0])
        } else {
            format!("{} → {} is a circle", path.join(" → "), path[0])
        };
        cx.error(span, message);
    }
}

fn graph<'n>(cx: &Cx<'n>, ids: &[&'n str], takes: &dyn Fn(&'n Node) -> Option<bool>) -> Graph<'n> {
    let template = cx.template();
    let targets = |id: &'n str| -> BTreeSet<&'n str> {
        let Some(resource) = template.resource(id) else { return BTreeSet::new() };
        let depends = resource.node.get("DependsOn");
        let names = depends.into_iter().flat_map(|node| std::iter::once(node).chain(node.items()));
        let named = names.filter_map(Node::as_str);
        let properties = ["Properties", "UpdatePolicy", "CreationPolicy"].into_iter();
        let referred =
            properties.filter_map(|one| resource.node.get(one)).flat_map(|node| references(node, takes));
        named.chain(referred.map(|one| one.id)).filter(|one| ids.contains(one)).collect()
    };
    ids.iter().map(|id| (*id, targets(id))).collect()
}

/// What is left when everything that waits for nothing is taken away, again and again.
fn waiting<'n>(graph: &Graph<'n>) -> Graph<'n> {
    let mut left = graph.clone();
    loop {
        let waits = |to: &BTreeSet<&str>| to.iter().any(|one| left.contains_key(one));
        let free: Vec<&str> = left.iter().filter(|(_, to)| !waits(to)).map(|(id, _)| *id).collect();
        if free.is_empty() {
            return left;
        }
        free.iter().for_each(|id| drop(left.remove(id)));
    }
}

/// A circle, when there is one.
fn circle<'n>(graph: &Graph<'n>) -> Option<Vec<&'n str>> {
    let left = waiting(graph);
    let mut path: Vec<&str> = vec![left.keys().next()?];
    loop {
        let next = *left[path[path.len() - 1]].iter().find(|one| left.contains_key(*one))?;
        if let Some(start) = path.iter().position(|one| *one == next) {
            return Some(path.split_off(start));
        }
        path.push(next);
    }
}
