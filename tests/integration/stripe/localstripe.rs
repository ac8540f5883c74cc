//! localstripe as a process, on a port of its own.

use std::{env, path::PathBuf, process::Stdio};

use jobs::gateway::Stripe;
use reqwest::Client;
use serde_json::Value;
use tests::until;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    process::{Child, Command},
    sync::mpsc,
};

use crate::process::support::free_port;

const SECRET: &str = "whsec_test";

/// Where `./test` put it, which says so in the environment.
fn python() -> PathBuf {
    let told = env::var_os("HOLDFAST_LOCALSTRIPE").map(PathBuf::from);
    let cache = || env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    told.or_else(|| Some(cache().or_else(home)?.join("holdfast/localstripe-1.15.10/bin/python")))
        .filter(|python| python.exists())
        .expect("localstripe is installed by ./test: run it once")
}

pub(super) struct LocalStripe {
    url: String,
    http: Client,
    /// Killed when dropped.
    _process: Child,
}

impl LocalStripe {
    pub(super) async fn start() -> Self {
        let port = free_port();
        let process = Command::new(python())
            .args(["-m", "localstripe", "--from-scratch", "--port", &port.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("it starts");
        let url = format!("http://127.0.0.1:{port}");
        let http = Client::new();
        until("localstripe answers", || async {
            http.get(format!("{url}/v1/events")).bearer_auth("sk_test_1").send().await.ok()
        })
        .await;
        Self { url, http, _process: process }
    }

    pub(super) fn gateway(&self) -> Stripe {
        self.gateway_with_key("sk_test_1")
    }

    pub(super) fn gateway_with_key(&self, key: &str) -> Stripe {
        Stripe::new("stripe".to_owned(), self.url.clone(), key.to_owned(), vec![SECRET.to_owned()])
    }

    /// What was given back of a payment, by its own books.
    pub(super) async fn refunded(&self, intent: &str) -> i64 {
        let url = format!("{}/v1/refunds?payment_intent={intent}", self.url);
        let list: Value = async { self.http.get(url).bearer_auth("sk_test_1").send().await?.json().await }
            .await
            .expect("it answers");
        let refunds = list["data"].as_array().expect("a list");
        refunds.iter().map(|refund| refund["amount"].as_i64().expect("an amount")).sum()
    }

    /// Every webhook from now on: its signature and its body.
    pub(super) async fn webhooks(&self) -> mpsc::UnboundedReceiver<(String, Vec<u8>)> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let here = format!("http://{}", listener.local_addr().expect("it is bound"));
        let settings = serde_json::json!({ "url": here, "secret": SECRET });
        let set = self.http.post(format!("{}/_config/webhooks/here", self.url)).json(&settings).send().await;
        assert!(set.expect("it answers").status().is_success());
        let (told, webhooks) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if told.send(receive(stream).await).is_err() {
                    return;
                }
            }
        });
        webhooks
    }
}

async fn receive(mut stream: TcpStream) -> (String, Vec<u8>) {
    let mut bytes = Vec::new();
    loop {
        stream.read_buf(&mut bytes).await.expect("a request");
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let header = |name: &str| {
            head.lines().find_map(|line| {
                let (key, value) = line.split_once(": ")?;
                key.eq_ignore_ascii_case(name).then(|| value.to_owned())
            })
        };
        let length: usize = header("content-length").expect("it has one").parse().expect("a number");
        if body.len() < length {
            continue;
        }
        let received = (header("stripe-signature").expect("it is signed"), body.as_bytes().to_vec());
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.expect("it waits for one");
        return received;
    }
}
