//! Stripe's own books, as its events tell them: they alone say when something happened to an older intent.
//! Stripe keeps events for 30 days. <https://docs.stripe.com/api/events/list>
//!
//! A pass reads all events since a moment, newest first, page by page; the next pass begins a little before the moment
//! at which this one did, so that what was late to be listed is seen twice rather than never. All by Stripe's clock.

use std::collections::{HashMap, hash_map::Entry as Slot};

use chrono::{DateTime, Utc};
use db::OperationKind;
use serde::{Deserialize, de::IgnoredAny};

use super::{
    super::{Entry, Statement},
    KEY_METADATA,
    wire::{Client, Intent, Page},
};

/// How late, in seconds, an event may show up in the list.
const LATE_SECONDS: i64 = 60;

/// The events that tell of money, and what each was.
const EVENTS: [(&str, OperationKind); 4] = [
    ("payment_intent.amount_capturable_updated", OperationKind::Authorize),
    ("payment_intent.succeeded", OperationKind::Capture),
    ("payment_intent.canceled", OperationKind::Void),
    ("refund.created", OperationKind::Refund),
];

#[derive(Deserialize)]
struct Event {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    created: i64,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Object,
}

/// An intent or a refund.
#[derive(Deserialize)]
struct Object {
    id: String,
    amount: i64,
    amount_received: Option<i64>,
    currency: String,
    payment_intent: Option<String>,
    latest_charge: Option<IgnoredAny>,
    last_payment_error: Option<IgnoredAny>,
    #[serde(default)]
    metadata: HashMap<String, String>,
}

impl Object {
    /// An intent whose payment was never authorized is cancelled without any money let go.
    fn was_authorized(&self) -> bool {
        self.latest_charge.is_some() && self.last_payment_error.is_none()
    }
}

/// Where a pass stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Cursor {
    /// It reads what was made since, in Unix seconds.
    from: i64,
    /// When it began, and the last event of its last page; none between two passes.
    under_way: Option<(i64, String)>,
}

impl Cursor {
    fn read(text: Option<&str>) -> Result<Self, String> {
        let Some(text) = text else { return Ok(Self::default()) };
        let number =
            |part: &str| part.parse().map_err(|_| format!("`{text}` is no cursor of Stripe's events"));
        match text.split('/').collect::<Vec<_>>()[..] {
            [from] => Ok(Self { from: number(from)?, under_way: None }),
            [from, begun, after] => {
                Ok(Self { from: number(from)?, under_way: Some((number(begun)?, after.to_owned())) })
            }
            _ => Err(format!("`{text}` is no cursor of Stripe's events")),
        }
    }

    fn write(&self) -> String {
        match &self.under_way {
            None => self.from.to_string(),
            Some((begun, after)) => format!("{}/{begun}/{after}", self.from),
        }
    }
}

/// Reads a page.
pub(super) async fn list(client: &Client, cursor: Option<&str>) -> Result<Statement, String> {
    let cursor = Cursor::read(cursor)?;
    let mut query = vec![("limit", "100".to_owned()), ("created[gte]", cursor.from.to_string())];
    query.extend(EVENTS.map(|(kind, _)| ("types[]", kind.to_owned())));
    if let Some((_, after)) = &cursor.under_way {
        query.push(("starting_after", after.clone()));
    }
    let read =
        client.get::<Page<Event>>("/v1/events", &query).await.map_err(|trouble| trouble.to_string())?;
    let begun = match (&cursor.under_way, read.at) {
        (Some((begun, _)), _) => *begun,
        (None, Some(at)) => at.timestamp(),
        (None, None) => return Err("the answer does not say when it was given".to_owned()),
    };
    let page = read.body;
    let last = page.data.last().map(|event| event.id.clone()).filter(|_| page.has_more);
    let entries = entries(client, page.data).await?;
    if let Some(after) = last {
        let next = Cursor { from: cursor.from, under_way: Some((begun, after)) };
        return Ok(Statement { entries, cursor: Some(next.write()), has_more: true, complete_until: None });
    }
    // Twice as far back as anything is late, because its second is not over when it is listed.
    let next = Cursor { from: (begun - 2 * LATE_SECONDS).max(cursor.from), under_way: None };
    let complete_until = DateTime::from_timestamp(begun - LATE_SECONDS, 0);
    Ok(Statement { entries, cursor: Some(next.write()), has_more: false, complete_until })
}

/// The lines of a page, oldest first. What another product did on the same account is none of ours.
async fn entries(client: &Client, events: Vec<Event>) -> Result<Vec<Entry>, String> {
    let mut ours = HashMap::new();
    let mut entries = Vec::with_capacity(events.len());
    for event in events.into_iter().rev() {
        let Some(kind) = EVENTS.iter().find(|(name, _)| *name == event.kind).map(|(_, kind)| *kind) else {
            continue;
        };
        let happened_at = moment(event.created)?;
        let object = event.data.object;
        let key = object.metadata.get(KEY_METADATA).cloned();
        let is_ours = match (&key, kind, &object.payment_intent) {
            (Some(_), OperationKind::Void, _) => object.was_authorized(),
            (Some(_), ..) => true,
            // Made by hand, perhaps of one of our payments.
            (None, OperationKind::Refund, Some(intent)) => is_ours(client, &mut ours, intent).await?,
            _ => false,
        };
        if !is_ours {
            continue;
        }
        let is_refund = kind == OperationKind::Refund;
        let amount_minor = match kind {
            OperationKind::Capture => object.amount_received.unwrap_or(object.amount),
            _ => object.amount,
        };
        entries.push(Entry {
            authorization: if is_refund { object.payment_intent } else { Some(object.id.clone()) },
            reference: object.id,
            // An intent bears the key of its authorization alone.
            operation_key: key.filter(|_| matches!(kind, OperationKind::Authorize | OperationKind::Refund)),
            kind,
            amount_minor,
            currency: object.currency.to_uppercase(),
            happened_at,
        });
    }
    Ok(entries)
}

async fn is_ours(client: &Client, known: &mut HashMap<String, bool>, intent: &str) -> Result<bool, String> {
    match known.entry(intent.to_owned()) {
        Slot::Occupied(slot) => Ok(*slot.get()),
        Slot::Vacant(slot) => {
            let path = format!("/v1/payment_intents/{intent}");
            let intent = client.get::<Intent>(&path, &[]).await.map_err(|trouble| trouble.to_string())?.body;
            Ok(*slot.insert(intent.metadata.contains_key(KEY_METADATA)))
        }
    }
}

fn moment(seconds: i64) -> Result<DateTime<Utc>, String> {
    DateTime::from_timestamp(seconds, 0).ok_or_else(|| format!("{seconds} is no time"))
}
