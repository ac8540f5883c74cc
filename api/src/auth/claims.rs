//! What a token says.

use db::{Actor, OrganiserId, Role};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::AuthError;

/// Longest subject, in characters; it becomes part of keys in the database.
const LONGEST_SUBJECT: usize = 200;

/// The role as tokens spell it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RoleClaim {
    Customer,
    Organiser,
    Operator,
}

/// The claims that are read after the registered ones were checked.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Claims {
    sub: String,
    role: RoleClaim,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    org: Option<Uuid>,
    /// Seconds since 1970 after which the token is no good.
    pub(super) exp: u64,
}

impl Claims {
    pub(super) fn of(actor: &Actor, exp: u64) -> Self {
        let role = match actor.role {
            Role::Customer => RoleClaim::Customer,
            Role::Organiser => RoleClaim::Organiser,
            Role::Operator => RoleClaim::Operator,
        };
        Self { sub: actor.subject.clone(), role, org: actor.organiser_id.map(|id| id.0), exp }
    }

    /// The actor that the claims speak of.
    pub(super) fn actor(self) -> Result<Actor, AuthError> {
        let length = self.sub.chars().count();
        if !(1..=LONGEST_SUBJECT).contains(&length) || self.sub.chars().any(char::is_control) {
            return Err(AuthError::Subject);
        }
        let organiser = self.org.map(OrganiserId);
        let (role, organiser_id) = match (self.role, organiser) {
            // A customer acts for no organiser, whatever its token adds.
            (RoleClaim::Customer, _) => (Role::Customer, None),
            (RoleClaim::Organiser, None) => return Err(AuthError::NoOrganiser),
            (RoleClaim::Organiser, organiser) => (Role::Organiser, organiser),
            (RoleClaim::Operator, organiser) => (Role::Operator, organiser),
        };
        Ok(Actor { role, subject: self.sub, organiser_id })
    }
}
