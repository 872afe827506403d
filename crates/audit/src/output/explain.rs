//! The rules in words.

use crate::rules::{Profile, RULES, Rule};

/// Everything about one rule, as Markdown.
pub fn explain(rule: &Rule) -> String {
    let covers = if rule.covers.is_empty() {
        String::new()
    } else {
        format!("\nAlso checks: {}.\n", rule.covers.join(", "))
    };
    format!(
        "## {}: {}\n\n{}{}\n{covers}\n**Why.** {} Source: {}.\n\n**Fix.** {}\n\nPasses:\n\n```yaml\n{}\n```\n\nFails:\n\n```yaml\n{}\n```\n",
        rule.name,
        rule.title,
        former(rule),
        levels(rule),
        rule.why,
        rule.source,
        rule.fix,
        rule.good.trim(),
        rule.bad.trim(),
    )
}

fn former(rule: &Rule) -> String {
    rule.former.map_or_else(String::new, |id| format!("Id in reports: {id} · "))
}

fn levels(rule: &Rule) -> String {
    let level = |profile: &Profile| {
        let word = rule.level(*profile).map_or("-", |severity| severity.word());
        format!("{}: {word}", profile.name())
    };
    Profile::ALL.iter().map(level).collect::<Vec<_>>().join(" · ")
}

/// One line for each rule: id, levels, title.
pub fn rule_list() -> String {
    let mut out = format!("{:<42} {:<12} replication  high-avail.  any-aurora   title\n", "rule", "id");
    for rule in RULES {
        let word = |profile: Profile| rule.level(profile).map_or("-", |severity| severity.word());
        let [replication, cluster, any] = Profile::ALL.map(word);
        let (name, id) = (rule.name, rule.former.unwrap_or(""));
        out += &format!("{name:<42} {id:<12} {replication:<12} {cluster:<12} {any:<12} {}\n", rule.title);
    }
    out
}

/// docs/audit-rules.md.
pub fn reference() -> String {
    let mut out = String::from(
        "# The rules of `lockstep audit`\n\n\
         Generated from the rules by `lockstep audit --rules --format markdown`; a test fails when this page is stale.\n\n\
         A rule is named after what it wants. Rules that check one requirement also have its id, which reports show and\n\
         suppressions, `--rule` and baselines take as well as the name. `mistake-01` to `mistake-36` are the entries of the catalogue of mistakes,\n\
         under their numbers. `R-…` is a requirement of the replication brief (M mandatory, O optional, C constraint,\n\
         E environment, X expected output), `H-…` one of the high-availability brief (P platform and requirements,\n\
         PC constraints). `D-…` are decisions, `F-…` parameter groups, `G-…` alarms, `I-…` permissions, `J-…` key policies,\n\
         `N-…` limits and form, `audit-…` the audit itself.\n\n\
         | rule | id | replication | high-availability | any-aurora | what is right |\n|---|---|---|---|---|---|\n",
    );
    for rule in RULES {
        let word = |profile: Profile| rule.level(profile).map_or("-", |severity| severity.word());
        let [replication, cluster, any] = Profile::ALL.map(word);
        let anchor: String = format!("{}-{}", rule.name, rule.title)
            .to_lowercase()
            .replace(' ', "-")
            .chars()
            .filter(|one| one.is_alphanumeric() || matches!(one, '-' | '_'))
            .collect();
        out += &format!(
            "| [{}](#{anchor}) | {} | {replication} | {cluster} | {any} | {} |\n",
            rule.name,
            rule.former.unwrap_or("-"),
            rule.title
        );
    }
    for rule in RULES {
        out += &format!("\n{}", explain(rule));
    }
    out
}
