//! Who did what.

use async_graphql::{Json, SimpleObject};
use chrono::{DateTime, Utc};

use crate::graphql::connection::connection;

/// Something that an operator did, or was refused. Never changed.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct AuditEntry {
    /// When, in UTC.
    at: DateTime<Utc>,
    /// Who: the operator's subject.
    actor_id: String,
    /// What: the name of the mutation's routine, such as `retrySaga` or `setQueuePause`.
    action: String,
    /// To which saga, queue or gateway. Null for what is chosen by a filter.
    subject: Option<String>,
    /// With what.
    argument: Json<serde_json::Value>,
    /// The code by which it was refused. Null when it was done.
    refusal: Option<String>,
}

impl From<db::AuditEntry> for AuditEntry {
    fn from(entry: db::AuditEntry) -> Self {
        Self {
            at: entry.at,
            actor_id: entry.actor_id,
            action: entry.action,
            subject: entry.subject,
            argument: Json(entry.argument),
            refusal: entry.refusal,
        }
    }
}

connection!(
    AuditConnection,
    AuditEdge,
    AuditEntry,
    db::AuditEntry,
    "A page of what operators did, newest first.",
    "An act and its place in the list."
);
