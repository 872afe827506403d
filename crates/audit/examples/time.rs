use lockstep_audit::{Audit, Profile, rules::RULES};
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let mut all = Vec::new();
    for rule in RULES {
        let t = std::time::Instant::now();
        let _ =
            Audit::new(Profile::Replication).only([rule.name.to_owned()]).template("t", text.clone()).run();
        all.push((t.elapsed(), rule.name));
    }
    all.sort();
    for (t, n) in all.iter().rev().take(12) {
        println!("{t:?} {n}");
    }
}
