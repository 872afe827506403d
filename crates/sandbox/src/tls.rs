//! Certificates for private servers: one authority and one server certificate signed by it.

use std::fs;
use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rcgen::{KeyUsagePurpose, SanType};

use crate::error::{Error, Result};
use crate::files::write_private;

/// The names that a server's certificate carries. Drivers check the one that the URL names.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

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
            certificates.make()?;
        }
        Ok(certificates)
    }

    fn make(&self) -> Result<()> {
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
