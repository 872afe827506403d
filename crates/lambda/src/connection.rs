//! From a connection parameter and a secret to an engine endpoint, and from the topology to the two sides of a flow.

use std::path::Path;

use lockstep_engine::topology::Flow;
use lockstep_engine::{Endpoint, Secret, Tls, Topology};
use serde::Deserialize;

use crate::aws::{Aws, failed};
use crate::failure::{Failure, Result};
use crate::settings;

/// What a connection parameter says: `mysql://HOST:PORT/?secret=ARN&scripts=BUCKET`.
#[derive(Debug, PartialEq, Eq)]
struct Connection {
    host: String,
    port: u16,
    secret: String,
}

impl Connection {
    fn parse(text: &str) -> Result<Self> {
        let wrong = |why: &str| {
            Failure::configuration(format!(
                "the connection is not valid: {why}; it reads mysql://HOST:PORT/?secret=ARN"
            ))
        };
        let (address, query) = text.trim().split_once('?').ok_or_else(|| wrong("it names no secret"))?;
        let address = address.strip_prefix("mysql://").ok_or_else(|| wrong("it is no mysql:// URL"))?;
        if address.contains('@') {
            return Err(wrong("it names a user, which the secret does"));
        }
        // The engine's own reading of hosts and ports; the user is the secret's.
        let endpoint = Endpoint::from_url(&format!("mysql://secret@{address}"))
            .map_err(|_| wrong("host or port cannot be read"))?;
        let secret = query.split('&').find_map(|pair| pair.strip_prefix("secret="));
        let secret = secret.filter(|s| !s.is_empty()).ok_or_else(|| wrong("it names no secret"))?;
        Ok(Self { host: endpoint.host, port: endpoint.port, secret: secret.to_owned() })
    }
}

/// A user and a password, as a secret holds them; the address where the secret is attached to a cluster.
#[derive(Clone, Deserialize)]
pub(crate) struct Credentials {
    /// The account's name.
    pub username: String,
    /// Its password.
    pub password: String,
    /// The cluster's address, where the secret has it.
    pub host: Option<String>,
    /// The cluster's port, where the secret has it.
    pub port: Option<u16>,
}

impl Credentials {
    /// Reads a secret's text. The message of a failure names `what`, never the text.
    ///
    /// # Errors
    /// When it is not JSON with `username` and `password`.
    pub fn parse(what: &str, text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|_| {
            Failure::configuration(format!("{what} does not hold JSON with `username` and `password`"))
        })
    }

    /// Reads the current version of a secret.
    ///
    /// # Errors
    /// When it cannot be read or understood.
    pub async fn current(aws: &Aws, arn: &str) -> Result<Self> {
        Self::parse(&format!("secret {arn}"), &aws.secret(arn, "AWSCURRENT").await?)
    }

    /// These credentials at a server, over TLS that is verified against the CA bundle.
    ///
    /// # Errors
    /// When there is no CA bundle.
    pub fn at(&self, host: &str, port: u16) -> Result<Endpoint> {
        Ok(Endpoint {
            host: host.to_owned(),
            port,
            socket: None,
            user: self.username.clone(),
            password: Some(Secret::new(&*self.password)),
            tls: Tls::Verify { ca: Some(settings::ca_bundle()?) },
        })
    }
}

/// Both sides of this environment's flow.
pub(crate) struct Sides {
    /// The topology.
    pub topology: Topology,
    /// The flow into this environment.
    pub flow: Flow,
    /// The lower environment, read-only.
    pub source: Endpoint,
    /// This environment.
    pub target: Endpoint,
}

impl Sides {
    /// Reads topology, connections and passwords.
    ///
    /// # Errors
    /// When any of them cannot be read, or the topology has no such flow.
    pub async fn load(aws: &Aws) -> Result<Self> {
        let topology = topology(aws).await?;
        let (from, to) =
            (settings::required("LOCKSTEP_SOURCE")?, settings::required("LOCKSTEP_ENVIRONMENT")?);
        let flow = topology.flow(&from, &to)?.clone();
        let lower = aws.of_source().await?;
        let source = endpoint(&lower, "LOCKSTEP_SOURCE_PARAMETER").await?;
        let target = endpoint(aws, "LOCKSTEP_TARGET_PARAMETER").await?;
        Ok(Self { topology, flow, source, target })
    }
}

/// The endpoint that a parameter, named by `variable`, leads to.
///
/// # Errors
/// When the parameter or its secret cannot be read or understood.
pub(crate) async fn endpoint(aws: &Aws, variable: &str) -> Result<Endpoint> {
    let name = settings::required(variable)?;
    let connection = Connection::parse(&aws.parameter(&name).await?)
        .map_err(|failure| failure.context(format!("parameter {name}")))?;
    Credentials::current(aws, &connection.secret).await?.at(&connection.host, connection.port)
}

/// The topology from the artifact bucket. The URLs of its environments are for people; functions take
/// theirs from the connection parameters.
///
/// # Errors
/// When it cannot be read, or is wrong.
pub(crate) async fn topology(aws: &Aws) -> Result<Topology> {
    let bucket = settings::required("LOCKSTEP_TOPOLOGY_BUCKET")?;
    let key = settings::required("LOCKSTEP_TOPOLOGY_KEY")?;
    let version = settings::optional("LOCKSTEP_TOPOLOGY_VERSION");
    let what = format!("topology s3://{bucket}/{key}");
    let request = aws.s3().get_object().bucket(bucket).key(key).set_version_id(version);
    let object = request.send().await.map_err(|e| failed(&what, &e))?;
    let bytes = object.body.collect().await;
    let bytes = bytes.map_err(|e| Failure::new(crate::failure::Kind::Temporary, format!("{what}: {e}")))?;
    let text = String::from_utf8(bytes.to_vec())
        .map_err(|_| Failure::configuration(format!("{what} is not UTF-8")))?;
    Topology::parse(&text, Path::new("/")).map_err(|e| Failure::from(e).context(what))
}

#[cfg(test)]
mod tests {
    use super::Connection;

    #[test]
    fn a_connection_names_server_and_secret() {
        let arn = "arn:aws:secretsmanager:us-east-1:1:secret:a-b";
        let text = format!("mysql://db.cluster-x.rds.amazonaws.com:3306/?secret={arn}&scripts=bucket");
        let connection = Connection::parse(&text).unwrap();
        assert_eq!((connection.host.as_str(), connection.port), ("db.cluster-x.rds.amazonaws.com", 3306));
        assert_eq!(connection.secret, arn);
        for bad in ["mysql://h:1/", "http://h:1/?secret=a", "mysql://u@h:1/?secret=a", "mysql://h:1/?secret="]
        {
            assert!(Connection::parse(bad).is_err(), "{bad}");
        }
    }
}
