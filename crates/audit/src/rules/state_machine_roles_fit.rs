//! State machines whose role does not fit what their tasks do.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "state-machine-roles-fit",
    former: None,
    title: "A state machine's role allows what its tasks do, and no more",
    covers: &["R-O3", "R-C8"],
    levels: [ERROR, ERROR, WARNING],
    why: "A task without the right fails when it runs for the first time; a right without a task is only of use to an attacker.",
    source: "AWS Step Functions developer guide, IAM policies for integrated services",
    fix: "Allow exactly the tasks' actions, on exactly their functions, topics, queues and tables.",
    check: Check::Resources(&[MACHINE], check),
    good: r#"
Resources:
  F: {Type: AWS::Lambda::Function}
  R:
    Type: AWS::IAM::Role
    Properties:
      Policies: [{PolicyDocument: {Statement: [{Effect: Allow, Action: 'lambda:InvokeFunction', Resource: !GetAtt F.Arn}]}}]
  M:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt R.Arn
      DefinitionSubstitutions: {Function: !GetAtt F.Arn}
      DefinitionString: '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${Function}", "End": true}}}'
"#,
    bad: r#"
Resources:
  F: {Type: AWS::Lambda::Function}
  G: {Type: AWS::Lambda::Function}
  R:
    Type: AWS::IAM::Role
    Properties:
      Policies: [{PolicyDocument: {Statement: [{Effect: Allow, Action: 'lambda:InvokeFunction', Resource: !GetAtt G.Arn}]}}]
  M:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt R.Arn
      DefinitionSubstitutions: {Function: !GetAtt F.Arn}
      DefinitionString: '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${Function}", "End": true}}}'
"#,
};

/// What a task does: an action, and the resource that it names (none when that is not of this template).
struct Deed<'c> {
    state: String,
    action: String,
    on: Option<Res<'c>>,
    /// Whether the resource is known; an action without one is asked for anywhere.
    is_known: bool,
}

fn check(machine: Res<'_>) {
    let cx = machine.cx();
    let role = machine.get("RoleArn");
    let Some(role) =
        role.target().and_then(|id| cx.resource(id)).filter(|one| one.kind() == "AWS::IAM::Role")
    else {
        return;
    };
    let Definition::Known(workflow) = definition(&machine) else { return cx.undecided() };
    let deeds: Vec<Deed<'_>> =
        workflow.states().iter().filter_map(|state| deed(cx, &workflow, state)).collect();
    for deed in deeds.iter().filter(|deed| deed.is_known) {
        let answer = may(cx, &role, &deed.action, deed.on.as_ref());
        if answer == Answer::Unknown {
            cx.undecided();
        } else if answer == Answer::No {
            let to = deed.on.as_ref().map_or_else(|| "its target".to_owned(), |one| one.id().to_owned());
            let message = format!(
                "{} → {to}, through the state {}: {} does not allow {} on it",
                machine.id(),
                deed.state,
                role.id(),
                deed.action
            );
            cx.error(workflow.span, message);
        }
    }
    unneeded(cx, &machine, &role, &deeds);
}

/// The deed of a task; none for another state, or one whose action is not known.
fn deed<'c>(cx: &'c Cx<'c>, workflow: &Workflow, state: &State<'_>) -> Option<Deed<'c>> {
    let resource = state.value["Resource"].as_str().filter(|_| state.value["Type"] == "Task")?;
    let made = |action: &str, on: Option<Res<'c>>, is_known| {
        Some(Deed { state: state.name.to_owned(), action: action.to_owned(), on, is_known })
    };
    let named = |text: &str| workflow.hole(text).and_then(Hole::resource).and_then(|id| cx.resource(id));
    if let Some(function) = named(resource) {
        return (function.kind() == FUNCTION).then(|| made("lambda:InvokeFunction", Some(function), true))?;
    }
    let (_, integration) = resource.split_once(":states:::")?;
    let (service, call) = integration.split_once(':')?;
    let call = call.split('.').next().unwrap_or(call);
    let argument = |key: &str| {
        let given = [&state.value["Parameters"], &state.value["Arguments"]];
        given.iter().find_map(|one| one[key].as_str().map(str::to_owned))
    };
    let on = |key: &str| argument(key).and_then(|text| named(&text));
    let (action, on) = match (service, call) {
        ("lambda", "invoke") => ("lambda:InvokeFunction".to_owned(), on("FunctionName")),
        ("sns", "publish") => ("sns:Publish".to_owned(), on("TopicArn")),
        ("sqs", "sendMessage") => ("sqs:SendMessage".to_owned(), on("QueueUrl")),
        ("states", "startExecution") => ("states:StartExecution".to_owned(), on("StateMachineArn")),
        ("dynamodb", call) => (format!("dynamodb:{}", capital(call)), on("TableName")),
        ("events", "putEvents") => return made("events:PutEvents", None, true),
        ("ecs", "runTask") => return made("ecs:RunTask", None, true),
        _ => return made("", None, false),
    };
    let is_known = on.is_some();
    made(&action, on, is_known)
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// Rights of the role on resources of this template that no task touches.
fn unneeded<'c>(cx: &'c Cx<'c>, machine: &Res<'c>, role: &Res<'c>, deeds: &[Deed<'c>]) {
    const KINDS: [&str; 6] = [
        FUNCTION,
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
        "AWS::DynamoDB::Table",
        "AWS::SecretsManager::Secret",
        "AWS::SSM::Parameter",
    ];
    let others = cx
        .resources(MACHINE)
        .iter()
        .any(|one| one.id() != machine.id() && points_at(one, "RoleArn", role.id()));
    // Where a task is not understood, any right may be its own.
    if others || deeds.iter().any(|deed| !deed.is_known) {
        return;
    }
    for statement in role_permissions(cx, role).iter().filter(|one| one.allows()) {
        for resource in statement.resources() {
            let Some(named) = resource.target().and_then(|id| cx.resource(id)) else { continue };
            let used = deeds.iter().any(|deed| deed.on.as_ref().is_some_and(|on| on.id() == named.id()));
            if KINDS.contains(&named.kind()) && !used {
                let action = statement.actions().first().map_or_else(String::new, Val::show);
                let message = format!(
                    "{} → {}, through {}: no task needs {action}",
                    machine.id(),
                    named.id(),
                    role.id()
                );
                cx.error(resource.span, message);
            }
        }
    }
}
