//! Truth: conditions, and the assertions of the `Rules` section.

use super::state::Cx;
use super::value::{Hole, Piece, Shape, Text};
use crate::document::node::Node;

impl Cx<'_> {
    /// Whether a condition holds in this run. One that is not declared or depends on itself can turn out either way.
    pub fn condition(&self, name: &str) -> bool {
        if let Some(&known) = self.state.borrow().run.conditions.get(name) {
            return known;
        }
        let circular = self.state.borrow().run.evaluating.iter().any(|outer| outer == name);
        let declared = self.template.conditions.get(name).copied();
        let Some(entry) = declared.filter(|_| !circular) else {
            return self.decide_freely(&format!("condition {name}"));
        };
        self.state.borrow_mut().run.evaluating.push(name.to_owned());
        let holds = holds(self, &entry.value);
        let mut state = self.state.borrow_mut();
        state.run.evaluating.pop();
        state.run.conditions.insert(name.to_owned(), holds);
        holds
    }
}

/// Whether an expression of the `Conditions` or `Rules` section holds.
pub(super) fn holds(cx: &Cx<'_>, node: &Node) -> bool {
    let Some(call) = node.single() else {
        return node.scalar().as_deref() == Some("true");
    };
    let arguments = call.value.items();
    match call.key.as_str() {
        "Condition" => call.value.as_str().is_some_and(|name| cx.condition(name)),
        "Fn::And" => arguments.iter().all(|one| holds(cx, one)),
        "Fn::Or" => arguments.iter().any(|one| holds(cx, one)),
        "Fn::Not" => arguments.first().is_none_or(|one| !holds(cx, one)),
        "Fn::Equals" => match arguments {
            [left, right] => equals(cx, left, right),
            _ => cx.decide_freely(&format!("{:?}", node.span)),
        },
        "Fn::Contains" => match arguments {
            [list, wanted] => list.items().iter().any(|item| equals(cx, item, wanted)),
            _ => cx.decide_freely(&format!("{:?}", node.span)),
        },
        _ => cx.decide_freely(&format!("{:?}", node.span)),
    }
}

/// Whether a `Rules` entry is satisfied: its `RuleCondition` does not hold, or all its assertions do.
pub(super) fn rule_holds(cx: &Cx<'_>, rule: &Node) -> bool {
    let applies = rule.get("RuleCondition").is_none_or(|condition| holds(cx, condition));
    let assertions = rule.get("Assertions").map(Node::items).unwrap_or_default();
    !applies || assertions.iter().filter_map(|one| one.get("Assert")).all(|one| holds(cx, one))
}

fn equals(cx: &Cx<'_>, left: &Node, right: &Node) -> bool {
    let parameter = |node: &Node| {
        let call = node.single().filter(|call| call.key == "Ref")?;
        cx.parameter_index(call.value.as_str()?)
    };
    for (one, other) in [(left, right), (right, left)] {
        if let (Some(parameter), Some(literal)) = (parameter(one), other.scalar()) {
            return cx.parameter_equals(parameter, &literal);
        }
    }
    let shapes = (cx.value(left).shape, cx.value(right).shape);
    match shapes {
        (Shape::Text(left), Shape::Text(right)) => texts_equal(cx, &left, &right),
        (Shape::List(left), Shape::List(right)) => {
            left.len() == right.len()
                && left.iter().zip(&right).all(|(one, other)| one.show() == other.show())
        }
        (left, right) => cx.decide_freely(&format!("{left:?} = {right:?}")),
    }
}

fn texts_equal(cx: &Cx<'_>, left: &Text, right: &Text) -> bool {
    if left == right {
        return true;
    }
    match (left.literal(), right.literal()) {
        (Some(_), Some(_)) => false,
        (Some(known), None) => known_may_equal(cx, known, right),
        (None, Some(known)) => known_may_equal(cx, known, left),
        (None, None) => cx.decide_freely(&format!("{} = {}", left.show(), right.show())),
    }
}

/// A known text against one with holes: an open parameter beside known characters is never empty, since its empty
/// value is a choice of its own wherever a condition asks for it.
fn known_may_equal(cx: &Cx<'_>, known: &str, open: &Text) -> bool {
    let fixed: usize = open
        .pieces()
        .iter()
        .map(|piece| match piece {
            Piece::Known(text) => text.len(),
            Piece::Hole(_) => 0,
        })
        .sum();
    let refers = open.holes().any(|hole| matches!(hole, Hole::Resource(_) | Hole::Attribute(..)));
    if fixed > known.len() || refers || known.is_empty() {
        return false;
    }
    cx.decide_freely(&format!("{} = {known}", open.show()))
}
