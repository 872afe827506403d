//! What must be right before anything is changed. Everything that is wrong is reported at once.

use std::fs::File;
use std::path::Path;
use std::process::Command;

use crate::aws::Aws;
use crate::config::Config;
use crate::error::{Error, ErrorKind, Result, config as wrong, listed};
use crate::place::Place;
use crate::template::Template;

/// What the zip must hold: the program, and the certificates of RDS, without which the functions refuse to speak
/// to any database. (`cargo xtask package --ca-bundle FILE` makes it.)
const IN_ZIP: [&str; 2] = ["bootstrap", "global-bundle.pem"];

/// The largest template that the API takes directly, in bytes.
/// (Source: CloudFormation User Guide, "Understand CloudFormation quotas".)
const DIRECT_LIMIT: usize = 51_200;

/// By major version of the AWS CLI, the first minor version that can delete what a failed operation made
/// (`--retain-except-on-create`, from 1.29.15 and 2.13.6; it would be found out only when a change set is executed).
const OLDEST_CLI: [(u32, u32); 2] = [(1, 30), (2, 14)];

/// The files of a deployment, read and found good.
#[derive(Clone, Debug)]
pub(crate) struct Files {
    pub environment: Template,
    pub keys: Template,
    /// The text of the stack policy.
    pub policy: String,
}

/// Looks at the AWS CLI, the files, the parameters and the logins of the environments at `concerned`.
///
/// # Errors
/// One error with a line for everything that is wrong.
pub(crate) fn examine(config: &Config, concerned: &[usize]) -> Result<(Files, Vec<Place>)> {
    let mut problems = Vec::new();
    let files = files(config, &mut problems);
    let places = match cli() {
        Ok(()) => places(config, concerned, &mut problems),
        Err(error) => {
            problems.push(error);
            Vec::new()
        }
    };
    match files {
        Some(files) if problems.is_empty() => Ok((files, places)),
        _ => Err(told(&problems)),
    }
}

/// As [`examine`], for taking environments away: the files are not needed.
///
/// # Errors
/// As [`examine`].
pub(crate) fn log_in(config: &Config, concerned: &[usize]) -> Result<Vec<Place>> {
    let mut problems = Vec::new();
    cli().map_err(|error| told(&[error]))?;
    let places = places(config, concerned, &mut problems);
    if problems.is_empty() { Ok(places) } else { Err(told(&problems)) }
}

fn told(problems: &[Error]) -> Error {
    wrong(listed("nothing was changed, because:", problems))
}

fn cli() -> Result<()> {
    let hint = "install version 2 (docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html), or have it on the PATH";
    let wrong = |message: String| Error::new(ErrorKind::Aws, message).with_hint(hint);
    let said = Command::new("aws").arg("--version").output();
    let Some(said) = said.ok().filter(|output| output.status.success()) else {
        return Err(wrong("the AWS CLI `aws` is not there or does not run".into()));
    };
    match cli_version(&String::from_utf8_lossy(&said.stdout)) {
        Some((major, minor)) if OLDEST_CLI.iter().any(|oldest| major == oldest.0 && minor < oldest.1) => {
            Err(wrong(format!("the AWS CLI is {major}.{minor}: at least 2.14, or 1.30, is needed")))
        }
        _ => Ok(()),
    }
}

/// The version in `aws-cli/2.23.6 Python/3.13.5 …`.
fn cli_version(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.strip_prefix("aws-cli/")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

fn files(config: &Config, problems: &mut Vec<Error>) -> Option<Files> {
    let environment = Template::read(&config.environment_template).map_err(|e| problems.push(e)).ok();
    let keys = Template::read(&config.keys_template).map_err(|e| problems.push(e)).ok();
    if let Some(environment) = &environment {
        parameters(config, environment, problems);
    }
    if let Some(keys) = keys.as_ref().filter(|keys| keys.text.len() > DIRECT_LIMIT) {
        let (file, size) = (config.keys_template.display(), keys.text.len());
        problems.push(wrong(format!(
            "{file}: {size} bytes; CloudFormation takes {DIRECT_LIMIT} without a bucket"
        )));
    }
    let policy = policy(&config.stack_policy).map_err(|e| problems.push(e)).ok();
    if let Err(error) = zip(&config.functions) {
        problems.push(error);
    }
    if let Err(error) = std::fs::metadata(&config.topology) {
        problems.push(wrong(format!("{}: {error}", config.topology.display())));
    }
    Some(Files { environment: environment?, keys: keys?, policy: policy? })
}

fn policy(path: &Path) -> Result<String> {
    let told = |why: String| wrong(format!("{}: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| told(error.to_string()))?;
    let document: serde_json::Value = serde_json::from_str(&text).map_err(|error| told(error.to_string()))?;
    if document["Statement"].is_array() {
        return Ok(text);
    }
    Err(told("this is no stack policy: Statement is missing".into()))
}

fn zip(path: &Path) -> Result<()> {
    let told = |why: String| {
        wrong(format!("{}: {why}", path.display()))
            .with_hint("make it: cargo xtask package --ca-bundle global-bundle.pem")
    };
    let file = File::open(path).map_err(|error| told(error.to_string()))?;
    let zip = zip::ZipArchive::new(file).map_err(|error| told(error.to_string()))?;
    let missing: Vec<&str> = IN_ZIP.into_iter().filter(|name| zip.index_for_name(name).is_none()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(told(format!("the zip lacks {}", missing.join(" and "))))
}

fn parameters(config: &Config, template: &Template, problems: &mut Vec<Error>) {
    for (i, environment) in config.environments.iter().enumerate() {
        let mut values = environment.parameters.clone();
        values.insert("Environment".into(), environment.name.clone());
        for objection in template.objections(&values) {
            problems.push(wrong(format!("{}: {objection}", environment.name)));
        }
        let Some(upper) = config.environments.get(i + 1) else { continue };
        let flow = template.upper(&environment.name);
        if flow != Some(upper.name.as_str()) {
            let (here, there) = (&environment.name, &upper.name);
            problems.push(wrong(format!(
                "the file goes from {here} to {there}; the template's flow goes from {here} to {}",
                flow.unwrap_or("nowhere")
            )));
        }
    }
}

fn places(config: &Config, concerned: &[usize], problems: &mut Vec<Error>) -> Vec<Place> {
    // One after the other: a login may ask for the code of an MFA device, and the next call then finds its answer cached.
    let mut places = Vec::new();
    for &i in concerned {
        let environment = &config.environments[i];
        let aws = Aws::new(config, environment);
        match role(&aws, &environment.account, config.service_role.as_deref()) {
            Ok(role) => places.push(Place::new(i, environment, aws, role)),
            Err(error) => problems.push(error),
        }
    }
    places
}

/// The role that CloudFormation runs as in an account: the given one, else that of whoever is logged in.
fn role(aws: &Aws, account: &str, service_role: Option<&str>) -> Result<String> {
    let identity = aws.call(&["sts", "get-caller-identity"])?;
    let (found, arn) = (&identity["Account"], identity["Arn"].as_str().unwrap_or_default());
    if *found != *account {
        return Err(wrong(format!(
            "{}: the login belongs to account {}, not to {account}",
            aws.place(),
            found.as_str().unwrap_or("?")
        )));
    }
    if let Some(role) = service_role {
        return Ok(role.to_owned());
    }
    let Some(name) = assumed_role(arn) else {
        return Err(wrong(format!("{}: CloudFormation would run as {arn}, which is no role", aws.place()))
            .with_hint(
                "only a role can be named as the one that may ask for a peering: log in with a role, or name a \
                 service_role that CloudFormation assumes",
            ));
    };
    // The session's ARN leaves out the role's path, which its own ARN, and so every policy, has.
    let path = match aws.call(&["iam", "get-role", "--role-name", name]) {
        Ok(answer) => answer["Role"]["Path"].as_str().unwrap_or_default().trim_start_matches('/').to_owned(),
        // Those of single sign-on always have one, and with a wrong one the lower account refuses the peering.
        Err(error) if name.starts_with("AWSReservedSSO_") => {
            return Err(Error::from(error)
                .with_hint("the login must be able to read its own role's path: allow it iam:GetRole, or name a service_role"));
        }
        // Whoever may not read roles has no way to tell; most other roles have no path.
        Err(_) => String::new(),
    };
    Ok(format!("{path}{name}"))
}

/// The role's name in the ARN of whoever has assumed it: `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`.
fn assumed_role(arn: &str) -> Option<&str> {
    let (_, rest) = arn.split_once(":assumed-role/")?;
    rest.split('/').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_assumed_role_has_a_name() {
        let arn = "arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Admin_0123/person@example.com";
        assert_eq!(assumed_role(arn), Some("AWSReservedSSO_Admin_0123"));
        assert_eq!(assumed_role("arn:aws:iam::111111111111:user/deployer"), None);
        assert_eq!(assumed_role("arn:aws:iam::111111111111:root"), None);
    }

    #[test]
    fn the_version_of_the_cli_is_read() {
        let said = "aws-cli/2.9.19 Python/3.11.2 Linux/6.1 source/x86_64.debian.12 prompt/off\n";
        assert_eq!(cli_version(said), Some((2, 9)));
        assert_eq!(cli_version("aws-cli/1.46.3 Python/3.11.7 Linux/6.1 botocore/1.43.62\n"), Some((1, 46)));
        assert_eq!(cli_version("something else"), None);
    }

    #[test]
    fn the_example_fits_the_template() {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy"));
        let config = Config::read(&folder.join("accounts.example.toml")).expect("the example");
        let template = Template::read(&config.environment_template).expect("the template");
        let mut problems = Vec::new();
        parameters(&config, &template, &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(config.environments.len(), 3);

        let mut wrong = config.clone();
        wrong.environments.remove(1);
        wrong.environments[0].parameters.insert("ReaderCount".into(), "7".into());
        parameters(&wrong, &template, &mut problems);
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "dev: ReaderCount is `7`; the template takes 0, 1, 2",
                "the file goes from dev to prod; the template's flow goes from dev to staging"
            ]
        );
    }
}
