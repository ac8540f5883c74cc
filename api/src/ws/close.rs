//! Why the server closes a socket, by the protocol's codes.

/// Why the server closes a socket.
pub(super) struct Close(pub(super) u16, pub(super) &'static str);

pub(super) const RESTARTING: Close = Close(1012, "Service restart");
pub(super) const INVALID_MESSAGE: Close = Close(4400, "Invalid message received");
pub(super) const NOT_INITIALISED: Close = Close(4401, "Unauthorized");
pub(super) const FORBIDDEN: Close = Close(4403, "Forbidden");
pub(super) const NO_PROTOCOL: Close = Close(4406, "Subprotocol not acceptable");
pub(super) const INIT_TIMED_OUT: Close = Close(4408, "Connection initialisation timeout");
pub(super) const DUPLICATE_ID: Close = Close(4409, "Subscriber already exists");
pub(super) const INITIALISED_TWICE: Close = Close(4429, "Too many initialisation requests");
