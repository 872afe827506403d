//! Partition clauses: which statement leads from one to the other with the least loss.

use crate::schema::lexer::{Token, TokenKind, group_end, significant, span, split_commas};
use crate::schema::statement::Risk;

/// What to do about partitions.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PartitionChange {
    /// A clause at the end of an ordinary `ALTER TABLE`.
    Trailing(String, Risk, String),
    /// A partition statement of its own (it allows no other change beside it).
    Own(String, Risk, String),
}

/// A partition clause cut into its head (`PARTITION BY …`) and its definitions.
struct Partitions<'a> {
    head: String,
    definitions: Vec<Definition<'a>>,
}

#[derive(Clone, Copy)]
struct Definition<'a> {
    name: &'a str,
    text: &'a str,
}

/// How partition clauses are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    /// By their tokens as they are.
    Exact,
    /// Without regard to case and quotes, in which flavours and versions differ.
    Folded,
}

impl Spelling {
    /// The tokens of a clause with one blank between them.
    fn of(self, sql: &str) -> String {
        let word = |t: &Token<'_>| match (self, t.kind) {
            (Self::Folded, TokenKind::Word | TokenKind::Name) => t.name().to_uppercase(),
            _ => t.text.to_owned(),
        };
        significant(sql).iter().map(word).collect::<Vec<_>>().join(" ")
    }
}

fn cut(clause: &str, spelling: Spelling) -> Partitions<'_> {
    let tokens = significant(clause);
    // The list of definitions is the last group, and it begins with PARTITION.
    let open = tokens.windows(2).position(|t| t[0].is("(") && t[1].is("PARTITION"));
    let Some(open) = open.filter(|&o| group_end(&tokens, o) == tokens.len()) else {
        return Partitions { head: spelling.of(clause), definitions: Vec::new() };
    };
    let definitions = split_commas(&tokens[open + 1..tokens.len() - 1])
        .into_iter()
        .filter(|part| part.len() > 1)
        .map(|part| Definition { name: part[1].text, text: span(clause, part) })
        .collect();
    Partitions { head: spelling.of(span(clause, &tokens[..open])), definitions }
}

fn names(definitions: &[Definition<'_>]) -> String {
    definitions.iter().map(|d| d.name).collect::<Vec<_>>().join(", ")
}

fn texts(definitions: &[Definition<'_>]) -> String {
    definitions.iter().map(|d| d.text).collect::<Vec<_>>().join(", ")
}

/// The change from `target` to `source`, if there is one.
pub(super) fn change(
    source: Option<&str>,
    target: Option<&str>,
    spelling: Spelling,
) -> Option<PartitionChange> {
    let (source, target) = match (source, target) {
        (None, None) => return None,
        (None, Some(_)) => {
            let why = "removes partitioning; rebuilds the table, every row stays";
            return Some(PartitionChange::Trailing("REMOVE PARTITIONING".into(), Risk::Slow, why.into()));
        }
        (Some(source), None) => {
            return Some(partitioned(source, "partitions the table"));
        }
        (Some(source), Some(target)) if spelling.of(source) == spelling.of(target) => return None,
        (Some(source), Some(target)) => (source, target),
    };
    let (s, t) = (cut(source, spelling), cut(target, spelling));
    let listed = s.head.starts_with("PARTITION BY RANGE") || s.head.starts_with("PARTITION BY LIST");
    if listed && s.head == t.head && !s.definitions.is_empty() && !t.definitions.is_empty() {
        let own = by_definitions(&s.definitions, &t.definitions, s.head.contains(" RANGE"), spelling);
        if own.is_some() {
            return own;
        }
    }
    Some(partitioned(source, "repartitions the table; rebuilds it"))
}

/// The change to a clause, and whether a row may fit no partition.
fn partitioned(clause: &str, what: &str) -> PartitionChange {
    let risk = partitioning_risk(clause);
    let why = match risk {
        Risk::Slow => what.to_owned(),
        _ => format!("{what}; fails where a row fits no partition"),
    };
    PartitionChange::Trailing(clause.to_owned(), risk, why)
}

/// Hash, key and history partitions take every row; range and list partitions may refuse one.
fn partitioning_risk(clause: &str) -> Risk {
    let head = Spelling::Folded.of(clause);
    let takes_all = head.starts_with("PARTITION BY SYSTEM_TIME")
        || head.starts_with("PARTITION BY HASH")
        || head.starts_with("PARTITION BY KEY")
        || head.starts_with("PARTITION BY LINEAR");
    if takes_all || takes_the_rest(clause) { Risk::Slow } else { Risk::MayFail }
}

/// Whether the last partition takes every row that no other does: `LESS THAN MAXVALUE`, or MariaDB's `DEFAULT`.
fn takes_the_rest(clause: &str) -> bool {
    let cut = cut(clause, Spelling::Exact);
    cut.definitions.iter().any(|definition| {
        let tokens = significant(definition.text);
        let start = tokens.iter().position(|t| t.is("VALUES") || t.is("DEFAULT")).unwrap_or(tokens.len());
        let rest = &tokens[start..];
        if rest.first().is_some_and(|t| t.is("DEFAULT")) {
            return true;
        }
        let [_, less, than, bound, ..] = rest else { return false };
        let every = |part: &&[Token<'_>]| part.len() == 1 && part[0].is("MAXVALUE");
        less.is("LESS")
            && than.is("THAN")
            && match bound.is("(") {
                true => split_commas(&rest[4..group_end(rest, 3) - 1]).iter().all(every),
                false => bound.is("MAXVALUE"),
            }
    })
}

/// One statement on partitions that leads from `target` to `source`; `None` where there is none.
fn by_definitions(
    source: &[Definition<'_>],
    target: &[Definition<'_>],
    range: bool,
    spelling: Spelling,
) -> Option<PartitionChange> {
    let same = |a: &Definition<'_>, b: &Definition<'_>| spelling.of(a.text) == spelling.of(b.text);
    let prefix = source.iter().zip(target).take_while(|(a, b)| same(a, b)).count();
    let (s, t) = (&source[prefix..], &target[prefix..]);
    let suffix = s.iter().rev().zip(t.iter().rev()).take_while(|(a, b)| same(a, b)).count();
    let (s, t, after) = (&s[..s.len() - suffix], &t[..t.len() - suffix], &s[s.len() - suffix..]);
    Some(match (s, t, after.first()) {
        (_, [], None) => PartitionChange::Own(
            format!("ADD PARTITION ({})", texts(s)),
            Risk::Safe,
            "adds partitions".into(),
        ),
        ([], _, Some(next)) if range => reorganize(&[t, &[*next]].concat(), &[*next], Risk::Slow),
        (_, [], Some(next)) if range => reorganize(&[*next], &[s, &[*next]].concat(), Risk::Slow),
        (_, [], Some(next)) => reorganize(&[*next], &[s, &[*next]].concat(), Risk::MayFail),
        ([], _, _) => PartitionChange::Own(
            format!("DROP PARTITION {}", names(t)),
            Risk::Destructive,
            format!("destroys the rows in partition {}: no other partition takes them", names(t)),
        ),
        // REORGANIZE must cover the same values; where it may not, the table is partitioned anew.
        ([.., s_last], [.., t_last], _) if values(s_last) == values(t_last) => {
            reorganize(t, s, if range { Risk::Slow } else { Risk::MayFail })
        }
        _ => return None,
    })
}

/// The `VALUES …` of a definition, which say what rows it takes.
fn values(definition: &Definition<'_>) -> String {
    let tokens = significant(definition.text);
    let start = tokens.iter().position(|t| t.is("VALUES")).unwrap_or(tokens.len());
    let end = tokens[start..]
        .iter()
        .position(|t| t.is("ENGINE") || t.is("COMMENT") || t.is("DATA") || t.is("MAX_ROWS"));
    Spelling::Folded.of(span(definition.text, &tokens[start..end.map_or(tokens.len(), |n| start + n)]))
}

fn reorganize(from: &[Definition<'_>], into: &[Definition<'_>], risk: Risk) -> PartitionChange {
    PartitionChange::Own(
        format!("REORGANIZE PARTITION {} INTO ({})", names(from), texts(into)),
        risk,
        format!("moves the rows of partition {} into {}", names(from), names(into)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sql(source: &str, target: &str) -> String {
        match change(Some(source), Some(target), Spelling::Exact) {
            Some(PartitionChange::Own(sql, ..) | PartitionChange::Trailing(sql, ..)) => sql,
            None => String::new(),
        }
    }

    const P: &str =
        "PARTITION BY RANGE (`a`)\n(PARTITION p0 VALUES LESS THAN (1),\n PARTITION p1 VALUES LESS THAN (2)";

    #[test]
    fn the_least_destructive_statement_is_chosen() {
        let (two, three) = (format!("{P})"), format!("{P}, PARTITION p2 VALUES LESS THAN (3))"));
        assert_eq!(sql(&three, &two), "ADD PARTITION (PARTITION p2 VALUES LESS THAN (3))");
        assert_eq!(sql(&two, &three), "DROP PARTITION p2");
        let last = "PARTITION BY RANGE (`a`)\n(PARTITION p1 VALUES LESS THAN (2))";
        assert_eq!(sql(last, &two), "REORGANIZE PARTITION p0, p1 INTO (PARTITION p1 VALUES LESS THAN (2))");
        assert!(sql(&two, last).starts_with("REORGANIZE PARTITION p1 INTO (PARTITION p0"));
        assert!(sql("PARTITION BY HASH (`a`)", &two).starts_with("PARTITION BY HASH"));
        assert_eq!(sql(&two, &two), "");
    }
}
