//! Any bytes as a template: parsed, audited for every profile, written in every form.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lockstep_audit::{Audit, Profile, output};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    for profile in Profile::ALL {
        if let Ok(report) = Audit::new(profile).template("fuzz.yaml", text.as_ref()).run() {
            let _ = (output::text(&report, false), output::json(&report), output::sarif(&report));
            let _ = (output::markdown(&report), output::matrix(&report));
        }
    }
});
