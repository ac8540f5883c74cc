//! One signed POST of JSON, and what its answer means.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::{Client, Response, StatusCode, Url, header, redirect};
use uuid::Uuid;

use super::{Delivered, Secret, guard, signature};
use crate::report::error_chain;

/// An answer's body is read to here, so that its connection can be used again, and looked at nowhere.
const READ_AT_MOST: usize = 16 * 1024;
/// A longer pause than this is not waited for, whoever asks for it.
const LONGEST_RETRY_AFTER: Duration = Duration::from_hours(12);

/// A client that goes where it is sent and nowhere else.
pub(super) fn client(timeout: Duration, only_public: bool) -> Result<Client, reqwest::Error> {
    let builder = Client::builder()
        .timeout(timeout)
        .connect_timeout(timeout / 2)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .pool_idle_timeout(Duration::from_secs(30))
        .user_agent(concat!("holdfast/", env!("CARGO_PKG_VERSION")));
    if only_public { builder.dns_resolver(guard::PublicOnly).build() } else { builder.build() }
}

/// Posts the body under the headers of Standard Webhooks, and gives the answer.
pub(super) async fn post(
    client: &Client,
    url: Url,
    secrets: &[Secret],
    id: Uuid,
    body: String,
) -> Result<Response, Delivered> {
    let (id, now) = (id.to_string(), Utc::now());
    let request = client
        .post(url)
        .header(header::CONTENT_TYPE, "application/json")
        .header("webhook-signature", signature::sign(secrets, &id, now, body.as_bytes()))
        .header("webhook-timestamp", now.timestamp())
        .header("webhook-id", id);
    request.body(body).send().await.map_err(|error| {
        // The address stays out of the detail: it may carry a secret of its own.
        let error = error.without_url();
        if guard::is_refusal(&error) {
            Delivered::rejected(error_chain(&error))
        } else {
            Delivered::failed(error_chain(&error))
        }
    })
}

/// An answer that is neither of those that the caller knows: to be sent again.
pub(super) fn refused(answer: &Response) -> Delivered {
    let status = answer.status();
    Delivered::Failed {
        detail: format!("it answered {status}"),
        status_code: Some(status.as_u16()),
        retry_after: retry_after(answer, Utc::now()),
    }
}

/// Taken, with this status.
pub(super) fn sent(status: StatusCode) -> Delivered {
    Delivered::Sent { status_code: Some(status.as_u16()) }
}

/// Reads what is left of an answer, within bounds. What it says, and whether it ends well, is nobody's concern.
pub(super) async fn drain(mut answer: Response) {
    let mut left = READ_AT_MOST;
    while let Ok(Some(chunk)) = answer.chunk().await {
        match left.checked_sub(chunk.len()) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

/// The pause that an answer asks for, in seconds or until a date.
fn retry_after(answer: &Response, now: DateTime<Utc>) -> Option<Duration> {
    let value = answer.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    read_retry_after(value, now)
}

fn read_retry_after(value: &str, now: DateTime<Utc>) -> Option<Duration> {
    let pause = if let Ok(seconds) = value.parse() {
        Duration::from_secs(seconds)
    } else {
        let until = DateTime::parse_from_rfc2822(value).ok()?;
        (until.with_timezone(&Utc) - now).to_std().ok()?
    };
    Some(pause.min(LONGEST_RETRY_AFTER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_asked_for_in_seconds_or_until_a_date() {
        let now = DateTime::from_timestamp(784_111_717, 0).expect("a time");
        for (value, seconds) in [
            ("120", Some(120)),
            ("0", Some(0)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(60)),
            ("999999999", Some(12 * 3600)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", None),
            ("-5", None),
            ("soon", None),
            ("", None),
        ] {
            let read = read_retry_after(value, now).map(|pause| pause.as_secs());
            assert_eq!(read, seconds, "{value}");
        }
    }
}
