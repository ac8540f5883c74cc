//! Who asks: every command and every read carries its actor to the routine,
//! which checks it there. Behind a read stands row-level security, too; writes
//! pass it by, so that their check is the only one.

use serde::{Deserialize, Serialize};

use crate::OrganiserId;

/// What an actor may do at all; what it may touch is checked per row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    /// Books for itself, with any organiser.
    Customer,
    /// Sells: acts on its own organiser's rows, and books on behalf of customers.
    Organiser,
    /// A machine of an organiser, such as a channel manager or a kiosk: sells, books and reads as its organiser does,
    /// and has no say in where its organiser's data goes.
    Service,
    /// Runs the system: sees every organiser's rows.
    Operator,
}

/// The authenticated caller of a command or a read.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// What the token says it may do.
    pub role: Role,
    /// The subject of the identity provider; also the scope of idempotency keys.
    pub subject: String,
    /// The organiser it acts for; always there for [`Role::Organiser`] and [`Role::Service`].
    pub organiser_id: Option<OrganiserId>,
}
