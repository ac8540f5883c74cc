//! The edge: the contract, who may do what, subscriptions, and everything that is no good request.

mod hostile;
mod input;
mod schema;
mod subscription;
mod tenancy;
