//! GraphQL over HTTP, as a front end speaks it.

use std::{sync::OnceLock, time::Duration};

use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::wait::until;

/// Longer than the server's own time-out.
const PATIENCE: Duration = Duration::from_secs(15);

/// Somebody with a token.
pub(crate) struct Client {
    url: String,
    token: String,
}

impl Client {
    /// Of the server at `url`, such as `http://127.0.0.1:8080`.
    pub(crate) fn new(url: &str, token: &str) -> Self {
        Self { url: url.to_owned(), token: token.to_owned() }
    }

    /// The `data` of an answer without errors.
    pub(crate) fn ask(&self, query: &str) -> Value {
        let request = http()
            .post(format!("{}/graphql", self.url))
            .bearer_auth(&self.token)
            .json(&json!({ "query": query }));
        let mut answer: Value = block_on(async { request.send().await?.json().await })
            .unwrap_or_else(|error| panic!("{query}: {error:?}"));
        assert!(answer["errors"].is_null(), "{query}: {answer}");
        answer["data"].take()
    }

    /// Sends a `createBooking`, and gives the booking.
    pub(crate) fn book(&self, mutation: &str) -> Value {
        let payload = self.ask(mutation)["createBooking"].take();
        assert_eq!(payload["userErrors"], json!([]), "{payload}");
        payload["booking"].clone()
    }

    /// A booking as it is now.
    pub(crate) fn booking(&self, reference: &str) -> Value {
        let fields = "id reference status inProgress total { amount } \
                      payment { status captured { amount } attempts }";
        let query = format!("{{ booking(reference: \"{reference}\") {{ {fields} }} }}");
        self.ask(&query)["booking"].take()
    }

    /// Waits until a booking is paid, and gives it.
    pub(crate) fn captured(&self, reference: &str) -> Value {
        until("the booking is paid", || {
            let booking = self.booking(reference);
            (booking["payment"]["status"] == "CAPTURED").then_some(booking)
        })
    }

    /// Who the server takes us for.
    pub(crate) fn role(&self) -> String {
        let viewer = self.ask("{ viewer { role } }");
        let role = viewer["viewer"]["role"].as_str();
        role.expect("a token has a role").to_owned()
    }
}

/// Status and body of a page.
pub(crate) fn get(url: &str) -> (u16, String) {
    let page = block_on(async {
        let response = http().get(url).send().await?;
        Ok::<_, reqwest::Error>((response.status().as_u16(), response.text().await?))
    });
    page.unwrap_or_else(|error| panic!("{url}: {error:?}"))
}

pub(crate) fn http() -> reqwest::Client {
    let built = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build();
    built.expect("a plain HTTP client")
}

/// Runs one piece of asynchronous work for a test that has no runtime of its own.
pub(crate) fn block_on<F: Future>(work: F) -> F::Output {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().expect("a runtime")).block_on(work)
}
