//! `accounts.toml`: which environment lives in which account, and what its stack is made of. An unknown key is
//! an error that shows its line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::error::{Error, Result, config};

/// The parameters that are worked out here and that nobody may set in the file.
pub(crate) const COMPUTED: [&str; 15] = [
    "Project",
    "Environment",
    "CostCenter",
    "KmsKeyArn",
    "ArtifactBucket",
    "FunctionsVersion",
    "TopologyVersion",
    "DeployerRoleName",
    "LowerAccountId",
    "UpperAccountId",
    "LowerVpcId",
    "LowerPeeringRoleArn",
    "UpperVpcId",
    "UpperPeeringConnectionId",
    "Schedule",
];

/// The whole file.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file itself, as it was named.
    pub file: PathBuf,
    /// Prefix of every name, and of the stacks' names.
    pub project: String,
    /// The region of every stack.
    pub region: String,
    /// Value of the tag `CostCenter`.
    pub cost_center: String,
    /// The template of an environment.
    pub environment_template: PathBuf,
    /// The template of an account's key and artifact bucket.
    pub keys_template: PathBuf,
    /// What no update of a stack may replace or delete.
    pub stack_policy: PathBuf,
    /// The functions' zip.
    pub functions: PathBuf,
    /// The topology that the functions read.
    pub topology: PathBuf,
    /// Another address for every API, such as a local API server's.
    pub endpoint_url: Option<String>,
    /// Name of the role that CloudFormation runs as in every account, instead of the caller's.
    pub service_role: Option<String>,
    /// The environments, lowest first.
    pub environments: Vec<Environment>,
}

/// One environment and its account.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Its name: the template's parameter `Environment`.
    pub name: String,
    /// The 12 digits of its account.
    pub account: String,
    /// How the AWS CLI logs in.
    pub login: Login,
    /// Whether the last phase switches the schedule on.
    pub scheduled: bool,
    /// Parameters of the template that are this environment's own.
    pub parameters: BTreeMap<String, String>,
}

/// How the AWS CLI logs in to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Login {
    /// A profile of the AWS CLI's own configuration: single sign-on, MFA and assumed roles work as they do there.
    Profile(String),
    /// The variables `<prefix>AWS_ACCESS_KEY_ID`, `…AWS_SECRET_ACCESS_KEY` and `…AWS_SESSION_TOKEN`.
    Variables(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default = "project")]
    project: String,
    #[serde(default = "region")]
    region: String,
    cost_center: String,
    #[serde(default = "environment_template")]
    environment_template: PathBuf,
    #[serde(default = "keys_template")]
    keys_template: PathBuf,
    #[serde(default = "stack_policy")]
    stack_policy: PathBuf,
    functions: PathBuf,
    topology: PathBuf,
    endpoint_url: Option<Spanned<String>>,
    service_role: Option<String>,
    environments: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: Spanned<String>,
    account: Spanned<String>,
    profile: Option<String>,
    credentials_env: Option<String>,
    #[serde(default)]
    schedule: Schedule,
    #[serde(default)]
    parameters: BTreeMap<Spanned<String>, Spanned<toml::Value>>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Schedule {
    #[default]
    On,
    Off,
}

fn project() -> String {
    "lockstep".into()
}

fn region() -> String {
    "us-east-1".into()
}

fn environment_template() -> PathBuf {
    "environment.json".into()
}

fn keys_template() -> PathBuf {
    "keys.json".into()
}

fn stack_policy() -> PathBuf {
    "stack-policy.json".into()
}

impl Config {
    /// Reads the file. Relative paths in it are taken from its folder.
    ///
    /// # Errors
    /// A file that cannot be read or is wrong, with the line shown.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            config(format!("cannot read {}: {error}", path.display())).with_hint(
                "deploy/accounts.example.toml is a beginning: copy it, and give it your account ids",
            )
        })?;
        Self::parse(&text, path).map_err(|error| {
            let hint = error.hint().map(str::to_owned);
            let told = config(format!("{}: {error}", path.display()));
            hint.into_iter().fold(told, Error::with_hint)
        })
    }

    /// As [`read`](Self::read), from the text of the file at `path`.
    ///
    /// # Errors
    /// A text that is wrong, with the line shown.
    pub fn parse(text: &str, path: &Path) -> Result<Self> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let file: File = toml::from_str(text).map_err(|e| config(e.to_string().trim_end()))?;
        let endpoint_url = file.endpoint_url.map(|url| endpoint(text, &url)).transpose()?;
        let mut environments: Vec<Environment> = Vec::new();
        for entry in file.environments {
            let twice = |other: &Environment| {
                other.name == *entry.name.as_ref() || other.account == *entry.account.as_ref()
            };
            if environments.iter().any(twice) {
                return Err(at(text, &entry.name, "the name or the account of an environment above"));
            }
            environments.push(environment(text, entry)?);
        }
        if environments.is_empty() {
            return Err(config("there is no [[environments]]"));
        }
        Ok(Self {
            file: path.to_owned(),
            project: file.project,
            region: file.region,
            cost_center: file.cost_center,
            environment_template: folder.join(file.environment_template),
            keys_template: folder.join(file.keys_template),
            stack_policy: folder.join(file.stack_policy),
            functions: folder.join(file.functions),
            topology: folder.join(file.topology),
            endpoint_url,
            service_role: file.service_role,
            environments,
        })
    }

    /// What a person types to run the command with this file and these words.
    pub(crate) fn typed(&self, words: &str) -> String {
        let file = self.file.display().to_string();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
        let file =
            if file.chars().all(is_plain) { file } else { format!("'{}'", file.replace('\'', "'\\''")) };
        format!("lockstep deploy --config {file} {words}")
    }
}

fn endpoint(text: &str, url: &Spanned<String>) -> Result<String> {
    let address = url.as_ref().trim_end_matches('/');
    if address.starts_with("http://") || address.starts_with("https://") {
        return Ok(address.to_owned());
    }
    Err(at(text, url, "an endpoint_url begins with http:// or https://"))
}

fn environment(text: &str, entry: Entry) -> Result<Environment> {
    let account = entry.account.as_ref();
    if account.len() != 12 || !account.bytes().all(|b| b.is_ascii_digit()) {
        return Err(at(text, &entry.account, "an account id has 12 digits"));
    }
    let login = match (entry.profile, entry.credentials_env) {
        (Some(profile), None) => Login::Profile(profile),
        (None, Some(prefix)) => Login::Variables(prefix),
        _ => return Err(at(text, &entry.name, "name either its profile or its credentials_env")),
    };
    let mut parameters = BTreeMap::new();
    for (name, value) in entry.parameters {
        if COMPUTED.contains(&name.as_ref().as_str()) {
            return Err(at(text, &name, "this parameter is worked out, not set"));
        }
        let written = match value.as_ref() {
            toml::Value::String(text) => text.clone(),
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Boolean(truth) => truth.to_string(),
            _ => return Err(at(text, &name, "a parameter is a string, a whole number, true or false")),
        };
        parameters.insert(name.into_inner(), written);
    }
    Ok(Environment {
        name: entry.name.into_inner(),
        account: entry.account.into_inner(),
        login,
        scheduled: entry.schedule == Schedule::On,
        parameters,
    })
}

/// An error about the value at `span`, with the line it stands on.
fn at<T>(text: &str, value: &Spanned<T>, message: &str) -> Error {
    let line = text[..value.span().start].matches('\n').count() + 1;
    let shown = text.lines().nth(line - 1).unwrap_or_default();
    config(format!("line {line}: {message}\n  |\n{line} | {shown}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "cost_center = \"CC-1\"\nfunctions = \"f.zip\"\ntopology = \"../t.toml\"\n";

    fn parsed(environments: &str) -> Result<Config> {
        Config::parse(&format!("{HEAD}{environments}"), Path::new("deploy/accounts.toml"))
    }

    fn refused(environments: &str) -> String {
        parsed(environments).expect_err("it is wrong").to_string()
    }

    #[test]
    fn defaults_stand_beside_the_file() {
        let text = "[[environments]]\nname = \"dev\"\naccount = \"111111111111\"\nprofile = \"d\"\n\
                    parameters = { ReaderCount = 0, AwsBackup = false, ZoneA = \"use1-az1\" }\n";
        let config = parsed(text).expect("it is right");
        assert_eq!(config.environment_template, Path::new("deploy/environment.json"));
        assert_eq!(config.topology, Path::new("deploy/../t.toml"));
        let parameters = &config.environments[0].parameters;
        assert_eq!(parameters["ReaderCount"], "0");
        assert_eq!(parameters["AwsBackup"], "false");
        assert!(config.environments[0].scheduled);
    }

    #[test]
    fn the_command_for_a_person_names_the_file() {
        let text =
            format!("{HEAD}[[environments]]\nname = \"dev\"\naccount = \"111111111111\"\nprofile = \"d\"\n");
        let typed = |file: &str| Config::parse(&text, Path::new(file)).expect("it is right").typed("--yes");
        assert_eq!(typed("../trial-2/a.toml"), "lockstep deploy --config ../trial-2/a.toml --yes");
        assert_eq!(typed("it's mine.toml"), "lockstep deploy --config 'it'\\''s mine.toml' --yes");
    }

    #[test]
    fn what_is_wrong_is_shown_with_its_line() {
        let dev = "[[environments]]\nname = \"dev\"\naccount = \"111111111111\"\n";
        for (text, words) in [
            (format!("{dev}profile = \"d\"\nregoin = \"x\"\n"), ["unknown field `regoin`", "8 | regoin"]),
            (dev.replace("111111111111", "1111"), ["12 digits", "6 | account = \"1111\""]),
            (dev.to_owned(), ["profile or its credentials_env", "5 | name"]),
            (
                format!("{dev}profile = \"d\"\n[environments.parameters]\nSchedule = \"on\"\n"),
                ["worked out", "9 | Schedule"],
            ),
            (format!("{dev}profile = \"d\"\n{dev}profile = \"e\"\n"), ["environment above", "9 | name"]),
        ] {
            let message = refused(&text);
            assert!(words.iter().all(|word| message.contains(word)), "{message}");
        }
    }
}
