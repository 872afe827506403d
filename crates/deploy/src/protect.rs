//! What keeps a stack from being lost by mistake. Neither can be part of a change set, so it follows a creation at once.

use crate::aws::Aws;
use crate::error::Result;
use crate::stack::Stack;

/// Sets the stack policy and termination protection where they are not as they should be.
///
/// # Errors
/// When the AWS CLI fails.
pub(crate) fn protect(aws: &Aws, stack: &Stack, policy: &str) -> Result<()> {
    // Termination protection comes last: where it is on, an earlier run has set the policy.
    if !stack.protected || differs(aws, &stack.name, policy)? {
        let words = ["cloudformation", "set-stack-policy", "--stack-name", &stack.name];
        aws.call(&[words.as_slice(), &["--stack-policy-body", policy]].concat())?;
    }
    if !stack.protected {
        let words = ["cloudformation", "update-termination-protection", "--stack-name", &stack.name];
        aws.call(&[words.as_slice(), &["--enable-termination-protection"]].concat())?;
    }
    Ok(())
}

fn differs(aws: &Aws, stack: &str, policy: &str) -> Result<bool> {
    let answer = aws.call(&["cloudformation", "get-stack-policy", "--stack-name", stack])?;
    let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    Ok(answer["StackPolicyBody"].as_str().and_then(parsed) != parsed(policy))
}
