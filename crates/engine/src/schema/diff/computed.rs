//! Expressions that a change computes for rows that are there: generated columns and defaults. The server
//! refuses the change when one of them fails, or gives what does not fit its column.
//!
//! Here is decided which of them cannot: whole numbers whose bounds are known, and a few functions.

use super::risk::{integer_bytes, parse};
use crate::schema::column::{Column, Null};
use crate::schema::lexer::{Token, TokenKind, group_end, significant};
use crate::schema::table::Clauses;

/// Whether `column`, generated or with a computed default, gets a value that fits for every row that `table` can hold.
pub(super) fn always_fits(column: &Column, table: &Clauses) -> bool {
    let Some(expression) = column.generated.as_ref().map(|g| &g.expression).or(column.default.as_ref())
    else {
        return true;
    };
    let tokens = significant(expression);
    if fitting_call(&tokens, column) {
        return true;
    }
    let Some(range) = (Arithmetic { tokens: &tokens, at: 0, table }).whole() else { return false };
    let Some(bounds) = bounds_of(column) else { return false };
    let fits = range.low >= bounds.low && range.high <= bounds.high;
    fits && (column.null != Null::No || !range.may_be_null)
}

/// Calls that cannot fail, into types that take whatever they give.
fn fitting_call(tokens: &[Token<'_>], column: &Column) -> bool {
    let bare: &[Token<'_>] = match tokens {
        [open, inner @ .., _] if open.is("(") && group_end(tokens, 0) == tokens.len() => inner,
        other => other,
    };
    let [name, rest @ ..] = bare else { return false };
    let is_whole_call = rest.is_empty() || (rest[0].is("(") && group_end(rest, 0) == rest.len());
    let parsed = parse(&column.data_type);
    let kind = parsed.name.as_str();
    let length = parsed.numbers.first().copied().unwrap_or(1);
    let takes_uuid =
        matches!(kind, "char" | "varchar") && length >= 36 || matches!(kind, "text" | "longtext");
    let takes_moment = matches!(kind, "datetime" | "timestamp");
    is_whole_call
        && match name.text.to_ascii_lowercase().as_str() {
            "uuid" => takes_uuid,
            "current_timestamp" | "now" | "localtime" | "localtimestamp" => takes_moment,
            "curdate" | "current_date" => takes_moment || kind == "date",
            "rand" => kind == "double" && rest.len() == 2,
            "json_array" | "json_object" => kind == "json" && rest.len() == 2,
            _ => false,
        }
}

/// The bounds of whole numbers.
#[derive(Clone, Copy)]
struct Range {
    low: i128,
    high: i128,
    /// The server computes without a sign as soon as one operand has none.
    unsigned: bool,
    may_be_null: bool,
}

impl Range {
    /// Of what an operation gives; `None` where the server's numbers do not reach so far.
    fn of(one: Self, two: Self, ends: [i128; 4]) -> Option<Self> {
        let unsigned = one.unsigned || two.unsigned;
        let (low, high) = (ends.into_iter().min()?, ends.into_iter().max()?);
        let (least, most) =
            if unsigned { (0, i128::from(u64::MAX)) } else { (i128::from(i64::MIN), i128::from(i64::MAX)) };
        let may_be_null = one.may_be_null || two.may_be_null;
        (low >= least && high <= most).then_some(Self { low, high, unsigned, may_be_null })
    }
}

fn bounds_of(column: &Column) -> Option<Range> {
    let parsed = parse(&column.data_type);
    let bits = u32::try_from(integer_bytes(&parsed.name)? * 8).ok()?;
    let (low, high) = match parsed.unsigned {
        true => (0, (1_i128 << bits) - 1),
        false => (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1),
    };
    Some(Range { low, high, unsigned: parsed.unsigned, may_be_null: column.null != Null::No })
}

/// Reads sums, differences and products of whole numbers and columns.
struct Arithmetic<'t, 's> {
    tokens: &'t [Token<'s>],
    at: usize,
    table: &'t Clauses,
}

impl Arithmetic<'_, '_> {
    fn whole(mut self) -> Option<Range> {
        let range = self.sum()?;
        (self.at == self.tokens.len()).then_some(range)
    }

    fn accept(&mut self, mark: &str) -> bool {
        let found = self.tokens.get(self.at).is_some_and(|t| t.is(mark));
        self.at += usize::from(found);
        found
    }

    fn sum(&mut self) -> Option<Range> {
        let mut left = self.product()?;
        loop {
            if self.accept("+") {
                let right = self.product()?;
                let (low, high) = (left.low + right.low, left.high + right.high);
                left = Range::of(left, right, [low, high, low, high])?;
            } else if self.accept("-") {
                let right = self.product()?;
                let (low, high) = (left.low - right.high, left.high - right.low);
                left = Range::of(left, right, [low, high, low, high])?;
            } else {
                return Some(left);
            }
        }
    }

    fn product(&mut self) -> Option<Range> {
        let mut left = self.operand()?;
        while self.accept("*") {
            let right = self.operand()?;
            let ends =
                [left.low * right.low, left.low * right.high, left.high * right.low, left.high * right.high];
            left = Range::of(left, right, ends)?;
        }
        Some(left)
    }

    fn operand(&mut self) -> Option<Range> {
        if self.accept("(") {
            let inner = self.sum()?;
            return self.accept(")").then_some(inner);
        }
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        match token.kind {
            TokenKind::Name => {
                let column = self.table.column(&token.name())?;
                // A generated column's own expression may fail.
                if column.generated.is_some() { None } else { bounds_of(column) }
            }
            TokenKind::Word => {
                let number = i128::from(token.text.parse::<i64>().ok()?);
                Some(Range { low: number, high: number, unsigned: false, may_be_null: false })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(column: &str) -> bool {
        let create = format!(
            "CREATE TABLE `t` (\n  `i` int NOT NULL,\n  `n` int,\n  `b` bigint,\n  `u` int unsigned NOT NULL,\n  \
             `v` varchar(9),\n  `x` {column}\n) ENGINE=InnoDB"
        );
        let table = Clauses::parse(&create).unwrap();
        always_fits(table.column("x").unwrap(), &table)
    }

    #[test]
    fn whole_numbers_are_known_to_fit_by_their_bounds() {
        assert!(fits("bigint GENERATED ALWAYS AS ((`i` * 2)) STORED"));
        assert!(fits("bigint GENERATED ALWAYS AS ((`i` + `n`)) VIRTUAL"));
        assert!(fits("bigint DEFAULT ((1 + 2))"));
        assert!(!fits("int GENERATED ALWAYS AS ((`i` * 2)) STORED"), "too large for the column");
        assert!(!fits("bigint GENERATED ALWAYS AS ((`b` + 1)) STORED"), "too large for the server");
        assert!(!fits("bigint GENERATED ALWAYS AS ((`u` - 1)) STORED"), "below zero without a sign");
        assert!(!fits("bigint GENERATED ALWAYS AS ((`n` + 1)) STORED NOT NULL"), "may be NULL");
        assert!(!fits("bigint GENERATED ALWAYS AS ((`v` + 1)) STORED"), "not a number");
        assert!(!fits("bigint GENERATED ALWAYS AS ((`i` DIV 2)) STORED"), "not an operation known here");
    }

    #[test]
    fn a_few_calls_are_known_to_fit() {
        assert!(fits("char(36) DEFAULT (uuid())"));
        assert!(!fits("char(20) DEFAULT (uuid())"));
        assert!(fits("datetime DEFAULT CURRENT_TIMESTAMP"));
        assert!(fits("json DEFAULT (json_array())"));
        assert!(!fits("json DEFAULT (json_array(`v`))"));
        assert!(!fits("char(36) DEFAULT (concat(uuid(),'x'))"));
    }
}
