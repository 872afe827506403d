//! Stretches of the workflow, of which paths are made.

/// From the start to the first plan.
pub(crate) const START: &[&str] = &["Prepare", "FindOtherRuns", "IsOnlyRun"];

/// A call for a plan.
pub(crate) const PLAN: &[&str] = &["Plan", "CountPlan", "HasPlan"];

/// A safe plan that needs no approval.
pub(crate) const SAFE: &[&str] = &["NeedsApproval", "IsSafe"];

/// A plan that someone approves or not.
pub(crate) const ASKED: &[&str] = &["NeedsApproval", "WriteRequest", "RequestApproval", "IsApproved"];

/// A plan that was approved, and is safe.
pub(crate) const APPROVED: &[&str] =
    &["NeedsApproval", "WriteRequest", "RequestApproval", "IsApproved", "IsSafe"];

/// A plan to which a person says no, or nothing.
pub(crate) const DENIED: &[&str] = &["NeedsApproval", "WriteRequest", "RequestApproval", "WhoSaidNo"];

/// A plan that nobody wanted.
pub(crate) const UNAPPROVED: &[&str] = &["CloseUnapproved", "NotifyUnapproved", "NotApproved"];

/// A plan that is not safe: a snapshot is begun.
pub(crate) const SNAPSHOT: &[&str] = &["NeedsApproval", "IsSafe", "NameSnapshot", "CreateSnapshot"];

/// The snapshot is there.
pub(crate) const COUNTED: &[&str] = &["CountSnapshots", "AreSnapshotsMany"];

/// A look at the snapshot.
pub(crate) const WAIT: &[&str] =
    &["WaitForSnapshot", "DescribeSnapshot", "CountSnapshotCheck", "IsSnapshotReady"];

/// A call that applies.
pub(crate) const APPLY: &[&str] = &["Apply", "CountApply", "IsApplied"];

/// A call that verifies.
pub(crate) const VERIFY: &[&str] = &["Verify", "CountVerification", "IsVerified"];

/// From the last call that applies to the end.
pub(crate) const VERIFIED: &[&str] =
    &["PrepareVerification", "Verify", "CountVerification", "IsVerified", "NotifyDone", "Done"];

/// What every failure ends with of which nobody was told before.
pub(crate) const FAILED: &[&str] = &["AskIfTold", "IsTold", "NotifyFailure", "RememberTold", "Failed"];

/// What a failure ends with that people know.
pub(crate) const KNOWN: &[&str] = &["AskIfTold", "IsTold", "Failed"];

/// What a failure ends with when nobody can be told.
pub(crate) const UNTOLD: &[&str] = &["AskIfTold", "IsTold", "NotifyFailure", "Failed"];
