//! What is given back of a booking whose saga is through.

use super::{End, Stage, about, paid};
use crate::faults::cells::ground::Ground;

pub(super) async fn bring(ground: &Ground, step: &str) -> Option<Stage> {
    let customer = ground.system.customer("ana");
    let id = paid(ground, &customer).await;
    let cancelled = Stage::by_command(&customer, "cancelBooking", about(&id));
    match step {
        "refund" => Some(cancelled),
        "notify" => Some(cancelled.decided_by("refund")),
        _ => None,
    }
}

pub(super) fn end(step: &str, is_hopeless: bool) -> Option<End> {
    let (saga, payments, books): (_, &[_], &[_]) = match (step, is_hopeless) {
        ("refund" | "notify", false) => ("SUCCEEDED", &["REFUNDED"], &["AUTHORIZE", "CAPTURE", "REFUND"]),
        ("refund", true) => ("DEAD", &["FAILED"], &["AUTHORIZE", "CAPTURE"]),
        _ => return None,
    };
    Some(End { saga, booking: "CANCELLED", payments, books })
}
