//! A slot that is cancelled with its bookings: a step of our own, done by a worker.

use serde_json::json;
use uuid::Uuid;

use super::{End, Stage, paid};
use crate::faults::cells::ground::Ground;

pub(super) async fn bring(ground: &Ground, step: &str) -> Option<Stage> {
    paid(ground, &ground.system.customer("ana")).await;
    let input =
        json!({ "idempotencyKey": Uuid::new_v4(), "slotId": ground.shop.slot(), "note": "the roof leaks" });
    let cancelled = Stage::by_command(&ground.shop.organiser, "cancelSlot", input);
    match step {
        "close" | "cancel" => Some(cancelled),
        "notify" => Some(cancelled.decided_by("slot_cancellation")),
        _ => None,
    }
}

pub(super) fn end(step: &str, is_hopeless: bool) -> Option<End> {
    let (saga, booking, payments, books): (_, _, &[_], &[_]) = match (step, is_hopeless) {
        ("close" | "cancel" | "notify", false) => {
            ("SUCCEEDED", "CANCELLED", &["REFUNDED"], &["AUTHORIZE", "CAPTURE", "REFUND"])
        }
        ("cancel", true) => ("DEAD", "CONFIRMED", &["CAPTURED"], &["AUTHORIZE", "CAPTURE"]),
        _ => return None,
    };
    Some(End { saga, booking, payments, books })
}
