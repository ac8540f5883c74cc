//! A small GraphQL client: what `replay` and `import` know of the server.
//!
//! It speaks the public contract only, as any client would. Nothing here
//! knows the database or the crates behind the API.

mod command;
mod drafts;
mod error;
mod listings;
mod local_time;
mod retry;
mod venue_plans;
mod wire;

use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use serde::de::DeserializeOwned;
use serde_json::Value;

pub(crate) use command::{CommandError, Done};
pub(crate) use drafts::{ClassPrice, ListingDraft, MoneyText, PlanId, PolicyStep, RatePlanDraft, SlotDraft};
pub(crate) use error::ClientError;
pub(crate) use listings::{SLOTS_PER_CALL, upsert_listing, upsert_slots};
pub(crate) use local_time::local_instant;
pub(crate) use venue_plans::{PLAIN_CLASS, VenuePlanDraft, VenueRowDraft, upsert_venue_plan};

/// Longer than the server's own time-out, so that the server's answer wins.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// A server and the token that it is asked with. Clones share their connections.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    endpoint: reqwest::Url,
    token: String,
}

impl Client {
    /// A client of the server at `base_url`, such as `http://127.0.0.1:8080`.
    pub(crate) fn new(base_url: &str, token: &str) -> Result<Self, ClientError> {
        let address = |reason: String| ClientError::Address { url: base_url.to_owned(), reason };
        let endpoint: reqwest::Url = format!("{}/graphql", base_url.trim_end_matches('/'))
            .parse()
            .map_err(|error| address(format!("{error}")))?;
        let Some(host) = endpoint.host_str() else {
            return Err(address("it names no host".to_owned()));
        };
        let mut builder = reqwest::Client::builder().timeout(REQUEST_TIMEOUT);
        // A proxy of the environment can't reach this machine's own loopback.
        if ["localhost", "127.0.0.1", "[::1]"].contains(&host) {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(ClientError::Transport)?;
        Ok(Self { http, endpoint, token: token.to_owned() })
    }

    /// Sends one operation once. Any top-level error makes the whole answer an error.
    pub(crate) async fn query<T: DeserializeOwned>(
        &self,
        document: &'static str,
        variables: Value,
    ) -> Result<T, ClientError> {
        let response = self
            .http
            .post(self.endpoint.clone())
            .bearer_auth(&self.token)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/graphql-response+json")
            .body(wire::request(document, &variables))
            .send()
            .await
            .map_err(ClientError::Transport)?;
        let status = response.status().as_u16();
        let retry_after = wire::retry_after(response.headers());
        let body = response.bytes().await.map_err(ClientError::Transport)?;
        wire::answer(status, retry_after, &body)
    }
}
