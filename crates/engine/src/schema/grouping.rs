//! Which parentheses mean something. MySQL prints some around every operation, MariaDB only where they matter:
//! both are brought to one form, in which every operation has a pair of its own.
//!
//! Only as much of the grammar is known as decides what belongs together. What is not understood keeps its
//! parentheses as they are, so that at worst a difference is shown that is none.
//! (Source of the order of operations: MySQL Reference Manual, "Operator Precedence".)

use super::lexer::{Token, TokenKind, significant};

/// Words that end an expression, and what stands between two of them is one, or no expression at all.
const SEPARATORS: [&str; 46] = [
    ",",
    "select",
    "distinct",
    "all",
    "as",
    "from",
    "where",
    "group",
    "by",
    "having",
    "order",
    "limit",
    "offset",
    "asc",
    "desc",
    "join",
    "left",
    "right",
    "inner",
    "outer",
    "cross",
    "straight_join",
    "natural",
    "on",
    "using",
    "union",
    "except",
    "intersect",
    "with",
    "recursive",
    "rollup",
    "when",
    "then",
    "else",
    "over",
    "partition",
    "rows",
    "range",
    "separator",
    "for",
    "check",
    "option",
    "view",
    "values",
    "window",
    ";",
];

/// Operations from the loosest to the tightest, all to be read from left to right.
const LEVELS: [&[&str]; 9] = [
    &["or", "||"],
    &["xor"],
    &["and", "&&"],
    &["|"],
    &["&"],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%", "div", "mod"],
    &["^"],
];

/// AND: behind it come NOT, comparisons and predicates, which have forms of their own.
const LAST_LOGICAL: usize = 2;

/// The level of operations with values that is read first.
const FIRST_VALUE: usize = 3;

/// The level whose sides are values.
const TIGHTEST: usize = 8;

const COMPARISONS: [&str; 8] = ["<=>", ">=", "<=", "<>", "!=", "=", ">", "<"];

/// The words of `sql` in lower case, grouped by what they mean.
pub(super) fn grouped(sql: &str) -> Vec<String> {
    let tokens = significant(sql);
    let mut at = 0;
    let items = items(&tokens, &mut at);
    // A pair that does not close would hide what follows.
    match at == tokens.len() {
        true => sequence(&items),
        false => tokens.iter().flat_map(|token| Item::Token(token).words()).collect(),
    }
}

/// A token, a pair of parentheses with what is in it, or `CASE … END`.
enum Item<'t> {
    Token(&'t Token<'t>),
    Group(Vec<Item<'t>>),
    Case(Vec<Item<'t>>),
}

fn items<'t>(tokens: &'t [Token<'t>], at: &mut usize) -> Vec<Item<'t>> {
    let mut out = Vec::new();
    while let Some(token) = tokens.get(*at) {
        *at += 1;
        if token.is("(") {
            out.push(Item::Group(items(tokens, at)));
        } else if token.is("case") {
            out.push(Item::Case(items(tokens, at)));
        } else if token.is(")") || token.is("end") {
            break;
        } else {
            out.push(Item::Token(token));
        }
    }
    out
}

impl Item<'_> {
    fn is(&self, word: &str) -> bool {
        matches!(self, Item::Token(token) if token.is(word))
    }

    fn separates(&self) -> bool {
        SEPARATORS.iter().any(|word| self.is(word))
    }

    /// As it stands.
    fn words(&self) -> Vec<String> {
        let around = |open: &str, inner: &[Item<'_>], close: &str| {
            let mut out = vec![open.to_owned()];
            out.extend(sequence(inner));
            out.push(close.to_owned());
            out
        };
        match self {
            Item::Token(token) if token.kind == TokenKind::Word => vec![token.text.to_lowercase()],
            Item::Token(token) => vec![token.text.to_owned()],
            Item::Group(inner) => around("(", inner, ")"),
            Item::Case(inner) => around("case", inner, "end"),
        }
    }
}

/// Expressions and what separates them.
fn sequence(items: &[Item<'_>]) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = items;
    while !rest.is_empty() {
        let length = rest.iter().position(Item::separates).unwrap_or(rest.len());
        let (part, behind) = rest.split_at(length);
        out.extend(expression(part).unwrap_or_else(|| part.iter().flat_map(Item::words).collect()));
        out.extend(behind.first().map(Item::words).unwrap_or_default());
        rest = behind.get(1..).unwrap_or_default();
    }
    out
}

/// The words of one whole expression; `None` when it is not understood.
fn expression(items: &[Item<'_>]) -> Option<Vec<String>> {
    let mut parser = Parser { items, at: 0 };
    let words = parser.chain(0)?;
    (parser.at == items.len()).then_some(words)
}

struct Parser<'i, 't> {
    items: &'i [Item<'t>],
    at: usize,
}

impl Parser<'_, '_> {
    /// Takes the first of `operators` that stands here.
    fn take(&mut self, operators: &[&str]) -> Option<String> {
        operators.iter().find(|o| self.takes(o)).map(|o| (*o).to_owned())
    }

    /// Takes a word or a run of marks, if it stands here and is no part of a longer mark.
    fn takes(&mut self, operator: &str) -> bool {
        let Some(Item::Token(first)) = self.items.get(self.at) else { return false };
        if first.kind == TokenKind::Word {
            let here = first.is(operator);
            self.at += usize::from(here);
            return here;
        }
        let mut run = String::new();
        let mut end = first.start;
        for item in &self.items[self.at..] {
            match item {
                Item::Token(t)
                    if t.start == end && t.kind == TokenKind::Mark && "<>=!|&+-*/%^".contains(t.text) =>
                {
                    // A sign is no part of the operation before it.
                    if !run.is_empty() && "+-*".contains(t.text) {
                        break;
                    }
                    run.push_str(t.text);
                    end = t.end();
                }
                _ => break,
            }
        }
        let here = run == operator;
        self.at += if here { run.chars().count() } else { 0 };
        here
    }

    /// Operations of one level, from left to right; a chain of the same AND, OR or XOR is one group.
    fn chain(&mut self, level: usize) -> Option<Vec<String>> {
        let next = |parser: &mut Self| match level {
            LAST_LOGICAL => parser.negation(),
            TIGHTEST => parser.operand(),
            _ => parser.chain(level + 1),
        };
        let mut left = next(self)?;
        while let Some(operator) = self.take(LEVELS[level]) {
            left = operation(&operator, left, next(self)?, level <= LAST_LOGICAL);
        }
        Some(left)
    }

    fn negation(&mut self) -> Option<Vec<String>> {
        if self.takes("not") {
            return Some(enclosed([vec!["not".to_owned()], self.negation()?].concat()));
        }
        let mut left = self.predicate()?;
        loop {
            if let Some(operator) = self.take(&COMPARISONS) {
                left = operation(&operator, left, self.predicate()?, false);
            } else if self.takes("is") {
                left.push("is".to_owned());
                left.extend(self.take(&["not"]));
                left.push(self.take(&["null", "true", "false", "unknown"])?);
                left = enclosed(left);
            } else {
                return Some(left);
            }
        }
    }

    /// `LIKE`, `IN`, `BETWEEN` and the like, whose sides are operations with values.
    fn predicate(&mut self) -> Option<Vec<String>> {
        let mut out = self.chain(FIRST_VALUE)?;
        let before = out.len();
        out.extend(self.take(&["not"]));
        let word = self.take(&["like", "regexp", "rlike", "in", "between"]);
        let Some(word) = word else { return (out.len() == before).then_some(out) };
        out.push(word.clone());
        if word == "in" {
            let list = self.items.get(self.at).filter(|item| matches!(item, Item::Group(_)))?;
            out.extend(list.words());
            self.at += 1;
        } else {
            out.extend(self.chain(FIRST_VALUE)?);
        }
        let second = match word.as_str() {
            "between" => Some(self.take(&["and"])?),
            "like" => self.take(&["escape"]),
            _ => None,
        };
        if let Some(second) = second {
            out.push(second);
            out.extend(self.chain(FIRST_VALUE)?);
        }
        Some(enclosed(out))
    }

    /// A value: a name, a number, a text, a call, an expression in parentheses, with signs before it.
    fn operand(&mut self) -> Option<Vec<String>> {
        for sign in ["-", "+", "~", "!", "binary"] {
            if self.items.get(self.at)?.is(sign) {
                self.at += 1;
                return Some(enclosed([vec![sign.to_owned()], self.operand()?].concat()));
            }
        }
        if self.items.get(self.at)?.is("interval") {
            self.at += 1;
            let value = self.chain(FIRST_VALUE)?;
            let unit = self.items.get(self.at).filter(|item| matches!(item, Item::Token(_)))?.words();
            self.at += 1;
            return Some([vec!["interval".to_owned()], value, unit].concat());
        }
        let mut out = match self.items.get(self.at)? {
            Item::Group(inner) => {
                self.at += 1;
                expression(inner).unwrap_or_else(|| self.items[self.at - 1].words())
            }
            case @ Item::Case(_) => {
                self.at += 1;
                case.words()
            }
            Item::Token(_) => self.name()?,
        };
        if self.takes("collate") {
            out.push("collate".to_owned());
            out.extend(self.name()?);
            out = enclosed(out);
        }
        Some(out)
    }

    /// A name with dots, or a number or text, and the arguments if it is a call.
    fn name(&mut self) -> Option<Vec<String>> {
        const NO_NAMES: [&str; 20] = [
            "not", "and", "or", "xor", "is", "like", "in", "between", "regexp", "rlike", "escape", "div",
            "mod", "collate", "interval", "exists", "sounds", "member", "any", "some",
        ];
        let mut out = Vec::new();
        loop {
            let item = self.items.get(self.at)?;
            let Item::Token(token) = item else { return None };
            let plain = token.kind != TokenKind::Mark || token.is("*") || token.is("@");
            if !plain || NO_NAMES.iter().any(|word| token.is(word)) {
                return None;
            }
            out.extend(item.words());
            self.at += 1;
            let at_sign = token.is("@");
            if !at_sign && !self.items.get(self.at).is_some_and(|next| next.is(".")) {
                break;
            }
            if !at_sign {
                out.push(".".to_owned());
                self.at += 1;
            }
        }
        if let Some(call @ Item::Group(_)) = self.items.get(self.at) {
            out.extend(call.words());
            self.at += 1;
        }
        Some(out)
    }
}

/// One operation in parentheses. Where it says the same whichever way it is read, its chain is one group.
fn operation(operator: &str, left: Vec<String>, right: Vec<String>, chains: bool) -> Vec<String> {
    let open = |side: Vec<String>| if chains { unchained(operator, side) } else { side };
    enclosed([open(left), vec![operator.to_owned()], open(right)].concat())
}

/// Takes the parentheses off a chain of the same operation.
fn unchained(operator: &str, side: Vec<String>) -> Vec<String> {
    let mut depth = 0_usize;
    let mut same = false;
    for (i, word) in side.iter().enumerate() {
        match word.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            // Its AND is another one.
            "between" if depth == 1 => return side,
            word if depth == 1 => same |= word == operator,
            _ => {}
        }
        // More than one group, as `(a) + (b)` has, is no chain by itself.
        if depth == 0 && i + 1 < side.len() {
            return side;
        }
    }
    if same && side.len() > 2 { side[1..side.len() - 1].to_vec() } else { side }
}

fn enclosed(words: Vec<String>) -> Vec<String> {
    [vec!["(".to_owned()], words, vec![")".to_owned()]].concat()
}

#[cfg(test)]
mod tests {
    use super::grouped;

    /// What MySQL and what MariaDB prints.
    #[test]
    fn parentheses_that_say_nothing_do_not_count() {
        for (one, two) in [
            ("((`a` + `b`) * `c`)", "(`a` + `b`) * `c`"),
            ("(`a` + (`b` * `c`))", "`a` + `b` * `c`"),
            ("((`a` - `b`) - -(1))", "`a` - `b` - -1"),
            (
                "((`a` > 1) and (`b` is not null) and (`c` in (1,2)))",
                "`a` > 1 and `b` is not null and `c` in (1,2)",
            ),
            ("((`a` > 1) or ((`b` = 2) and (not(`c`))))", "`a` > 1 or `b` = 2 and not `c`"),
            ("(`a` between (1 + 1) and 5)", "`a` between 1 + 1 and 5"),
            ("(`a` not like 'x(%') ", "`a` not like 'x(%'"),
            ("(`a` + interval (1 + 2) day)", "`a` + interval (1 + 2) day"),
            (
                "(case when (`a` > 1) then (`b` + 1) else 2 end * 2)",
                "case when `a` > 1 then `b` + 1 else 2 end * 2",
            ),
            (
                "select `t`.`a` AS `a`,(`t`.`b` + sum((`t`.`c` - 1))) AS `b` from `t` where (`t`.`a` <=> 1)",
                "select `t`.`a` AS `a`,`t`.`b` + sum(`t`.`c` - 1) AS `b` from `t` where `t`.`a` <=> 1",
            ),
        ] {
            assert_eq!(grouped(one), grouped(two), "{one}");
        }
    }

    #[test]
    fn parentheses_that_say_something_count() {
        for (one, two) in [
            ("(`a` + `b`) * `c`", "`a` + `b` * `c`"),
            ("`a` - (`b` - `c`)", "`a` - `b` - `c`"),
            ("(`a` or `b`) and `c`", "`a` or `b` and `c`"),
            ("not (`a` and `b`)", "not `a` and `b`"),
            ("`a` = (`b` = `c`)", "`a` = `b` = `c`"),
            ("(`a` between 1 and 2) and `b`", "`a` between 1 and (2 and `b`)"),
            ("`a` in ((1),2)", "`a` in (12)"),
            ("f(`a`) , `b`", "f(`a`, `b`)"),
            ("a << (b < c)", "a << b < c"),
            ("(select 1) + 1", "select 1 + 1"),
            ("`a` left join (`b` join `c` on (1)) on (1)", "`a` left join `b` join `c` on (1) on (1)"),
        ] {
            assert_ne!(grouped(one), grouped(two), "{one}");
        }
    }

    #[test]
    fn no_word_is_lost() {
        for sql in ["a ) b", "case a", "a end b ( c", "a + ) b", "(a", "not", "a is b", "interval 1 day + b"]
        {
            let letters = |words: &[String]| words.concat().replace(['(', ')'], "");
            assert_eq!(
                letters(&grouped(sql)).replace("end", ""),
                sql.replace([' ', '(', ')'], "").replace("end", "")
            );
        }
    }
}
