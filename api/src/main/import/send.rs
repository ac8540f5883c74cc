//! Drafts to the server, under keys that follow from what they say.

use std::collections::HashMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{error::ImportError, read::Import};
use crate::client::{
    Client, CommandError, ListingDraft, PlanId, SLOTS_PER_CALL, SlotDraft, VenuePlanDraft, upsert_listing,
    upsert_slots, upsert_venue_plan,
};

/// Whom things are sent to, and on whose behalf.
pub(super) struct Sender<'run> {
    /// The server.
    pub(super) client: Client,
    /// Whose the things are; operators must say it.
    pub(super) organiser: Option<&'run str>,
}

/// What became of one listing or one venue plan.
pub(super) struct Sent {
    /// Its id.
    pub(super) id: String,
    /// Whether the server already had all of it, as it should be.
    pub(super) unchanged: bool,
}

impl Sender<'_> {
    /// Writes one venue plan with all its seats.
    pub(super) async fn venue_plan(&self, plan: &VenuePlanDraft) -> Result<Sent, ImportError> {
        self.write_plan(plan).await.map_err(failed(format!("venue plan `{}`", plan.code)))
    }

    async fn write_plan(&self, plan: &VenuePlanDraft) -> Result<Sent, CommandError> {
        let content = key(&(self.organiser, plan));
        let done = upsert_venue_plan(&self.client, &content, self.organiser, plan).await?;
        let (id, version) = (done.subject.id, done.subject.version);
        if !done.replayed {
            return Ok(Sent { id, unchanged: false });
        }
        // Imported before. Seats are not read back: the server compares them, and counts a version
        // when they differ. Under a key of this version, it does so once.
        let again = key(&(self.organiser, plan, version));
        let done = upsert_venue_plan(&self.client, &again, self.organiser, plan).await?;
        Ok(Sent { id, unchanged: done.subject.version == version })
    }

    /// Writes one listing and its slots, whose venue plans have these ids by code.
    pub(super) async fn listing(
        &self,
        import: &Import,
        plans: &HashMap<&str, PlanId>,
    ) -> Result<Sent, ImportError> {
        let drafts: Vec<_> = import
            .slots
            .iter()
            .map(|slot| SlotDraft {
                venue_plan_id: slot.plan.as_deref().and_then(|code| plans.get(code).cloned()),
                ..slot.draft.clone()
            })
            .collect();
        let sending = self.write_listing(&import.listing, &drafts);
        sending.await.map_err(failed(format!("listing `{}`", import.listing.slug)))
    }

    async fn write_listing(&self, listing: &ListingDraft, slots: &[SlotDraft]) -> Result<Sent, CommandError> {
        let (id, mut unchanged) = self.write_terms(listing).await?;
        for batch in slots.chunks(SLOTS_PER_CALL) {
            unchanged &= self.write_slots(&id, listing, batch).await?;
        }
        Ok(Sent { id, unchanged })
    }

    /// The id of the listing, and whether it was there as it should be.
    async fn write_terms(&self, wanted: &ListingDraft) -> Result<(String, bool), CommandError> {
        let content = key(&(self.organiser, wanted));
        let done = upsert_listing(&self.client, &content, self.organiser, wanted).await?;
        if !done.replayed || done.subject.content == *wanted {
            return Ok((done.subject.id, done.replayed));
        }
        // Imported before and changed since: the first key only ever repeats the first import.
        let again = key(&(self.organiser, wanted, done.subject.version));
        let done = upsert_listing(&self.client, &again, self.organiser, wanted).await?;
        Ok((done.subject.id, false))
    }

    /// Whether the slots were there as they should be; if not, they are now.
    async fn write_slots(
        &self,
        id: &str,
        listing: &ListingDraft,
        wanted: &[SlotDraft],
    ) -> Result<bool, CommandError> {
        let done = upsert_slots(&self.client, &key(&(id, wanted)), id, wanted).await?;
        let there = |slot: &SlotDraft| {
            let mut stored = done.subject.iter().map(|stored| &stored.content);
            stored.any(|stored| slot.shown(listing, stored.capacity) == *stored)
        };
        if !done.replayed || wanted.iter().all(there) {
            return Ok(done.replayed);
        }
        let versions: Vec<_> = done.subject.iter().map(|stored| (&stored.id, stored.version)).collect();
        upsert_slots(&self.client, &key(&(id, wanted, versions)), id, wanted).await?;
        Ok(false)
    }
}

fn failed(of: String) -> impl FnOnce(CommandError) -> ImportError {
    |source| ImportError::Command { of, source }
}

/// The same content gives the same key, so that a second import repeats the first one's outcome.
fn key(content: &impl Serialize) -> String {
    let text = serde_json::to_string(content).unwrap_or_default();
    format!("import:{:.32}", format!("{:x}", Sha256::digest(text)))
}
