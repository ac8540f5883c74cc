//! What the other tests stand on does what it says: the broker keeps what it acknowledged, the registry answers as
//! clients expect, the mail server remembers.

use std::time::Duration;

use rdkafka::{
    ClientConfig,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    consumer::{BaseConsumer, Consumer as _},
    producer::{FutureProducer, FutureRecord},
};
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Broker, MailServer, Registry, until};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_was_killed_has_what_it_acknowledged() {
    let Some(mut broker) = Broker::own().await else { return };
    let mut settings = ClientConfig::new();
    settings.set("bootstrap.servers", broker.address()).set("reconnect.backoff.max.ms", "500");
    let admin: AdminClient<DefaultClientContext> = settings.create().expect("an admin");
    let topic = NewTopic::new("kept", 1, TopicReplication::Fixed(1));
    let made = admin.create_topics([&topic], &AdminOptions::new()).await.expect("the broker answers");
    assert_eq!(made, [Ok("kept".to_owned())]);
    let producer: FutureProducer = settings.clone().set("acks", "all").create().expect("a producer");
    let consumer: BaseConsumer = settings.create().expect("a consumer");
    for round in 1..=2 {
        let record = FutureRecord::to("kept").key("k").payload("v");
        producer.send(record, Duration::from_secs(30)).await.expect("it is acknowledged");
        broker.kill().await;
        broker.start().await;
        let kept = || async {
            let marks = consumer.fetch_watermarks("kept", 0, Duration::from_secs(1)).ok();
            (marks == Some((0, round))).then_some(())
        };
        until("what was acknowledged is there", kept).await;
    }
    assert_eq!(broker.kills, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_answers_as_clients_expect() {
    let registry = Registry::start().await;
    let http = reqwest::Client::new();
    let ask = async |method: Method, path: &str, body: Option<Value>| {
        let mut request = http.request(method, format!("{}{path}", registry.url()));
        if let Some(body) = body {
            request = request
                .header("content-type", "application/vnd.schemaregistry.v1+json")
                .body(body.to_string());
        }
        let answer = request.send().await.expect("it answers");
        (answer.status().as_u16(), answer.json::<Value>().await.expect("JSON"))
    };
    let schema = |field: &str| {
        let schema = json!({ "type": "record", "name": "r", "fields": [{ "name": field, "type": "long" }] });
        Some(json!({ "schema": schema.to_string() }))
    };
    let code = |(status, body): (u16, Value)| (status, body["error_code"].as_u64().expect("a code"));

    assert_eq!(code(ask(Method::GET, "/subjects/s/versions/latest", None).await), (404, 40_401));
    assert_eq!(code(ask(Method::GET, "/schemas/ids/1", None).await), (404, 40_403));
    let invalid = Some(json!({ "schema": "{}" }));
    assert_eq!(code(ask(Method::POST, "/subjects/s/versions", invalid).await), (422, 42_201));
    let level = json!({ "compatibility": "BACKWARD_TRANSITIVE" });
    assert_eq!(ask(Method::PUT, "/config/s", Some(level.clone())).await, (200, level));
    let registered = (200, json!({ "id": 1 }));
    assert_eq!(ask(Method::POST, "/subjects/s/versions", schema("x")).await, registered);
    assert_eq!(ask(Method::POST, "/subjects/s/versions", schema("x")).await, registered, "the same one");
    assert_eq!(code(ask(Method::POST, "/subjects/s/versions", schema("y")).await), (409, 409));
    assert_eq!(code(ask(Method::POST, "/subjects/s", schema("y")).await), (404, 40_403));
    assert_eq!(ask(Method::POST, "/subjects/s", schema("x")).await.1["version"], 1);
    assert_eq!(ask(Method::GET, "/subjects/s/versions/latest", None).await.1["id"], 1);
    assert_eq!(code(ask(Method::GET, "/subjects/s/versions/2", None).await), (404, 40_402));
    let text = ask(Method::GET, "/schemas/ids/1", None).await.1["schema"].as_str().map(str::to_owned);
    assert_eq!(text, schema("x").and_then(|sent| sent["schema"].as_str().map(str::to_owned)));
    assert_eq!(ask(Method::GET, "/subjects", None).await, (200, json!(["s"])));
}

/// Says something to a mail server, line by line; the last answer.
async fn converse(port: u16, lines: &[&str]) -> Option<String> {
    let mut stream = BufReader::new(TcpStream::connect(("127.0.0.1", port)).await.expect("it listens"));
    let mut answer = String::new();
    for line in std::iter::once(&"").chain(lines) {
        if !line.is_empty() {
            stream.write_all(format!("{line}\r\n").as_bytes()).await.expect("it reads");
        }
        answer.clear();
        if stream.read_line(&mut answer).await.unwrap_or(0) == 0 {
            return None;
        }
    }
    Some(answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_remembers_what_it_took_and_makes_trouble() {
    let mut server = MailServer::start().await;
    let message = "Message-ID: <1@x>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHallo\r\n.";
    let mail = ["HELO x", "MAIL FROM:<a@x>", "RCPT TO:<b@x>", "DATA", message];
    let said = async |port: u16| converse(port, &mail).await.map(|answer| answer[..3].to_owned());
    assert_eq!(said(server.port()).await.as_deref(), Some("250"));
    server.turn_to("refuse").await;
    assert_eq!(said(server.port()).await.as_deref(), Some("451"));
    server.turn_to("lose").await;
    assert_eq!(said(server.port()).await, None, "taken, and never answered");
    server.kill().await;
    server.start_again().await;
    let mails = server.mails();
    assert_eq!(mails.len(), 2, "both were on disk before anybody was told");
    assert_eq!((mails[0].message_id.as_str(), mails[0].subject.as_str()), ("<1@x>", "Grüße"));
    assert_eq!(mails[0].part("text/plain").map(str::trim), Some("Hallo"));
    assert_eq!(mails[1].to, ["b@x"]);
}
