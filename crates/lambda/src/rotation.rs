//! Rotates a database user's password in the four steps of Secrets Manager, by alternating users: the secret's
//! current user keeps its password while its twin gets a new one, so clients never hold a dead login.
//!
//! Every step may be repeated, and may be killed at any point and run again. Each reads the pending version
//! before it acts, and changes only the user that the current version does not name.
//! (Source of the protocol: Secrets Manager User Guide, "Lambda rotation functions"; alternating users: "Rotation
//! strategy: alternating users".)

use std::collections::BTreeSet;

use lockstep_engine::names::literal;
use lockstep_engine::{Session, names};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::aws::{Aws, failed, has_code};
use crate::connection::Credentials;
use crate::failure::{Failure, Kind, Result};
use crate::grants::{account, alternate, exists, grant};
use crate::{log, settings, work};

const CURRENT: &str = "AWSCURRENT";
const PENDING: &str = "AWSPENDING";

/// A new password's length. Quotes, slashes and the like are left out: they are trouble in URLs and shells.
const PASSWORD_LENGTH: i64 = 40;
const PASSWORD_EXCLUDES: &str = "\"'/@\\`$ ";

/// Secrets Manager's event.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    secret_id: String,
    client_request_token: String,
    step: Step,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
enum Step {
    #[serde(rename = "createSecret")]
    Create,
    #[serde(rename = "setSecret")]
    Set,
    #[serde(rename = "testSecret")]
    Test,
    #[serde(rename = "finishSecret")]
    Finish,
}

/// Does one step.
///
/// # Errors
/// When the token is not a version of a running rotation, or a service or the database refuses.
pub(crate) async fn handle(aws: &Aws, event: Value) -> Result<Value> {
    let event: Event = serde_json::from_value(event)
        .map_err(|e| Failure::event(format!("the event cannot be read: {e}")))?;
    let step = format!("{:?}", event.step);
    let stages = Stages::read(aws, &event).await?;
    if stages.is_finished(&event) {
        log::info("rotation", &json!({ "step": step, "secret": event.secret_id, "done": "already current" }));
        return Ok(Value::Null);
    }
    stages.check(&event)?;
    match event.step {
        Step::Create => create(aws, &event).await,
        Step::Set => set(aws, &event).await,
        Step::Test => test(aws, &event).await,
        Step::Finish => finish(aws, &event, &stages).await,
    }?;
    log::info("rotation", &json!({ "step": step, "secret": event.secret_id }));
    Ok(Value::Null)
}

/// Which versions of the secret have which stages.
struct Stages(Vec<(String, Vec<String>)>);

impl Stages {
    async fn read(aws: &Aws, event: &Event) -> Result<Self> {
        let answer = aws.secrets().describe_secret().secret_id(&event.secret_id).send().await;
        let answer = answer.map_err(|e| failed(&format!("secret {}", event.secret_id), &e))?;
        Ok(Self(answer.version_ids_to_stages.unwrap_or_default().into_iter().collect()))
    }

    fn has(&self, version: &str, stage: &str) -> bool {
        self.0.iter().any(|(id, stages)| id == version && stages.iter().any(|s| s == stage))
    }

    /// The version with the stage.
    fn version(&self, stage: &str) -> Option<&str> {
        self.0.iter().find(|(_, stages)| stages.iter().any(|s| s == stage)).map(|(id, _)| id.as_str())
    }

    fn is_finished(&self, event: &Event) -> bool {
        self.has(&event.client_request_token, CURRENT)
    }

    /// The version must be pending. Before the first step has written it, it may not be listed yet.
    fn check(&self, event: &Event) -> Result<()> {
        let token = &event.client_request_token;
        let new = event.step == Step::Create && !self.0.iter().any(|(id, _)| id == token);
        if new || self.has(token, PENDING) {
            return Ok(());
        }
        Err(Failure::new(
            Kind::Refused,
            format!("secret {}: version {token} is not the pending one of a rotation", event.secret_id),
        ))
    }
}

/// One version's text, as JSON and as credentials.
struct Version {
    fields: Map<String, Value>,
    credentials: Credentials,
}

impl Version {
    fn parse(secret: &str, stage: &str, text: &str) -> Result<Self> {
        let what = format!("secret {secret}, {stage}");
        let credentials = Credentials::parse(&what, text)?;
        let fields = serde_json::from_str(text)
            .map_err(|_| Failure::configuration(format!("{what} is not a JSON object")))?;
        Ok(Self { fields, credentials })
    }

    async fn current(aws: &Aws, event: &Event) -> Result<Self> {
        let text = aws.secret(&event.secret_id, CURRENT).await?;
        Self::parse(&event.secret_id, CURRENT, &text)
    }

    /// The pending version's text; `None` before it is written.
    async fn pending(aws: &Aws, event: &Event) -> Result<Option<Self>> {
        let request = aws.secrets().get_secret_value().secret_id(&event.secret_id).version_stage(PENDING);
        let answer = match request.version_id(&event.client_request_token).send().await {
            Ok(answer) => answer,
            Err(error) if has_code(&error, &["ResourceNotFoundException"]) => return Ok(None),
            Err(error) => return Err(failed(&format!("secret {}, {PENDING}", event.secret_id), &error)),
        };
        answer.secret_string.map(|text| Self::parse(&event.secret_id, PENDING, &text)).transpose()
    }

    /// Both versions; the pending one must be for the twin of the current user, on the same server.
    async fn both(aws: &Aws, event: &Event) -> Result<(Self, Self)> {
        let current = Self::current(aws, event).await?;
        let refuse = |why: &str| Failure::new(Kind::Refused, format!("secret {}: {why}", event.secret_id));
        let pending = Self::pending(aws, event).await?;
        let pending =
            pending.ok_or_else(|| refuse("the pending version has no value; createSecret comes first"))?;
        if pending.credentials.username != alternate(&current.credentials.username) {
            return Err(refuse("the pending version is not for the twin of the current user"));
        }
        if pending.address()? != current.address()? {
            return Err(refuse("the pending version names another server than the current one"));
        }
        Ok((current, pending))
    }

    fn address(&self) -> Result<(String, u16)> {
        let Credentials { host, port, .. } = &self.credentials;
        host.clone().zip(*port).ok_or_else(|| {
            Failure::configuration("the secret names no host and port; attach it to its cluster")
        })
    }
}

/// Writes the pending version: the twin of the current user with a new password.
async fn create(aws: &Aws, event: &Event) -> Result<()> {
    let mut current = Version::current(aws, event).await?;
    if Version::pending(aws, event).await?.is_some() {
        return Ok(());
    }
    let request = aws.secrets().get_random_password().password_length(PASSWORD_LENGTH);
    let answer = request.exclude_characters(PASSWORD_EXCLUDES).send().await;
    let password = answer.map_err(|e| failed("a new password", &e))?.random_password;
    let password = password.ok_or_else(|| Failure::new(Kind::Service, "Secrets Manager gave no password"))?;
    current.fields.insert("username".into(), json!(alternate(&current.credentials.username)));
    current.fields.insert("password".into(), json!(password));
    aws.secrets()
        .put_secret_value()
        .secret_id(&event.secret_id)
        .client_request_token(&event.client_request_token)
        .secret_string(Value::Object(current.fields).to_string())
        .version_stages(PENDING)
        .send()
        .await
        .map(drop)
        .map_err(|e| failed(&format!("secret {}", event.secret_id), &e))
}

/// Gives the twin the current user's rights and the pending password.
async fn set(aws: &Aws, event: &Event) -> Result<()> {
    let (current, pending) = Version::both(aws, event).await?;
    let master = Credentials::current(aws, &settings::required("LOCKSTEP_MASTER_SECRET_ARN")?).await?;
    work::run(move || {
        let (host, port) = current.address()?;
        // The current login must work: else there is nothing sound to copy.
        Session::connect(&current.credentials.at(&host, port)?)?;
        let mut session = Session::connect(&master.at(&host, port)?)?;
        let (user, twin) = (&current.credentials.username, &pending.credentials.username);
        clone_user(&mut session, user, twin, &pending.credentials.password)
    })
    .await
}

/// Makes `twin` what `user` is. The password comes last, so that a login that works has its rights.
fn clone_user(session: &mut Session, user: &str, twin: &str, password: &str) -> Result<()> {
    let (name, password) = (account(twin), literal(password));
    let limits = "REQUIRE SSL WITH MAX_USER_CONNECTIONS 16";
    if !exists(session, twin)? {
        session.execute(format!("CREATE USER {name} IDENTIFIED BY {password} {limits}"))?;
    }
    let wanted = rights(session, user)?;
    let have = rights(session, twin)?;
    if !have.is_subset(&wanted) {
        session.execute(format!("REVOKE ALL PRIVILEGES, GRANT OPTION FROM {name}"))?;
    }
    for right in &wanted {
        grant(session, &format!("{right}{name}"))?;
    }
    session.execute(format!("ALTER USER {name} IDENTIFIED BY {password} {limits}"))?;
    Ok(())
}

/// What a user is granted: each `GRANT … TO ` without the account. The line that gives nothing is left out. A set, because MySQL
/// 5.7 lists grants in no order that two users would share.
fn rights(session: &mut Session, user: &str) -> Result<BTreeSet<String>> {
    let lines: Vec<String> = session.query(format!("SHOW GRANTS FOR {}", account(user)))?;
    lines
        .iter()
        .filter(|line| !line.starts_with("GRANT USAGE ON "))
        .map(|line| {
            right(line, user).map(str::to_owned).ok_or_else(|| {
                Failure::new(Kind::Refused, format!("{user} holds a right that is not copied: {line}"))
            })
        })
        .collect()
}

/// A `GRANT … TO ` without the account, which MySQL 5.7 writes in quotation marks and later ones in backticks.
fn right<'a>(line: &'a str, user: &str) -> Option<&'a str> {
    let host = crate::grants::HOST;
    let later = format!("{}@{}", names::quote(user), names::quote(host));
    [account(user), later]
        .iter()
        .find_map(|name| line.strip_suffix(name))
        .filter(|right| right.ends_with(" TO "))
}

/// Logs in with the pending version, over TLS, and sees that it may do what the current user may.
async fn test(aws: &Aws, event: &Event) -> Result<()> {
    let (current, pending) = Version::both(aws, event).await?;
    work::run(move || {
        let (host, port) = pending.address()?;
        let mut old = Session::connect(&current.credentials.at(&host, port)?)?;
        let mut new = Session::connect(&pending.credentials.at(&host, port)?)?;
        let wanted = rights(&mut old, &current.credentials.username)?;
        if rights(&mut new, &pending.credentials.username)? == wanted {
            return Ok(());
        }
        let user = &pending.credentials.username;
        Err(Failure::new(
            Kind::Refused,
            format!("{user} has other rights than its twin; run setSecret again"),
        ))
    })
    .await
}

/// Makes the pending version the current one.
async fn finish(aws: &Aws, event: &Event, stages: &Stages) -> Result<()> {
    Version::both(aws, event).await?;
    aws.secrets()
        .update_secret_version_stage()
        .secret_id(&event.secret_id)
        .version_stage(CURRENT)
        .move_to_version_id(&event.client_request_token)
        .set_remove_from_version_id(stages.version(CURRENT).map(str::to_owned))
        .send()
        .await
        .map(drop)
        .map_err(|e| failed(&format!("secret {}", event.secret_id), &e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_read_as_every_version_writes_them() {
        let wanted = Some("GRANT SELECT ON `shop`.`fee` TO ");
        assert_eq!(right("GRANT SELECT ON `shop`.`fee` TO `writer`@`%`", "writer"), wanted);
        assert_eq!(right("GRANT SELECT ON `shop`.`fee` TO 'writer'@'%'", "writer"), wanted);
        assert_eq!(right("GRANT SELECT ON `shop`.`fee` TO 'writer'@'%' WITH GRANT OPTION", "writer"), None);
        assert_eq!(right("GRANT SELECT ON `shop`.`fee` TO 'other_writer'@'%'", "writer"), None);
    }
}
