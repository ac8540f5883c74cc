//! What a token says.

use db::{Actor, OrganiserId, Role};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{AuthError, IssuerSettings};

/// Longest subject, in characters; it becomes part of keys in the database.
const LONGEST_SUBJECT: usize = 200;

/// The roles as tokens spell them, the highest first.
const ROLES: [(&str, Role); 4] = [
    ("operator", Role::Operator),
    ("organiser", Role::Organiser),
    ("service", Role::Service),
    ("customer", Role::Customer),
];

/// Where a claim is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimName(Vec<String>);

impl ClaimName {
    /// A claim of this very name.
    pub(super) fn own(name: &str) -> Self {
        Self(vec![name.to_owned()])
    }

    /// Reads `role`, a path such as `realm_access.roles`, a JSON pointer such as `/realm_access/roles`, or an address
    /// such as `https://example.com/role`, which is a name as it stands.
    pub fn parse(text: &str) -> Result<Self, AuthError> {
        let parts: Vec<String> = if let Some(pointer) = text.strip_prefix('/') {
            pointer.split('/').map(|part| part.replace("~1", "/").replace("~0", "~")).collect()
        } else if text.contains("://") {
            vec![text.to_owned()]
        } else {
            text.split('.').map(str::to_owned).collect()
        };
        if parts.iter().any(String::is_empty) {
            return Err(AuthError::ClaimName(text.to_owned()));
        }
        Ok(Self(parts))
    }

    fn find<'a>(&self, claims: &'a Map<String, Value>) -> Option<&'a Value> {
        let (first, rest) = self.0.split_first()?;
        rest.iter()
            .try_fold(claims.get(first)?, |value, part| value.get(part))
            .filter(|value| !value.is_null())
    }
}

/// The claims of a token whose signature, issuer, audience and times were checked.
pub(super) struct Claims(pub(super) Map<String, Value>);

impl Claims {
    /// The actor that the claims speak of.
    pub(super) fn actor(&self, issuer: &IssuerSettings) -> Result<Actor, AuthError> {
        let subject = self.subject(issuer.subject_prefix.as_deref().unwrap_or_default())?;
        let role = self.role(issuer)?;
        let organiser_id = match role {
            // A customer acts for no organiser, whatever its token adds.
            Role::Customer => None,
            Role::Organiser | Role::Service => Some(self.organiser(issuer)?.ok_or(AuthError::NoOrganiser)?),
            Role::Operator => self.organiser(issuer)?,
        };
        Ok(Actor { role, subject, organiser_id })
    }

    fn subject(&self, prefix: &str) -> Result<String, AuthError> {
        let own = self.0.get("sub").and_then(Value::as_str).ok_or(AuthError::Claim("sub"))?;
        let subject = format!("{prefix}{own}");
        let length = subject.chars().count();
        if own.is_empty() || length > LONGEST_SUBJECT || subject.chars().any(char::is_control) {
            return Err(AuthError::Subject);
        }
        Ok(subject)
    }

    fn role(&self, issuer: &IssuerSettings) -> Result<Role, AuthError> {
        let names: Vec<&str> = match issuer.role_claim.find(&self.0) {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ => return Err(AuthError::NoRole),
        };
        let mut roles =
            ROLES.into_iter().filter(|(name, role)| names.contains(name) && issuer.roles.contains(role));
        roles.next().map(|(_, role)| role).ok_or(AuthError::NoRole)
    }

    fn organiser(&self, issuer: &IssuerSettings) -> Result<Option<OrganiserId>, AuthError> {
        let Some(value) = issuer.organiser_claim.find(&self.0) else { return Ok(None) };
        let id = value.as_str().and_then(|text| Uuid::parse_str(text).ok());
        id.map(|id| Some(OrganiserId(id))).ok_or(AuthError::NoOrganiser)
    }

    /// Seconds since 1970 after which the token is no good; fractions are cut off.
    pub(super) fn expires_at(&self) -> Result<u64, AuthError> {
        self.seconds("exp")?.ok_or(AuthError::Claim("exp"))
    }

    /// Whether a time that is named is a time. The library passes over one that is none.
    pub(super) fn check_times(&self) -> Result<(), AuthError> {
        self.seconds("nbf").and(self.seconds("iat")).map(drop)
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "what is out of range is cut off"
    )]
    fn seconds(&self, name: &'static str) -> Result<Option<u64>, AuthError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(value) => match value.as_f64() {
                Some(seconds) if seconds >= 0.0 => Ok(Some(value.as_u64().unwrap_or(seconds as u64))),
                _ => Err(AuthError::Claim(name)),
            },
        }
    }
}

/// The claims of a token that is made here.
#[derive(Serialize)]
pub(super) struct Said<'a> {
    pub(super) iss: &'a str,
    pub(super) aud: &'a str,
    pub(super) iat: u64,
    pub(super) exp: u64,
    sub: &'a str,
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    org: Option<Uuid>,
}

impl<'a> Said<'a> {
    pub(super) fn of(actor: &'a Actor, iss: &'a str, aud: &'a str, iat: u64, exp: u64) -> Self {
        let role = match actor.role {
            Role::Customer => "customer",
            Role::Organiser => "organiser",
            Role::Service => "service",
            Role::Operator => "operator",
        };
        Self { iss, aud, iat, exp, sub: &actor.subject, role, org: actor.organiser_id.map(|id| id.0) }
    }
}
