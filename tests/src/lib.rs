//! What the integration tests stand on: one private Postgres per run, a database, an API and
//! workers per test, and clients that speak to them as real ones do.
//!
//! - [`TestSystem`]: the system of one test
//! - [`Client`], [`Socket`]: GraphQL over HTTP, and over `graphql-transport-ws`
//! - [`Shop`]: a listing with its slots, and [`Goods`] to say what is sold
//! - [`Worker`]: a worker that can be killed, and [`Gated`]: a gateway that a test can hold up
//! - [`Broker`]: Apache Kafka; [`MailServer`]: a real one of mail; [`Registry`]: schemas over HTTP
//! - [`Redis`]: a real one, which a test may kill
//! - [`python`], [`node`], [`client()`]: programs in other languages, with their packages
//! - [`until`]: waits for a state, never for a time

#![allow(
    clippy::missing_panics_doc,
    reason = "the harness fails its test by panicking, wherever something is not as it should be"
)]

mod books;
mod client;
mod cluster;
mod database;
mod gateway;
mod ids;
mod installed;
mod kafka;
mod orders;
mod port;
mod programs;
mod redis;
mod registry;
mod replica;
mod reply;
mod shop;
mod skip;
mod smtp;
mod socket;
mod statements;
mod system;
mod wait;
mod webhooks;
mod worker;

pub use client::Client;
pub use cluster::cluster_url;
pub use database::{Database, sql};
pub use gateway::{Ending, Fault, Gate, Gated, Hold};
pub use ids::{node_id, uuid_of};
pub use kafka::Broker;
pub use orders::{Line, Order};
pub use port::free_port;
pub use programs::{client, node, python};
pub use redis::Redis;
pub use registry::Registry;
pub use replica::Replicated;
pub use reply::{Payload, Reply};
pub use shop::{Goods, Shop, plan};
pub use skip::skip;
pub use smtp::{Mail, MailServer};
pub use socket::Socket;
pub use system::{ReplicaTraits, TestSystem, Traits, api_settings, issuer_of_tests};
pub use wait::{LIMIT, until};
pub use webhooks::{SIGNATURE_HEADER, WEBHOOK_SECRETS, webhook_body, webhook_signature};
pub use worker::{Worker, settings};
