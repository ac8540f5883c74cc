//! Reconciliation, as a standing process: the gateways' own lists are read on and held against our operations, and
//! what differs is looked up, given back, or handed to an operator.

use std::{sync::Arc, time::Duration};

use db::{Db, Settled, StatementLine, StatementPage};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{
    Settings,
    gateway::{Entry, Guarded, PaymentGateway as _, Statement},
    report,
    timers::pause,
};

/// Lines settled in one call at most.
const BATCH: i32 = 100;
/// How long one page may take.
const PAGE_WITHIN: Duration = Duration::from_secs(10);
/// How long a list is one worker's, from page to page, in seconds; longer than a page may take. One that is killed holds it
/// up for as long, and differences are to be found within a minute.
const LEASE_SECONDS: i32 = 15;

/// Why a round over a gateway's list ended early; the next one begins where it stopped.
#[derive(Debug, thiserror::Error)]
enum Interrupted {
    #[error("the gateway did not list what it did: {0}")]
    Gateway(String),
    #[error("the database failed")]
    Database(#[from] db::Error),
}

/// Reads a gateway's list again and again, until `shutdown`; the sagas that this wakes are made known through `work`.
/// Each gateway has a task of its own: one that does not answer holds up no other.
pub(crate) async fn reconcile(
    db: Db,
    gateway: Arc<Guarded>,
    settings: Settings,
    work: Arc<Notify>,
    shutdown: CancellationToken,
) {
    loop {
        let round = Round { db: &db, gateway: &gateway, settings: &settings, shutdown: &shutdown };
        match round.run().await {
            Ok(true) => work.notify_one(),
            Ok(false) => (),
            Err(interrupted) => complain(gateway.code(), &interrupted),
        }
        if !pause(settings.reconcile, &shutdown).await {
            return;
        }
    }
}

fn complain(gateway: &str, interrupted: &Interrupted) {
    metrics::counter!("holdfast_reconciliation_interrupted_total", "gateway" => gateway.to_owned())
        .increment(1);
    match interrupted {
        Interrupted::Database(error) if error.worth_retrying() => {
            tracing::debug!(%error, gateway, "reconciliation goes on in the next round");
        }
        Interrupted::Database(error) => report("reconciliation was interrupted", error),
        Interrupted::Gateway(_) => {
            tracing::warn!(gateway, error = %interrupted, "reconciliation was interrupted");
        }
    }
}

/// One round over one gateway's list.
struct Round<'a> {
    db: &'a Db,
    gateway: &'a Guarded,
    settings: &'a Settings,
    shutdown: &'a CancellationToken,
}

impl Round<'_> {
    /// Reads on to the end, then sees to what differs; whether that set a saga going.
    async fn run(&self) -> Result<bool, Interrupted> {
        let code = self.gateway.code();
        loop {
            let turn = self.db.begin_statement(code, &self.settings.name, LEASE_SECONDS).await?;
            // Another worker reads it, and sees to what differs.
            let Some(turn) = turn else { return Ok(false) };
            let listed = tokio::time::timeout(PAGE_WITHIN, self.gateway.list(turn.cursor.as_deref())).await;
            let statement = listed
                .map_err(|_| Interrupted::Gateway(format!("no answer within {PAGE_WITHIN:?}")))?
                .map_err(Interrupted::Gateway)?;
            let has_more = statement.has_more && statement.cursor != turn.cursor;
            let page = page(code, turn.cursor, statement);
            let noted = self.db.note_statement(&page).await?;
            for (verdict, lines) in noted.verdicts {
                metrics::counter!("holdfast_reconciliation_lines_total",
                    "gateway" => code.to_owned(), "verdict" => verdict)
                .increment(lines);
            }
            if !noted.is_current || self.shutdown.is_cancelled() {
                return Ok(false);
            }
            if !has_more {
                return Ok(self.settle().await?);
            }
        }
    }

    /// Sees to everything that differs, batch by batch: what stays as it is for long does not hide what is behind it.
    async fn settle(&self) -> Result<bool, db::Error> {
        let code = self.gateway.code();
        let grace = self.settings.orphaned_after.as_secs_f64();
        let mut has_set_going = false;
        let mut after = None;
        loop {
            let settled = self.db.settle_statement(code, grace, BATCH, after.as_ref()).await?;
            let Some(settled) = settled else { return Ok(has_set_going) };
            tell(code, &settled);
            has_set_going |= settled.strays + settled.nudged > 0;
            after = settled.next;
            if after.is_none() || self.shutdown.is_cancelled() {
                return Ok(has_set_going);
            }
        }
    }
}

fn tell(gateway: &str, settled: &Settled) {
    for (action, count) in
        [("given_back", settled.strays), ("looked_up", settled.nudged), ("case", settled.cases)]
    {
        metrics::counter!("holdfast_reconciliation_settled_total", "gateway" => gateway.to_owned(), "action" => action)
            .increment(count);
    }
    if settled.strays + settled.cases > 0 {
        tracing::error!(
            gateway,
            strays = settled.strays,
            cases = settled.cases,
            "the gateway's list and our books differ"
        );
    }
}

/// A page as the database takes it. A gateway that gives no new cursor is asked from the same one again.
fn page(gateway: &str, from_cursor: Option<String>, statement: Statement) -> StatementPage {
    StatementPage {
        gateway: gateway.to_owned(),
        cursor: statement.cursor.or_else(|| from_cursor.clone()),
        from_cursor,
        complete_until: statement.complete_until,
        entries: statement.entries.into_iter().map(line).collect(),
    }
}

fn line(entry: Entry) -> StatementLine {
    StatementLine {
        reference: entry.reference,
        kind: entry.kind,
        operation_key: entry.operation_key,
        authorization: entry.authorization,
        amount_minor: entry.amount_minor,
        currency: entry.currency,
        happened_at: entry.happened_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_new_cursor_the_list_is_read_on_from_the_same_place() {
        let told = page("simulator", Some("7".to_owned()), Statement::default());
        assert_eq!((told.from_cursor.as_deref(), told.cursor.as_deref()), (Some("7"), Some("7")));
    }
}
