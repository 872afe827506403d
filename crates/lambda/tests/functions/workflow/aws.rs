//! The API server's notifications, queues and snapshots, over plain HTTP in the name of an account.

use serde_json::{Value, json};

use crate::asl::Failure;

/// An account of the API server.
pub(crate) struct Account {
    url: String,
    id: &'static str,
}

/// What came by mail.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    pub subject: String,
    /// What it says: an object, or plain text.
    pub message: Value,
}

impl Mail {
    /// The line that begins so, of a mail in plain text.
    pub fn line(&self, start: &str) -> &str {
        let line = self.text().lines().find(|line| line.starts_with(start));
        line.unwrap_or_else(|| panic!("no line begins with {start}: {self:?}"))
    }

    pub fn text(&self) -> &str {
        self.message.as_str().expect("plain text")
    }
}

impl Account {
    pub fn new(url: String, id: &'static str) -> Self {
        Self { url, id }
    }

    /// Makes a topic and a queue that gets what is published there; gives the topic's ARN and the queue's address.
    pub fn topic(&self, name: &str) -> (String, String) {
        let topic = self.query("sns", &[("Action", "CreateTopic"), ("Name", name)]).expect("a topic");
        let topic = member(&topic, "TopicArn").expect("an ARN");
        let queue = self.queue("CreateQueue", &json!({ "QueueName": name }));
        let queue = queue["QueueUrl"].as_str().expect("an address").to_owned();
        let endpoint = format!("arn:aws:sqs:us-east-1:{}:{name}", self.id);
        let subscribe = [
            ("Action", "Subscribe"),
            ("TopicArn", topic.as_str()),
            ("Protocol", "sqs"),
            ("Endpoint", endpoint.as_str()),
        ];
        self.query("sns", &subscribe).expect("a subscription");
        (topic, queue)
    }

    /// Publishes as the workflow's integration does: a message that is no text is sent as JSON.
    pub fn publish(&self, input: &Value) -> Result<Value, Failure> {
        let text = |name: &str| input[name].as_str().unwrap_or_else(|| panic!("{name}: a text"));
        let message = match &input["Message"] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let (topic, subject) = (text("TopicArn"), text("Subject"));
        // What the service takes, and this server does not check. (Source: SNS API Reference, "Publish".)
        let plain = subject.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
        assert!(plain && (1..100).contains(&subject.len()), "{subject}: no subject that SNS takes");
        assert!(message.len() <= 262_144, "the message is too large for SNS");
        let publish =
            [("Action", "Publish"), ("TopicArn", topic), ("Subject", subject), ("Message", message.as_str())];
        let answer =
            self.query("sns", &publish).map_err(|(code, text)| Failure::new(&format!("SNS.{code}"), text))?;
        Ok(json!({ "MessageId": member(&answer, "MessageId").expect("an id") }))
    }

    /// Takes everything out of a queue.
    pub fn receive(&self, queue: &str) -> Vec<Mail> {
        let mut mails = Vec::new();
        loop {
            let ask = json!({ "QueueUrl": queue, "MaxNumberOfMessages": 10 });
            let answer = self.queue("ReceiveMessage", &ask);
            let Some(messages) = answer["Messages"].as_array().filter(|m| !m.is_empty()) else {
                return mails;
            };
            for message in messages {
                let receipt = json!({ "QueueUrl": queue, "ReceiptHandle": message["ReceiptHandle"] });
                self.queue("DeleteMessage", &receipt);
                let envelope: Value = parse(&message["Body"]);
                let subject = envelope["Subject"].as_str().expect("a subject").to_owned();
                let text = envelope["Message"].as_str().expect("a text");
                let message = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
                mails.push(Mail { subject, message });
            }
        }
    }

    /// Makes a cluster that can be snapshotted; no server stands behind it.
    pub fn cluster(&self, name: &str) {
        let create = [
            ("Action", "CreateDBCluster"),
            ("DBClusterIdentifier", name),
            ("Engine", "aurora-mysql"),
            ("MasterUsername", "master"),
            ("MasterUserPassword", "not-used-here"),
        ];
        self.query("rds", &create).expect("a cluster");
    }

    /// Takes a snapshot.
    pub fn create_snapshot(&self, input: &Value) -> Result<Value, Failure> {
        let mut form = snapshot("CreateDBClusterSnapshot", input);
        for (i, tag) in input["Tags"].as_array().expect("tags").iter().enumerate() {
            for part in ["Key", "Value"] {
                form.push((
                    format!("Tags.Tag.{}.{part}", i + 1),
                    tag[part].as_str().expect("a text").to_owned(),
                ));
            }
        }
        // What the service takes, and this server does not check. (Source: RDS API Reference, "CreateDBClusterSnapshot".)
        let name = input["DbClusterSnapshotIdentifier"].as_str().expect("a name");
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && !name.contains("--");
        assert!(plain && name.len() <= 63 && !name.ends_with('-'), "{name}: no name of a snapshot");
        let answer = self.snapshots(&form)?;
        Ok(json!({ "DbClusterSnapshot": { "Status": member(&answer, "Status") } }))
    }

    /// Asks for a snapshot, or for all of a cluster.
    pub fn describe_snapshots(&self, input: &Value) -> Result<Value, Failure> {
        let answer = self.snapshots(&snapshot("DescribeDBClusterSnapshots", input))?;
        let found = answer.split("<DBClusterSnapshot>").skip(1);
        let found = found.map(|one| json!({ "Status": member(one, "Status") }));
        Ok(json!({ "DbClusterSnapshots": found.collect::<Vec<_>>() }))
    }

    fn snapshots(&self, form: &[(String, String)]) -> Result<String, Failure> {
        let form: Vec<(&str, &str)> =
            form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.query("rds", &form).map_err(|(code, text)| {
            // The integration names errors as the Java SDK's classes.
            let class = code.replace("DB", "Db");
            Failure::new(&format!("Rds.{}Exception", class.strip_suffix("Fault").unwrap_or(&class)), text)
        })
    }

    /// A request of the query protocol: the answer's XML, or the error's code and message.
    fn query(&self, service: &str, form: &[(&str, &str)]) -> Result<String, (String, String)> {
        let request = ureq::post(&self.url).header("Authorization", self.authorization(service));
        let request = request.config().http_status_as_error(false).build();
        let mut answer = request.send_form(form.iter().copied()).expect("an answer");
        let text = answer.body_mut().read_to_string().expect("a text");
        if answer.status().is_success() {
            return Ok(text);
        }
        let code = member(&text, "Code").unwrap_or_else(|| panic!("{text}"));
        Err((code, member(&text, "Message").unwrap_or_default()))
    }

    fn queue(&self, action: &str, body: &Value) -> Value {
        let request = ureq::post(&self.url)
            .header("Authorization", self.authorization("sqs"))
            .header("X-Amz-Target", format!("AmazonSQS.{action}"))
            .content_type("application/x-amz-json-1.0");
        let mut answer = request.send(body.to_string()).unwrap_or_else(|error| panic!("{action}: {error}"));
        let text = answer.body_mut().read_to_string().expect("a text");
        if text.is_empty() { Value::Null } else { serde_json::from_str(&text).expect("JSON") }
    }

    /// Names account and service; the server checks no signature.
    fn authorization(&self, service: &str) -> String {
        let scope = format!("{}/20260101/us-east-1/{service}/aws4_request", self.id);
        format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0")
    }
}

fn snapshot(action: &str, input: &Value) -> Vec<(String, String)> {
    let mut form = vec![("Action".to_owned(), action.to_owned())];
    for (name, value) in input.as_object().expect("parameters") {
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => continue,
        };
        form.push((name.replace("Db", "DB"), value));
    }
    form
}

/// The text of the first element of that name.
fn member(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    Some(rest.split_once("</")?.0.to_owned())
}

fn parse(text: &Value) -> Value {
    serde_json::from_str(text.as_str().expect("a text")).expect("JSON")
}
