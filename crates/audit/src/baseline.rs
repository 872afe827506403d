//! A baseline: the findings of an old stack that are known and do not count, so that new ones stand out.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::report::Report;

/// Fingerprints of known findings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// Form of the file; 1.
    version: u32,
    /// One line for each known finding: rule, file, place, environments.
    findings: BTreeSet<String>,
}

impl Baseline {
    /// The baseline that sets aside every finding of a report that counts.
    pub fn of(report: &Report) -> Self {
        let prints = report.counting().map(|finding| finding.fingerprint(report.source(finding).name()));
        Self { version: 1, findings: prints.collect() }
    }

    /// Reads a baseline file.
    ///
    /// # Errors
    /// Text that is not such a file, or one of another version.
    pub fn parse(text: &str) -> Result<Self, String> {
        let baseline: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if baseline.version != 1 {
            return Err(format!("version {} is not known here (1 is)", baseline.version));
        }
        Ok(baseline)
    }

    /// The file's text.
    pub fn to_text(&self) -> String {
        let value = serde_json::json!({ "version": self.version, "findings": self.findings });
        format!("{value:#}\n")
    }

    /// Whether a finding is in it.
    pub fn holds(&self, fingerprint: &str) -> bool {
        self.findings.contains(fingerprint)
    }
}
