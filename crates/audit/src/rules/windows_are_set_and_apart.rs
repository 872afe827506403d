//! R, mandatory 9: backup windows.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "windows-are-set-and-apart",
    former: Some("R-M9"),
    title: "Backup and maintenance windows are set and do not overlap",
    covers: &["H-P3", "H-PC3"],
    levels: [ERROR, ERROR, WARNING],
    why: "Without windows AWS picks hours of business; overlapping ones are refused when the stack is made.",
    source: "R requirement 9; Amazon RDS API, CreateDBCluster",
    fix: "Set PreferredBackupWindow (hh:mm-hh:mm, 30 minutes or more) and PreferredMaintenanceWindow (ddd:hh:mm-ddd:hh:mm) apart from each other, in UTC.",
    check: Check::Resources(STORES, check),
    good: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties: {PreferredBackupWindow: '03:00-04:00', PreferredMaintenanceWindow: 'sun:05:00-sun:06:00'}
",
    bad: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties: {PreferredBackupWindow: '03:00-04:00', PreferredMaintenanceWindow: 'sun:03:30-sun:04:30'}
",
};

const DAY_MINUTES: i32 = 24 * 60;

fn check(store: Res<'_>) {
    if !is_store(&store) {
        return;
    }
    let cx = store.cx();
    let (backup, maintenance) = (store.get("PreferredBackupWindow"), store.get("PreferredMaintenanceWindow"));
    for (name, window) in [("PreferredBackupWindow", &backup), ("PreferredMaintenanceWindow", &maintenance)] {
        if window.is_absent() && is_strict(cx) {
            cx.error(window.span, format!("{} has no {name}", store.id()));
        }
    }
    let range = |window: &Val<'_>| window.text().and_then(minutes);
    for window in [&backup, &maintenance] {
        if window.text().is_some() && range(window).is_none() {
            cx.error(window.span, format!("`{}` is no window", window.show()));
        }
    }
    let Some((start, length)) = range(&backup) else { return };
    if length < 30 {
        cx.error(backup.span, format!("the backup window lasts {length} minutes; 30 is the least"));
    }
    if let Some((other, other_length)) = range(&maintenance) {
        let apart = |from: i32, to: i32| (to - from).rem_euclid(DAY_MINUTES);
        if apart(start, other) < length || apart(other, start) < other_length {
            cx.error(
                maintenance.span,
                format!("the maintenance window overlaps the backup window {}", backup.show()),
            );
        }
    }
}

/// Start in minutes of the day, and length in minutes, of `hh:mm-hh:mm` or `ddd:hh:mm-ddd:hh:mm`.
fn minutes(window: &str) -> Option<(i32, i32)> {
    let (from, to) = window.split_once('-')?;
    let clock = |text: &str| {
        let mut parts = text.rsplit(':');
        let minute: i32 = parts.next()?.parse().ok()?;
        let hour: i32 = parts.next()?.parse().ok()?;
        ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some(hour * 60 + minute)
    };
    let (from, to) = (clock(from)?, clock(to)?);
    Some((from, (to - from).rem_euclid(DAY_MINUTES)))
}
