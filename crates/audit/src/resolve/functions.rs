//! The intrinsic functions.

use super::state::Cx;
use super::value::{Hole, Piece, Shape, Text, Val};
use crate::document::node::{Kind, Node};

/// The value of a node in this run.
pub(super) fn evaluate<'c>(cx: &'c Cx<'c>, node: &'c Node) -> Val<'c> {
    let shape = match &node.kind {
        Kind::Null => Shape::Absent,
        Kind::List(items) => {
            Shape::List(items.iter().map(|item| evaluate(cx, item)).filter(Val::is_set).collect())
        }
        Kind::Map(_) => {
            match node.single().filter(|call| call.key == "Ref" || call.key.starts_with("Fn::")) {
                Some(call) => return call_function(cx, node, &call.key, &call.value),
                None => Shape::Map(node),
            }
        }
        Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => {
            Shape::Text(Text::known(node.scalar().unwrap_or_default()))
        }
    };
    Val::new(cx, node.span, shape)
}

fn call_function<'c>(cx: &'c Cx<'c>, node: &'c Node, name: &str, argument: &'c Node) -> Val<'c> {
    let arguments = argument.items();
    let shape = match name {
        "Fn::If" => return choose_branch(cx, node, arguments),
        "Ref" => reference(cx, argument.as_str().unwrap_or_default()),
        "Fn::GetAtt" => get_attribute(cx, argument),
        "Fn::Sub" => substitute(cx, argument),
        "Fn::Join" => join(cx, arguments),
        "Fn::Select" => return select(cx, node, arguments),
        "Fn::Split" => split(cx, arguments),
        "Fn::FindInMap" => return find_in_map(cx, node, arguments),
        "Fn::GetAZs" => Shape::Unknown(Hole::Other("GetAZs".to_owned())),
        "Fn::Cidr" => cidr(cx, arguments),
        "Fn::ImportValue" => Shape::Unknown(Hole::Import(evaluate(cx, argument).show())),
        "Fn::Base64" => return evaluate(cx, argument),
        "Fn::Length" => match evaluate(cx, argument).shape {
            Shape::List(items) => Shape::Text(Text::known(items.len().to_string())),
            _ => unknown(name),
        },
        _ => unknown(name),
    };
    Val::new(cx, node.span, shape)
}

fn unknown<'c>(what: &str) -> Shape<'c> {
    Shape::Unknown(Hole::Other(what.to_owned()))
}

fn choose_branch<'c>(cx: &'c Cx<'c>, node: &'c Node, arguments: &'c [Node]) -> Val<'c> {
    let [condition, yes, no] = arguments else {
        return Val::new(cx, node.span, unknown("Fn::If"));
    };
    let holds = match condition.as_str() {
        Some(name) => cx.condition(name),
        None => super::conditions::holds(cx, condition),
    };
    evaluate(cx, if holds { yes } else { no })
}

fn reference<'c>(cx: &'c Cx<'c>, name: &str) -> Shape<'c> {
    if name == "AWS::NoValue" {
        return Shape::Absent;
    }
    if let Some(index) = cx.parameter_index(name) {
        return parameter_value(cx, index);
    }
    if cx.template.resource(name).is_some() {
        return Shape::Text(Text::hole(Hole::Resource(name.to_owned())));
    }
    unknown(name)
}

/// The value of a parameter by name; unknown when there is none.
pub(super) fn parameter<'c>(cx: &'c Cx<'c>, name: &str) -> Val<'c> {
    let declared = cx.template.parameter_index(name);
    let span = declared.map_or_else(|| cx.top(), |index| cx.template.parameters[index].key_span);
    Val::new(cx, span, reference(cx, name))
}

fn parameter_value<'c>(cx: &'c Cx<'c>, index: usize) -> Shape<'c> {
    let domain = &cx.domains[index];
    match (&cx.pick(index).text, domain.is_list) {
        (Some(text), false) => Shape::Text(Text::known(text)),
        (Some(text), true) => {
            let span = cx.template.parameters.get(index).map_or(cx.top(), |parameter| parameter.node.span);
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Shape::List(items.map(|item| Val::new(cx, span, Shape::Text(Text::known(item)))).collect())
        }
        (None, false) => Shape::Text(Text::hole(Hole::Parameter(domain.name.clone()))),
        (None, true) => Shape::Unknown(Hole::Parameter(domain.name.clone())),
    }
}

fn get_attribute<'c>(cx: &'c Cx<'c>, argument: &'c Node) -> Shape<'c> {
    let (id, attribute) = match (argument.as_str(), argument.items()) {
        (Some(text), _) => {
            let (id, attribute) = text.split_once('.').unwrap_or((text, ""));
            (id.to_owned(), attribute.to_owned())
        }
        (None, [id, attribute]) => (evaluate(cx, id).show(), evaluate(cx, attribute).show()),
        _ => return unknown("Fn::GetAtt"),
    };
    Shape::Text(Text::hole(Hole::Attribute(id, attribute)))
}

/// Texts, and open values as holes in a text.
fn as_text(value: &Val<'_>) -> Text {
    match &value.shape {
        Shape::Text(text) => text.clone(),
        Shape::Unknown(hole) => Text::hole(hole.clone()),
        Shape::Absent => Text::default(),
        Shape::List(_) | Shape::Map(_) => Text::hole(Hole::Other(value.show())),
    }
}

fn substitute<'c>(cx: &'c Cx<'c>, argument: &'c Node) -> Shape<'c> {
    let (pattern, locals) = match (argument.as_str(), argument.items()) {
        (Some(pattern), _) => (pattern, None),
        (None, [pattern, locals]) => match pattern.as_str() {
            Some(pattern) => (pattern, Some(locals)),
            None => return unknown("Fn::Sub"),
        },
        _ => return unknown("Fn::Sub"),
    };
    let mut text = Text::default();
    let mut rest = pattern;
    while let Some(open) = rest.find("${") {
        text.push_known(&rest[..open]);
        let Some(length) = rest[open..].find('}') else { break };
        let name = rest[open + 2..open + length].trim();
        if let Some(literal) = name.strip_prefix('!') {
            text.push_known(&format!("${{{literal}}}"));
        } else {
            text.push(variable(cx, name, locals));
        }
        rest = &rest[open + length + 1..];
    }
    text.push_known(rest);
    Shape::Text(text)
}

fn variable<'c>(cx: &'c Cx<'c>, name: &str, locals: Option<&'c Node>) -> Text {
    if let Some(local) = locals.and_then(|locals| locals.get(name)) {
        return as_text(&evaluate(cx, local));
    }
    if let Some((id, attribute)) = name.split_once('.') {
        return Text::hole(Hole::Attribute(id.to_owned(), attribute.to_owned()));
    }
    match reference(cx, name) {
        Shape::Text(text) => text,
        Shape::Unknown(hole) => Text::hole(hole),
        Shape::Absent => Text::default(),
        Shape::List(_) | Shape::Map(_) => Text::hole(Hole::Other(name.to_owned())),
    }
}

fn join<'c>(cx: &'c Cx<'c>, arguments: &'c [Node]) -> Shape<'c> {
    let [separator, list] = arguments else { return unknown("Fn::Join") };
    let separator = separator.scalar().unwrap_or_default();
    match evaluate(cx, list).shape {
        Shape::List(items) => {
            let mut text = Text::default();
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push_known(&separator);
                }
                text.push(as_text(item));
            }
            Shape::Text(text)
        }
        Shape::Unknown(hole) => Shape::Text(Text::hole(hole)),
        _ => unknown("Fn::Join"),
    }
}

fn select<'c>(cx: &'c Cx<'c>, node: &'c Node, arguments: &'c [Node]) -> Val<'c> {
    let [index, list] = arguments else {
        return Val::new(cx, node.span, unknown("Fn::Select"));
    };
    let index = evaluate(cx, index).text().and_then(|text| text.parse::<usize>().ok());
    let is_zones = list.single().is_some_and(|call| call.key == "Fn::GetAZs");
    let list = evaluate(cx, list);
    let shape = match (index, list.shape) {
        (Some(index), Shape::List(items)) => match items.into_iter().nth(index) {
            Some(mut item) => {
                item.span = node.span;
                return item;
            }
            None => Shape::Absent,
        },
        (Some(index), _) if is_zones => Shape::Text(Text::hole(Hole::Zone(index))),
        (Some(index), Shape::Unknown(hole)) => {
            Shape::Text(Text::hole(Hole::Other(format!("{}[{index}]", Text::hole(hole).show()))))
        }
        (Some(index), Shape::Text(text)) => {
            Shape::Text(Text::hole(Hole::Other(format!("{}[{index}]", text.show()))))
        }
        _ => unknown("Fn::Select"),
    };
    Val::new(cx, node.span, shape)
}

fn split<'c>(cx: &'c Cx<'c>, arguments: &'c [Node]) -> Shape<'c> {
    let [separator, text] = arguments else { return unknown("Fn::Split") };
    let separator = separator.scalar().unwrap_or_default();
    let value = evaluate(cx, text);
    let Shape::Text(text) = &value.shape else { return unknown("Fn::Split") };
    if separator.is_empty() || text.only_hole().is_some() {
        return unknown(&text.show());
    }
    let mut parts = vec![Text::default()];
    for piece in text.pieces() {
        match piece {
            Piece::Known(known) => {
                for (index, part) in known.split(separator.as_str()).enumerate() {
                    if index > 0 {
                        parts.push(Text::default());
                    }
                    if let Some(last) = parts.last_mut() {
                        last.push_known(part);
                    }
                }
            }
            Piece::Hole(hole) => {
                if let Some(last) = parts.last_mut() {
                    last.push(Text::hole(hole.clone()));
                }
            }
        }
    }
    Shape::List(parts.into_iter().map(|part| Val::new(cx, value.span, Shape::Text(part))).collect())
}

fn find_in_map<'c>(cx: &'c Cx<'c>, node: &'c Node, arguments: &'c [Node]) -> Val<'c> {
    let [map, first, second, options @ ..] = arguments else {
        return Val::new(cx, node.span, unknown("Fn::FindInMap"));
    };
    let mut found = cx.template.mappings;
    let keys = [map, first, second].map(|key| evaluate(cx, key));
    for key in &keys {
        let Some(text) = key.text() else {
            // All three keys, so that two look-ups under one open key are not taken for the same value.
            let [map, first, second] = keys.each_ref().map(Val::show);
            return Val::new(cx, node.span, unknown(&format!("FindInMap {map} {first} {second}")));
        };
        found = found.and_then(|map| map.get(text));
    }
    let default = options.first().and_then(|options| options.get("DefaultValue"));
    match found.or(default) {
        Some(inner) => {
            let mut value = evaluate(cx, inner);
            value.span = node.span;
            value
        }
        None => Val::new(cx, node.span, unknown("a key that the mapping has not")),
    }
}

/// `Fn::Cidr` of a known IPv4 block; unknown otherwise.
fn cidr<'c>(cx: &'c Cx<'c>, arguments: &'c [Node]) -> Shape<'c> {
    let [block, count, rest @ ..] = arguments else { return unknown("Fn::Cidr") };
    let block = evaluate(cx, block);
    let count = evaluate(cx, count).number().unwrap_or(0.0);
    let bits = rest.first().map_or(Some(8.0), |bits| evaluate(cx, bits).number());
    let known = block.text().and_then(crate::net::Cidr::parse).zip(bits);
    let Some((network, bits)) = known.filter(|_| (1.0..=256.0).contains(&count)) else {
        return Shape::Unknown(Hole::Other(format!("Cidr of {}", block.show())));
    };
    let blocks = network.blocks(count as u32, bits as u32);
    let values =
        blocks.into_iter().map(|one| Val::new(cx, block.span, Shape::Text(Text::known(one.to_string()))));
    Shape::List(values.collect())
}
