//! How much anybody may ask for in a minute, counted in what it costs.
//!
//! A unit is one ordinary mutation. Each asker has a bucket that holds a
//! minute's units and fills steadily; so has each address, whoever asks from
//! there. With a shared store the buckets are there, and all instances draw from
//! the same; every instance keeps a shadow of what it let through itself, so that
//! nobody finds a full bucket when the store goes away, and nobody pays twice.

mod address;
mod bucket;
mod budget;
mod local;
mod shared;

use std::net::IpAddr;

use db::{Actor, Role};
use ipnet::IpNet;

pub(crate) use self::{
    address::{ClientAddress, identify},
    budget::{Budget, Exhausted},
};
use self::{
    bucket::{Bucket, Kind},
    local::Local,
    shared::Shared,
};
use crate::shared::SharedStore;

/// Units that may be asked for in a minute; 0 sets no limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// By each customer. The default is 100.
    pub per_user: u32,
    /// By each person who acts for an organiser, or runs the system. The default is 1,000.
    pub per_organiser: u32,
    /// By each machine. The default is 6,000.
    pub per_service: u32,
    /// From each address, an IPv6 one counting for its /64, whoever asks. The default is 10,000.
    pub per_address: u32,
    /// Whose word is taken for where a request came from: the proxies before this instance.
    pub trusted_proxies: Vec<IpNet>,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            per_user: 100,
            per_organiser: 1_000,
            per_service: 6_000,
            per_address: 10_000,
            trusted_proxies: Vec::new(),
        }
    }
}

impl RateLimits {
    /// The same limit for everybody, where one machine plays all the users.
    pub fn of(units: u32) -> Self {
        Self {
            per_user: units,
            per_organiser: units,
            per_service: units,
            per_address: units,
            trusted_proxies: Vec::new(),
        }
    }

    fn of_kind(&self, kind: Kind) -> u32 {
        match kind {
            Kind::Address => self.per_address,
            Kind::User => self.per_user,
            Kind::Organiser => self.per_organiser,
            Kind::Service => self.per_service,
        }
    }
}

/// Keeps the limits.
#[derive(Debug)]
pub(crate) struct Limiter {
    limits: RateLimits,
    local: Local,
    shared: Option<Shared>,
}

impl Limiter {
    pub(crate) fn new(limits: RateLimits, store: Option<SharedStore>) -> Self {
        let local = Local::new(&limits);
        Self { limits, local, shared: store.map(Shared::new) }
    }

    /// Takes what an operation costs from the buckets of who asks, if they hold that much; what is left then in the
    /// one that speaks of the asker, if there is any. What is refused to a user still counts for its address.
    pub(crate) async fn take(
        &self,
        address: IpAddr,
        actor: Option<&Actor>,
        cost: u32,
    ) -> Result<Option<Budget>, Exhausted> {
        let buckets = self.buckets(address, actor);
        if buckets.is_empty() {
            return Ok(None);
        }
        let told = match &self.shared {
            Some(shared) => shared.take(&buckets, cost).await,
            None => None,
        };
        let verdict = match told {
            Some(Ok(left)) => {
                // The shadow: what the store granted is taken here, too, and what this says does not count.
                let _ = self.local.take(&buckets, cost);
                Ok(left)
            }
            Some(Err(exhausted)) => Err(exhausted),
            None => self.local.take(&buckets, cost),
        };
        if let Err(exhausted) = &verdict {
            metrics::counter!("holdfast_api_rate_limited_total", "limit" => exhausted.kind.name())
                .increment(1);
        }
        verdict.map(|left| Budget::of(&buckets, &left))
    }

    /// Forgets who has not asked for a while.
    pub(crate) fn tidy(&self) {
        self.local.tidy();
    }

    /// The buckets that a request draws from: its address's, then its user's.
    fn buckets(&self, address: IpAddr, actor: Option<&Actor>) -> Vec<Bucket> {
        let of_address = Bucket { kind: Kind::Address, name: address::network(address), size: 0 };
        let of_actor =
            actor.map(|actor| Bucket { kind: kind(actor.role), name: actor.subject.clone(), size: 0 });
        let sized = |bucket: Bucket| Bucket { size: self.limits.of_kind(bucket.kind), ..bucket };
        [Some(of_address), of_actor]
            .into_iter()
            .flatten()
            .map(sized)
            .filter(|bucket| bucket.size > 0)
            .collect()
    }

    /// Whose word is taken for where a request came from.
    pub(crate) fn trusted_proxies(&self) -> &[IpNet] {
        &self.limits.trusted_proxies
    }
}

/// Whose limit holds for a role.
fn kind(role: Role) -> Kind {
    match role {
        Role::Customer => Kind::User,
        Role::Organiser | Role::Operator => Kind::Organiser,
        Role::Service => Kind::Service,
    }
}
