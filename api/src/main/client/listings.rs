//! Writing listings and slots: what `replay` and `import` have in common.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Client, CommandError, Done,
    drafts::{ListingDraft, SlotDraft},
};

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
pub(crate) async fn upsert_listing(
    client: &Client,
    key: &str,
    organiser_id: Option<&str>,
    draft: &ListingDraft,
) -> Result<Done<Stored<ListingDraft>>, CommandError> {
    let mut input = json!(draft);
    input["idempotencyKey"] = key.into();
    if let Some(organiser) = organiser_id {
        input["organiserId"] = organiser.into();
    }
    client.command(UPSERT_LISTING, input).await
}

/// Writes slots of one listing, all or nothing; at most [`SLOTS_PER_CALL`].
pub(crate) async fn upsert_slots(
    client: &Client,
    key: &str,
    listing_id: &str,
    slots: &[SlotDraft],
) -> Result<Done<Vec<Stored<SlotDraft>>>, CommandError> {
    let input: Value = json!({ "idempotencyKey": key, "listingId": listing_id, "slots": slots });
    client.command(UPSERT_SLOTS, input).await
}
