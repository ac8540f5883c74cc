//! One delivery: rendered, sent, and what is to be recorded of it.

use std::time::Instant;

use chrono::Utc;
use db::{ClaimedDelivery, DeliveryChannel, DeliveryRecord, DeliveryResult};

use super::retry::Retries;
use crate::{
    channel::{Channels, Content, Delivered, Outgoing},
    report::error_chain,
    template::{Language, Renderer},
};

/// Sends a claimed delivery once.
pub(super) async fn attempt(
    claim: &ClaimedDelivery,
    channels: &Channels,
    renderer: &Renderer,
    retries: &Retries,
) -> DeliveryRecord {
    let began = Instant::now();
    let record = match prepare(claim, renderer) {
        Err(undone) => undone.record(claim),
        Ok(outgoing) => match channels.get(claim.channel) {
            Some(channel) => told(claim, channel.deliver(&outgoing).await, retries),
            None => {
                Undone::Skip("nobody sent it in its time: the channel is not set up".to_owned()).record(claim)
            }
        },
    };
    let took_ms = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
    let detail = record.detail.map(|detail| detail.replace('\0', "\u{FFFD}")); // Postgres has no place for it.
    let record = DeliveryRecord { took_ms, detail, ..record };
    count(claim, &record);
    record
}

/// Why a delivery is not sent.
enum Undone {
    /// Nobody is to get it, or there is nowhere to send it.
    Skip(String),
    /// It can't be made.
    Reject(String),
}

impl Undone {
    fn record(self, claim: &ClaimedDelivery) -> DeliveryRecord {
        let (result, detail) = match self {
            Self::Skip(detail) => (DeliveryResult::Skipped, detail),
            Self::Reject(detail) => (DeliveryResult::Rejected, detail),
        };
        DeliveryRecord { detail: Some(detail), ..blank(claim, result) }
    }
}

/// A record that says nothing but what came of it.
pub(super) fn blank(claim: &ClaimedDelivery, result: DeliveryResult) -> DeliveryRecord {
    DeliveryRecord {
        delivery_id: claim.delivery_id,
        fence: claim.fence,
        result,
        status_code: None,
        detail: None,
        took_ms: 0,
        retry_in_ms: None,
    }
}

/// What is to be sent, and where to.
fn prepare(claim: &ClaimedDelivery, templates: &Renderer) -> Result<Outgoing, Undone> {
    let (address, content) = if claim.channel == DeliveryChannel::Webhook {
        let endpoint =
            claim.endpoint.as_ref().ok_or_else(|| Undone::Skip("the endpoint is gone".to_owned()))?;
        let secrets = endpoint.secrets.iter().map(|secret| secret.parse()).collect::<Result<_, _>>();
        let secrets = secrets.map_err(|error| Undone::Reject(format!("the endpoint's secret: {error}")))?;
        (endpoint.url.clone(), Content::Event { secrets, document: claim.document.clone() })
    } else {
        let address = claim.address.clone().filter(|address| !address.is_empty());
        let address = address.ok_or_else(|| Undone::Skip("there is no address to send it to".to_owned()))?;
        if claim.moot {
            return Err(Undone::Skip("what it offers is over, or taken".to_owned()));
        }
        let language = Language::of(claim.language.as_deref());
        let rendered = templates.render(&claim.message, language, &claim.document, &claim.context);
        (address, Content::Message(rendered.map_err(|error| Undone::Reject(error_chain(&error)))?))
    };
    Ok(Outgoing { delivery_id: claim.delivery_id, message: claim.message.clone(), address, content })
}

/// What came of sending, as it is recorded.
fn told(claim: &ClaimedDelivery, delivered: Delivered, retries: &Retries) -> DeliveryRecord {
    match delivered {
        Delivered::Sent { status_code } => {
            DeliveryRecord { status_code: status_code.map(i32::from), ..blank(claim, DeliveryResult::Sent) }
        }
        Delivered::Failed { detail, status_code, retry_after } => {
            let tries_before = u32::try_from(claim.attempts).unwrap_or_default();
            let pause = retries.pause(claim.channel, tries_before, retry_after);
            DeliveryRecord {
                status_code: status_code.map(i32::from),
                detail: Some(detail),
                retry_in_ms: Some(i64::try_from(pause.as_millis()).unwrap_or(i64::MAX)),
                ..blank(claim, DeliveryResult::Failed)
            }
        }
        Delivered::Gone => DeliveryRecord {
            status_code: Some(410),
            detail: Some("the endpoint wants nothing more".to_owned()),
            ..blank(claim, DeliveryResult::Gone)
        },
        Delivered::Rejected { detail, status_code } => DeliveryRecord {
            status_code: status_code.map(i32::from),
            detail: Some(detail),
            ..blank(claim, DeliveryResult::Rejected)
        },
    }
}

fn count(claim: &ClaimedDelivery, record: &DeliveryRecord) {
    let (channel, message) = (claim.channel.as_str(), claim.message.clone());
    if claim.repeated {
        metrics::counter!("holdfast_deliveries_repeated_total", "channel" => channel, "message" => message.clone())
            .increment(1);
    }
    let result = match record.result {
        DeliveryResult::Sent => "sent",
        DeliveryResult::Failed => "failed",
        DeliveryResult::Gone => "gone",
        DeliveryResult::Rejected => "rejected",
        DeliveryResult::Skipped => "skipped",
        DeliveryResult::Released => "released",
    };
    if record.result == DeliveryResult::Sent {
        let latency = (Utc::now() - claim.planned_at).to_std().unwrap_or_default();
        metrics::histogram!("holdfast_delivery_seconds", "channel" => channel, "message" => message.clone())
            .record(latency.as_secs_f64());
    }
    metrics::counter!("holdfast_deliveries_total", "channel" => channel, "message" => message, "result" => result)
        .increment(1);
}

#[cfg(test)]
mod tests;
