//! Money that the gateway has moved under a key that looks like ours, and of which our books know nothing.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Command, Decider, End, Stage};
use crate::faults::cells::ground::Ground;

pub(super) async fn bring(ground: &Ground, step: &str) -> Option<Stage> {
    let authorization = done(ground, "AUTHORIZE", None).await;
    let decider = match step {
        "void" => {
            found(ground, "AUTHORIZE", &authorization, &authorization).await;
            Decider::Command
        }
        "notify" => {
            found(ground, "AUTHORIZE", &authorization, &authorization).await;
            Decider::Worker("void")
        }
        "refund" => {
            let capture = done(ground, "CAPTURE", Some(&authorization)).await;
            found(ground, "CAPTURE", &capture, &authorization).await;
            Decider::Command
        }
        _ => return None,
    };
    Some(Stage { command: Command::Nothing, decider })
}

/// Has the gateway do something that nobody of ours asks for; its reference.
async fn done(ground: &Ground, kind: &str, authorization: Option<&str>) -> String {
    let call = json!({
        "key": format!("hf-{}", Uuid::new_v4()), "kind": kind, "amount_minor": 10_000, "currency": "EUR",
        "payment_method": "pm_card_visa", "authorization": authorization
    });
    let url = format!("{}/operations", ground.system.simulator_url());
    let reply = reqwest::Client::new().post(url).json(&call).send().await.expect("the simulator answers");
    let answer: Value = reply.json().await.expect("an answer");
    answer["reference"].as_str().unwrap_or_else(|| panic!("not done: {answer}")).to_owned()
}

/// As reconciliation finds it in the gateway's list.
async fn found(ground: &Ground, kind: &str, reference: &str, authorization: &str) {
    let database = &ground.system.database;
    let line = format!(
        "insert into payment.statement (gateway, reference, kind, operation_key, \"authorization\", amount_minor,
                                        currency, happened_at, verdict)
         values ('simulator', '{reference}', '{kind}', 'hf-' || gen_random_uuid(), '{authorization}', 10000, 'EUR',
                 clock_timestamp(), 'ORPHANED')"
    );
    database.execute(line).await;
    let opened: bool = database.value("select payment.open_stray(s) from payment.statement s").await;
    assert!(opened, "stray money is given back by a saga of its own");
}

pub(super) fn end(step: &str, is_hopeless: bool) -> Option<End> {
    let (saga, books): (_, &[_]) = match (step, is_hopeless) {
        ("void" | "notify", false) => ("SUCCEEDED", &["AUTHORIZE", "VOID"]),
        ("refund", false) => ("SUCCEEDED", &["AUTHORIZE", "CAPTURE", "REFUND"]),
        ("void", true) => ("DEAD", &["AUTHORIZE"]),
        ("refund", true) => ("DEAD", &["AUTHORIZE", "CAPTURE"]),
        _ => return None,
    };
    Some(End { saga, booking: "", payments: &[], books })
}
