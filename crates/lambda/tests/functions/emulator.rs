//! The Lambda runtime API over real HTTP, for one process of the binary.
//! (Source: Lambda Developer Guide, "Using the Lambda runtime API".)

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

/// How a call ended: the answer, or the error type and message.
pub(crate) type Answer = Result<Value, (String, String)>;

/// One request, and where its reply goes.
pub(crate) struct Request {
    pub method: String,
    pub path: String,
    /// Its headers, a line each.
    pub headers: Vec<String>,
    pub body: String,
    stream: TcpStream,
}

impl Request {
    /// Replies; the connection stays open.
    pub fn reply(mut self, status: &str, headers: &str, body: &str) {
        let length = body.len();
        let text = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{headers}\r\n{body}");
        // A client that has gone away is a test's own business, which its assertions tell.
        let _ = self.stream.write_all(text.as_bytes());
    }

    /// Replies with these very bytes.
    pub fn reply_as(mut self, answer: &[u8]) {
        let _ = self.stream.write_all(answer);
    }
}

/// Listens on a free port of loopback and hands on every request.
pub(crate) fn listen() -> (String, Receiver<Request>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address").to_string();
    let (to, from) = channel();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let to = to.clone();
            thread::spawn(move || requests(stream, &to));
        }
    });
    (address, from)
}

fn requests(stream: TcpStream, to: &Sender<Request>) {
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    loop {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            if line.trim().is_empty() {
                break;
            }
            lines.push(line.trim().to_owned());
        }
        let length = lines.iter().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
        });
        let mut body = vec![0; length.unwrap_or(0)];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        let headers = lines.split_off(1);
        let mut words = lines[0].split(' ').map(str::to_owned);
        let request = Request {
            method: words.next().unwrap_or_default(),
            path: words.next().unwrap_or_default(),
            headers,
            body: String::from_utf8(body).expect("UTF-8"),
            stream: stream.try_clone().expect("a second handle"),
        };
        if to.send(request).is_err() {
            return;
        }
    }
}

/// A running function.
pub(crate) struct Function {
    process: Child,
    requests: Receiver<Request>,
    waiting: Option<Request>,
    calls: u32,
    lines: Arc<Mutex<Vec<Value>>>,
    /// From the process's start to its first request for an event.
    pub start: Duration,
}

impl Function {
    /// Starts the binary with exactly these variables and waits until it asks for an event.
    pub fn start(variables: &[(String, String)]) -> Self {
        let (address, requests) = listen();
        // The figures in docs/lambda.md are those of a release build.
        let release = std::env::var_os("LOCKSTEP_TEST_BOOTSTRAP");
        let mut command = Command::new(release.unwrap_or_else(|| env!("CARGO_BIN_EXE_bootstrap").into()));
        command.env_clear().envs(variables.iter().cloned()).env("AWS_LAMBDA_RUNTIME_API", address);
        for (name, value) in [("NAME", "lockstep"), ("MEMORY_SIZE", "1024"), ("VERSION", "$LATEST")] {
            command.env(format!("AWS_LAMBDA_FUNCTION_{name}"), value);
        }
        let begun = Instant::now();
        let mut process = command.stdout(Stdio::piped()).spawn().expect("the binary starts");
        let next = requests.recv_timeout(Duration::from_secs(60)).expect("it asks for an event");
        let start = begun.elapsed();
        assert_eq!(
            (next.method.as_str(), next.path.as_str()),
            ("GET", "/2018-06-01/runtime/invocation/next")
        );
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (output, to) = (process.stdout.take().expect("its output"), lines.clone());
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("not a JSON line: {line}"));
                to.lock().expect("lines").push(value);
            }
        });
        Self { process, requests, waiting: Some(next), calls: 0, lines, start }
    }

    /// Sends an event with five minutes to go, and waits for the answer.
    pub fn call(&mut self, event: &Value) -> Answer {
        self.call_within(event, Duration::from_secs(300))
    }

    /// Sends an event with a deadline.
    pub fn call_within(&mut self, event: &Value, limit: Duration) -> Answer {
        self.send(event, limit);
        let ended = self.requests.recv_timeout(Duration::from_secs(300)).expect("an answer");
        let id = self.calls;
        let body: Value = serde_json::from_str(&ended.body).expect("JSON");
        let error = match ended.path.strip_prefix(&format!("/2018-06-01/runtime/invocation/{id}/")) {
            Some("response") => false,
            Some("error") => true,
            other => panic!("{} {other:?}", ended.path),
        };
        ended.reply("202 Accepted", "", "");
        self.waiting = Some(self.requests.recv_timeout(Duration::from_secs(60)).expect("it asks again"));
        if !error {
            return Ok(body);
        }
        let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
        Err((text("errorType"), text("errorMessage")))
    }

    fn send(&mut self, event: &Value, limit: Duration) {
        self.calls += 1;
        let deadline = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock") + limit;
        let headers = format!(
            "content-type: application/json\r\nLambda-Runtime-Aws-Request-Id: {}\r\n\
             Lambda-Runtime-Deadline-Ms: {}\r\n\
             Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:1:function:f\r\n",
            self.calls,
            deadline.as_millis()
        );
        let next = self.waiting.take().expect("the function waits for an event");
        next.reply("200 OK", &headers, &event.to_string());
    }

    /// Sends an event and kills the process after `delay`, as a crash would.
    pub fn call_and_kill(mut self, event: &Value, delay: Duration) {
        self.send(event, Duration::from_secs(300));
        thread::sleep(delay);
    }

    /// Sends an event and kills the process as soon as it has logged a line that `is_time` knows.
    pub fn call_and_kill_when(mut self, event: &Value, is_time: impl Fn(&Value) -> bool) {
        let before = self.lines.lock().expect("lines").len();
        self.send(event, Duration::from_secs(300));
        let begun = Instant::now();
        while !self.lines.lock().expect("lines")[before..].iter().any(&is_time) {
            assert!(begun.elapsed() < Duration::from_secs(60), "no such line is logged");
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// The JSON lines that the function has logged so far.
    pub fn lines(&self) -> Vec<Value> {
        // The line before an answer is written before the answer; the reader may be a moment behind.
        thread::sleep(Duration::from_millis(100));
        self.lines.lock().expect("lines").clone()
    }

    /// The values of one metric in the order in which they were put.
    pub fn metric(&self, name: &str) -> Vec<u64> {
        let lines = self.lines();
        let metrics = lines.iter().filter(|line| line.get("_aws").is_some());
        metrics.filter_map(|line| line[name].as_u64()).collect()
    }

    /// The most memory that the process has held, in KiB.
    pub fn peak_memory(&self) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("its status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("VmHWM");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Takes CloudFormation's place: gives an address for answers, refuses the first `refusals`, and hands on the rest.
pub(crate) fn answers(refusals: usize) -> (String, Receiver<Value>) {
    let (address, requests) = listen();
    let (to, from) = channel();
    thread::spawn(move || {
        for (i, request) in requests.into_iter().enumerate() {
            assert_eq!(request.method, "PUT");
            let body = serde_json::from_str(&request.body).unwrap_or(json!("not JSON"));
            let status = if i < refusals { "503 Slow Down" } else { "200 OK" };
            request.reply(status, "", "");
            if i >= refusals && to.send(body).is_err() {
                return;
            }
        }
    });
    (format!("http://{address}/answer?signature=x"), from)
}
