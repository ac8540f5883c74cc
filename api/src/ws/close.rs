//! Why the server closes a socket, by the protocol's codes.

use std::borrow::Cow;

/// Why the server closes a socket.
pub(super) struct Close(pub(super) u16, pub(super) Cow<'static, str>);

/// Longest reason that a close frame carries, in bytes: 125, less 2 for the code.
const LONGEST: usize = 123;

impl Close {
    const fn new(code: u16, reason: &'static str) -> Self {
        Self(code, Cow::Borrowed(reason))
    }

    /// An operation of this id is still running.
    pub(super) fn duplicate(id: &str) -> Self {
        let reason = |id: &str| format!("Subscriber for {id} already exists");
        let room = LONGEST - reason("").len();
        Self(4409, reason(&id[..id.floor_char_boundary(room)]).into())
    }
}

pub(super) const RESTARTING: Close = Close::new(1012, "Service restart");
/// The official client connects again after this, and resumes.
pub(super) const TOO_SLOW: Close = Close::new(1013, "Messages are read too slowly");
pub(super) const INVALID_MESSAGE: Close = Close::new(4400, "Invalid message received");
pub(super) const NOT_INITIALISED: Close = Close::new(4401, "Unauthorized");
pub(super) const FORBIDDEN: Close = Close::new(4403, "Forbidden");
pub(super) const NO_PROTOCOL: Close = Close::new(4406, "Subprotocol not acceptable");
pub(super) const INIT_TIMED_OUT: Close = Close::new(4408, "Connection initialisation timeout");
pub(super) const INITIALISED_TWICE: Close = Close::new(4429, "Too many initialisation requests");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_fits_its_frame_whatever_the_id() {
        assert_eq!(Close::duplicate("a").1, "Subscriber for a already exists");
        for id in ["a".repeat(1_000), "\u{1F600}".repeat(1_000), "aé".repeat(100)] {
            let Close(code, reason) = Close::duplicate(&id);
            assert_eq!(code, 4409);
            assert!((LONGEST - 3..=LONGEST).contains(&reason.len()), "{reason}");
        }
    }
}
