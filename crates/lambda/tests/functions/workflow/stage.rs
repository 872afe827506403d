//! Where scenarios of the workflow are played: its definition, the functions behind it, and what a test arranges.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mysql::prelude::Queryable;
use serde_json::{Value, json};

use super::aws::{Account, Mail};
use super::person::Person;
use super::{INVOKE, definition};
use crate::asl::{self, Call, Ended, Failure, Machine, Reply, Services};
use crate::emulator::Function;
use crate::world::{Environment, World};

const ACCOUNT: &str = "222222222222";
const MACHINE: &str = "arn:aws:states:us-east-1:222222222222:stateMachine:lockstep-staging-sync";

/// Names of states in the order in which an execution enters them. Items of a Map state count once.
pub(crate) type Path = Vec<&'static str>;

/// A story of one or several executions.
pub(crate) struct Scenario {
    pub name: &'static str,
    /// The path of each execution.
    pub paths: fn() -> Vec<Path>,
    /// Arranges things, runs the executions and looks at what came of them.
    pub play: fn(&mut Stage),
}

/// What happens at an attempt of a state in the place of, or around, the call.
pub(crate) enum Event {
    /// The service refuses before it does anything.
    Error(&'static str),
    /// No answer comes.
    Silence,
    /// The service does its work, and its answer is lost.
    Lost,
    /// The answer is made up from what is asked.
    Answer(fn(&Value) -> Value),
    /// Something happens right before the call.
    Before(fn(&Stage)),
    /// The function's deadline is this near.
    Deadline(Duration),
    /// The process is killed when it begins this schema statement, and the service says so with this error.
    Killed(u64, &'static str),
}

#[derive(Default)]
struct Plot {
    events: BTreeMap<&'static str, VecDeque<Event>>,
    person: Person,
    approval: bool,
    /// Running executions as the service lists them.
    running: Vec<String>,
}

/// The lower environment dev, the environment staging with its workflow, and their API server.
pub(crate) struct Stage {
    pub world: World,
    /// The scenario's name, which is in the changes that it makes: no two scenarios have the same plan.
    pub name: &'static str,
    account: Account,
    queue: String,
    machine: Machine,
    /// Functions that wait for an event, by name and whether plans need an approval.
    idle: Mutex<Vec<(String, bool, Function)>>,
    plot: Mutex<Plot>,
    mails: Mutex<Vec<Mail>>,
    /// The calls of the execution under way: the state and what it sent.
    calls: Mutex<Vec<(String, Value)>>,
    /// Sessions of people in staging's server.
    held: Mutex<Vec<mysql::Conn>>,
    expected: VecDeque<Path>,
    executions: u32,
}

/// An execution that took its expected path.
pub(crate) struct Played {
    /// The execution's name.
    pub name: String,
    pub ended: Ended,
    calls: Vec<(String, Value)>,
    /// What arrived in the queue that is subscribed to the topic.
    pub mails: Vec<Mail>,
}

impl Played {
    /// What arrived, by the end of its subject.
    pub fn subjects(&self) -> Vec<&str> {
        let start = "lockstep dev to staging: ";
        self.mails.iter().map(|mail| mail.subject.strip_prefix(start).expect("a subject")).collect()
    }

    /// The error that the last mail tells: its name and its cause.
    pub fn failure(&self) -> (&str, &str) {
        let mail = self.mails.last().expect("a mail");
        assert!(mail.subject.ends_with("FAILED"), "{mail:?}");
        let text = |name: &str| mail.message["error"][name].as_str().expect("a text");
        (text("Error"), text("Cause"))
    }

    /// What each call of a state was given.
    pub fn all(&self, state: &str) -> impl Iterator<Item = &Value> {
        self.calls.iter().filter(move |(at, _)| at == state).map(|(_, given)| given)
    }

    /// What the last call of a state was given.
    pub fn given(&self, state: &str) -> &Value {
        self.all(state).last().unwrap_or_else(|| panic!("{state} was not called"))
    }

    /// What the last call of a function's state sent to it.
    pub fn sent(&self, state: &str) -> &Value {
        &self.given(state)["Payload"]
    }

    /// The errors after which a state was tried again.
    pub fn retried(&self, state: &str) -> Vec<&str> {
        let retries = self.ended.history.retries.iter().filter(|(at, ..)| at == state);
        retries.map(|(_, error, _)| error.as_str()).collect()
    }
}

/// Plays all scenarios one after the other.
pub(crate) fn play(scenarios: &[Scenario]) {
    let mut stage = Stage::new();
    for scenario in scenarios {
        let begun = std::time::Instant::now();
        stage.clear(scenario);
        (scenario.play)(&mut stage);
        assert!(stage.expected.is_empty(), "{}: fewer executions than paths", scenario.name);
        println!("{}: {:?}", scenario.name, begun.elapsed());
    }
}

impl Stage {
    fn new() -> Self {
        let world = World::deployed(2);
        let account = Account::new(world.api.url(), ACCOUNT);
        let (topic, queue) = account.topic("lockstep");
        account.cluster("cluster");
        let machine = definition::load(&|name| match name {
            "Topic" => topic.clone(),
            "DatabaseCluster" => "cluster".into(),
            "SyncFunction.Arn" => {
                format!("arn:aws:lambda:us-east-1:{ACCOUNT}:function:lockstep-staging-sync")
            }
            "CompareFunction.Arn" => {
                format!("arn:aws:lambda:us-east-1:{ACCOUNT}:function:lockstep-staging-compare")
            }
            "Environment" => "staging".into(),
            "Project" => "lockstep".into(),
            "CostCenter" => "platform".into(),
            "MigrationPhase" => "run".into(),
            "AWS::Region" => "us-east-1".into(),
            name => panic!("{name}: a reference that the workflow did not have before"),
        });
        Self {
            world,
            name: "",
            account,
            queue,
            machine,
            idle: Mutex::default(),
            plot: Mutex::default(),
            mails: Mutex::default(),
            calls: Mutex::default(),
            held: Mutex::default(),
            expected: VecDeque::new(),
            executions: 0,
        }
    }

    /// Both sides are equal and nothing has happened yet.
    fn clear(&mut self, scenario: &Scenario) {
        self.name = scenario.name;
        self.expected = (scenario.paths)().into();
        *lock(&self.plot) = Plot::default();
        for environment in &self.world.environments {
            environment.script("DROP DATABASE shop; CREATE DATABASE shop; USE shop;");
            environment.script(
                "CREATE TABLE currency (code CHAR(3) PRIMARY KEY, name VARCHAR(40) NOT NULL);
                 CREATE TABLE rate (code CHAR(3) PRIMARY KEY, rate DECIMAL(12,6) NOT NULL,
                     FOREIGN KEY (code) REFERENCES currency (code));
                 INSERT INTO currency VALUES ('EUR', 'Euro'); INSERT INTO rate VALUES ('EUR', 1);",
            );
        }
        let journal = "SELECT GROUP_CONCAT('DELETE FROM lockstep.', table_name SEPARATOR ';')
                       FROM information_schema.tables WHERE table_schema = 'lockstep'";
        if let Some(empty) = self.staging().value(journal) {
            self.staging().script(&format!("SET foreign_key_checks = 0; {empty}"));
        }
        self.world.put_parameter(self.staging(), "state", "{}");
    }

    pub fn dev(&self) -> &Environment {
        self.world.environment("dev")
    }

    pub fn staging(&self) -> &Environment {
        self.world.environment("staging")
    }

    /// A row in dev that staging has not got, and a table.
    pub fn change(&self) {
        self.dev().script(&format!(
            "INSERT INTO currency VALUES ('CHF', '{}'); CREATE TABLE note (id INT PRIMARY KEY)",
            self.name
        ));
    }

    /// Whether staging has the row.
    pub fn has_change(&self) -> bool {
        let found = self.staging().value("SELECT name FROM shop.currency WHERE code = 'CHF'");
        found.as_deref() == Some(self.name)
    }

    /// A person works in staging's server, until [`release`](Self::release).
    pub fn hold(&self, statements: &[&str]) {
        let mut session = self.staging().server.connect().expect("root");
        for statement in statements {
            session.query_drop(statement).expect(statement);
        }
        lock(&self.held).push(session);
    }

    /// Those people go home.
    pub fn release(&self) {
        lock(&self.held).clear();
    }

    /// Something happens at the next attempt of a state.
    pub fn at(&mut self, state: &'static str, event: Event) {
        lock(&self.plot).events.entry(state).or_default().push_back(event);
    }

    /// The same at the next `count` attempts.
    pub fn at_each(&mut self, count: usize, state: &'static str, event: fn() -> Event) {
        (0..count).for_each(|_| self.at(state, event()));
    }

    /// Plans need an approval from now on, and this person is asked.
    pub fn asks(&mut self, person: Person) {
        let mut plot = lock(&self.plot);
        plot.approval = true;
        plot.person = person;
    }

    /// Another execution is running.
    pub fn other_execution(&mut self, name: &str) {
        lock(&self.plot).running.push(name.into());
    }

    /// The newest line with this message that a waiting function has logged.
    pub fn logged(&self, message: &str) -> Value {
        let idle = lock(&self.idle);
        let mut lines: Vec<Value> = idle.iter().flat_map(|(.., function)| function.lines()).collect();
        lines.retain(|line| line["message"] == message);
        lines.sort_by_key(|line| line["timestamp"].as_u64());
        lines.pop().expect("such a line")
    }

    /// An execution that the schedule starts.
    pub fn run(&mut self) -> Played {
        self.run_with(&json!({ "trigger": "schedule" }))
    }

    /// An execution with this input. It takes the next of the expected paths.
    pub fn run_with(&mut self, input: &Value) -> Played {
        self.executions += 1;
        let name = format!("run-{}", self.executions);
        lock(&self.plot).running.insert(0, name.clone());
        let ended = asl::run(&self.machine, self, MACHINE, &name, input);
        let mut plot = lock(&self.plot);
        plot.running.retain(|other| *other != name);
        plot.events.retain(|_, events| !events.is_empty());
        let unused: Vec<_> = plot.events.keys().collect();
        let mut visited: Vec<&str> = ended.history.visited.iter().map(String::as_str).collect();
        visited.dedup();
        let expected = self.expected.pop_front().expect("one more path");
        assert_eq!(visited, expected, "{}: {:?}", self.name, ended.result);
        assert!(unused.is_empty(), "{}: {unused:?} was arranged and did not happen", self.name);
        drop(plot);
        let mut mails = std::mem::take(&mut *lock(&self.mails));
        mails.extend(self.account.receive(&self.queue));
        let calls = std::mem::take(&mut *lock(&self.calls));
        Played { name, ended, calls, mails }
    }

    fn real(&self, call: &Call, deadline: Duration) -> Reply {
        let input = &call.input;
        Reply::at_once(match call.resource {
            INVOKE => self.invoke(call, deadline),
            "arn:aws:states:::sns:publish" => self.account.publish(input),
            "arn:aws:states:::aws-sdk:rds:createDBClusterSnapshot" => self.account.create_snapshot(input),
            "arn:aws:states:::aws-sdk:rds:describeDBClusterSnapshots" => {
                self.account.describe_snapshots(input)
            }
            "arn:aws:states:::aws-sdk:sfn:listExecutions" => Ok(self.list(input)),
            other => panic!("{other}: a service that this stage has not got"),
        })
    }

    /// The newest running executions first.
    fn list(&self, input: &Value) -> Value {
        assert_eq!((&input["StateMachineArn"], &input["StatusFilter"]), (&json!(MACHINE), &json!("RUNNING")));
        let most = usize::try_from(input["MaxResults"].as_u64().expect("a number")).expect("a small one");
        let plot = lock(&self.plot);
        let names = plot.running.iter().take(most);
        json!({ "Executions": names.map(|name| json!({ "Name": name, "Status": "RUNNING" })).collect::<Vec<_>>() })
    }

    /// Calls a function as Lambda does, in a process that waits for an event, or in a new one.
    fn invoke(&self, call: &Call, deadline: Duration) -> Result<Value, Failure> {
        let mut function = self.function(&call.input);
        let answer = function.2.call_within(&call.input["Payload"], deadline);
        lock(&self.idle).push(function);
        match answer {
            Ok(answer) => {
                assert!(answer.to_string().len() <= 100_000, "{}: the answer is too large", call.state);
                Ok(invoked(&answer))
            }
            Err((kind, message)) => {
                let cause = json!({ "errorType": kind, "errorMessage": message });
                Err(Failure::new(&kind, cause.to_string()))
            }
        }
    }

    fn function(&self, input: &Value) -> (String, bool, Function) {
        let arn = input["FunctionName"].as_str().expect("an ARN");
        let name = arn.rsplit('-').next().expect("a name").to_owned();
        let approval = lock(&self.plot).approval;
        {
            let mut idle = lock(&self.idle);
            if let Some(at) = idle.iter().position(|(n, a, _)| *n == name && *a == approval) {
                return idle.swap_remove(at);
            }
        }
        let mut variables = self.world.variables(self.staging(), &name);
        if approval {
            variables.retain(|(variable, _)| variable != "LOCKSTEP_APPROVAL");
            variables.push(("LOCKSTEP_APPROVAL".into(), "always".into()));
        }
        let function = Function::start(&variables);
        (name, approval, function)
    }
}

/// How the service wraps a function's answer.
fn invoked(answer: &Value) -> Value {
    json!({ "ExecutedVersion": "$LATEST", "Payload": answer, "StatusCode": 200 })
}

impl Services for Stage {
    fn call(&self, call: &Call) -> Reply {
        lock(&self.calls).push((call.state.to_owned(), call.input.clone()));
        let usual = Duration::from_secs(300);
        let event = lock(&self.plot).events.get_mut(call.state).and_then(VecDeque::pop_front);
        match event {
            None => self.real(call, usual),
            Some(Event::Error(name)) => Reply::at_once(Err(Failure::new(name, "arranged by the test"))),
            Some(Event::Silence) => Reply::never(),
            Some(Event::Lost) => {
                self.real(call, usual).result.expect("the call works");
                Reply::never()
            }
            Some(Event::Answer(answer)) if call.resource == INVOKE => {
                Reply::at_once(Ok(invoked(&answer(&call.input["Payload"]))))
            }
            Some(Event::Answer(answer)) => Reply::at_once(Ok(answer(&call.input))),
            Some(Event::Before(happens)) => {
                happens(self);
                self.real(call, usual)
            }
            Some(Event::Deadline(left)) => self.real(call, left),
            Some(Event::Killed(statement, error)) => {
                let (_, _, function) = self.function(&call.input);
                let begins = |line: &Value| line["message"] == "statement" && line["number"] == statement;
                function.call_and_kill_when(&call.input["Payload"], begins);
                let cause = json!({ "errorType": error, "errorMessage": "signal: killed" });
                Reply::at_once(Err(Failure::new(error, cause.to_string())))
            }
        }
    }

    /// The person reads the mail and answers with the token that is in it.
    fn answer(&self, token: &str) -> Reply {
        let new = self.account.receive(&self.queue);
        let mut mails = lock(&self.mails);
        mails.extend(new);
        let mail = mails.last().expect("a mail that asks");
        match lock(&self.plot).person.answer(mail, token) {
            Some(result) => Reply { result, took: Duration::from_hours(3) },
            None => Reply::never(),
        }
    }
}

/// A panic of another thread is told by that thread.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
