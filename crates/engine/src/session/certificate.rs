//! What is wrong with a server's certificate, in words, and what to do about it.

use rustls::{CertificateError, Error as Tls};

use crate::endpoint;
use crate::{Endpoint, Error, ErrorKind};

/// The error of a connection whose certificate was not accepted; `None` when that was not the reason.
pub(super) fn explain(endpoint: &Endpoint, error: &mysql::Error) -> Option<Error> {
    let Tls::InvalidCertificate(wrong) = tls_error(error)? else { return None };
    let host = &endpoint.host;
    let (what, hint) = match wrong {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => (
            "the server's certificate has expired".to_owned(),
            "have it renewed and loaded at the server (ALTER INSTANCE RELOAD TLS; FLUSH SSL on MariaDB), and check this \
             machine's clock"
                .to_owned(),
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => (
            "the server's certificate is not valid yet".to_owned(),
            "check the clocks of this machine and of the server".to_owned(),
        ),
        CertificateError::NotValidForName => wrong_name(host, &[]),
        CertificateError::NotValidForNameContext { presented, .. } => wrong_name(host, presented),
        // The latter: an authority of the same name with another key.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => unknown_authority(endpoint),
        other => (
            format!("the server's certificate cannot be used: {other}"),
            "have the server's certificate issued again; ?ca=FILE names the file of its authority".to_owned(),
        ),
    };
    Some(Error::new(ErrorKind::Connection, format!("{endpoint}: cannot connect: {what}")).with_hint(hint))
}

fn wrong_name(host: &str, presented: &[String]) -> (String, String) {
    let names = match presented {
        [] => String::new(),
        names => format!(", but for {}", names.join(", ")),
    };
    (
        format!("the server's certificate is not for the name {host}{names}"),
        "connect by a name that the certificate carries, or have it issued for this one".to_owned(),
    )
}

fn unknown_authority(endpoint: &Endpoint) -> (String, String) {
    let what = "the server's certificate is signed by an unknown authority".to_owned();
    let hint = match &endpoint.tls {
        endpoint::Tls::Verify { ca: Some(file) } => format!(
            "{} holds another authority's certificate: give the PEM file of the one that signed the server's with ?ca=FILE",
            file.display()
        ),
        _ => "give the PEM file of the authority that signed it with ?ca=FILE".to_owned(),
    };
    (what, hint)
}

/// The TLS library's own error, wherever the driver keeps it.
fn tls_error(error: &mysql::Error) -> Option<&Tls> {
    let mut next: &(dyn std::error::Error + 'static) = match error {
        mysql::Error::TlsError(error) => error,
        mysql::Error::IoError(error) => error,
        mysql::Error::CodecError(error) => error,
        _ => return None,
    };
    loop {
        let wrapped = next.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if let Some(found) = next.downcast_ref().or_else(|| wrapped?.downcast_ref()) {
            return Some(found);
        }
        next = next.source()?;
    }
}
