//! The gateways that a worker has, and what routing may know of each.

use std::{slice, sync::Arc};

use db::Currency;

use super::{BreakerState, Guarded, Health, PaymentGateway};

/// A gateway as a worker registers it.
#[derive(Clone, Debug)]
pub struct Registered {
    /// The gateway behind its time-out, bulkhead, rate limit and breaker.
    pub gateway: Arc<Guarded>,
    /// Its share of new payments, against the sum of all weights; 0 takes none and still ends what it has begun.
    pub weight: u16,
    /// What it is asked to take; all currencies when none are named.
    pub currencies: Option<Vec<Currency>>,
}

/// Why gateways can't be registered together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GatewaysError {
    /// An operation would not know whose it is.
    #[error("two gateways are named `{0}`")]
    SameCode(String),
}

/// The gateways of a worker, by their codes.
#[derive(Clone, Debug)]
pub struct Gateways(Arc<[Registered]>);

impl Gateways {
    /// In the order given.
    pub fn new(gateways: Vec<Registered>) -> Result<Self, GatewaysError> {
        for (index, registered) in gateways.iter().enumerate() {
            let code = registered.gateway.code();
            if gateways[..index].iter().any(|other| other.gateway.code() == code) {
                return Err(GatewaysError::SameCode(code.to_owned()));
            }
        }
        Ok(Self(gateways.into()))
    }

    /// The gateway of this code.
    pub fn get(&self, code: &str) -> Option<&Arc<Guarded>> {
        self.iter().map(|registered| &registered.gateway).find(|gateway| gateway.code() == code)
    }

    /// The codes of those whose breaker lets calls through, or a probe at least.
    pub fn codes_available(&self) -> Vec<String> {
        self.iter()
            .filter(|registered| registered.gateway.health().state != BreakerState::Open)
            .map(|registered| registered.gateway.code().to_owned())
            .collect()
    }

    /// How each of them does.
    pub fn health(&self) -> Vec<(String, Health)> {
        self.iter()
            .map(|registered| (registered.gateway.code().to_owned(), registered.gateway.health()))
            .collect()
    }

    /// Each of them.
    pub fn iter(&self) -> slice::Iter<'_, Registered> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a Gateways {
    type Item = &'a Registered;
    type IntoIter = slice::Iter<'a, Registered>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Limits, Stripe},
        *,
    };

    fn registered(code: &str, weight: u16) -> Registered {
        let gateway =
            Stripe::new(code.to_owned(), "http://127.0.0.1:1".to_owned(), "sk_test".to_owned(), vec![]);
        let gateway = Arc::new(Guarded::new(Arc::new(gateway), Limits::default()));
        Registered { gateway, weight, currencies: None }
    }

    #[test]
    fn each_is_found_by_its_code() {
        let gateways = Gateways::new(vec![registered("a", 1), registered("b", 0)]).expect("two codes");
        assert_eq!(gateways.get("b").map(|gateway| gateway.code()), Some("b"));
        assert!(gateways.get("c").is_none());
        assert_eq!(gateways.codes_available(), ["a", "b"], "one without weight still ends what it has begun");
        let closed = Health { state: BreakerState::Closed, retry_after: None };
        assert_eq!(gateways.health(), [("a".to_owned(), closed), ("b".to_owned(), closed)]);
        assert_eq!((&gateways).into_iter().map(|one| one.weight).collect::<Vec<_>>(), [1, 0]);
    }

    #[test]
    fn two_of_one_code_are_refused() {
        let same = Gateways::new(vec![registered("a", 1), registered("a", 2)]);
        assert_eq!(same.err(), Some(GatewaysError::SameCode("a".to_owned())));
    }
}
