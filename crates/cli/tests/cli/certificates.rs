//! Certificates that are not accepted: the error says in words what is wrong, and what to do.

use lockstep_sandbox::ServerOptions;
use lockstep_sandbox::testing::{Flaw, own, with_flawed_certificate};

use crate::common::{FLAVORS, lockstep};

/// Runs a command against a URL with TLS, and returns what it says.
fn said(port: u16, ca: &std::path::Path) -> String {
    let url = format!("mysql://root@127.0.0.1:{port}?ca={}", ca.display());
    let output = lockstep(&["plan", &url, "mysql://root@127.0.0.1:1", "--database", "shop"])
        .output()
        .expect("lockstep runs");
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_flawed_certificate_is_explained() {
    for kind in FLAVORS {
        let wanted = [
            (Flaw::Expired, "the server's certificate has expired", "have it renewed"),
            (Flaw::NotYetValid, "the server's certificate is not valid yet", "check the clocks"),
            (Flaw::OtherName, "the server's certificate is not for the name 127.0.0.1", "connect by a name"),
        ];
        for (flaw, what, hint) in wanted {
            let folder = tempfile::tempdir().unwrap();
            let (options, ca) = with_flawed_certificate(folder.path(), flaw);
            let server = own(kind, &options);
            let said = said(server.port(), &ca);
            assert!(said.contains(what) && said.contains(hint), "{kind}: {said}");
        }
    }
}

#[test]
fn an_unknown_authority_is_explained() {
    for kind in FLAVORS {
        let (one, other) = (own(kind, &ServerOptions::for_tests()), own(kind, &ServerOptions::for_tests()));
        let said = said(one.port(), other.authority().expect("TLS"));
        assert!(said.contains("signed by an unknown authority"), "{kind}: {said}");
        assert!(said.contains("holds another authority's certificate"), "{kind}: {said}");
    }
}
