//! What every resolver may lean on: who asks, under which id, and the floor below.

use std::net::IpAddr;

use async_graphql::Context;
use db::{Actor, Db, Role, Trace};

use super::{
    errors::{Fault, Result, chain, fault_of},
    followed::Followed,
    loaders::Loaders,
    writers::Writers,
    written::Written,
};
use crate::{
    gate::Gate,
    gathered::Unanswered,
    live::{Hints, Live, ReadError},
};

/// What all requests share.
#[derive(Clone, Debug)]
pub struct Services {
    /// The database, for reads that are nobody's in particular.
    pub db: Db,
    /// The ways in for writes.
    pub writers: Writers,
    /// The way back for the bookings that were written.
    pub written: Written,
    /// The way back for the bookings that are watched.
    pub followed: Followed,
    /// What stands before them when everybody wants the same slot.
    pub gate: Gate,
    /// Where a change is made known within this process.
    pub hints: Hints,
    /// What is watched, and what was seen a moment ago.
    pub live: Live,
}

/// What belongs to one request alone.
#[derive(Clone, Debug)]
pub(crate) struct RequestContext {
    /// Who asks; none is an anonymous visitor.
    pub(crate) actor: Option<Actor>,
    /// Where the request came from.
    pub(crate) address: IpAddr,
    /// What the request is known by.
    pub(crate) trace: Trace,
}

impl RequestContext {
    pub(crate) fn actor(&self) -> Result<&Actor> {
        self.actor.as_ref().ok_or(Fault::Unauthenticated)
    }

    /// The actor, when it sells or runs the system.
    pub(crate) fn seller(&self) -> Result<&Actor> {
        let actor = self.actor()?;
        match actor.role {
            Role::Organiser | Role::Service | Role::Operator => Ok(actor),
            Role::Customer => Err(Fault::Forbidden("Only organisers and operators may do this.".to_owned())),
        }
    }

    /// The actor, when it decides where an organiser's data goes, or runs the system.
    pub(crate) fn manager(&self) -> Result<&Actor> {
        let actor = self.actor()?;
        match actor.role {
            Role::Organiser | Role::Operator => Ok(actor),
            Role::Customer | Role::Service => {
                Err(Fault::Forbidden("Only organisers and operators may do this.".to_owned()))
            }
        }
    }

    /// The actor, when it runs the system.
    pub(crate) fn operator(&self) -> Result<&Actor> {
        let actor = self.actor()?;
        match actor.role {
            Role::Operator => Ok(actor),
            Role::Customer | Role::Organiser | Role::Service => {
                Err(Fault::Forbidden("Only operators may see this.".to_owned()))
            }
        }
    }

    /// Logs a failed call, once and with all it came from, and gives what the client may know of it.
    pub(crate) fn failed(&self, error: &db::Error) -> Fault {
        let fault = fault_of(error, &self.trace.correlation_id);
        if matches!(fault, Fault::BadUserInput(_)) {
            // The client's mistake, and told to it.
            return fault;
        }
        let code = fault.code();
        tracing::error!(
            error = chain(error),
            code,
            request_id = self.trace.correlation_id,
            "a call to the database failed"
        );
        fault
    }

    /// The same of a read that others shared.
    pub(crate) fn unread(&self, error: &ReadError) -> Fault {
        match error {
            ReadError::Database(error) => self.failed(error),
            ReadError::Ended => self.impossible("a read that ended without an answer"),
        }
    }

    /// The same of what was read back for many.
    pub(crate) fn unshown(&self, error: &Unanswered) -> Fault {
        match error {
            Unanswered::Database(error) => self.failed(error),
            Unanswered::Lost => self.impossible("a call for many that ended without an answer"),
        }
    }

    /// Logs something that can't be, and gives what the client may know of it.
    pub(crate) fn impossible(&self, what: &str) -> Fault {
        tracing::error!(
            error = what,
            code = "INTERNAL",
            request_id = self.trace.correlation_id,
            "this can't be"
        );
        Fault::Internal { correlation_id: self.trace.correlation_id.clone() }
    }
}

/// Typed access to the data of schema and request.
pub(crate) trait Access {
    fn services(&self) -> &Services;
    fn request(&self) -> &RequestContext;
    /// The database, for this request's reads.
    fn db(&self) -> &Db;
    fn loaders(&self) -> &Loaders;
}

impl Access for Context<'_> {
    fn services(&self) -> &Services {
        self.data_unchecked()
    }

    fn request(&self) -> &RequestContext {
        self.data_unchecked()
    }

    fn db(&self) -> &Db {
        self.data_unchecked()
    }

    fn loaders(&self) -> &Loaders {
        self.data_unchecked()
    }
}
