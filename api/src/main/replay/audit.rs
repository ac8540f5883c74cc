//! Does what stands in the end follow from what was answered on the way?
//!
//! The replay knows the rules, never the results: each booking is held against
//! its own row, and each night against the bookings that hold it.

use serde::Deserialize;

use super::{drive::Fate, error::ReplayError, nodes, plan::Plan, rows::RatePlan, settle::Ended};
use crate::client::Client;

const SLOTS: &str = "query Slots($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Slot { capacity available } }
}";

const INVARIANTS: &str = "query Invariants { invariants { name violations } }";

#[derive(Deserialize)]
struct Slot {
    capacity: i64,
    available: i64,
}

#[derive(Deserialize)]
struct Invariants {
    invariants: Vec<Invariant>,
}

#[derive(Deserialize)]
struct Invariant {
    name: String,
    violations: u64,
}

/// Everything that does not fit, in sentences.
pub(super) async fn contradictions(
    client: &Client,
    plan: &Plan,
    slot_ids: &[String],
    fates: &[Fate],
    ended: &[Ended],
) -> Result<Vec<String>, ReplayError> {
    let mut found: Vec<String> = ended
        .iter()
        .filter_map(|booking| Some(format!("{} {}", plan.place(booking.stay), misfit(plan, fates, booking)?)))
        .collect();
    let mut held = vec![0; plan.nights.len()];
    for booking in ended.iter().filter(|booking| booking.status == "CONFIRMED") {
        for night in plan.nights_of[booking.stay].clone() {
            held[night] += 1;
        }
    }
    let mut taken: Vec<i64> = Vec::with_capacity(slot_ids.len());
    for page in slot_ids.chunks(nodes::PER_QUERY) {
        let ids: Vec<&str> = page.iter().map(String::as_str).collect();
        let slots: Vec<Slot> = nodes::by_id(client, SLOTS, &ids).await?;
        taken.extend(slots.iter().map(|slot| slot.capacity - slot.available));
    }
    for (night, (held, taken)) in plan.nights.iter().zip(held.into_iter().zip(taken)) {
        if held != taken {
            let room_type = &plan.room_types[night.room_type].name;
            found.push(format!(
                "room type {room_type}, night of {}: {held} booked, {taken} taken",
                night.date
            ));
        }
    }
    Ok(found)
}

/// What is wrong with a booking, if anything.
fn misfit(plan: &Plan, fates: &[Fate], booking: &Ended) -> Option<String> {
    let stay = &plan.stays[booking.stay];
    let total = stay.total_cents();
    let cancelled = matches!(fates[booking.stay], Fate::Cancelled(_));
    let status = if cancelled { "CANCELLED" } else { "CONFIRMED" };
    let refund = if cancelled && stay.rate_plan == RatePlan::Flexible { total } else { 0 };
    if booking.status != status {
        let reason = booking.reason.as_deref().unwrap_or("no reason");
        Some(format!("ended as {} ({reason}), not as {status}", booking.status))
    } else if booking.room_nights != stay.nights {
        Some(format!("has {} room-nights, not {}", booking.room_nights, stay.nights))
    } else if (booking.total, booking.captured, booking.refunded) != (total, total, refund) {
        Some(format!(
            "cost {} cents, {} captured, {} refunded; not {total}, {total}, {refund}",
            booking.total, booking.captured, booking.refunded
        ))
    } else {
        None
    }
}

/// The violations of all invariants together, as the operator sees them.
pub(super) async fn violations(operator: &Client) -> Result<u64, ReplayError> {
    let answer: Invariants = operator
        .ask(INVARIANTS, serde_json::json!({}))
        .await
        .map_err(ReplayError::command("reading the invariants"))?;
    for invariant in answer.invariants.iter().filter(|invariant| invariant.violations > 0) {
        tracing::error!(name = invariant.name, violations = invariant.violations, "an invariant is violated");
    }
    Ok(answer.invariants.iter().map(|invariant| invariant.violations).sum())
}
