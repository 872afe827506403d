//! The demo: the story that a new user sees first.

use crate::common::run;

#[test]
fn the_demo_tells_its_whole_story() {
    for flavor in ["mysql", "mariadb"] {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("demo").display().to_string();
        let said = run(&["demo", "--folder", &place, "--flavor", flavor]).expect(0);
        let told = format!("{}{}", said.out, said.err);
        assert!(told.contains("What was never read"), "{flavor}: {told}");
    }
}
