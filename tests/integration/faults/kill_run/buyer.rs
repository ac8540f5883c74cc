//! What customers do in a kill run.

use std::time::Duration;

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use serde_json::{Value, json};

use super::client::Client;

/// One customer's way, chosen by chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    Paid,
    /// Each answer of the gateway takes its time.
    Slow,
    /// The gateway authorizes, and its answer is lost.
    LostAnswer,
    /// The request to the gateway is lost.
    LostRequest,
    DeclinedThenPaid,
    DeclinedThenCancelled,
    CaptureDeclined,
    /// Cancelled at any moment of its way.
    Cancelled,
    /// Changed to a dearer slot once it is paid.
    Dearer,
    /// Changed to a cheaper slot once it is paid.
    Cheaper,
}

/// Each with its weight, of a hundred.
const WAYS: [(Way, u32); 10] = [
    (Way::Paid, 38),
    (Way::Slow, 4),
    (Way::LostAnswer, 8),
    (Way::LostRequest, 6),
    (Way::DeclinedThenPaid, 8),
    (Way::DeclinedThenCancelled, 6),
    (Way::CaptureDeclined, 6),
    (Way::Cancelled, 14),
    (Way::Dearer, 5),
    (Way::Cheaper, 5),
];

/// What is on sale: slots at 100.00, and as many at 150.00.
pub(super) struct Shelf {
    pub(super) cheap: Vec<String>,
    pub(super) dear: Vec<String>,
}

impl Way {
    fn choose(chance: &mut StdRng) -> Self {
        let mut drawn = chance.random_range(0..WAYS.iter().map(|(_, weight)| weight).sum());
        for (way, weight) in WAYS {
            if drawn < weight {
                return way;
            }
            drawn -= weight;
        }
        Self::Paid
    }

    fn method(self) -> &'static str {
        match self {
            Self::Slow => "pm_sim_slow",
            Self::LostAnswer => "pm_sim_timeoutAfterCharge",
            Self::LostRequest => "pm_sim_timeoutBeforeCharge",
            Self::DeclinedThenPaid | Self::DeclinedThenCancelled => "pm_card_chargeDeclined",
            Self::CaptureDeclined => "pm_sim_captureDeclined",
            Self::Paid | Self::Cancelled | Self::Dearer | Self::Cheaper => "pm_card_visa",
        }
    }
}

/// Customer number so-and-so of a run: its way, taken to the last acknowledgement.
pub(super) async fn buy(client: &Client, shelf: &Shelf, seed: u64, number: u64) -> Way {
    let mut chance = StdRng::seed_from_u64(seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let way = Way::choose(&mut chance);
    let mut slot = |slots: &[String]| slots[chance.random_range(0..slots.len())].clone();
    let (first, other) = match way {
        Way::Cheaper => (slot(&shelf.dear), slot(&shelf.cheap)),
        _ => (slot(&shelf.cheap), slot(&shelf.dear)),
    };
    let input = json!({
        "customerId": format!("customer-{number}"), "paymentMethod": way.method(),
        "lines": [{ "slotId": first, "quantity": 1 }]
    });
    let created = client.command("createBooking", input).await;
    assert_eq!(created.refusal, None, "there is room for all");
    let id = created.booking["id"].as_str().expect("an id").to_owned();
    match way {
        Way::DeclinedThenPaid | Way::DeclinedThenCancelled => {
            client.wait(&id, "it is declined", |found| found["payment"]["status"] == "REQUIRES_METHOD").await;
            if way == Way::DeclinedThenPaid {
                pay(client, &id).await;
            } else {
                cancel(client, &id).await;
            }
        }
        Way::Cancelled => {
            tokio::time::sleep(Duration::from_millis(chance.random_range(0..600))).await;
            cancel(client, &id).await;
        }
        Way::Dearer | Way::Cheaper => {
            client.wait(&id, "it is paid", at_rest).await;
            change(client, &id, &other).await;
        }
        _ => (),
    }
    way
}

fn at_rest(found: &Value) -> bool {
    found["payment"]["status"] == "CAPTURED" && found["inProgress"] == false
}

async fn pay(client: &Client, id: &str) {
    let paid =
        client.command("payBooking", json!({ "bookingId": id, "paymentMethod": "pm_card_visa" })).await;
    assert_eq!(paid.refusal, None, "the hold lasts longer than Postgres is away");
}

async fn cancel(client: &Client, id: &str) {
    let cancelled = client.command("cancelBooking", json!({ "bookingId": id })).await;
    assert_eq!(cancelled.refusal, None, "what is not used yet can be cancelled");
    assert_eq!(cancelled.booking["status"], "CANCELLED");
}

async fn change(client: &Client, id: &str, slot: &str) {
    let lines = json!([{ "slotId": slot, "quantity": 1 }]);
    let input = json!({ "bookingId": id, "lines": lines, "paymentMethod": "pm_card_visa" });
    let changed = client.command("rescheduleBooking", input).await;
    assert_eq!(changed.refusal, None, "a paid booking can be changed");
}
