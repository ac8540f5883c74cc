//! Drafts to the server, under keys that follow from what they say.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{error::ImportError, read::Import};
use crate::client::{Client, CommandError, SLOTS_PER_CALL, SlotDraft, upsert_listing, upsert_slots};

/// What became of one listing.
pub(super) struct Sent {
    /// Slots of it.
    pub(super) slots: usize,
    /// Whether the server already had all of it, from the same import.
    pub(super) unchanged: bool,
}

/// Writes one listing and its slots.
pub(super) async fn send(
    client: &Client,
    organiser: Option<&str>,
    import: &Import,
) -> Result<Sent, ImportError> {
    let slug = &import.listing.slug;
    let (listing, mut unchanged) = listing(client, organiser, import).await.map_err(failed(slug))?;
    for batch in import.slots.chunks(SLOTS_PER_CALL) {
        unchanged &= slots(client, &listing, batch).await.map_err(failed(slug))?;
    }
    Ok(Sent { slots: import.slots.len(), unchanged })
}

fn failed(slug: &str) -> impl FnOnce(CommandError) -> ImportError {
    |source| ImportError::Command { slug: slug.to_owned(), source }
}

/// The id of the listing, and whether it was there as it should be.
async fn listing(
    client: &Client,
    organiser: Option<&str>,
    import: &Import,
) -> Result<(String, bool), CommandError> {
    let wanted = &import.listing;
    let done = upsert_listing(client, &key(&(organiser, wanted)), organiser, wanted).await?;
    if !done.replayed || done.subject.content == *wanted {
        return Ok((done.subject.id, done.replayed));
    }
    // Imported before and changed since: the first key only ever repeats the first import.
    let again = key(&(organiser, wanted, done.subject.version));
    let done = upsert_listing(client, &again, organiser, wanted).await?;
    Ok((done.subject.id, false))
}

/// Whether the slots were there as they should be; if not, they are now.
async fn slots(client: &Client, listing: &str, wanted: &[SlotDraft]) -> Result<bool, CommandError> {
    let done = upsert_slots(client, &key(&(listing, wanted)), listing, wanted).await?;
    let there = |slot: &SlotDraft| done.subject.iter().any(|stored| stored.content == *slot);
    if !done.replayed || wanted.iter().all(there) {
        return Ok(done.replayed);
    }
    let versions: Vec<_> = done.subject.iter().map(|stored| (&stored.id, stored.version)).collect();
    upsert_slots(client, &key(&(listing, wanted, versions)), listing, wanted).await?;
    Ok(false)
}

/// The same content gives the same key, so that a second import repeats the first one's outcome.
fn key(content: &impl Serialize) -> String {
    let text = serde_json::to_string(content).unwrap_or_default();
    format!("import:{:.32}", format!("{:x}", Sha256::digest(text)))
}
