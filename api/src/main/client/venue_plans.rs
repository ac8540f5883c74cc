//! Writing the plans of halls.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Client, CommandError, Done};

/// The price class that a row has unless it says another.
pub(crate) const PLAIN_CLASS: &str = "standard";

const UPSERT_VENUE_PLAN: &str = "mutation UpsertVenuePlan($input: UpsertVenuePlanInput!) {
  payload: upsertVenuePlan(input: $input) {
    subject: venuePlan { id version }
    userErrors { code message path retryable retryAfterMs }
    replayed
  }
}";

/// The plan of a hall as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct VenuePlanDraft {
    /// Its name among its organiser's plans.
    pub(crate) code: String,
    /// Its name, for people.
    pub(crate) name: String,
    /// The best first.
    pub(crate) rows: Vec<VenueRowDraft>,
}

/// Seats side by side. What the server takes for granted is left out: a hall of 20,000 seats has to
/// fit into one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VenueRowDraft {
    /// The section that the row is in.
    pub(crate) section: String,
    /// The row's name in the section.
    pub(crate) row: String,
    /// The seats' names.
    pub(crate) seats: Vec<String>,
    /// What the seats are priced by.
    #[serde(skip_serializing_if = "is_plain")]
    pub(crate) price_class: String,
    /// How far to the right the first seat is; none says 1, where the row begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) first_col: Option<i32>,
}

fn is_plain(price_class: &str) -> bool {
    price_class == PLAIN_CLASS
}

impl VenuePlanDraft {
    /// How many seats it has.
    pub(crate) fn seat_count(&self) -> usize {
        self.rows.iter().map(|row| row.seats.len()).sum()
    }

    /// Whether a seat of it is of this class.
    pub(crate) fn has_class(&self, price_class: &str) -> bool {
        self.rows.iter().any(|row| row.price_class == price_class)
    }
}

/// A plan as the server has it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct StoredVenuePlan {
    /// The global id.
    pub(crate) id: String,
    /// Counts its changes.
    pub(crate) version: i64,
}

/// Writes the plan of a hall, known by its code, and all its seats.
pub(crate) async fn upsert_venue_plan(
    client: &Client,
    key: &str,
    organiser_id: Option<&str>,
    draft: &VenuePlanDraft,
) -> Result<Done<StoredVenuePlan>, CommandError> {
    let mut input = json!(draft);
    input["idempotencyKey"] = key.into();
    if let Some(organiser) = organiser_id {
        input["organiserId"] = organiser.into();
    }
    client.command(UPSERT_VENUE_PLAN, input).await
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::client::wire;

    #[test]
    fn a_row_says_only_what_the_server_would_not_take_for_granted() {
        let row = |price_class: &str, first_col| VenueRowDraft {
            section: "Stalls".to_owned(),
            row: "A".to_owned(),
            seats: vec!["1".to_owned(), "2".to_owned()],
            price_class: price_class.to_owned(),
            first_col,
        };
        let plain = json!({ "section": "Stalls", "row": "A", "seats": ["1", "2"] });
        assert_eq!(json!(row(PLAIN_CLASS, None)), plain);
        let (class, col): (Value, Value) = ("premium".into(), 9.into());
        let row = json!(row("premium", Some(9)));
        assert_eq!((&row["priceClass"], &row["firstCol"]), (&class, &col));
    }

    #[test]
    fn a_large_hall_fits_into_a_request() {
        let rows = (0..400).map(|number| VenueRowDraft {
            section: format!("Block {}", number / 20),
            row: format!("{}", number % 20 + 1),
            seats: (1..=50).map(|seat| seat.to_string()).collect(),
            price_class: "category-1".to_owned(),
            first_col: (number % 2 == 1).then_some(51),
        });
        let plan = VenuePlanDraft { code: "arena".into(), name: "Arena".into(), rows: rows.collect() };
        assert_eq!(plan.seat_count(), 20_000);
        let bytes = wire::request(UPSERT_VENUE_PLAN, &json!({ "input": plan })).len();
        println!("20,000 seats take {bytes} bytes");
        assert!(bytes < 200_000, "{bytes} of the 1,000,000 that the server reads");
    }
}
