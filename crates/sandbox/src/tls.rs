//! Certificates for private servers: one authority and one server certificate signed by it.

use std::fs;
use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rcgen::{KeyUsagePurpose, SanType, date_time_ymd};

use crate::error::{Error, Result};
use crate::files::write_private;

/// The names that a server's certificate carries. Drivers check the one that the URL names.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// What is wrong with a certificate that a test wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
    /// It is for another server.
    OtherName,
}

/// The files of one server's certificate.
#[derive(Clone, Debug)]
pub(crate) struct Certificates {
    /// The authority's certificate: what a client needs in order to trust the server.
    pub authority: PathBuf,
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl Certificates {
    /// The files in `folder`, made first where they are missing. The authority's key is thrown away, so
    /// nobody can sign a second server with it.
    pub fn in_folder(folder: &Path) -> Result<Self> {
        let certificates = Self {
            authority: folder.join("ca.pem"),
            certificate: folder.join("server.pem"),
            key: folder.join("server-key.pem"),
        };
        if !certificates.key.is_file() {
            certificates.make(None)?;
        }
        Ok(certificates)
    }

    /// The files of a certificate with a flaw, made in `folder`.
    pub fn flawed(folder: &Path, flaw: Flaw) -> Result<Self> {
        let file = |name: &str| folder.join(format!("flawed-{name}.pem"));
        let certificates = Self { authority: file("ca"), certificate: file("server"), key: file("key") };
        certificates.make(Some(flaw))?;
        Ok(certificates)
    }

    fn make(&self, flaw: Option<Flaw>) -> Result<()> {
        let authority_key = KeyPair::generate()?;
        let mut authority = CertificateParams::default();
        authority.distinguished_name.push(DnType::CommonName, "lockstep sandbox authority");
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let authority_certificate = authority.self_signed(&authority_key)?;
        let issuer = Issuer::new(authority, authority_key);

        let key = KeyPair::generate()?;
        let mut server = CertificateParams::default();
        server.distinguished_name.push(DnType::CommonName, "lockstep sandbox server");
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        server.use_authority_key_identifier_extension = true;
        for name in NAMES {
            server.subject_alt_names.push(match name.parse() {
                Ok(address) => SanType::IpAddress(address),
                Err(_) => SanType::DnsName(name.try_into()?),
            });
        }
        match flaw {
            None => {}
            Some(Flaw::Expired) => server.not_after = date_time_ymd(2001, 1, 1),
            Some(Flaw::NotYetValid) => server.not_before = date_time_ymd(2999, 1, 1),
            Some(Flaw::OtherName) => {
                server.subject_alt_names = vec![SanType::DnsName("db.example.com".try_into()?)];
            }
        }
        let certificate = server.signed_by(&key, &issuer)?;

        let write = |path: &Path, text: String| {
            fs::write(path, text).map_err(Error::io(format!("write {}", path.display())))
        };
        write(&self.authority, authority_certificate.pem())?;
        write(&self.certificate, certificate.pem())?;
        // Written last: its presence says that all three are there.
        write_private(&self.key, &key.serialize_pem())
    }
}
