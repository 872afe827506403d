//! What a secret looks like, by its name and by itself.

use std::sync::LazyLock;

use regex_lite::Regex;

/// `DB_PASSWORD` names a secret; `PASSWORD_SECRET_ARN` and `PasswordLength` name something about one.
pub(in crate::rules) fn names_secret(name: &str) -> bool {
    const ENDS: [&str; 9] = [
        "password",
        "passwd",
        "pwd",
        "passphrase",
        "apikey",
        "secretkey",
        "secretaccesskey",
        "privatekey",
        "authtoken",
    ];
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let name = name.to_ascii_lowercase();
    ENDS.iter().any(|end| name.ends_with(end))
}

/// Whether the value of something that names a secret is one: not a switch, a number of an order, a path or an ARN.
pub(in crate::rules) fn is_secret_value(text: &str) -> bool {
    let text = text.trim();
    let reference = ["arn:", "/", "{{resolve:", "$", "ssm:", "secretsmanager:", "<", "alias/"];
    let word = text.to_ascii_lowercase();
    text.len() > 3
        && !text.contains("{{resolve:")
        && !reference.iter().any(|start| text.starts_with(start))
        && !["true", "false", "none", "null", "required", "optional"].contains(&word.as_str())
}

/// A secret that gives itself away wherever it stands: what it is, in words.
pub(in crate::rules) fn secret_in(text: &str) -> Option<&'static str> {
    // What follows the sign is the secret itself; a variable, a reference or a placeholder is none.
    const VALUE: &str = r#"["']?([^\s"'$<{%*()\[\]\\,;&|][^\s"'<{%*()\[\]\\,;&|]{2,})"#;
    // What a line must hold before it is worth the time of a pattern; what it then is; the pattern.
    static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
        const LINE: &str = "a password on a command line";
        let forms = [
            ("akia", "an access key of AWS", r"\bAKIA[0-9A-Z]{16}\b".to_owned()),
            ("asia", "an access key of AWS", r"\bASIA[0-9A-Z]{16}\b".to_owned()),
            ("private key-", "a private key", "-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----".to_owned()),
            ("://", "a login with its password", r"[a-z0-9+]+://[^/\s:@$<{}]+:[^/\s:@$<{}]{3,}@".to_owned()),
            ("--pass", LINE, format!(r"(?:--password|--passwd)[= ]{VALUE}")),
            ("mysql", LINE, format!(r"\bmysql(?:admin|dump)?\b[^\n|;]*\s-p{VALUE}")),
            ("mysql_pwd", LINE, format!(r"\bMYSQL_PWD={VALUE}")),
            ("identified", "a password in a statement", r"(?i)\bIDENTIFIED\s+BY\s+'[^'$<{%]{3,}'".to_owned()),
            ("passw", "a password", format!(r#"(?i)passw(?:or)?d["']?\s*(?:=|:)\s*{VALUE}"#)),
            ("secret", "a secret key", format!(r#"(?i)secret_?access_?key["']?\s*(?:=|:)\s*{VALUE}"#)),
        ];
        let compiled = forms
            .into_iter()
            .filter_map(|(needle, what, form)| Some((needle, what, Regex::new(&form).ok()?)));
        compiled.collect()
    });
    text.lines().find_map(secret_in_line(&FORMS))
}

type Form = (&'static str, &'static str, Regex);

fn secret_in_line(forms: &'static [Form]) -> impl Fn(&str) -> Option<&'static str> {
    |line| {
        let lower = line.to_ascii_lowercase();
        let found = |form: &Regex| {
            let mut all = form.captures_iter(line);
            all.any(|found| {
                found.get(1).is_none_or(|value| {
                    is_secret_value(value.as_str())
                        && !is_code(&line[..value.start()], value.as_str(), &line[value.end()..])
                })
            })
        };
        let near = forms.iter().filter(|(needle, _, _)| lower.contains(needle));
        near.into_iter().find(|(_, _, form)| found(form)).map(|(_, what, _)| *what)
    }
}

/// Whether a value is an expression of a program: a call, an index, a variable, a member.
fn is_code(before: &str, value: &str, after: &str) -> bool {
    let quoted = before.ends_with(['"', '\'']);
    let plain = value.chars().all(|one| one.is_ascii_alphabetic() || matches!(one, '_' | '.'));
    after.starts_with(['(', '[', '{', '<']) || (!quoted && plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_give_themselves_away_and_references_do_not() {
        let secrets = [
            "mysql -h db -u app -pHunter2Hunter2 < dump.sql",
            "mysqldump --password=Hunter2 app",
            "mysql://app:Hunter2@db:3306/app",
            "CREATE USER app IDENTIFIED BY 'Hunter2'",
            "export MYSQL_PWD=Hunter2",
            r#"{"username": "app", "password": "Hunter2Hunter2"}"#,
            "AKIAIOSFODNN7EXAMPLE",
            "-----BEGIN RSA PRIVATE KEY-----",
        ];
        for text in secrets {
            assert!(secret_in(text).is_some(), "{text}");
        }
        let harmless = [
            "mysql -h db -u app -p$PASSWORD",
            "mysql -h db -u app -p",
            "mysqldump --password=${Password} app",
            "mysql://app:${Password}@db:3306/app",
            "mysql://db:3306/app",
            "CREATE USER app IDENTIFIED BY '%s'",
            "export MYSQL_PWD=$(aws secretsmanager get-secret-value)",
            r#"{"username": "app"}"#,
            "password: {{resolve:secretsmanager:db:SecretString:password}}",
            "The password of the master user",
            "https://sts.amazonaws.com",
            "password = event['password']",
            "password=secret.get()",
            "mysql -p 3306 -u x",
        ];
        for text in harmless {
            assert!(secret_in(text).is_none(), "{text}");
        }
    }
}
