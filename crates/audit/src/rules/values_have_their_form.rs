//! Values that the type's schema does not permit.

use super::prelude::*;
use crate::resolve;
use crate::schema::{self, Shape, Type};

pub(super) static RULE: Rule = Rule {
    name: "values-have-their-form",
    former: None,
    title: "Properties exist and have values that the service takes",
    covers: &[],
    levels: [ERROR, ERROR, ERROR],
    why: "The service refuses the resource, and the whole stack rolls back; some values are only refused hours into a deployment.",
    source: "CloudFormation resource schemas, as AWS publishes them",
    fix: "Write the property and its value as the resource reference has them.",
    check: Check::Properties(check),
    good: r"
Resources:
  A:
    Type: AWS::CloudWatch::Alarm
    Properties:
      ComparisonOperator: GreaterThanThreshold
      EvaluationPeriods: 3
      AlarmActions: [arn:aws:sns:us-east-1:111111111111:t]
",
    bad: r"
Resources:
  A:
    Type: AWS::CloudWatch::Alarm
    Properties:
      ComparisonOperator: GreaterThen
      EvaluationPeriods: 3
",
};

/// Properties whose values another rule judges, because the lists of what is permitted grow faster than schemas.
const ELSEWHERE: [&str; 3] = ["Runtime", "EngineVersion", "DBInstanceClass"];

fn check(resource: Res<'_>, name: &str) {
    let Some(kind) = schema::of(resource.kind()) else { return };
    let Some(shape) = kind.shape.properties.as_ref().and_then(|all| all.get(name)) else {
        if !name.starts_with("Fn::") && !kind.shape.is_open() {
            let entry = resource.property(name);
            let cx = resource.cx();
            cx.error(entry, format!("{} has no property {name}", resource.kind()));
        }
        return;
    };
    Form { kind, id: resource.id() }.value(&resource.get(name), shape, name);
}

/// A walk through a property's value beside its schema.
struct Form<'t> {
    kind: &'t Type,
    id: &'t str,
}

impl Form<'_> {
    fn value(&self, value: &Val<'_>, shape: &Shape, path: &str) {
        let shape = self.kind.resolve(shape);
        match &value.shape {
            resolve::Shape::Absent | resolve::Shape::Unknown(_) => {}
            resolve::Shape::Map(_) => self.map(value, shape, path),
            resolve::Shape::List(items) => self.list(value, items, shape, path),
            resolve::Shape::Text(text) => match text.literal() {
                Some(text) => self.text(value, text, shape, path),
                None => {
                    let is_ref = matches!(text.only_hole(), Some(Hole::Resource(_)));
                    if is_ref && !takes_text(shape) && shape.takes("array") {
                        self.wrong(value, path, "is one value, a list is asked for");
                    }
                }
            },
        }
    }

    fn map(&self, value: &Val<'_>, shape: &Shape, path: &str) {
        if !shape.takes("object") {
            return self.wrong(value, path, &format!("is a map, {} is asked for", shape.kinds()));
        }
        let Some(properties) = &shape.properties else { return };
        let entries = value.entries();
        let has = |name: &str| entries.iter().any(|(key, _, _)| *key == name);
        if entries.iter().any(|(key, _, _)| key.starts_with("Fn::")) {
            return;
        }
        for (key, span, inner) in &entries {
            let inner_path = format!("{path}.{key}");
            match properties.get(*key) {
                Some(shape) => self.value(inner, shape, &inner_path),
                None if !shape.is_open() => {
                    value.cx().error(*span, format!("{}: {path} has no property {key}", self.id));
                }
                None => {}
            }
            if let Some(other) = shape.excluded_by(key).iter().find(|other| has(other)) {
                self.wrong(value, path, &format!("has {key} and {other}, which exclude each other"));
            }
        }
        for name in shape.required.iter().filter(|name| !has(name)) {
            self.wrong(value, path, &format!("lacks {name}"));
        }
    }

    fn list(&self, value: &Val<'_>, items: &[Val<'_>], shape: &Shape, path: &str) {
        if !shape.takes("array") {
            // An unknown list function may have stood in for a text; a list of one is what Fn::If with lists leaves.
            return self.wrong(value, path, &format!("is a list, {} is asked for", shape.kinds()));
        }
        if let Some(least) = shape.fewest.filter(|least| items.len() < *least) {
            self.wrong(value, path, &format!("has {} items, {least} or more are asked for", items.len()));
        }
        if let Some(most) = shape.most.filter(|most| items.len() > *most) {
            self.wrong(value, path, &format!("has {} items, {most} are permitted", items.len()));
        }
        if let Some(shape) = &shape.items {
            items.iter().for_each(|item| self.value(item, shape, path));
        }
    }

    fn text(&self, value: &Val<'_>, text: &str, shape: &Shape, path: &str) {
        let last = path.rsplit('.').next().unwrap_or(path);
        if ELSEWHERE.contains(&last) || text.contains("{{resolve:") {
            return;
        }
        if !takes_text(shape) {
            if shape.takes("array") {
                self.wrong(value, path, "is one value, a list is asked for");
            } else if !shape.takes("object") || (shape.properties.is_some() && !text.starts_with('{')) {
                self.wrong(value, path, &format!("is a text, {} is asked for", shape.kinds()));
            }
            return;
        }
        if let Some(why) = refusal(text, shape) {
            let secret = names_secret(last) || secret_in(text).is_some();
            let shown = if secret { "(hidden)".to_owned() } else { format!("`{text}`") };
            self.wrong(value, path, &format!("is {shown}: {why}"));
        }
    }

    fn wrong(&self, value: &Val<'_>, path: &str, what: &str) {
        value.cx().error(value.span, format!("{}: {path} {what}", self.id));
    }
}

fn takes_text(shape: &Shape) -> bool {
    ["string", "integer", "number", "boolean"].iter().any(|kind| shape.takes(kind))
}

/// Why a text is not permitted.
fn refusal(text: &str, shape: &Shape) -> Option<String> {
    let as_text = shape.takes("string");
    if !as_text && shape.takes("boolean") {
        let is_flag = ["true", "false"].contains(&text.to_ascii_lowercase().as_str());
        return (!is_flag).then(|| "it is either true or false".to_owned());
    }
    if !as_text {
        return number_refusal(text, shape);
    }
    let permitted = |one: &serde_json::Value| one.as_str().map_or_else(|| one.to_string(), str::to_owned);
    if !shape.permitted.is_empty() && !shape.permitted.iter().any(|one| permitted(one) == text) {
        let near: Vec<String> = shape.permitted.iter().map(permitted).take(6).collect();
        let more = if shape.permitted.len() > near.len() { ", …" } else { "" };
        return Some(format!("it is one of {}{more}", near.join(", ")));
    }
    let length = text.chars().count();
    // Short names are left to the service: templates to read have many, and none of them is a mistake of meaning.
    let empty = text.is_empty() && shape.shortest.is_some_and(|least| least > 0);
    if empty || shape.longest.is_some_and(|most| length > most) {
        return Some(format!("{length} characters are too few or too many"));
    }
    if shape.formats.iter().any(|format| format == "ipv4-network") && Cidr::parse(text).is_none() {
        return Some("it is not an IPv4 range such as 10.1.0.0/16".to_owned());
    }
    // Patterns that this crate's engine does not know (look-around, classes by property) count as matched.
    let pattern = shape.pattern.as_deref().and_then(|pattern| regex_lite::Regex::new(pattern).ok());
    let differs = pattern.is_some_and(|pattern| !pattern.is_match(text));
    differs.then(|| format!("it does not match {}", shape.pattern.as_deref().unwrap_or_default()))
}

fn number_refusal(text: &str, shape: &Shape) -> Option<String> {
    let Ok(number) = text.trim().parse::<f64>() else { return Some("it is not a number".to_owned()) };
    if shape.takes("integer") && !shape.takes("number") && number.fract() != 0.0 {
        return Some("it is not a whole number".to_owned());
    }
    if shape.least.is_some_and(|least| number < least) {
        return Some(format!("{} is the least", shape.least.unwrap_or_default()));
    }
    let greatest = shape.greatest().filter(|most| number > *most)?;
    Some(format!("{greatest} is the most"))
}
