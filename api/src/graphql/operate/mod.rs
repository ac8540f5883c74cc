//! What those who run the system see: sagas, the inbox, queues, gateways, invariants, and who did what.

mod audit;
mod dead_letter;
mod gateway;
mod invariants;
mod queue;
mod reads;
mod reconciliation;
mod saga;
mod snapshot;
mod webhook;

pub(crate) use self::{
    dead_letter::{DeadLetter, DeadLetterSource},
    gateway::PaymentGateway,
    queue::Queue,
    reads::OperatorReads,
    saga::Saga,
    snapshot::OperationsSnapshot,
};
