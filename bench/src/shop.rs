//! What is for sale, written through the public API.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, SecondsFormat, Utc};
use rand::Rng as _;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Error, Options,
    load::Bodies,
    system::System,
    wire::{Connection, Document},
};

/// What one call of `upsertSlots` may hold, or half of it.
const SLOTS_PER_CALL: usize = 500;
const SEATS_OF_A_ROW: usize = 50;

const ERRORS: &str = "userErrors { code message path retryable retryAfterMs } replayed";

/// What is for sale.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Goods {
    /// So many slots, of so many places each.
    Places { slots: usize, capacity: usize },
    /// So many slots, in a hall of so many rows of 50 seats.
    Seats { slots: usize, rows: usize },
}

/// Slots that are on sale.
#[derive(Clone, Debug)]
pub(crate) struct Shop {
    /// Global ids of the slots.
    pub(crate) slots: Arc<[String]>,
}

impl Shop {
    /// Puts the goods on sale.
    pub(crate) async fn open(system: &System, options: &Options, goods: Goods) -> Result<Self, Error> {
        let mut seller = system.seller(options).await?;
        let (number, terms) = match goods {
            Goods::Places { slots, capacity } => (slots, json!({ "capacity": capacity })),
            Goods::Seats { slots, rows } => (slots, json!({ "venuePlanId": hall(&mut seller, rows).await? })),
        };
        let listing = listing(&mut seller).await?;
        let first = Utc::now() + Duration::days(30);
        let slots: Vec<_> = (0..number).map(|hour| slot(first, hour, &terms)).collect();
        let mut ids = Vec::with_capacity(number);
        for part in slots.chunks(SLOTS_PER_CALL) {
            let input = json!({ "idempotencyKey": Uuid::now_v7(), "listingId": listing, "slots": part });
            let document = format!(
                "mutation($input: UpsertSlotsInput!) {{ payload: upsertSlots(input: $input) {{ slots {{ id }} {ERRORS} }} }}"
            );
            let payload = mutate(&mut seller, "the slots", &document, input).await?;
            let written = payload["slots"].as_array().into_iter().flatten();
            ids.extend(written.filter_map(|slot| slot["id"].as_str()).map(str::to_owned));
        }
        Ok(Self { slots: ids.into() })
    }

    /// The rows of the slots in the database.
    pub(crate) fn uuids(&self) -> Vec<Uuid> {
        let uuid = |global: &String| {
            let bytes = URL_SAFE_NO_PAD.decode(global).ok()?;
            std::str::from_utf8(&bytes).ok()?.split_once(':')?.1.parse().ok()
        };
        self.slots.iter().filter_map(uuid).collect()
    }

    /// Bookings of random slots: so many places each, paid with a method if one is named.
    pub(crate) fn bookings(&self, quantity: usize, payment_method: Option<&str>) -> Bodies {
        let document = Document::new(&format!(
            "mutation Book($input: CreateBookingInput!) {{ payload: createBooking(input: $input) {{ \
             subject: booking {{ id reference status version total {{ amount currencyCode }} }} {ERRORS} }} }}"
        ));
        let method =
            payment_method.map_or(String::new(), |method| format!("\"paymentMethod\":\"{method}\","));
        let slots = Arc::clone(&self.slots);
        Arc::new(move |_| {
            let slot = &slots[rand::rng().random_range(0..slots.len())];
            let key = Uuid::new_v4();
            document.with(&format!(
                "{{\"input\":{{{method}\"idempotencyKey\":\"{key}\",\"lines\":[{{\"slotId\":\"{slot}\",\"quantity\":{quantity}}}]}}}}"
            ))
        })
    }

    /// Queries of how many places of a random slot are free, and at what price.
    pub(crate) fn availability(&self) -> Bodies {
        let document = Document::new(
            "query Availability($id: ID!) { payload: node(id: $id) { \
             ... on Slot { id available capacity state startsAt price { amount currencyCode } } } }",
        );
        let slots = Arc::clone(&self.slots);
        Arc::new(move |_| {
            let slot = &slots[rand::rng().random_range(0..slots.len())];
            document.with(&format!("{{\"id\":\"{slot}\"}}"))
        })
    }
}

async fn mutate(
    seller: &mut Connection,
    what: &'static str,
    document: &str,
    input: Value,
) -> Result<Value, Error> {
    let variables = json!({ "input": input }).to_string();
    seller.must(what, Document::new(document).with(&variables)).await
}

async fn listing(seller: &mut Connection) -> Result<String, Error> {
    let input = json!({
        "idempotencyKey": Uuid::now_v7(), "slug": format!("bench-{}", Uuid::now_v7()), "title": "Benchmark",
        "description": "Sold as fast as it goes.", "timeZone": "Europe/Berlin", "currency": "EUR",
        // The longest: nothing expires while it is measured.
        "holdSeconds": 600, "salesWindowDays": 3650,
        "ratePlans": [{ "code": "flexible", "name": "Flexible", "pricePercent": 100,
                        "policy": [{ "hoursBeforeStart": 0, "refundPercent": 100 }] }],
    });
    let document = format!(
        "mutation($input: UpsertListingInput!) {{ payload: upsertListing(input: $input) {{ listing {{ id }} {ERRORS} }} }}"
    );
    let payload = mutate(seller, "the listing", &document, input).await?;
    Ok(payload["listing"]["id"].as_str().unwrap_or_default().to_owned())
}

async fn hall(seller: &mut Connection, rows: usize) -> Result<String, Error> {
    let seats: Vec<_> = (1..=SEATS_OF_A_ROW).map(|seat| seat.to_string()).collect();
    let rows: Vec<_> = (1..=rows)
        .map(|row| json!({ "section": "Stalls", "row": row.to_string(), "seats": seats }))
        .collect();
    let input = json!({ "idempotencyKey": Uuid::now_v7(), "code": "hall", "name": "A hall", "rows": rows });
    let document = format!(
        "mutation($input: UpsertVenuePlanInput!) {{ payload: upsertVenuePlan(input: $input) {{ venuePlan {{ id }} {ERRORS} }} }}"
    );
    let payload = mutate(seller, "the hall", &document, input).await?;
    Ok(payload["venuePlan"]["id"].as_str().unwrap_or_default().to_owned())
}

fn slot(first: DateTime<Utc>, hour: usize, terms: &Value) -> Value {
    let at = |hours: usize| {
        let time = first + Duration::hours(i64::try_from(hours).unwrap_or(0));
        time.to_rfc3339_opts(SecondsFormat::Secs, true)
    };
    let mut slot = json!({ "startsAt": at(hour), "endsAt": at(hour + 1),
                           "price": { "amount": "25.00", "currencyCode": "EUR" } });
    for (name, value) in terms.as_object().into_iter().flatten() {
        slot[name] = value.clone();
    }
    slot
}
