//! Where the keys of an issuer are read from, once.

use std::{path::PathBuf, time::Duration};

use reqwest::{Client, Url, redirect::Policy};
use serde::Deserialize;

use super::AuthError;

/// Bytes of an answer at most: a set has a few keys of some hundred bytes each.
const LARGEST: usize = 256 * 1024;

/// Where the keys are.
pub(super) enum Origin {
    File(PathBuf),
    Set { http: Client, url: Url },
    Discovery { http: Client, issuer: String, url: Url },
}

/// Of what OpenID discovery says, what is needed here.
#[derive(Deserialize)]
struct Discovered {
    issuer: String,
    jwks_uri: String,
}

impl Origin {
    pub(super) fn set(url: &str, timeout: Duration) -> Result<Self, AuthError> {
        Ok(Self::Set { http: client(timeout)?, url: safe(url)? })
    }

    pub(super) fn discovery(issuer: &str, timeout: Duration) -> Result<Self, AuthError> {
        let url = safe(&format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/')))?;
        Ok(Self::Discovery { http: client(timeout)?, issuer: issuer.to_owned(), url })
    }

    /// Reads the set as it is now.
    pub(super) async fn read(&self) -> Result<Vec<u8>, AuthError> {
        match self {
            Self::File(path) => read_file(path),
            Self::Set { http, url } => get(http, url).await,
            Self::Discovery { http, issuer, url } => {
                let found: Discovered =
                    serde_json::from_slice(&get(http, url).await?).map_err(AuthError::NoDiscovery)?;
                if found.issuer != *issuer {
                    return Err(AuthError::OtherIssuer { expected: issuer.clone(), found: found.issuer });
                }
                get(http, &safe(&found.jwks_uri)?).await
            }
        }
    }
}

/// Reads a file with a set.
pub(super) fn read_file(path: &PathBuf) -> Result<Vec<u8>, AuthError> {
    std::fs::read(path).map_err(|source| AuthError::File { path: path.clone(), source })
}

/// An address whose answer nobody on the way can have changed.
fn safe(text: &str) -> Result<Url, AuthError> {
    let unsafe_address = || AuthError::Address(text.to_owned());
    let url = Url::parse(text).map_err(|_| unsafe_address())?;
    let here = match url.host_str() {
        Some("localhost") => true,
        Some(host) => {
            let host = host.trim_start_matches('[').trim_end_matches(']');
            host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        None => false,
    };
    if url.scheme() == "https" || (url.scheme() == "http" && here) { Ok(url) } else { Err(unsafe_address()) }
}

fn client(timeout: Duration) -> Result<Client, AuthError> {
    let builder = Client::builder()
        .timeout(timeout)
        .connect_timeout(timeout / 2)
        // Keys come from where they were said to be, and from nowhere else.
        .redirect(Policy::none())
        .user_agent(concat!("holdfast/", env!("CARGO_PKG_VERSION")));
    builder.build().map_err(AuthError::Fetch)
}

async fn get(http: &Client, url: &Url) -> Result<Vec<u8>, AuthError> {
    let mut answer = http.get(url.clone()).send().await.map_err(AuthError::Fetch)?;
    // A redirect is no error to the library, and no answer to us.
    if answer.status() != reqwest::StatusCode::OK {
        return Err(AuthError::Answer { address: url.to_string(), status: answer.status().as_u16() });
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(AuthError::Fetch)? {
        body.extend_from_slice(&chunk);
        if body.len() > LARGEST {
            return Err(AuthError::TooLarge { address: url.to_string(), limit: LARGEST });
        }
    }
    Ok(body)
}
