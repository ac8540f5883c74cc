//! The matrix: every step of every kind of saga, struck at every edge by every fault.
//!
//! The cells are enumerated from `saga.definition`, so that a new kind has its own; each has a system of its own, with
//! workers that are real processes. Steps that a worker carries out are struck by failpoints in it: before the gateway
//! is asked or the routine called, after it, and when the record is committed and its answer lost. Steps that belong
//! to the transaction which decides them are struck in that: by an error, a cancelled statement, or the end of the
//! database's own process, at the step and at the commit; and their sender is left without an answer. A step is
//! repeated by messages that are there three times, and tried in vain until it is given up.
//!
//! Each cell proves that its fault was there, and ends as it has to: the states of saga, booking and payments, every
//! invariant, no lease, no message, and by the gateway's own ledger exactly what was meant to be done, once.

mod cell;
mod ground;
mod judge;
mod play;
mod scenes;
mod strike;

use std::{collections::BTreeMap, panic::AssertUnwindSafe, time::Instant};

use futures::{FutureExt as _, StreamExt as _, stream};
use tests::Database;

use cell::Cell;

/// Cells at a time: most of them wait for a lease or a pause most of the time.
const SIDE_BY_SIDE: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_step_survives_every_fault_at_every_edge() {
    let database = Database::create().await;
    let mut cells = cell::all(&database.sql).await;
    database.drop().await;
    // One cell, or a family of them, by its name.
    if let Ok(wanted) = std::env::var("HOLDFAST_CELLS") {
        cells.retain(|cell| cell.to_string().contains(&wanted));
    }
    let (count, began) = (cells.len(), Instant::now());
    let played: Vec<(Cell, Result<(), String>)> =
        stream::iter(cells).map(play_apart).buffer_unordered(SIDE_BY_SIDE).collect().await;

    let mut table: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for (cell, result) in &played {
        let (all, failed) = table.entry(&cell.step.kind).or_default();
        *all += 1;
        *failed += u32::from(result.is_err());
    }
    println!("{count} cells in {:.0} s", began.elapsed().as_secs_f64());
    for (kind, (all, failed)) in table {
        println!("  {kind:<20} {all:>4} cells, {failed} failed");
    }
    let mut failed: Vec<_> = played
        .iter()
        .filter_map(|(cell, result)| Some(format!("{cell}: {}", result.as_ref().err()?)))
        .collect();
    failed.sort();
    assert!(failed.is_empty(), "{} cells failed:\n{}", failed.len(), failed.join("\n"));
}

/// One that panics fails alone.
async fn play_apart(cell: Cell) -> (Cell, Result<(), String>) {
    let playing = AssertUnwindSafe(play::play(cell.clone())).catch_unwind();
    let result = playing.await.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(format!("panicked: {}", text.unwrap_or_default()))
    });
    (cell, result)
}
