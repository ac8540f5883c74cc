//! Tokens of an identity provider, for brokers that take OAUTHBEARER.

use std::time::Duration;

use chrono::Utc;
use rdkafka::client::OAuthToken;
use serde::Deserialize;
use tokio::runtime::Handle;

use super::settings::{Credentials, Sasl};

const TIMEOUT: Duration = Duration::from_secs(10);

/// Where tokens are had, by OAuth 2.0 client credentials (RFC 6749, 4.4).
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    client: Credentials,
    url: String,
    scope: Option<String>,
    http: reqwest::Client,
    runtime: Handle,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenError {
    #[error("the identity provider gives no token")]
    Refused(#[from] reqwest::Error),
    #[error("the thread that asks the identity provider ended by a panic")]
    Panicked,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: i64,
}

impl Tokens {
    /// For a client that needs them; called within the runtime that asks for them.
    pub(crate) fn of(sasl: Option<&Sasl>) -> Option<Self> {
        let Some(Sasl::OauthBearer { client, token_url, scope }) = sasl else { return None };
        Some(Self {
            client: client.clone(),
            url: token_url.clone(),
            scope: scope.clone(),
            http: reqwest::Client::new(),
            runtime: Handle::current(),
        })
    }

    /// A new token. Asked for by the client library on whichever thread serves it, and that one has to wait.
    pub(crate) fn fetch(&self) -> Result<OAuthToken, TokenError> {
        // A thread of its own, because the asking one may belong to a runtime, which must not be blocked on itself.
        let granted = std::thread::scope(|scope| {
            scope.spawn(|| self.runtime.block_on(self.ask())).join().map_err(|_| TokenError::Panicked)
        })??;
        Ok(OAuthToken {
            token: granted.access_token,
            principal_name: self.client.username.clone(),
            lifetime_ms: Utc::now().timestamp_millis() + granted.expires_in * 1_000,
        })
    }

    async fn ask(&self) -> Result<Granted, TokenError> {
        let mut form = vec![("grant_type", "client_credentials")];
        form.extend(self.scope.as_deref().map(|scope| ("scope", scope)));
        let request = self.http.post(&self.url).timeout(TIMEOUT);
        let request = request.basic_auth(&self.client.username, Some(&self.client.password)).form(&form);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }
}
