//! Stands between a function and the API server, where that one does not do what AWS does: answers in its place, or does
//! something before it is asked.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;

use crate::api::Api;
use crate::emulator::{Function, Request, listen};
use crate::world::{Environment, World};

/// What is answered to a request; the second argument asks the API server with this body, and gives its whole answer.
pub(crate) type Rule = Box<dyn Fn(&Request, Ask) -> Vec<u8> + Send>;

/// Sends a request on with another body, or the same.
pub(crate) type Ask<'a> = &'a dyn Fn(&str) -> Vec<u8>;

/// Starts a function whose requests to AWS go by this rule.
pub(crate) fn function(world: &World, environment: &Environment, name: &str, rule: Rule) -> Function {
    let mut variables = world.variables(environment, name);
    variables.retain(|(variable, _)| variable != "AWS_ENDPOINT_URL");
    variables.push(("AWS_ENDPOINT_URL".into(), start(&world.api, rule)));
    Function::start(&variables)
}

fn start(api: &Api, rule: Rule) -> String {
    let server = api.url().trim_start_matches("http://").to_owned();
    let (address, requests) = listen();
    thread::spawn(move || {
        for request in requests {
            let answer = rule(&request, &|body| ask(&server, &request, body));
            request.reply_as(&answer);
        }
    });
    format!("http://{address}")
}

/// Sends the request on; the server closes the connection after its answer.
fn ask(server: &str, request: &Request, body: &str) -> Vec<u8> {
    let ours = |line: &&String| {
        ["connection:", "content-length:"].iter().any(|name| line.to_lowercase().starts_with(name))
    };
    let headers = request.headers.iter().filter(|line| !ours(line));
    let headers: String = headers.map(|line| format!("{line}\r\n")).collect();
    let Request { method, path, .. } = request;
    let length = body.len();
    let mut stream = TcpStream::connect(server).expect("the API server");
    let ours = format!("connection: close\r\ncontent-length: {length}");
    write!(stream, "{method} {path} HTTP/1.1\r\n{headers}{ours}\r\n\r\n{body}").expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    answer
}

/// An error as S3 tells it.
pub(crate) fn s3_error(status: &str, code: &str) -> Vec<u8> {
    xml(status, &format!("<Error><Code>{code}</Code><Message>arranged by the test</Message></Error>"))
}

/// An answer of S3.
pub(crate) fn xml(status: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-type: application/xml\r\ncontent-length: {length}\r\n\r\n{body}")
        .into_bytes()
}
