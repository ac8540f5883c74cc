//! Slots in the store that instances share, each for as long as it may be shown.

use std::{collections::HashMap, sync::Arc, time::Duration};

use db::{Slot, SlotId};
use tokio::time::Instant;

use super::cache::Seen;
use crate::shared::SharedStore;

/// What writing may take: a slot is kept for that much less, so that none is shown for too long.
const WRITING: Duration = Duration::from_millis(100);

/// Those of these slots that are in the store. None of them when it is away.
pub(super) async fn read(
    store: &SharedStore,
    ids: &[SlotId],
    asked: Instant,
    fresh: Duration,
) -> HashMap<SlotId, Seen> {
    if ids.is_empty() {
        return HashMap::new();
    }
    let mut questions = redis::pipe();
    for id in ids {
        let key = key(store, *id);
        questions.get(&key).pttl(&key);
    }
    let answers = store
        .ask(async |mut store| questions.query_async::<Vec<(Option<String>, i64)>>(&mut store).await)
        .await;
    let answers = answers.unwrap_or_default();
    let seen = ids.iter().zip(answers).filter_map(|(id, (text, left))| {
        // How long it may still be shown is known by the store's clock alone.
        let until = asked + Duration::from_millis(u64::try_from(left).ok()?).min(fresh);
        // What an instance of another version has written is none of ours.
        let slot: Slot = serde_json::from_str(&text?).ok()?;
        Some((*id, Seen { slot: Arc::new(slot), until }))
    });
    seen.collect()
}

/// Puts slots into the store, to be shown until then; nobody waits for it.
pub(super) fn write(store: SharedStore, slots: &[Arc<Slot>], until: Instant) {
    let left = until.saturating_duration_since(Instant::now() + WRITING);
    let milliseconds = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
    if milliseconds == 0 || slots.is_empty() {
        return;
    }
    let mut commands = redis::pipe();
    for slot in slots {
        let Ok(text) = serde_json::to_string(slot.as_ref()) else { continue };
        commands.pset_ex(key(&store, slot.id), text, milliseconds).ignore();
    }
    tokio::spawn(async move {
        store.ask(async |mut store| commands.query_async::<()>(&mut store).await).await;
    });
}

fn key(store: &SharedStore, id: SlotId) -> String {
    store.key("slot", &id.to_string())
}
