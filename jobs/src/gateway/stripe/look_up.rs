//! What became of an operation, by what Stripe has of it.

use chrono::TimeDelta;
use db::OperationKind;

use super::{
    super::{Finding, Operation},
    KEY_METADATA, Stripe, intent_path, judge,
    wire::{Intent, Page, Refund, Trouble},
};

/// How far Stripe's clock may be behind ours: what it made earlier than that before we wrote it down is not ours.
const SKEW: TimeDelta = TimeDelta::minutes(5);

/// How much a page holds; Stripe gives no more.
const PAGE: &str = "100";

/// Looks an operation up.
pub(super) async fn look_up(stripe: &Stripe, operation: &Operation) -> Finding {
    let found = match operation.kind {
        OperationKind::Authorize => authorization(stripe, operation).await,
        OperationKind::Capture | OperationKind::Void => change(stripe, operation).await,
        OperationKind::Refund => refund(stripe, operation).await,
    };
    found.unwrap_or_else(|trouble| Finding::Unknown(trouble.to_string()))
}

/// Stripe lists the newest first: it is among those made since the operation was written down, or it was never made.
async fn authorization(stripe: &Stripe, operation: &Operation) -> Result<Finding, Trouble> {
    let since = (operation.opened_at - SKEW).timestamp();
    let mut query = vec![("limit", PAGE.to_owned()), ("expand[]", "data.latest_charge".to_owned())];
    loop {
        let page: Page<Intent> = stripe.client.get("/v1/payment_intents", &query).await?.body;
        if let Some(intent) =
            page.data.iter().find(|intent| intent.metadata.get(KEY_METADATA) == Some(&operation.key))
        {
            if intent.waits_for_customer() {
                stripe.give_up(operation, intent).await;
            }
            return Ok(judge::found(operation, intent));
        }
        // A page of which every line is older is the last that matters, whatever the order.
        match page.data.last() {
            Some(last) if page.has_more && page.data.iter().any(|intent| intent.created >= since) => {
                query.truncate(2);
                query.push(("starting_after", last.id.clone()));
            }
            _ => return Ok(stripe.absent(operation)),
        }
    }
}

/// A capture or a void shows in the state of its intent.
async fn change(stripe: &Stripe, operation: &Operation) -> Result<Finding, Trouble> {
    let path = match intent_path(operation) {
        Ok(path) => path,
        Err(reason) => return Ok(Finding::Unknown(reason)),
    };
    let intent: Intent = stripe.client.get(&path, &[]).await?.body;
    Ok(match judge::found(operation, &intent) {
        Finding::Absent => stripe.absent(operation),
        finding => finding,
    })
}

/// A refund is among those of its intent, or was never made.
async fn refund(stripe: &Stripe, operation: &Operation) -> Result<Finding, Trouble> {
    let Some(intent) = operation.authorization.clone() else {
        return Ok(Finding::Unknown("it names no authorization".to_owned()));
    };
    let mut query = vec![("payment_intent", intent), ("limit", PAGE.to_owned())];
    loop {
        let page: Page<Refund> = stripe.client.get("/v1/refunds", &query).await?.body;
        if let Some(refund) =
            page.data.iter().find(|refund| refund.metadata.get(KEY_METADATA) == Some(&operation.key))
        {
            return Ok(judge::refund(refund));
        }
        match page.data.last() {
            Some(last) if page.has_more => {
                query.truncate(2);
                query.push(("starting_after", last.id.clone()));
            }
            _ => return Ok(stripe.absent(operation)),
        }
    }
}
