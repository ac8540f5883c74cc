//! How each kind of saga is brought to each of its steps, and how it has to end whatever strikes there.

mod booking;
mod refund;
mod reschedule;
mod slot_cancellation;
mod stray;

use serde_json::{Value, json};
use tests::{Client, Gate, Hold};
use uuid::Uuid;

use super::{
    cell::{Cell, Step, Trial},
    ground::Ground,
};

/// What begins the saga, or turns it round: the last thing before the workers come.
pub(super) enum Command {
    /// A mutation, by somebody.
    Mutation { by: Client, name: &'static str, input: Value },
    /// What a timer does with changes that are over.
    GiveUpChanges,
    /// Nothing: what there is to do has been found, or is found by a worker.
    Nothing,
}

/// Whose transaction a step belongs to that is done at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decider {
    /// The command's.
    Command,
    /// That which records this action.
    Worker(&'static str),
}

/// A saga that is about to come to a step.
pub(super) struct Stage {
    pub(super) command: Command,
    pub(super) decider: Decider,
}

/// How it has to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct End {
    /// The saga of the cell's kind.
    pub(super) saga: &'static str,
    /// The booking, if there is one, and its payments in order.
    pub(super) booking: &'static str,
    pub(super) payments: &'static [&'static str],
    /// What the gateway has done by its own ledger: nothing more, and nothing twice.
    pub(super) books: &'static [&'static str],
}

impl Stage {
    fn by_command(by: &Client, name: &'static str, input: Value) -> Self {
        let command = Command::Mutation { by: by.clone(), name, input };
        Self { command, decider: Decider::Command }
    }

    fn decided_by(self, action: &'static str) -> Self {
        Self { decider: Decider::Worker(action), ..self }
    }
}

/// Brings a saga to a step. A new kind needs a driver here; without one its cells fail.
pub(super) async fn bring(ground: &Ground, step: &Step) -> Result<Stage, String> {
    let stage = match step.kind.as_str() {
        "booking" => booking::bring(ground, &step.name).await,
        "reschedule" => reschedule::bring(ground, &step.name).await,
        "refund" => refund::bring(ground, &step.name).await,
        "slot_cancellation" => slot_cancellation::bring(ground, &step.name).await,
        "stray" => stray::bring(ground, &step.name).await,
        _ => None,
    };
    stage.ok_or_else(|| format!("there is no driver for step {} of {}", step.name, step.kind))
}

/// How a cell has to end.
pub(super) fn end(cell: &Cell) -> Result<End, String> {
    let is_hopeless = cell.trial == Trial::Hopeless;
    let end = match cell.step.kind.as_str() {
        "booking" => booking::end(&cell.step.name, is_hopeless),
        "reschedule" => reschedule::end(&cell.step.name, is_hopeless),
        "refund" => refund::end(&cell.step.name, is_hopeless),
        "slot_cancellation" => slot_cancellation::end(&cell.step.name, is_hopeless),
        "stray" => stray::end(&cell.step.name, is_hopeless),
        _ => None,
    };
    end.ok_or_else(|| format!("nobody says how {cell} ends"))
}

fn create(ground: &Ground, method: Option<&str>) -> Value {
    json!({
        "idempotencyKey": Uuid::new_v4(), "paymentMethod": method,
        "lines": [{ "slotId": ground.shop.slot(), "quantity": 1 }]
    })
}

fn about(booking: &str) -> Value {
    json!({ "idempotencyKey": Uuid::new_v4(), "bookingId": booking })
}

/// A booking that is paid and captured, with nobody at work any more.
async fn paid(ground: &Ground, customer: &Client) -> String {
    let worker = ground.system.worker(None, tests::settings());
    let id = customer.book(ground.shop.slot(), "pm_card_visa").await;
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;
    worker.stop().await;
    id
}

/// Works until the gateway is asked for a capture, and is killed there: the step is left under a lease that ends.
async fn until_capture(ground: &Ground, begin: impl AsyncFnOnce()) {
    let gate = Gate::new(db::OperationKind::Capture, Hold::Before, 1);
    let worker = ground.system.worker(Some(gate.clone()), Ground::short_lease());
    begin().await;
    gate.held(1).await;
    worker.kill();
}
