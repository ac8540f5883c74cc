//! What the crate promises, against a broker that the client library plays itself, and whose errors are planted.

mod broker;
mod codec;
mod evolution;
mod placeholders;
mod publisher;
mod registry;
mod sample;
mod schemas;
mod subscriber;
