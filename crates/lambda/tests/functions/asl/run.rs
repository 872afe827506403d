//! An execution: state after state, in a time of its own that passes only where a definition waits, a service
//! says that it took long, or nobody answers.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::definition::{Machine, Pass, State, Succeed, Task};
use super::failure::{Failure, TIMEOUT};
use super::path::{self, Scope};
use super::retry::{Retries, caught};
use super::{choice, map, template};

/// The most bytes that a state may take, give, or get from a service. (Source: the Step Functions Developer
/// Guide, "Quotas".)
const MOST_BYTES: usize = 262_144;

/// The most events in an execution's history; with one more it ends as failed, and no state hears of it. (Source: the
/// same.)
const MOST_EVENTS: usize = 25_000;

/// What a Task state calls.
pub(crate) trait Services: Sync {
    /// Calls a service.
    fn call(&self, call: &Call) -> Reply;

    /// Waits until someone answers with this token.
    fn answer(&self, token: &str) -> Reply;
}

/// A call of a Task state.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub state: &'a str,
    pub resource: &'a str,
    pub input: Value,
}

/// What came of a call, and how long it took.
#[derive(Debug)]
pub(crate) struct Reply {
    pub result: Result<Value, Failure>,
    pub took: Duration,
}

impl Reply {
    /// A reply in no time.
    pub fn at_once(result: Result<Value, Failure>) -> Self {
        Self { result, took: Duration::ZERO }
    }

    /// No reply.
    pub fn never() -> Self {
        Self { result: Ok(Value::Null), took: Duration::MAX }
    }
}

/// How an execution went.
#[derive(Debug)]
pub(crate) struct Ended {
    /// The last state's output, or why the execution failed.
    pub result: Result<Value, Failure>,
    pub history: History,
    /// How long it took.
    pub took: Duration,
}

/// What happened on the way.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// The states in the order in which they were entered.
    pub visited: Vec<String>,
    /// Every attempt that was made again: the state, the error, the wait.
    pub retries: Vec<(String, String, Duration)>,
    /// The most items of a Map state that were at work at the same time.
    pub most_at_once: usize,
    /// How many events the service would have written down.
    pub events: usize,
}

pub(crate) struct Execution<'a> {
    services: &'a dyn Services,
    name: &'a str,
    limit: Duration,
    pub history: Mutex<History>,
}

/// Runs a machine with an input. `id` is the machine's ARN, `name` the execution's name.
pub(crate) fn run(machine: &Machine, services: &dyn Services, id: &str, name: &str, input: &Value) -> Ended {
    let context = json!({
        "Execution": {
            "Id": format!("{}:{name}", id.replace(":stateMachine:", ":execution:")), "Name": name,
            "StartTime": start_time(),
        },
        "StateMachine": { "Id": id },
    });
    let limit = machine.timeout_seconds.map_or(Duration::MAX, Duration::from_secs);
    let execution = Execution { services, name, limit, history: Mutex::default() };
    let mut now = Duration::ZERO;
    // ExecutionStarted, and how it ends.
    let result = execution.write(2).and_then(|()| execution.walk(machine, &context, input.clone(), &mut now));
    Ended { result, history: execution.history.into_inner().expect("no panic"), took: now }
}

/// When an execution starts: a minute after the one before it.
fn start_time() -> String {
    static MINUTES: AtomicU64 = AtomicU64::new(0);
    let minutes = MINUTES.fetch_add(1, Ordering::Relaxed);
    format!("2026-11-22T{:02}:{:02}:27.481Z", minutes / 60 % 24, minutes % 60)
}

/// A state's output, and the state that follows.
type Step<'a> = Result<(Value, Option<&'a str>), Failure>;

impl Execution<'_> {
    /// Goes from state to state until one ends.
    pub fn walk(
        &self,
        machine: &Machine,
        context: &Value,
        mut data: Value,
        now: &mut Duration,
    ) -> Result<Value, Failure> {
        let mut name = machine.start_at.as_str();
        loop {
            self.history.lock().expect("no panic").visited.push(name.to_owned());
            check_size(name, &data)?;
            // Entered and exited.
            self.write(2)?;
            let (output, next) = self.state(name, &machine.states[name], &data, context, now)?;
            check_size(name, &output)?;
            let Some(next) = next else { return Ok(output) };
            (data, name) = (output, next);
        }
    }

    fn state<'a>(
        &self,
        name: &'a str,
        state: &'a State,
        input: &Value,
        context: &Value,
        now: &mut Duration,
    ) -> Step<'a> {
        let scope = Scope { input, context };
        match state {
            State::Pass(pass) => Ok((pass_on(pass, scope)?, pass.next.as_deref())),
            State::Choice(rules) => Ok((input.clone(), Some(choice::choose(rules, scope)?))),
            State::Wait(wait) => {
                self.spend(now, Duration::from_secs(wait.seconds))?;
                Ok((input.clone(), wait.next.as_deref()))
            }
            State::Succeed(Succeed { .. }) => Ok((input.clone(), None)),
            State::Fail(fail) => Err(Failure::new(&fail.error, fail.cause.as_str())),
            State::Task(task) => {
                let mut retries = Retries::new(name, &task.retry);
                match self.attempts(name, &mut retries, now, |now| self.task(name, task, scope, now)) {
                    Ok(output) => Ok((output, task.next.as_deref())),
                    Err(failure) => caught(&task.catch, failure, input),
                }
            }
            State::Map(items) => {
                let mut retries = Retries::new(name, &items.retry);
                match self.attempts(name, &mut retries, now, |now| map::run(self, items, scope, now)) {
                    Ok(output) => Ok((output, items.next.as_deref())),
                    Err(failure) => caught(&items.catch, failure, input),
                }
            }
        }
    }

    /// Tries until it works or no retrier wants another attempt.
    fn attempts(
        &self,
        name: &str,
        retries: &mut Retries,
        now: &mut Duration,
        attempt: impl Fn(&mut Duration) -> Result<Value, Failure>,
    ) -> Result<Value, Failure> {
        loop {
            let failure = match attempt(now) {
                Ok(output) => return Ok(output),
                Err(failure) => failure,
            };
            let Some(delay) = retries.delay(&failure) else { return Err(failure) };
            let retry = (name.to_owned(), failure.error, delay);
            self.history.lock().expect("no panic").retries.push(retry);
            self.spend(now, delay)?;
        }
    }

    fn task(&self, name: &str, task: &Task, scope: Scope, now: &mut Duration) -> Result<Value, Failure> {
        let (resource, waits) = match task.resource.strip_suffix(".waitForTaskToken") {
            Some(resource) => (resource, true),
            None => (task.resource.as_str(), false),
        };
        // Of the characters that a token has: base 64.
        let token = format!("AQC+{}/{}==", self.name, now.as_millis());
        let mut context = scope.context.clone();
        if waits {
            context["Task"] = json!({ "Token": token });
        }
        let scope = Scope { context: &context, ..scope };
        let input = match &task.parameters {
            Some(parameters) => template::fill(parameters, scope)?,
            None => scope.input.clone(),
        };
        check_size(name, &input)?;
        // Scheduled, started, submitted where it waits, and how it ends.
        self.write(if waits { 4 } else { 3 })?;
        let mut reply = self.services.call(&Call { state: name, resource, input });
        if waits && reply.result.is_ok() {
            let answer = self.services.answer(&token);
            reply = Reply { result: answer.result, took: reply.took.saturating_add(answer.took) };
        }
        let limit = task.timeout_seconds.map_or(Duration::MAX, Duration::from_secs);
        self.spend(now, reply.took.min(limit))?;
        if reply.took > limit {
            return Err(Failure::new(TIMEOUT, format!("{name} gave no answer within {limit:?}")));
        }
        let result = reply.result?;
        check_size(name, &result)?;
        let result = match &task.result_selector {
            Some(selector) => template::fill(selector, Scope { input: &result, context: &context })?,
            None => result,
        };
        let output = path::put(task.result_path.as_deref(), scope.input, result)?;
        narrowed(task.output_path.as_deref(), Scope { input: &output, context: &context })
    }

    /// Writes events into the history.
    pub fn write(&self, events: usize) -> Result<(), Failure> {
        let mut history = self.history.lock().expect("no panic");
        history.events += events;
        if history.events <= MOST_EVENTS { Ok(()) } else { Err(Failure::too_long()) }
    }

    /// Lets time pass.
    fn spend(&self, now: &mut Duration, time: Duration) -> Result<(), Failure> {
        *now = now.saturating_add(time).min(self.limit);
        if *now < self.limit { Ok(()) } else { Err(Failure::out_of_time()) }
    }
}

fn pass_on(pass: &Pass, scope: Scope) -> Result<Value, Failure> {
    let input = narrowed(pass.input_path.as_deref(), scope)?;
    let inner = Scope { input: &input, ..scope };
    let result = match (&pass.result, &pass.parameters) {
        (Some(result), _) => result.clone(),
        (None, Some(parameters)) => template::fill(parameters, inner)?,
        (None, None) => input.clone(),
    };
    path::put(pass.result_path.as_deref(), scope.input, result)
}

/// What `InputPath` or `OutputPath` leaves; nothing is an empty object.
fn narrowed(path: Option<&str>, scope: Scope) -> Result<Value, Failure> {
    path.map_or_else(|| Ok(json!({})), |path| path::get(path, scope))
}

fn check_size(state: &str, payload: &Value) -> Result<(), Failure> {
    let bytes = payload.to_string().len();
    if bytes <= MOST_BYTES {
        return Ok(());
    }
    Err(Failure::too_large(format!("{state}: {bytes} bytes")))
}
