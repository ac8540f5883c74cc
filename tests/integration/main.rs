//! The integration tests: one binary, one Postgres, a database and a system per test.
//!
//! One module per family of behaviour. Every test ends with [`tests::TestSystem::finish`], which
//! checks every invariant.

mod api;
mod benchmark;
mod booking;
mod cancel;
mod certificates;
mod change;
mod complete;
mod concurrency;
mod contacts;
mod database;
mod demo;
mod engine;
mod events;
mod expiry;
mod faults;
mod flash;
mod gather;
mod history;
mod holds;
mod model;
mod money;
mod notify;
mod operate;
mod payment;
mod planted;
mod process;
mod protocol;
mod reconcile;
mod saga;
mod schedule;
mod seats;
mod slot_cancellation;
mod sql;
mod stripe;
mod waitlist;
mod webhook;
