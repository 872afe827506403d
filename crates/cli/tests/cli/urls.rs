//! Logins, hosts and files of a URL stay what they were wherever lockstep writes the URL down.

use lockstep_sandbox::testing::Endpoint;

use crate::common::{FLAVORS, Shop, lockstep, run};

const SOURCE: &str = "CREATE TABLE fee (code INT PRIMARY KEY); INSERT INTO fee VALUES (1), (2);";
const TARGET: &str = "CREATE TABLE fee (code INT PRIMARY KEY); INSERT INTO fee VALUES (2), (3);";

/// A name that a URL can hold only encoded.
const USER: &str = "o'd@d /%2f:?ü";
const ENCODED: &str = "o'd%40d%20%2F%252f%3A%3F%C3%BC";

fn grant(server: &Endpoint) {
    let account = format!("'{}'@'%'", USER.replace('\'', "''"));
    server.execute(&format!("CREATE USER IF NOT EXISTS {account} REQUIRE SSL"));
    server.execute(&format!("GRANT ALL PRIVILEGES ON *.* TO {account}"));
}

#[test]
fn a_plan_by_url_is_applied_with_the_same_login_and_authority() {
    for kind in FLAVORS {
        let shop = Shop::new(kind, SOURCE, TARGET);
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let urls = [(&shop.pair.source, "source ca.pem"), (&shop.pair.target, "target&ca.pem")].map(
            |(server, file)| {
                grant(server);
                std::fs::copy(server.authority.as_ref().unwrap(), folder.path().join(file)).unwrap();
                let file = file.replace(' ', "%20").replace('&', "%26");
                format!("mysql://{ENCODED}@127.0.0.1:{}?ca={file}", server.port)
            },
        );
        let fee = format!("{}.fee", shop.database);
        let plan = folder.path().join("plan.json");
        let plan = plan.to_str().unwrap();
        let arguments =
            ["plan", &urls[0], &urls[1], "--database", &shop.database, "--reference", &fee, "--out", plan];
        let ran: crate::common::Ran = lockstep(&arguments).current_dir(&folder).output().unwrap().into();
        ran.expect(2);
        let apply = ["apply", plan, "--yes", "--wait", "120s"];
        let ran: crate::common::Ran = lockstep(&apply).current_dir(&elsewhere).output().unwrap().into();
        ran.expect(0);
        shop.lockstep("verify", &["fee"], &[]).expect(0);
    }
}

#[test]
fn init_writes_the_url_that_it_was_given() {
    let shop = Shop::new(FLAVORS[0], SOURCE, TARGET);
    let server = &shop.pair.source;
    grant(server);
    let ca = server.authority.as_ref().unwrap().display().to_string();
    let url = format!("mysql://{ENCODED}@127.0.0.1:{}?ca={ca}", server.port);
    let written = run(&["init", &url, "--database", &shop.database]).expect(0).out;
    let topology: toml::Table = written.parse().unwrap();
    let found = topology["environments"]["dev"]["url"].as_str().unwrap();
    assert_eq!(found, url.replace('\'', "%27"), "{written}");
    run(&["init", found, "--database", &shop.database]).expect(0);
}
