//! R, constraint 4: scripts go after 30 days.

use super::buckets_are_safe::{BUCKET, takes_logs};
use super::prelude::*;
use crate::rules::Profile;

pub(super) static RULE: Rule = Rule {
    name: "old-scripts-are-deleted",
    former: Some("R-C4"),
    title: "Scripts older than 30 days are deleted, in all their versions",
    covers: &[],
    levels: [ERROR, WARNING, WARNING],
    why: "On a versioned bucket an expiration only writes a delete marker; without NoncurrentVersionExpiration everything stays for ever.",
    source: "R constraint 4; Amazon S3 user guide, lifecycle",
    fix: "Add an enabled rule with ExpirationInDays and NoncurrentVersionExpiration of 30 or less, AbortIncompleteMultipartUpload, and a rule of its own for ExpiredObjectDeleteMarker.",
    check: Check::Resources(&[BUCKET], check),
    good: r"
Resources:
  B:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration: {Status: Enabled}
      LifecycleConfiguration:
        Rules:
          - Status: Enabled
            ExpirationInDays: 29
            NoncurrentVersionExpiration: {NoncurrentDays: 1}
            AbortIncompleteMultipartUpload: {DaysAfterInitiation: 1}
",
    bad: r"
Resources:
  B:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration: {Status: Enabled}
      LifecycleConfiguration:
        Rules: [{Status: Enabled, ExpirationInDays: 30}]
",
};

const MOST_DAYS: f64 = 30.0;

fn check(bucket: Res<'_>) {
    let cx = bucket.cx();
    let rules = bucket.get("LifecycleConfiguration.Rules");
    for rule in rules.each() {
        let marker = rule.get("ExpiredObjectDeleteMarker");
        if marker.flag() == Some(true)
            && (rule.get("ExpirationInDays").is_set() || rule.get("ExpirationDate").is_set())
        {
            cx.error(marker.span, "ExpiredObjectDeleteMarker cannot stand in a rule with an expiration");
        }
    }
    let versioned = bucket.get("VersioningConfiguration.Status").is("Enabled");
    if takes_logs(&bucket) || rules.is_unknown() || cx.scope.profile == Profile::HighAvailability {
        return;
    }
    let enabled: Vec<Val<'_>> =
        rules.each().into_iter().filter(|rule| rule.get("Status").is("Enabled")).collect();
    let expires = enabled.iter().any(|rule| rule.get("ExpirationInDays").is_set());
    if versioned && expires && !enabled.iter().any(|rule| noncurrent(rule).is_set()) {
        cx.error(rules.span, format!("{} is versioned and never deletes old versions", bucket.id()));
    }
    if cx.scope.profile != Profile::Replication || !holds_scripts(cx, &bucket) {
        return;
    }
    let within = |days: &Val<'_>| days.is_unknown() || days.number().is_some_and(|days| days <= MOST_DAYS);
    if !enabled.iter().any(|rule| within(&rule.get("ExpirationInDays"))) {
        cx.error(rules.span, format!("no rule of {} deletes scripts after 30 days", bucket.id()));
    }
    if versioned && expires && !enabled.iter().any(|rule| within(&noncurrent(rule))) {
        cx.error(rules.span, format!("no rule of {} deletes old versions after 30 days", bucket.id()));
    }
    if !enabled.iter().any(|rule| rule.get("AbortIncompleteMultipartUpload").is_set()) {
        cx.warning(rules.span, format!("{} keeps the parts of unfinished uploads", bucket.id()));
    }
}

/// Whether migration scripts are in this bucket: its name says so, or no other bucket could be the one.
fn holds_scripts(cx: &Cx<'_>, bucket: &Res<'_>) -> bool {
    let named = |one: &Res<'_>| {
        let names = format!("{} {}", one.id(), one.get("BucketName").show()).to_ascii_lowercase();
        names.contains("script") || names.contains("migration")
    };
    let all = cx.resources(BUCKET);
    let candidates: Vec<_> = all.iter().filter(|one| !takes_logs(one)).collect();
    if candidates.iter().any(|one| named(one)) {
        return named(bucket);
    }
    if candidates.len() > 1 {
        cx.undecided();
    }
    candidates.len() == 1
}

fn noncurrent<'c>(rule: &Val<'c>) -> Val<'c> {
    let days = rule.get("NoncurrentVersionExpiration.NoncurrentDays");
    if days.is_set() { days } else { rule.get("NoncurrentVersionExpirationInDays") }
}
