//! The interpreter by itself, on small definitions whose outcome the specification tells.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Call, Ended, Failure, Machine, Reply, Services, run};

/// Replies one after the other; an echo when there are no more.
#[derive(Default)]
struct Script {
    replies: Mutex<VecDeque<Reply>>,
    calls: AtomicUsize,
    answer: Option<Value>,
}

impl Script {
    fn of(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self { replies: Mutex::new(replies.into_iter().collect()), ..Self::default() }
    }

    fn failing(errors: &[&str]) -> Self {
        Self::of(errors.iter().map(|error| Reply::at_once(Err(Failure::new(error, "told")))))
    }
}

impl Services for Script {
    fn call(&self, call: &Call) -> Reply {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let reply = self.replies.lock().expect("replies").pop_front();
        reply.unwrap_or_else(|| Reply::at_once(Ok(call.input.clone())))
    }

    fn answer(&self, token: &str) -> Reply {
        match &self.answer {
            Some(answer) => Reply::at_once(Ok(json!({ "answer": answer, "token": token }))),
            None => Reply::never(),
        }
    }
}

fn execute(services: &dyn Services, definition: Value, input: &Value) -> Ended {
    let id = "arn:aws:states:us-east-1:1:stateMachine:m";
    run(&Machine::parse(&definition.to_string()), services, id, "e", input)
}

/// A machine of one state, `S`, and of those that it may lead to.
fn machine(state: Value) -> Value {
    json!({ "StartAt": "S", "States": {
        "S": state, "A": { "Type": "Pass", "End": true }, "B": { "Type": "Pass", "End": true },
    } })
}

fn output(services: &dyn Services, state: Value, input: &Value) -> Value {
    execute(services, machine(state), input).result.expect("an output")
}

fn error(services: &dyn Services, state: Value, input: &Value) -> String {
    execute(services, machine(state), input).result.expect_err("a failure").error
}

fn task(members: Value) -> Value {
    let mut task = json!({ "Type": "Task", "Resource": "r", "End": true });
    for (name, value) in members.as_object().expect("members") {
        task[name] = value.clone();
    }
    task
}

#[test]
fn payload_templates_take_paths_of_input_context_and_result() {
    let state = task(json!({
        "Parameters": { "a.$": "$.x.y", "b": { "c.$": "$$.Execution.Name" }, "d.$": "$.l[1]", "e.$": "$.l[*].n" },
        "ResultSelector": { "got.$": "$" },
        "ResultPath": "$.out.here",
        "OutputPath": "$.out",
    }));
    let input = json!({ "x": { "y": null }, "l": [{ "n": 1 }, { "n": 2 }, {}] });
    let expected =
        json!({ "here": { "got": { "a": null, "b": { "c": "e" }, "d": { "n": 2 }, "e": [1, 2] } } });
    assert_eq!(output(&Script::default(), state, &input), expected);

    let nowhere = task(json!({ "Parameters": { "a.$": "$.x.z" } }));
    assert_eq!(error(&Script::default(), nowhere, &input), "States.ParameterPathFailure");
    let nowhere = task(json!({ "OutputPath": "$.x.z" }));
    assert_eq!(error(&Script::default(), nowhere, &input), "States.Runtime");
    let no_place = task(json!({ "ResultPath": "$.l.n" }));
    assert_eq!(error(&Script::default(), no_place, &input), "States.ResultPathMatchFailure");
}

#[test]
fn a_result_path_of_null_discards_the_result_and_none_replaces_the_input() {
    let input = json!({ "in": 1 });
    let done = || Script::of([Reply::at_once(Ok(json!("done")))]);
    assert_eq!(output(&done(), task(json!({ "ResultPath": null })), &input), input);
    assert_eq!(output(&done(), task(json!({})), &input), json!("done"));
    assert_eq!(
        output(&done(), task(json!({ "ResultPath": "$.r" })), &input),
        json!({ "in": 1, "r": "done" })
    );
    let pass = json!({ "Type": "Pass", "Result": [1], "ResultPath": "$.r", "End": true });
    assert_eq!(output(&Script::default(), pass, &input), json!({ "in": 1, "r": [1] }));
}

#[test]
fn intrinsic_functions() {
    let pass = |text: &str| json!({ "Type": "Pass", "Parameters": { "v.$": text }, "End": true });
    let input = json!({ "s": "x", "n": 2, "l": [1, 2, 3], "o": {} });
    let value = |text: &str| output(&Script::default(), pass(text), &input)["v"].clone();
    assert_eq!(value("States.Format('a, {}-{}', $.s, $.n)"), "a, x-2");
    assert_eq!(value("States.StringSplit('12-ab:.c', '-.:')"), json!(["12", "ab", "c"]));
    assert_eq!(value("States.MathAdd(States.MathAdd($.n, 1), States.ArrayLength($.l))"), 6);
    assert_eq!(value("States.MathAdd($.n, 1)"), 3);
    assert_eq!(value("States.ArrayLength($.l)"), 3);
    for wrong in [
        "States.Format('{}', $.o)",
        "States.Format('{}')",
        "States.MathAdd($.s, 1)",
        "States.ArrayLength($.n)",
    ] {
        assert_eq!(error(&Script::default(), pass(wrong), &input), "States.IntrinsicFailure", "{wrong}");
    }
}

#[test]
fn rules_of_a_choice() {
    let choose = |rule: Value, input: Value| {
        let mut rule = rule;
        rule["Next"] = "A".into();
        let ended = execute(
            &Script::default(),
            machine(json!({ "Type": "Choice", "Choices": [rule], "Default": "B" })),
            &input,
        );
        ended.history.visited[1] == "A"
    };
    let is = |operator: &str, with: Value| json!({ "Variable": "$.v", operator: with });
    assert!(choose(is("StringEquals", json!("a")), json!({ "v": "a" })));
    assert!(!choose(is("StringEquals", json!("1")), json!({ "v": 1 })));
    assert!(choose(is("StringMatches", json!("ab.*")), json!({ "v": "ab.c" })));
    assert!(!choose(is("StringMatches", json!("ab.*")), json!({ "v": "c ab.c" })));
    assert!(choose(is("StringEqualsPath", json!("$.w")), json!({ "v": "a", "w": "a" })));
    assert!(choose(is("NumericEquals", json!(1)), json!({ "v": 1.0 })));
    assert!(!choose(is("NumericGreaterThan", json!(1)), json!({ "v": 1 })));
    assert!(choose(is("NumericLessThan", json!(1)), json!({ "v": 0 })));
    assert!(!choose(is("BooleanEquals", json!(true)), json!({ "v": "true" })));
    assert!(choose(is("IsPresent", json!(true)), json!({ "v": null })));
    assert!(choose(is("IsPresent", json!(false)), json!({})));
    assert!(choose(json!({ "Not": is("NumericEquals", json!(1)) }), json!({ "v": 2 })));
    // The second is not looked at, or it would fail.
    let guarded = json!({ "And": [is("IsPresent", json!(true)), is("BooleanEquals", json!(true))] });
    assert!(!choose(guarded.clone(), json!("no object")));
    assert!(choose(guarded, json!({ "v": true })));
    let either = json!({ "Or": [is("IsPresent", json!(false)), is("NumericEquals", json!(3))] });
    assert!(choose(either.clone(), json!({ "v": 3 })));
    assert!(!choose(either, json!({ "v": 4 })));

    let rule = json!({ "Variable": "$.v", "NumericEquals": 1, "Next": "A" });
    let choice = json!({ "Type": "Choice", "Choices": [rule] });
    assert_eq!(error(&Script::default(), choice.clone(), &json!({ "v": 2 })), "States.NoChoiceMatched");
    assert_eq!(error(&Script::default(), choice, &json!({})), "States.Runtime");
}

#[test]
fn retriers_back_off_and_count_for_themselves() {
    let retry = json!([
        { "ErrorEquals": ["X"], "IntervalSeconds": 3, "MaxAttempts": 2, "BackoffRate": 1.5 },
        { "ErrorEquals": ["Y", "States.Timeout"], "IntervalSeconds": 10, "MaxAttempts": 3, "MaxDelaySeconds": 15 },
        { "ErrorEquals": ["States.ALL"], "MaxAttempts": 0 },
    ]);
    let seconds = |errors: &[&str]| {
        let ended = execute(&Script::failing(errors), machine(task(json!({ "Retry": retry }))), &json!({}));
        let waits: Vec<f64> = ended.history.retries.iter().map(|(_, _, wait)| wait.as_secs_f64()).collect();
        (waits, ended.result.map_err(|failure| failure.error))
    };
    assert_eq!(seconds(&["X", "X"]), (vec![3.0, 4.5], Ok(json!({}))));
    assert_eq!(seconds(&["X", "X", "X"]), (vec![3.0, 4.5], Err("X".into())));
    assert_eq!(seconds(&["Y", "X", "Y", "X", "Y"]), (vec![10.0, 3.0, 15.0, 4.5, 15.0], Ok(json!({}))));
    assert_eq!(seconds(&["Z"]), (vec![], Err("Z".into())));

    let all = json!([{ "ErrorEquals": ["States.ALL"], "IntervalSeconds": 8, "MaxAttempts": 4, "BackoffRate": 1,
        "JitterStrategy": "FULL" }]);
    let ended = execute(&Script::failing(&["Z"; 4]), machine(task(json!({ "Retry": all }))), &json!({}));
    let waits: Vec<f64> = ended.history.retries.iter().map(|(_, _, wait)| wait.as_secs_f64()).collect();
    assert!(waits.len() == 4 && waits.iter().all(|w| (0.0..=8.0).contains(w)), "{waits:?}");
    assert!((ended.took.as_secs_f64() - waits.iter().sum::<f64>()).abs() < 1e-6);
}

#[test]
fn the_first_catcher_that_matches_decides() {
    let catch = json!([
        { "ErrorEquals": ["X"], "ResultPath": "$.error", "Next": "A" },
        { "ErrorEquals": ["States.TaskFailed"], "Next": "B" },
    ]);
    let run = |reply: Reply| {
        let state = task(json!({ "Catch": catch, "TimeoutSeconds": 5 }));
        let ended = execute(&Script::of([reply]), machine(state), &json!({ "in": 1 }));
        (ended.history.visited.last().cloned().expect("a state"), ended.result)
    };
    let failing = |error: &str| Reply::at_once(Err(Failure::new(error, "told")));
    let told = |error: &str| json!({ "Error": error, "Cause": "told" });
    assert_eq!(run(failing("X")), ("A".into(), Ok(json!({ "in": 1, "error": told("X") }))));
    assert_eq!(run(failing("Y")), ("B".into(), Ok(told("Y"))));
    let (last, result) = run(Reply::never());
    assert_eq!((last.as_str(), result.expect_err("uncaught").error.as_str()), ("S", "States.Timeout"));
    let (last, result) = run(Reply::at_once(Ok("x".repeat(262_143).into())));
    assert_eq!(
        (last.as_str(), result.expect_err("uncaught").error.as_str()),
        ("S", "States.DataLimitExceeded")
    );
    assert!(run(Reply::at_once(Ok("x".repeat(262_142).into()))).1.is_ok(), "the quotes count");
}

#[test]
fn time_passes_only_where_the_definition_waits() {
    let mut definition = machine(json!({ "Type": "Wait", "Seconds": 86_400, "Next": "A" }));
    assert_eq!(execute(&Script::default(), definition.clone(), &json!({})).took, Duration::from_hours(24));
    definition["TimeoutSeconds"] = 86_400.into();
    let ended = execute(&Script::default(), definition, &json!({}));
    assert_eq!(ended.result.expect_err("out of time").error, "States.Timeout");
}

#[test]
fn a_task_waits_for_the_one_who_has_its_token() {
    let state = task(json!({
        "Resource": "r.waitForTaskToken", "TimeoutSeconds": 60, "Parameters": { "t.$": "$$.Task.Token" },
        "Catch": [{ "ErrorEquals": ["States.Timeout"], "Next": "A" }],
    }));
    let services = Script { answer: Some(json!(true)), ..Script::default() };
    let answered = output(&services, state.clone(), &json!({}));
    assert_eq!(answered, json!({ "answer": true, "token": "AQC+e/0==" }));
    let ended = execute(&Script::default(), machine(state), &json!({}));
    assert_eq!((ended.history.visited.last().expect("a state").as_str(), ended.took.as_secs()), ("A", 60));
}

/// Replies only when two calls are there.
struct Two(Barrier);

impl Services for Two {
    fn call(&self, call: &Call) -> Reply {
        self.0.wait();
        Reply::at_once(Ok(call.input.clone()))
    }

    fn answer(&self, token: &str) -> Reply {
        panic!("{token}: nobody was asked")
    }
}

fn map(concurrency: u32, item: Value) -> Value {
    json!({
        "Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": concurrency, "ResultPath": "$.done",
        "ItemSelector": { "n.$": "$$.Map.Item.Value", "at.$": "$$.Map.Item.Index", "x.$": "$.x" },
        "ItemProcessor": { "ProcessorConfig": { "Mode": "INLINE" }, "StartAt": "I", "States": { "I": item } },
        "Catch": [{ "ErrorEquals": ["X"], "ResultPath": "$.error", "Next": "A" }],
        "End": true,
    })
}

#[test]
fn items_of_a_map_run_side_by_side_up_to_its_concurrency() {
    let input = json!({ "x": 7, "items": ["a", "b", "c", "d"] });
    let ended = execute(&Two(Barrier::new(2)), machine(map(2, task(json!({})))), &input);
    let at = |n: &str, at: u32| json!({ "n": n, "at": at, "x": 7 });
    assert_eq!(
        ended.result.expect("an output")["done"],
        json!([at("a", 0), at("b", 1), at("c", 2), at("d", 3)])
    );
    assert_eq!((ended.history.most_at_once, ended.history.visited.len()), (2, 5));
    assert_eq!(
        output(&Script::default(), map(0, task(json!({}))), &json!({ "x": 7, "items": [] }))["done"],
        json!([])
    );
    let waits = map(2, json!({ "Type": "Wait", "Seconds": 10, "End": true }));
    let ended = execute(&Script::default(), machine(waits), &input);
    assert!((20..=40).contains(&ended.took.as_secs()), "{:?}", ended.took);
}

#[test]
fn a_failed_item_fails_the_map_which_may_be_caught() {
    let services = Script::failing(&["X"]);
    let ended = execute(&services, machine(map(1, task(json!({})))), &json!({ "x": 7, "items": [1, 2, 3] }));
    assert_eq!(ended.history.visited, ["S", "I", "A"]);
    assert_eq!(ended.result.expect("caught")["error"]["Error"], "X");
    assert_eq!(services.calls.load(Ordering::SeqCst), 1, "no further item is begun");
    let none = execute(&services, machine(map(1, task(json!({})))), &json!({ "x": 7, "items": 1 }));
    assert_eq!(none.result.expect_err("no list").error, "States.Runtime");
}

#[test]
fn what_is_not_known_is_named() {
    for (state, name) in [
        (json!({ "Type": "Parallel", "Branches": [], "End": true }), "Parallel"),
        (task(json!({ "HeartbeatSeconds": 1 })), "HeartbeatSeconds"),
        (
            json!({ "Type": "Choice", "Choices": [{ "Variable": "$.v", "IsNull": true, "Next": "A" }] }),
            "IsNull",
        ),
        (json!({ "Type": "Pass", "Parameters": { "a.$": "States.Hash('a')" }, "End": true }), "States.Hash"),
        (json!({ "Type": "Pass", "Parameters": { "a.$": "$..b" }, "End": true }), "$..b"),
        (json!({ "Type": "Pass", "Next": "C" }), "no state C"),
        (task(json!({ "Retry": [{ "ErrorEquals": ["X", "States.ALL"] }] })), "States.ALL"),
    ] {
        let ran = std::panic::catch_unwind(|| execute(&Script::default(), machine(state), &json!({})));
        let told = ran.expect_err(name);
        let told = told.downcast_ref::<String>().expect("a text");
        assert!(told.contains(name), "{told}");
    }
}

#[test]
fn a_history_has_room_for_25_000_events() {
    let events = |items: usize| {
        let item = machine(task(json!({ "Retry": [{ "ErrorEquals": ["States.ALL"] }] })));
        let state = json!({ "Type": "Map", "ItemsPath": "$", "ItemProcessor": item, "End": true });
        let services = Script::failing(&["one"]);
        execute(&services, machine(state), &vec![0; items].into())
    };
    // Seven an item, three for the attempt that failed, four for the Map state, two for the execution.
    assert_eq!(events(10).history.events, 79);
    assert_eq!(events(3600).result.expect_err("too many").error, "States.Runtime");
}
