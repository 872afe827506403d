//! The person who is asked: reads the mail and pastes a command of it into a shell.

use std::process::Command;

use serde_json::Value;

use super::aws::Mail;
use crate::asl::Failure;

/// What a person does who is asked.
#[derive(Clone, Copy, Default)]
pub(crate) enum Person {
    #[default]
    Silent,
    /// Runs the command that the mail shows.
    Approves,
    /// Runs the other one, with a reason.
    Rejects,
    /// Rejects, but calls it by this name.
    Refuses(&'static str),
    /// Answers something else.
    Answers(fn() -> Value),
}

/// Why a plan is rejected.
pub(crate) const REASON: &str = "not on a Friday, or \"never\"";

impl Person {
    /// What Step Functions gets to hear; nothing from who is silent.
    pub fn answer(self, mail: &Mail, token: &str) -> Option<Result<Value, Failure>> {
        let (start, reason) = ("aws stepfunctions send-task-", REASON);
        Some(match self {
            Self::Silent => return None,
            Self::Approves => {
                let arguments = paste(mail.line(&format!("{start}success")));
                assert_eq!(option(&arguments, "--task-token"), token);
                Ok(serde_json::from_str(option(&arguments, "--task-output")).expect("JSON"))
            }
            Self::Rejects | Self::Refuses(_) => {
                let line = mail.line(&format!("{start}failure")).replace("WHY", reason);
                let arguments = paste(&line);
                assert_eq!(option(&arguments, "--task-token"), token);
                let name = match self {
                    Self::Refuses(name) => name,
                    _ => option(&arguments, "--error"),
                };
                Err(Failure::new(name, option(&arguments, "--cause")))
            }
            Self::Answers(answer) => Ok(answer()),
        })
    }
}

/// The arguments that a shell gives the AWS CLI when this line is pasted.
fn paste(line: &str) -> Vec<String> {
    let script = format!("aws() {{ printf '%s\\0' \"$@\"; }}\n{line}\n");
    let output = Command::new("sh").args(["-c", &script]).output().expect("a shell");
    assert!(output.status.success() && output.stderr.is_empty(), "{line}: {output:?}");
    let text = String::from_utf8(output.stdout).expect("text");
    text.split_terminator('\0').map(str::to_owned).collect()
}

fn option<'a>(arguments: &'a [String], name: &str) -> &'a str {
    let at = arguments.iter().position(|argument| argument == name);
    at.and_then(|at| arguments.get(at + 1)).unwrap_or_else(|| panic!("no {name} in {arguments:?}"))
}
