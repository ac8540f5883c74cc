//! From a checked input to its outcome.

use async_graphql::Context;
use db::{Command, Outcome, Writer, WriterError};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::graphql::{
    context::Access as _,
    errors::{Fault, Result},
    user_error::{UserError, UserErrorCode},
    writers::Named,
};

/// What became of a command, as a payload tells it.
#[derive(Debug)]
pub(super) struct Verdict {
    /// What the database answered.
    pub(super) outcome: Outcome,
    /// Why nothing was written; empty when it was.
    pub(super) user_errors: Vec<UserError>,
}

/// Writes one command and waits for its outcome.
pub(super) async fn submit<W: Named>(
    ctx: &Context<'_>,
    writer: &Writer<W>,
    key: String,
    write: W,
) -> Result<Verdict> {
    let request = ctx.request();
    let actor = request.actor()?.clone();
    let fingerprint =
        fingerprint(W::NAME, &write).map_err(|_| request.impossible("a command that is no JSON"))?;
    let trace = Some(request.trace.clone());
    // Whatever becomes of it: what is read from here on has to have it.
    ctx.db().read_fresh();
    let outcome = writer.submit(Command { actor, key, fingerprint, trace, write }).await;
    let mut outcome = outcome.map_err(|error| match error {
        WriterError::Overloaded | WriterError::Lost => Fault::Unavailable,
        WriterError::Failed(error) => request.failed(&error),
    })?;

    let Some(refusal) = outcome.refusal.take() else {
        // The command may have put a step on the queue.
        ctx.services().hints.work();
        return Ok(Verdict { outcome, user_errors: Vec::new() });
    };
    match UserErrorCode::of(refusal.code) {
        Some(code) => Ok(Verdict { outcome, user_errors: vec![UserError::of(code, refusal)] }),
        None => Err(Fault::Forbidden(refusal.message)),
    }
}

/// A digest of all that is asked, by which the same key with another input is told apart.
fn fingerprint<W: Serialize>(name: &str, write: &W) -> Result<String, serde_json::Error> {
    let mut digest = Sha256::new();
    digest.update(name);
    digest.update([0]);
    digest.update(serde_json::to_vec(write)?);
    Ok(format!("{:x}", digest.finalize()))
}

#[cfg(test)]
mod tests {
    use db::{BookingId, CancelBooking, PayBooking};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_fingerprint_tells_inputs_and_mutations_apart_and_nothing_else() {
        let booking_id = BookingId(Uuid::now_v7());
        let cancel = |note: Option<&str>| {
            let note = note.map(str::to_owned);
            let write = CancelBooking { booking_id, lines: None, note, expected_version: None };
            fingerprint(CancelBooking::NAME, &write).expect("JSON")
        };
        assert_eq!(cancel(None), cancel(None));
        assert_ne!(cancel(None), cancel(Some("ill")));
        assert_eq!(cancel(None).len(), 64);
        let write = CancelBooking { booking_id, lines: None, note: None, expected_version: None };
        assert_ne!(fingerprint(PayBooking::NAME, &write).expect("JSON"), cancel(None));
    }
}
