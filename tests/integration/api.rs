//! The edge: the contract, who may do what, subscriptions, and everything that is no good request.

mod gate;
mod hostile;
mod input;
mod limits;
mod schema;
mod subscription;
mod tenancy;
