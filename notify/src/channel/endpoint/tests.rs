use std::sync::Arc;

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Mutex,
};
use uuid::Uuid;

use super::*;
use crate::channel::{Gateway, GatewaySettings, Rendered, Secret, signature};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OLD: &str = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A receiver that answers each call with this text, and keeps what it was sent.
async fn receiver(answer: &'static str) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/hook?key=hidden", listener.local_addr().expect("an address"));
    let calls = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&calls);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let kept = Arc::clone(&kept);
            tokio::spawn(async move { take(stream, answer, &kept).await });
        }
    });
    (url, calls)
}

async fn take(mut stream: TcpStream, answer: &str, kept: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut call = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).await?;
        call.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&call).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if count == 0 || length.and_then(|length| length.parse().ok()) == Some(body.len()) {
            kept.lock().await.push(text.clone());
            break;
        }
    }
    stream.write_all(answer.as_bytes()).await
}

fn endpoints() -> Endpoints {
    let timeout = std::time::Duration::from_secs(2);
    Endpoints::new(EndpointSettings { timeout, allow_private: true }).expect("a client")
}

fn event(address: &str) -> Outgoing {
    let secrets = [SECRET, OLD].map(|secret| secret.parse::<Secret>().expect("a secret")).to_vec();
    let document = json!({"id": "b.3", "occurred_at": "2026-11-20T10:00:00+00:00", "note": "Grüße"});
    Outgoing {
        delivery_id: Uuid::from_u128(3),
        message: "booking.confirmed".to_owned(),
        address: address.to_owned(),
        content: Content::Event { secrets, document },
    }
}

fn header<'a>(call: &'a str, name: &str) -> &'a str {
    let line = call.lines().find_map(|line| line.strip_prefix(name).and_then(|rest| rest.strip_prefix(": ")));
    line.unwrap_or_else(|| panic!("no {name} in\n{call}"))
}

#[tokio::test]
async fn an_endpoint_can_tell_whom_an_event_comes_from() {
    let (url, calls) = receiver("HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n").await;
    let sent = endpoints().deliver(&event(&url)).await;
    assert_eq!(sent, Delivered::Sent { status_code: Some(204) });
    let call = calls.lock().await[0].clone();
    let (_, body) = call.split_once("\r\n\r\n").expect("a body");
    assert_eq!(header(&call, "webhook-id"), Uuid::from_u128(3).to_string());
    let seconds = header(&call, "webhook-timestamp").parse().expect("seconds");
    let at = chrono::DateTime::from_timestamp(seconds, 0).expect("a time");
    let secrets = [SECRET, OLD].map(|secret| secret.parse().expect("a secret"));
    let expected = signature::sign(&secrets, header(&call, "webhook-id"), at, body.as_bytes());
    assert_eq!(header(&call, "webhook-signature"), expected);
    let body: Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(body["type"], "booking.confirmed");
    assert_eq!(body["timestamp"], "2026-11-20T10:00:00+00:00");
    assert_eq!(body["data"]["id"], "b.3");
}

#[tokio::test]
async fn each_answer_means_what_the_standard_says() {
    for (answer, expected) in [
        ("HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n", Delivered::Gone),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 999999\r\n\r\nhalf of it",
            Delivered::Sent { status_code: Some(200) },
        ),
    ] {
        let (url, _) = receiver(answer).await;
        assert_eq!(endpoints().deliver(&event(&url)).await, expected);
    }
    for (answer, code, pause) in [
        ("HTTP/1.1 500 Oops\r\ncontent-length: 4\r\n\r\nuser", 500, None),
        ("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", 404, None),
        ("HTTP/1.1 429 Slow\r\nretry-after: 90\r\ncontent-length: 0\r\n\r\n", 429, Some(90)),
    ] {
        let (url, _) = receiver(answer).await;
        let delivered = endpoints().deliver(&event(&url)).await;
        let Delivered::Failed { status_code, retry_after, detail } = delivered else {
            panic!("{answer}: {delivered:?}");
        };
        assert_eq!((status_code, retry_after.map(|pause| pause.as_secs())), (Some(code), pause));
        assert!(!detail.contains("user"), "nothing of the answer's body is kept: {detail}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_an_address_is_not_told() {
    let (target, taken) = receiver("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let answer = format!("HTTP/1.1 307 Elsewhere\r\nlocation: {target}\r\ncontent-length: 0\r\n\r\n");
    let (url, calls) = receiver(answer.leak()).await;
    let delivered = endpoints().deliver(&event(&url)).await;
    assert!(matches!(delivered, Delivered::Failed { status_code: Some(307), .. }), "{delivered:?}");
    assert_eq!((calls.lock().await.len(), taken.lock().await.len()), (1, 0));

    let Delivered::Failed { detail, .. } =
        endpoints().deliver(&event("http://127.0.0.1:1/?key=hidden")).await
    else {
        panic!("nobody is there");
    };
    assert!(!detail.contains("hidden"), "{detail}");
}

#[tokio::test]
async fn a_stranger_cannot_point_us_at_our_own_network() {
    let strict = Endpoints::new(EndpointSettings::default()).expect("a client");
    let (url, calls) = receiver("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let port = url.split(':').nth(2).and_then(|rest| rest.split('/').next()).expect("a port");
    for address in [
        url.clone(),
        format!("https://127.0.0.1:{port}/"),
        format!("https://localhost:{port}/"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        "file:///etc/passwd".to_owned(),
        "not a URL".to_owned(),
    ] {
        let delivered = strict.deliver(&event(&address)).await;
        assert!(
            matches!(delivered, Delivered::Rejected { status_code: None, .. }),
            "{address}: {delivered:?}"
        );
    }
    assert!(calls.lock().await.is_empty());
}

#[tokio::test]
async fn a_gateway_is_given_what_it_needs_to_send_a_message() {
    let (url, calls) = receiver("HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n").await;
    let timeout = std::time::Duration::from_secs(2);
    let settings = GatewaySettings { channel: "sms", url, secrets: vec![SECRET.to_owned()], timeout };
    let gateway = Gateway::new(&settings).expect("a gateway");
    let rendered = Rendered {
        language: crate::template::Language::German,
        subject: "Bestätigt: Jazz".to_owned(),
        text: String::new(),
        html: String::new(),
        link: Some("https://shop.example/b".to_owned()),
        invite: None,
    };
    let outgoing = Outgoing {
        message: "CONFIRMED".to_owned(),
        address: "+491701234567".to_owned(),
        content: Content::Message(rendered),
        ..event("")
    };
    assert_eq!(gateway.deliver(&outgoing).await, Delivered::Sent { status_code: Some(202) });
    let call = calls.lock().await[0].clone();
    assert!(header(&call, "webhook-signature").starts_with("v1,"));
    let body: Value = serde_json::from_str(call.split_once("\r\n\r\n").expect("a body").1).expect("JSON");
    let expected = json!({
        "id": Uuid::from_u128(3), "channel": "sms", "to": "+491701234567", "language": "de",
        "message": "CONFIRMED", "text": "Bestätigt: Jazz", "link": "https://shop.example/b"
    });
    assert_eq!(body, expected);

    let (url, _) = receiver("HTTP/1.1 422 No such number\r\ncontent-length: 0\r\n\r\n").await;
    let gateway = Gateway::new(&GatewaySettings { url, ..settings.clone() }).expect("a gateway");
    assert!(matches!(gateway.deliver(&outgoing).await, Delivered::Rejected { status_code: Some(422), .. }));
    let bad = GatewaySettings { url: "sms.example.com".to_owned(), ..settings };
    assert!(matches!(Gateway::new(&bad), Err(ChannelError::Url(_))));
}
