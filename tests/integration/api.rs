//! The edge: the contract, who may do what, subscriptions, and everything that is no good request.

mod apollo;
mod contract;
mod corpus;
mod federation;
mod gate;
mod hostile;
mod input;
mod judge;
mod leaks;
mod limits;
mod live;
mod matrix;
mod oidc;
mod probes;
mod replica;
mod schema;
mod statements;
mod subscription;
mod tenancy;
mod transport;
mod walls;
