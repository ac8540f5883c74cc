//! Writing listings and slots: what `replay` and `import` have in common.
//!
//! The drafts here are the plain ones, which leave to the server what the server has a default for;
//! any other that serializes to the input and reads the answer can be written, too.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{Client, CommandError, Done};

/// Half of what one call may hold: a time-out should cost little work.
pub(crate) const SLOTS_PER_CALL: usize = 500;

const UPSERT_LISTING: &str = "mutation UpsertListing($input: UpsertListingInput!) {
  payload: upsertListing(input: $input) {
    subject: listing {
      id version slug title description timeZone currency holdSeconds holdExtensions offerSeconds
      salesWindowDays salesCloseMinutes limitPerCustomer limitPerSlot
      ratePlans {
        code name pricePercent
        policy { hoursBeforeStart refundPercent fee { amount currencyCode } }
      }
    }
    userErrors { code message path retryable retryAfterMs }
    replayed
  }
}";

const UPSERT_SLOTS: &str = "mutation UpsertSlots($input: UpsertSlotsInput!) {
  payload: upsertSlots(input: $input) {
    subject: slots {
      id version startsAt endsAt capacity price { amount currencyCode }
      venuePlanId: venuePlan { id }
      classPrices { priceClass price { amount currencyCode } }
      saleOpensAt saleClosesAt
    }
    userErrors { code message path retryable retryAfterMs }
    replayed
  }
}";

/// `Money` and `MoneyInput`: a decimal text and a currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MoneyText {
    /// Major units, such as `129.00`.
    pub(crate) amount: String,
    /// ISO 4217.
    pub(crate) currency_code: String,
}

impl From<db::Money> for MoneyText {
    fn from(money: db::Money) -> Self {
        Self { amount: money.decimal(), currency_code: money.currency.code().to_owned() }
    }
}

/// Until so many hours before the start, so many percent come back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PolicyStep {
    /// Hours before the slot's start until which this step holds.
    pub(crate) hours_before_start: i32,
    /// 0 to 100.
    pub(crate) refund_percent: i32,
}

/// A price in percent of the slot's, and a cancellation policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RatePlanDraft {
    /// Unique in the listing.
    pub(crate) code: String,
    /// For people.
    pub(crate) name: String,
    /// 0 to 1,000.
    pub(crate) price_percent: i32,
    /// The earliest deadline first.
    pub(crate) policy: Vec<PolicyStep>,
}

/// A listing as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListingDraft {
    /// Its name in addresses.
    pub(crate) slug: String,
    /// Its name, for people.
    pub(crate) title: String,
    /// A text about it.
    pub(crate) description: String,
    /// An IANA time zone.
    pub(crate) time_zone: String,
    /// ISO 4217.
    pub(crate) currency: String,
    /// How long places are held for a customer who has yet to pay.
    pub(crate) hold_seconds: i32,
    /// How many days before its start a slot goes on sale.
    pub(crate) sales_window_days: i32,
    /// The default first.
    pub(crate) rate_plans: Vec<RatePlanDraft>,
}

/// A slot as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SlotDraft {
    /// When it begins.
    pub(crate) starts_at: DateTime<Utc>,
    /// When it ends.
    pub(crate) ends_at: DateTime<Utc>,
    /// The list price of one place.
    pub(crate) price: MoneyText,
    /// How many places there are.
    pub(crate) capacity: u32,
}

/// A listing or a slot as the server has it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Stored<Draft> {
    /// The global id.
    pub(crate) id: String,
    /// Counts its changes.
    pub(crate) version: i64,
    /// What it is.
    #[serde(flatten)]
    pub(crate) content: Draft,
}

/// Writes a listing, known by its slug, and its rate plans.
pub(crate) async fn upsert_listing<Draft: Serialize + DeserializeOwned>(
    client: &Client,
    key: &str,
    organiser_id: Option<&str>,
    draft: &Draft,
) -> Result<Done<Stored<Draft>>, CommandError> {
    let mut input = json!(draft);
    input["idempotencyKey"] = key.into();
    if let Some(organiser) = organiser_id {
        input["organiserId"] = organiser.into();
    }
    client.command(UPSERT_LISTING, input).await
}

/// Writes slots of one listing, all or nothing; at most [`SLOTS_PER_CALL`].
pub(crate) async fn upsert_slots<Draft: Serialize + DeserializeOwned>(
    client: &Client,
    key: &str,
    listing_id: &str,
    slots: &[Draft],
) -> Result<Done<Vec<Stored<Draft>>>, CommandError> {
    let input: Value = json!({ "idempotencyKey": key, "listingId": listing_id, "slots": slots });
    client.command(UPSERT_SLOTS, input).await
}
