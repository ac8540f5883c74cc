//! What operators see and do about what can't go on by itself.

use serde_json::{Value, json};
use tests::{Client, Goods, Line, Order, TestSystem, Traits, settings, until};
use uuid::Uuid;

const INBOX: &str = "query($filter: DeadLetterFilter) { deadLetters(filter: $filter) { edges { node {
    id cause state safeActions detail bookingId saga { id kind state steps { step action result } } } } } }";
const REDRIVE: &str = "mutation($input: RedriveDeadLettersInput!) { redriveDeadLetters(input: $input) {
    deadLetters { id state closedBy } userErrors { code } replayed } }";

/// The open cases of the inbox.
async fn inbox(operator: &Client) -> Vec<Value> {
    let filter = json!({ "filter": { "state": "OPEN" } });
    let page = operator.send(INBOX, filter).await;
    page.field("deadLetters")["edges"]
        .as_array()
        .expect("edges")
        .iter()
        .map(|edge| edge["node"].clone())
        .collect()
}

async fn mutate(operator: &Client, name: &str, kind: &str, fields: &str, mut input: Value) -> Value {
    input["idempotencyKey"] = json!(Uuid::new_v4());
    let mutation = format!(
        "mutation($input: {kind}!) {{ {name}(input: $input) {{ {fields} userErrors {{ code }} replayed }} }}"
    );
    operator.send(&mutation, json!({ "input": input })).await.payload(name).0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_keeps_failing_stands_in_the_inbox_and_is_driven_once() {
    let mut system = TestSystem::with(Traits { idle: true, ..Traits::default() }).await;
    let shop = system.shop(&Goods::default()).await;
    let (customer, operator) = (system.customer("ana"), system.operator());
    let id = customer.book(shop.slot(), "pm_card_visa").await;
    let worker = system.worker(None, settings());
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;
    worker.stop().await;
    customer.cancel(&id).await.id();
    // The gateway says no, for good: a worker's part, played by hand.
    let db = system.worker_db().await;
    let claim = until("the refund can be claimed", || async {
        let request = db::ClaimRequest {
            worker: "by hand".to_owned(),
            batch: 10,
            lease_seconds: 30,
            gateways: vec!["simulator".to_owned()],
            actions: db::StepAction::ALL.to_vec(),
        };
        db.claim_steps(&request).await.expect("a claim").pop()
    })
    .await;
    let refused = db::StepResult::Declined { code: "expired_or_canceled_card".to_owned() };
    db.record_steps(&[db::StepOutcome::of(&claim, refused)], None).await.expect("a record");
    db.close().await;

    let cases = inbox(&operator).await;
    println!("{}", serde_json::to_string_pretty(&cases).expect("JSON"));
    assert_eq!(cases.len(), 1);
    assert_eq!(cases[0]["cause"], "REFUND_FAILED");
    assert_eq!(cases[0]["detail"], "expired_or_canceled_card");
    assert_eq!(cases[0]["safeActions"], json!(["RETRY", "RESOLVE"]));
    assert_eq!(cases[0]["bookingId"], json!(id));
    assert_eq!(cases[0]["saga"]["state"], "DEAD");
    assert_eq!(
        cases[0]["saga"]["steps"],
        json!([{ "step": "refund", "action": "REFUND", "result": "DECLINED" }])
    );

    let input = json!({ "input": { "idempotencyKey": Uuid::new_v4(), "cause": "REFUND_FAILED" } });
    let driven = operator.send(REDRIVE, input.clone()).await.payload("redriveDeadLetters").0;
    assert_eq!(driven["deadLetters"][0]["state"], "REDRIVEN");
    assert_eq!(driven["deadLetters"][0]["closedBy"], "operator");
    let again = operator.send(REDRIVE, input).await.payload("redriveDeadLetters").0;
    assert_eq!(again["replayed"], true);
    let other = json!({ "input": { "idempotencyKey": Uuid::new_v4() } });
    let other = operator.send(REDRIVE, other).await.payload("redriveDeadLetters").0;
    assert_eq!(other["deadLetters"], json!([]), "a case is driven once");

    system.add_worker(None, settings());
    customer.settled(&id, "CANCELLED", "REFUNDED").await;
    assert_eq!(system.done_by_gateway(simulator::Kind::Refund), 1);
    assert!(inbox(&operator).await.is_empty());
    let log = operator.send("{ auditLog { edges { node { actorId action refusal } } } }", json!({})).await;
    let log = log.field("auditLog")["edges"].as_array().expect("edges").len();
    assert_eq!(log, 2, "each command once, and no replay");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_queue_stands_still_and_a_paused_gateway_is_asked_nothing() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::default()).await;
    let (customer, operator) = (system.customer("ana"), system.operator());
    let first = customer.book(shop.slot(), "pm_card_visa").await;
    customer.settled(&first, "CONFIRMED", "CAPTURED").await;

    let queue = "queue { name pausedBy reason }";
    let input = json!({ "queue": "saga", "reason": "a look" });
    let paused = mutate(&operator, "pauseQueue", "PauseQueueInput", queue, input).await;
    assert_eq!(paused["queue"], json!({ "name": "saga", "pausedBy": "operator", "reason": "a look" }));
    let second = customer.book(shop.slot(), "pm_card_visa").await;
    let resumed =
        mutate(&operator, "resumeQueue", "ResumeQueueInput", queue, json!({ "queue": "saga" })).await;
    assert_eq!(resumed["queue"]["pausedBy"], Value::Null);
    customer.settled(&second, "CONFIRMED", "CAPTURED").await;
    let unknown = mutate(&operator, "pauseQueue", "PauseQueueInput", queue, json!({ "queue": "none" })).await;
    assert_eq!(unknown["userErrors"][0]["code"], "NOT_FOUND");

    let gateway = "gateway { code pausedBy }";
    let input = json!({ "gateway": "simulator" });
    let paused = mutate(&operator, "pauseGateway", "GatewayPauseInput", gateway, input.clone()).await;
    assert_eq!(paused["gateway"], json!({ "code": "simulator", "pausedBy": "operator" }));
    let order = Order::of([Line::of(shop.slot(), 1)]).paid("pm_card_visa");
    let refused = system.customer("bea").create(&order).await;
    assert_eq!(refused.code(), Some("PAYMENT_UNAVAILABLE"));
    // Holds are honoured: the place is kept, and paid for once the gateway is back.
    let held = system.customer("bea").hold(shop.slot()).await;
    mutate(&operator, "resumeGateway", "GatewayPauseInput", gateway, input).await;
    system.customer("bea").pay(&held, "pm_card_visa").await.id();
    system.customer("bea").settled(&held, "CONFIRMED", "CAPTURED").await;
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saga_is_turned_round_and_nobody_else_may_do_it() {
    let mut system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let (customer, operator) = (system.customer("ana"), system.operator());
    let id = customer.book(shop.slot(), "pm_card_visa").await;
    let sagas = "query($filter: SagaFilter) { sagas(filter: $filter) { edges { node { id kind state } } } }";
    let found = operator.send(sagas, json!({ "filter": { "bookingId": id } })).await;
    let saga = found.field("sagas")["edges"][0]["node"]["id"].clone();

    for stranger in [customer.clone(), shop.organiser.clone()] {
        for field in [
            "sagas { pageInfo { hasNextPage } }",
            "deadLetters { pageInfo { hasNextPage } }",
            "queues { name }",
            "gateways { code }",
            "webhooks { pageInfo { hasNextPage } }",
            "reconciliation { pageInfo { hasNextPage } }",
            "auditLog { pageInfo { hasNextPage } }",
        ] {
            let refused = stranger.send(&format!("{{ {field} }}"), json!({})).await;
            assert_eq!(refused.error(), Some("FORBIDDEN"), "{field}");
        }
        let mutation =
            "mutation($input: CancelSagaInput!) { cancelSaga(input: $input) { userErrors { code } } }";
        let input = json!({ "input": { "idempotencyKey": Uuid::new_v4(), "sagaId": saga } });
        assert_eq!(stranger.send(mutation, input).await.error(), Some("FORBIDDEN"));
    }
    let turned =
        mutate(&operator, "cancelSaga", "CancelSagaInput", "saga { id }", json!({ "sagaId": saga })).await;
    assert_eq!(turned["userErrors"], json!([]), "{turned}");
    system.add_worker(None, settings());
    let booking = customer.settled(&id, "CANCELLED", "FAILED").await;
    assert_eq!(booking["reason"], "OPERATOR");
    let again =
        mutate(&operator, "cancelSaga", "CancelSagaInput", "saga { state }", json!({ "sagaId": saga })).await;
    assert_eq!(again["userErrors"][0]["code"], "INVALID_STATE");
    assert_eq!(again["saga"]["state"], "UNWOUND");
    system.finish().await;
}
