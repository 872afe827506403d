//! R, mandatory 3: buckets that keep scripts safe.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "buckets-are-safe",
    former: Some("R-M3"),
    title: "Buckets are versioned, under a customer managed key, private, and TLS only",
    covers: &["R-E5"],
    levels: [ERROR, ERROR, INFO],
    why: "A script that is overwritten or read by others changes, or gives away, what runs in production.",
    source: "R requirement 3; Amazon S3 user guide, security best practices",
    fix: "Set VersioningConfiguration, BucketEncryption (aws:kms with KMSMasterKeyID), all four PublicAccessBlockConfiguration settings, and a BucketPolicy that denies aws:SecureTransport false.",
    check: Check::Resources(&[BUCKET], check),
    good: r"
Resources:
  B:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration: {Status: Enabled}
      PublicAccessBlockConfiguration:
        BlockPublicAcls: true
        BlockPublicPolicy: true
        IgnorePublicAcls: true
        RestrictPublicBuckets: true
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault: {SSEAlgorithm: 'aws:kms', KMSMasterKeyID: k}
  P:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref B
      PolicyDocument:
        Statement: [{Effect: Deny, Condition: {Bool: {'aws:SecureTransport': false}}}]
",
    bad: r"
Resources:
  B:
    Type: AWS::S3::Bucket
    Properties: {VersioningConfiguration: {Status: Suspended}}
",
};

pub(super) const BUCKET: &str = "AWS::S3::Bucket";

/// Whether other buckets write their access logs here: such a bucket takes no customer managed key by itself.
pub(super) fn takes_logs(bucket: &Res<'_>) -> bool {
    let all = bucket.cx().resources(BUCKET);
    all.iter().any(|other| points_at(other, "LoggingConfiguration", bucket.id()))
}

fn check(bucket: Res<'_>) {
    let cx = bucket.cx();
    let block = bucket.get("PublicAccessBlockConfiguration");
    for name in ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"] {
        let setting = block.get(name);
        if setting.flag() != Some(true) && !setting.is_unknown() {
            cx.error(setting.span, format!("{}: {name} is not true", bucket.id()));
        }
    }
    if takes_logs(&bucket) {
        return;
    }
    let status = bucket.get("VersioningConfiguration.Status");
    if !status.is("Enabled") && !status.is_unknown() {
        cx.error(status.span, format!("{} is not versioned", bucket.id()));
    }
    encryption(cx, &bucket);
    let policies = cx.resources("AWS::S3::BucketPolicy");
    let policy = policies.iter().find(|policy| points_at(policy, "Bucket", bucket.id()));
    let denies = policy.is_some_and(|policy| {
        let statements = statements(&policy.get("PolicyDocument"));
        statements
            .iter()
            .any(|one| !one.allows() && one.condition_keys().iter().any(|key| key == "aws:securetransport"))
    });
    if !denies {
        cx.error(bucket.span(), format!("no bucket policy keeps {} to TLS", bucket.id()));
    }
}

fn encryption(cx: &Cx<'_>, bucket: &Res<'_>) {
    let rules = bucket.get("BucketEncryption.ServerSideEncryptionConfiguration");
    let defaults: Vec<Val<'_>> =
        rules.each().iter().map(|rule| rule.get("ServerSideEncryptionByDefault")).collect();
    let own_key = |default: &Val<'_>| {
        default.get("SSEAlgorithm").show().starts_with("aws:kms")
            && !lacks_own_key(&default.get("KMSMasterKeyID"))
    };
    if !rules.is_unknown() && !defaults.iter().any(own_key) {
        cx.error(rules.span, format!("{} is not under a customer managed key", bucket.id()));
    }
}
