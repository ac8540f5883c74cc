//! What is put where the table names nothing: the least that is valid.

use chrono::{Duration, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    table::{Kind, Row},
    world::World,
};

/// The value of a field of an input, or of an argument; null where it is left out.
pub(super) struct Fill<'a> {
    pub(super) world: &'a World,
    pub(super) row: &'a Row,
    /// Who asks, by its column.
    pub(super) who: usize,
    /// A confirmed booking that this one may change.
    pub(super) confirmed: String,
}

impl Fill<'_> {
    pub(super) fn of(&self, holder: &str, field: &str) -> Value {
        let (world, is_customer) = (self.world, matches!(self.who, 0..=2));
        let money = json!({ "amount": "1.00", "currencyCode": "EUR" });
        match (holder, field) {
            (_, "idempotencyKey") | ("UpsertListingInput", "slug") | ("UpsertVenuePlanInput", "code") => {
                json!(Uuid::new_v4())
            }
            ("CreateBookingInput" | "JoinWaitlistInput", "customerId") if !is_customer => json!("ana"),
            ("CreateBookingInput" | "RescheduleBookingInput", "lines") => {
                json!([{ "slotId": world.own_slot(self.who), "quantity": 1 }])
            }
            ("BookingLineInput", "slotId") => json!(world.hall_slot()),
            ("BookingLineInput" | "JoinWaitlistInput", "quantity") if self.row.kind != Kind::Seat => json!(1),
            ("JoinWaitlistInput", "slotId") => json!(world.own_slot(self.who)),
            ("RescheduleBookingInput", "bookingId") => json!(self.confirmed),
            ("CancelBookingInput", "bookingId") => json!(world.seated()),
            ("CancelLineInput", "lineNo") | ("SetGatewayRoutingInput", "weight") => json!(1),
            ("PayBookingInput", "paymentMethod") => json!("pm_card_visa"),
            ("SetNotificationPreferencesInput", "preferences") => {
                json!([{ "message": "CONFIRMED", "channel": "SMS", "enabled": true }])
            }
            ("UpsertSlotsInput" | "ScheduleSlotsInput", "listingId") => json!(world.own_listing(self.who)),
            ("UpsertSlotsInput", "slots") => json!([{
                "startsAt": world.moment(), "endsAt": in_days(400), "capacity": 5, "price": money
            }]),
            ("SlotInput", "startsAt") => json!(world.moment()),
            ("SlotInput", "endsAt") => json!(in_days(400)),
            ("SlotInput" | "ScheduleSlotsInput", "price") => money,
            ("ScheduleSlotsInput", "capacity") if self.row.kind != Kind::VenuePlan => json!(5),
            ("ScheduleSlotsInput", "durationMinutes") => json!(60),
            ("ScheduleSlotsInput", "from" | "until") => {
                json!((Utc::now() + Duration::days(500)).date_naive())
            }
            ("ScheduleSlotsInput", "localTime") => json!("20:00"),
            ("ScheduleSlotsInput", "weekdays") => {
                json!(["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"])
            }
            ("UpsertListingInput", "title") | ("UpsertVenuePlanInput", "name") => json!("New"),
            ("UpsertListingInput", "timeZone") => json!("UTC"),
            ("UpsertListingInput", "currency") => json!("EUR"),
            ("UpsertListingInput", "ratePlans") => json!([{ "code": "one", "name": "One", "policy": [] }]),
            ("UpsertVenuePlanInput", "rows") => json!([{ "section": "Stalls", "row": "A", "seats": ["1"] }]),
            ("UpsertWebhookEndpointInput", "url") => json!("https://matrix.test/"),
            ("GatewayPauseInput" | "SetGatewayRoutingInput", "gateway") => json!("simulator"),
            ("PauseQueueInput" | "ResumeQueueInput", "queue") => json!("webhook"),
            ("ResolveDeadLettersInput", "note") => json!("Seen to."),
            ("bookingAsOf", "at") => json!(in_days(1)),
            _ => Value::Null,
        }
    }
}

fn in_days(days: i64) -> String {
    (Utc::now() + Duration::days(days)).to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}
