//! A plan in figures and in a few lines for a person: no row values, at most 2,000 characters.

use lockstep_engine::plan::{Plan, RowPlan};
use lockstep_engine::words::count;
use serde_json::{Value, json};

/// The longest summary, in characters: it travels through the workflow and in a notification.
const LIMIT: usize = 2000;

/// The figures that answers carry.
pub(crate) fn counts(plan: &Plan) -> Value {
    let s = plan.summary();
    json!({
        "statements": s.statements,
        "may_fail": s.may_fail,
        "destructive": s.destructive,
        "inserted": s.inserts,
        "updated": s.updates,
        "deleted": s.deletes,
    })
}

/// The figures of nothing.
pub(crate) fn no_counts() -> Value {
    json!({ "statements": 0, "may_fail": 0, "destructive": 0, "inserted": 0, "updated": 0, "deleted": 0 })
}

/// The plan for a person: figures first, then reasons why it is refused, warnings, statements and tables.
pub(crate) fn text(plan: &Plan) -> String {
    let s = plan.summary();
    let mut lines = vec![format!(
        "{}: {} ({} slow, {} may fail, {} destructive); rows: {} inserted, {} updated, {} deleted",
        plan.flow(),
        count(s.statements, "statement"),
        s.slow,
        s.may_fail,
        s.destructive,
        s.inserts,
        s.updates,
        s.deletes
    )];
    for (word, problems) in [("unsupported", &plan.unsupported), ("refused", &plan.refused)] {
        lines.extend(problems.iter().map(|p| format!("{word}: {}: {}", p.object, p.reason)));
    }
    lines.extend(plan.warnings.iter().map(|w| format!("warning: {w}")));
    lines.extend(plan.statements.iter().map(|s| format!("statement: {}: {}", s.object, s.why)));
    for table in &plan.tables {
        match &table.rows {
            RowPlan::AfterSchema => {
                lines.push(format!("rows: {}: compared after the schema step", table.table))
            }
            RowPlan::StoodStill => {}
            RowPlan::Compared { difference, .. } if difference.is_empty() => {}
            RowPlan::Compared { difference, .. } => {
                let c = &difference.changes;
                let (i, u, d) = (c.inserts(), c.updates(), c.deletes());
                lines.push(format!("rows: {}: {i} inserted, {u} updated, {d} deleted", table.table));
            }
        }
    }
    shorten(&lines)
}

/// As many whole lines as fit, and how many were left out.
fn shorten(lines: &[String]) -> String {
    let mut out = String::new();
    for (i, line) in lines.iter().enumerate() {
        let more = format!("({} more lines in the plan's document)", lines.len() - i);
        if out.chars().count() + line.chars().count() + more.chars().count() + 2 > LIMIT {
            if out.is_empty() {
                out = line.chars().take(LIMIT - more.chars().count() - 1).collect::<String>() + "\n";
            }
            return out + &more;
        }
        out.push_str(line);
        out.push('\n');
    }
    out.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_stays_within_its_limit_and_says_what_it_leaves_out() {
        let lines: Vec<String> = (0..300).map(|i| format!("statement: table {i}: adds a column")).collect();
        let text = shorten(&lines);
        assert!(text.chars().count() <= LIMIT, "{}", text.len());
        assert!(text.ends_with("more lines in the plan's document)"), "{text}");
        assert!(shorten(&["x".repeat(5000)]).chars().count() <= LIMIT);
        assert_eq!(shorten(&["a".into(), "b".into()]), "a\nb");
    }
}
