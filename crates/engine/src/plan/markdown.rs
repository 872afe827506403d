//! A plan as Markdown, fit for a pull request's comment.

use std::io::Write;

use super::text::sample;
use super::{Plan, RowPlan};
use crate::Result;
use crate::schema::Stage;
use crate::words::count;

/// Row changes shown of each table.
const SHOWN: usize = 10;

/// Writes the plan as GitHub-flavoured Markdown.
///
/// # Errors
/// When `out` cannot be written, or spooled row changes cannot be read back.
pub fn write_markdown(plan: &Plan, out: &mut dyn Write) -> Result<()> {
    let s = plan.summary();
    writeln!(out, "## lockstep plan: {}\n", cell(&plan.flow()))?;
    if plan.is_empty() {
        writeln!(out, "In step: nothing to do.")?;
        return Ok(());
    }
    let verdict = if plan.is_refused() { "**refused**" } else { "can be applied" };
    writeln!(
        out,
        "{verdict} · {} ({} slow, {} may fail, {} destructive) · rows +{} ~{} -{}\n",
        count(s.statements, "statement"),
        s.slow,
        s.may_fail,
        s.destructive,
        s.inserts,
        s.updates,
        s.deletes
    )?;
    for (title, problems) in [("Unsupported", &plan.unsupported), ("Refused", &plan.refused)] {
        for problem in problems {
            writeln!(out, "- **{title}** {}: {}", cell(&problem.object), cell(&problem.reason))?;
        }
    }
    for warning in &plan.warnings {
        writeln!(out, "- **Warning** {}", cell(warning))?;
    }
    if !plan.statements.is_empty() {
        writeln!(out, "\n### Schema\n\n| when | risk | object | what |\n|---|---|---|---|")?;
        for x in &plan.statements {
            let when = if x.stage == Stage::Open { "before the rows" } else { "after the rows" };
            let (risk, object) = (x.risk.word(), cell(&x.object.to_string()));
            writeln!(out, "| {when} | {risk} | {object} | {} |", cell(&x.why))?;
        }
        let statements =
            plan.statements.iter().map(|x| format!("{};", x.sql)).collect::<Vec<_>>().join("\n\n");
        details("statements", &statements, out)?;
    }
    write_rows(plan, out)?;
    writeln!(out, "\n<sub>plan {}</sub>", plan.fingerprint()?)?;
    Ok(())
}

fn write_rows(plan: &Plan, out: &mut dyn Write) -> Result<()> {
    if plan.tables.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n### Reference data\n\n| table | inserted | updated | deleted |\n|---|--:|--:|--:|")?;
    for table in &plan.tables {
        let name = cell(&table.table.to_string());
        match &table.rows {
            RowPlan::StoodStill => writeln!(out, "| {name} | stood still | | |")?,
            RowPlan::AfterSchema => writeln!(out, "| {name} | compared after the schema step | | |")?,
            RowPlan::Compared { difference, .. } => {
                let c = &difference.changes;
                writeln!(out, "| {name} | {} | {} | {} |", c.inserts(), c.updates(), c.deletes())?;
            }
        }
    }
    for (pair, difference) in plan.differences().filter(|(_, d)| !d.changes.is_empty()) {
        let mut lines: Vec<String> =
            sample(pair, difference, SHOWN)?.into_iter().map(|sql| format!("{sql};")).collect();
        let more = difference.changes.len().saturating_sub(SHOWN as u64);
        if more > 0 {
            lines.push(format!("-- … and {more} more"));
        }
        details(&difference.table.to_string(), &lines.join("\n"), out)?;
    }
    Ok(())
}

/// A folded block of SQL, fenced with more backticks than it holds.
fn details(title: &str, sql: &str, out: &mut dyn Write) -> Result<()> {
    let mut fence = "```".to_owned();
    while sql.contains(&fence) {
        fence.push('`');
    }
    writeln!(
        out,
        "\n<details><summary>{}</summary>\n\n{fence}sql\n{sql}\n{fence}\n\n</details>",
        cell(title)
    )?;
    Ok(())
}

/// Text that cannot break out of a table cell or become markup.
fn cell(text: &str) -> String {
    text.replace(['\n', '\r'], " ").replace('&', "&amp;").replace('<', "&lt;").replace('|', "\\|")
}
