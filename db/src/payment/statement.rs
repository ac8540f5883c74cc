//! The gateways' own lists of what they did, held against our operations.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::OperationKind;
use crate::{BookingId, Cursor, Db, Error, OrganiserId, Page};

/// One line of a gateway's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatementLine {
    /// The gateway's name for what it did.
    pub reference: String,
    /// What it was.
    pub kind: OperationKind,
    /// The key that it was asked for under, where the gateway keeps it.
    pub operation_key: Option<String>,
    /// The authorization it is about.
    pub authorization: Option<String>,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// Of which currency, as the gateway writes it.
    pub currency: String,
    /// When.
    pub happened_at: DateTime<Utc>,
}

/// A page of a gateway's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatementPage {
    /// Which gateway.
    pub gateway: String,
    /// Where the page begins; none is the beginning of the list.
    pub from_cursor: Option<String>,
    /// Where the next one begins.
    pub cursor: Option<String>,
    /// What happened before this has been listed by now.
    pub complete_until: Option<DateTime<Utc>>,
    /// Its lines.
    pub entries: Vec<StatementLine>,
}

/// The turn to read on in a gateway's list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct StatementTurn {
    /// How far it was read; none is not at all.
    pub cursor: Option<String>,
}

/// What became of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Noted {
    /// Whether the list is read as far as this page now; else somebody has read on meanwhile.
    pub is_current: bool,
    /// Lines by verdict, in lower case.
    pub verdicts: BTreeMap<String, u64>,
}

/// A place among lines that differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementPlace {
    payment_id: Option<uuid::Uuid>,
    reference: String,
    kind: OperationKind,
}

/// What was done about lines that differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Settled {
    /// Lines whose operation was recorded meanwhile.
    pub agreed: u64,
    /// Stray money whose giving back has begun.
    pub strays: u64,
    /// Sagas woken to look their operation up.
    pub nudged: u64,
    /// Operators' cases opened.
    pub cases: u64,
    /// Behind what there may be more lines; none when all were looked at.
    pub next: Option<StatementPlace>,
}

/// How a line of a gateway's list and our books compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Verdict {
    /// They agree.
    Matched,
    /// The gateway moved more than we asked for, or another currency.
    Over,
    /// It moved less.
    Under,
    /// It bears one of our keys, and our books do not have it as done.
    Orphaned,
    /// It bears none of our keys: the account may have other users.
    Foreign,
    /// Our books have it as done, and the gateway does not list it.
    Missing,
}

/// What is done about a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Handling {
    /// Nothing has to be.
    None,
    /// Something will be, in the next round.
    Waiting,
    /// Its operation is being looked up.
    UnderWay,
    /// Later lines have taken it back.
    Covered,
    /// Stray money, being given back.
    Found,
    /// Stray money that was given back.
    GivenBack,
    /// Stray money that could not be given back: an operator's case.
    Failed,
    /// An operator's case.
    Case,
    /// An operator has seen to it.
    Resolved,
}

/// Something that a gateway's list and our books do not have alike.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Difference {
    /// Its name, unique among differences.
    pub id: String,
    /// Whose it is, where an operation of ours says so.
    pub organiser_id: Option<OrganiserId>,
    /// The booking it is about, where an operation of ours says so.
    pub booking_id: Option<BookingId>,
    /// Which gateway.
    pub gateway: String,
    /// The gateway's name for it.
    pub reference: Option<String>,
    /// What it was.
    pub kind: OperationKind,
    /// The key of our operation.
    pub operation_key: Option<String>,
    /// How the two compare.
    pub verdict: Verdict,
    /// What is done about it.
    pub handling: Handling,
    /// What the gateway moved, in minor units.
    pub amount_minor: i64,
    /// What it moved by our books, in minor units.
    pub expected_minor: i64,
    /// Of which currency, as the gateway writes it.
    pub currency: String,
    /// When it happened.
    pub happened_at: DateTime<Utc>,
    /// When it was found.
    pub found_at: DateTime<Utc>,
}

/// Which differences are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DifferenceFilter {
    /// Of this gateway alone.
    pub gateway: Option<String>,
    /// Of this verdict alone.
    pub verdict: Option<Verdict>,
}

impl Db {
    /// Takes the turn to read a gateway's list, for so many seconds; none while another worker has it.
    pub async fn begin_statement(
        &self,
        gateway: &str,
        worker: &str,
        lease_seconds: i32,
    ) -> Result<Option<StatementTurn>, Error> {
        let argument =
            serde_json::json!({ "gateway": gateway, "worker": worker, "lease_seconds": lease_seconds });
        self.row("select payment.begin_statement($1)", &argument).await
    }

    /// Notes a page and holds it against our operations. To note one again changes nothing.
    pub async fn note_statement(&self, page: &StatementPage) -> Result<Noted, Error> {
        Ok(self.row("select payment.note_statement($1)", page).await?.unwrap_or_default())
    }

    /// Does something about lines that differ for longer than the grace, `batch` of them at most and those behind `after`
    /// only; none while another worker does.
    pub async fn settle_statement(
        &self,
        gateway: &str,
        grace_seconds: f64,
        batch: i32,
        after: Option<&StatementPlace>,
    ) -> Result<Option<Settled>, Error> {
        let mut argument =
            serde_json::json!({ "gateway": gateway, "grace_seconds": grace_seconds, "batch": batch });
        if let Some(after) = after {
            argument["after"] = serde_json::json!(after);
        }
        self.row("select payment.settle_statement($1)", &argument).await
    }

    /// What gateways' lists and our books do not have alike, newest first; all of it, for operators.
    pub async fn list_differences(
        &self,
        filter: &DifferenceFilter,
        first: i32,
        after: Option<&Cursor>,
    ) -> Result<Page<Difference>, Error> {
        let argument = serde_json::json!({
            "gateway": filter.gateway, "verdict": filter.verdict, "first": first, "after": after
        });
        self.page(None, "payment.list_differences", &argument, first).await
    }
}
