//! A change that costs more: its charge goes a booking's way, beside the booking's own.

use serde_json::{Value, json};
use tests::uuid_of;

use super::{Command, Decider, End, Stage, about, paid, until_capture};
use crate::faults::cells::ground::Ground;

pub(super) async fn bring(ground: &Ground, step: &str) -> Option<Stage> {
    let customer = ground.system.customer("ana");
    let id = paid(ground, &customer).await;
    let changed = Stage::by_command(&customer, "rescheduleBooking", dearer(ground, &id));
    Some(match step {
        "reserve" | "authorize" | "capture" => changed,
        "confirm" => changed.decided_by("authorize"),
        "notify" => changed.decided_by("capture"),
        // The change is given up while nobody knows whether the gateway has been asked; what it reserves is let go of.
        "cancel" | "void" => {
            customer.mutate("rescheduleBooking", dearer(ground, &id)).await.id();
            ground.leave_in_doubt().await;
            let over = format!(
                "update booking.change set due_at = clock_timestamp() - interval '1 second' where booking_id = '{}'",
                uuid_of(&id)
            );
            assert_eq!(ground.system.database.execute(over).await, 1, "a change is under way");
            Stage { command: Command::GiveUpChanges, decider: Decider::Command }
        }
        // The booking is cancelled while the gateway is being asked for the capture.
        "refund" => {
            until_capture(ground, async || {
                customer.mutate("rescheduleBooking", dearer(ground, &id)).await.id();
            })
            .await;
            Stage::by_command(&customer, "cancelBooking", about(&id))
        }
        _ => return None,
    })
}

fn dearer(ground: &Ground, id: &str) -> Value {
    let mut input = about(id);
    input["lines"] = json!([{ "slotId": ground.shop.slots[1], "quantity": 1, "ratePlan": "double" }]);
    input["paymentMethod"] = json!("pm_card_visa");
    input
}

pub(super) fn end(step: &str, is_hopeless: bool) -> Option<End> {
    const BOTH: &[&str] = &["AUTHORIZE", "CAPTURE", "AUTHORIZE", "CAPTURE"];
    let (saga, booking, payments, books): (_, _, &[_], &[_]) = match (step, is_hopeless) {
        ("reserve" | "authorize" | "confirm" | "capture" | "notify", false) => {
            ("SUCCEEDED", "CONFIRMED", &["CAPTURED", "CAPTURED"], BOTH)
        }
        ("cancel" | "void", false) => {
            ("UNWOUND", "CONFIRMED", &["CAPTURED", "VOIDED"], &["AUTHORIZE", "CAPTURE", "AUTHORIZE", "VOID"])
        }
        ("refund", false) => (
            "UNWOUND",
            "CANCELLED",
            &["REFUNDED", "REFUNDED"],
            &["AUTHORIZE", "CAPTURE", "AUTHORIZE", "CAPTURE", "REFUND", "REFUND"],
        ),
        ("authorize", true) => ("UNWOUND", "CONFIRMED", &["CAPTURED", "FAILED"], &["AUTHORIZE", "CAPTURE"]),
        // The old places may be somebody else's by now, and the new ones are not paid for.
        ("capture" | "void", true) => {
            ("DEAD", "CONFIRMED", &["CAPTURED", "FAILED"], &["AUTHORIZE", "CAPTURE", "AUTHORIZE"])
        }
        ("refund", true) => ("DEAD", "CANCELLED", &["CAPTURED", "FAILED"], BOTH),
        _ => return None,
    };
    Some(End { saga, booking, payments, books })
}
