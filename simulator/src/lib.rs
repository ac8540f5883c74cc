//! The simulated gateway, and a stand-in for a schema registry ([`Registry`]).
//!
//! The gateway moves no money, keeps books of its own, and makes the trouble that a real one makes.
//!
//! It shares nothing with the system that asks it but HTTP. An answer is given once what it says is on disk, so that a
//! gateway which is killed has done what it said, and at most more. Trouble is chosen by the token of the payment
//! method, or by rates ([`Trouble`]):
//!
//! | token | what happens |
//! |---|---|
//! | `pm_card_visa`, `pm_card_mastercard`, `pm_card_amex` | everything is done |
//! | `pm_card_chargeDeclined` and its kin | the authorization is declined |
//! | `pm_sim_slow` | each answer takes 2 seconds |
//! | `pm_sim_timeoutBeforeCharge` | the first try of each operation is never answered, and nothing is done |
//! | `pm_sim_timeoutAfterCharge` | the first try of each operation is done, and never answered |
//! | `pm_sim_lostAlways` | each operation is done, and the connection closed without an answer: only a look-up tells |
//! | `pm_sim_serverErrorOnce`, `pm_sim_serverErrorAlways` | the first try, or every try, answers 503 with nothing done |
//! | `pm_sim_rateLimited` | the first try of each operation answers 429 with nothing done |
//! | `pm_sim_error500` | nothing is done, and 500 is stored under the key and answered ever after |
//! | `pm_sim_error500Once` | the same for the first key of each payment and kind; another key is done |
//! | `pm_sim_error500AfterCharge` | each operation is done, and 500 stored and answered ever after |
//! | `pm_sim_captureDeclined` | the authorization stands, its capture is declined |
//! | `pm_sim_webhookStorm` | each webhook comes with five duplicates |
//! | any other `pm_sim_` | everything is done |

mod book;
mod call;
mod connection;
mod error;
mod http;
mod ledger;
mod registry;
mod service;
mod settings;
mod token;
mod trouble;
mod webhook;

pub use book::{Answer, Book, Page, Row, Told, Verdict, Worked};
pub use call::{Call, Kind};
pub use error::Error;
pub use registry::{Level, Registry, RegistryError};
pub use service::Simulator;
pub use settings::{Settings, Webhooks};
pub use trouble::{Luck, Trouble, TroubleError};
pub use webhook::sign;
