//! A booking, from accepted to paid, or back.

use super::{End, Stage, about, create, until_capture};
use crate::faults::cells::ground::Ground;

pub(super) async fn bring(ground: &Ground, step: &str) -> Option<Stage> {
    let customer = ground.system.customer("ana");
    let method = if step == "void" { "pm_sim_captureDeclined" } else { "pm_card_visa" };
    let booked = Stage::by_command(&customer, "createBooking", create(ground, Some(method)));
    Some(match step {
        "reserve" | "authorize" | "capture" | "void" => booked,
        "confirm" => booked.decided_by("authorize"),
        "notify" => booked.decided_by("capture"),
        // Nobody knows whether the gateway has been asked: the authorization comes after the cancellation, and is let go of.
        "cancel" => {
            let id = customer.book(ground.shop.slot(), "pm_card_visa").await;
            ground.leave_in_doubt().await;
            Stage::by_command(&customer, "cancelBooking", about(&id))
        }
        // Cancelled while the gateway is being asked for the capture, which is done after all.
        "refund" => {
            let id = std::cell::OnceCell::new();
            until_capture(ground, async || {
                let booked = customer.book(ground.shop.slot(), "pm_card_visa").await;
                id.set(booked).expect("it is booked once");
            })
            .await;
            Stage::by_command(&customer, "cancelBooking", about(id.get()?))
        }
        _ => return None,
    })
}

pub(super) fn end(step: &str, is_hopeless: bool) -> Option<End> {
    let (saga, booking, payments, books): (_, _, &[_], &[_]) = match (step, is_hopeless) {
        ("reserve" | "authorize" | "confirm" | "capture" | "notify", false) => {
            ("SUCCEEDED", "CONFIRMED", &["CAPTURED"], &["AUTHORIZE", "CAPTURE"])
        }
        ("cancel" | "void", false) | ("capture", true) => {
            ("UNWOUND", "CANCELLED", &["VOIDED"], &["AUTHORIZE", "VOID"])
        }
        ("refund", false) => ("UNWOUND", "CANCELLED", &["REFUNDED"], &["AUTHORIZE", "CAPTURE", "REFUND"]),
        // Its customer may try another method until the hold ends, which it is made to.
        ("authorize", true) => ("UNWOUND", "CANCELLED", &["FAILED"], &[]),
        ("void", true) => ("DEAD", "CANCELLED", &["FAILED"], &["AUTHORIZE"]),
        ("refund", true) => ("DEAD", "CANCELLED", &["FAILED"], &["AUTHORIZE", "CAPTURE"]),
        _ => return None,
    };
    Some(End { saga, booking, payments, books })
}
