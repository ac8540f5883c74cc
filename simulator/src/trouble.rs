//! Trouble by rate: what befalls operations whatever their token.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The most that an answer may be held back, in milliseconds.
const LONGEST_LATENCY_MS: u64 = 60_000;
/// The most copies that may be sent of a webhook.
const MOST_DUPLICATES: u8 = 50;

/// What befalls operations, and how often; nothing by default. Rates are shares from 0 to 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Trouble {
    /// Milliseconds that every call takes at least.
    pub latency_ms: u64,
    /// Up to so many milliseconds more, by chance.
    pub jitter_ms: u64,
    /// Authorizations refused for good.
    pub decline_rate: f64,
    /// Operations answered with a stored 500, with nothing done.
    pub error_rate: f64,
    /// Tries answered 503, with nothing done.
    pub unavailable_rate: f64,
    /// Tries whose connection is closed before anything is done.
    pub lost_before_rate: f64,
    /// Tries that are worked, and whose connection is closed then.
    pub lost_after_rate: f64,
    /// Copies sent of each webhook, beyond the first.
    pub duplicate_webhooks: u8,
    /// Whether webhooks are held back by chance, up to two seconds, so that later ones overtake them.
    pub reorder_webhooks: bool,
    /// Whether everything is answered 503, look-ups too; webhooks wait.
    pub down: bool,
}

/// Why trouble was not taken up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TroubleError {
    /// A rate is a share.
    #[error("`{0}` is not between 0 and 1")]
    NoShare(&'static str),
    /// A number is beyond what anybody waits for.
    #[error("`{0}` is more than {1}")]
    TooMuch(&'static str, u64),
}

/// What befalls one try.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each strikes by itself, whatever the others do")]
pub struct Luck {
    /// It is refused for good.
    pub is_declined: bool,
    /// A 500 is stored for it.
    pub errs: bool,
    /// It is answered 503.
    pub is_unavailable: bool,
    /// It never arrives.
    pub is_lost_before: bool,
    /// Its answer never arrives.
    pub is_lost_after: bool,
}

impl Trouble {
    /// Says what of this is none.
    pub fn check(&self) -> Result<(), TroubleError> {
        let rates = [
            ("decline_rate", self.decline_rate),
            ("error_rate", self.error_rate),
            ("unavailable_rate", self.unavailable_rate),
            ("lost_before_rate", self.lost_before_rate),
            ("lost_after_rate", self.lost_after_rate),
        ];
        if let Some((name, _)) = rates.into_iter().find(|(_, rate)| !(0.0..=1.0).contains(rate)) {
            return Err(TroubleError::NoShare(name));
        }
        for (name, value, most) in [
            ("latency_ms", self.latency_ms, LONGEST_LATENCY_MS),
            ("jitter_ms", self.jitter_ms, LONGEST_LATENCY_MS),
            ("duplicate_webhooks", self.duplicate_webhooks.into(), MOST_DUPLICATES.into()),
        ] {
            if value > most {
                return Err(TroubleError::TooMuch(name, most));
            }
        }
        Ok(())
    }

    /// What befalls this try of this key, whatever else the gateway does meanwhile.
    pub fn draw(&self, seed: u64, key: &str, tries: u32) -> Luck {
        let strikes = |what: &str, rate: f64| share(seed, &format!("{what}/{key}/{tries}")) < rate;
        Luck {
            is_declined: strikes("decline", self.decline_rate),
            errs: strikes("error", self.error_rate),
            is_unavailable: strikes("unavailable", self.unavailable_rate),
            is_lost_before: strikes("before", self.lost_before_rate),
            is_lost_after: strikes("after", self.lost_after_rate),
        }
    }

    /// How long this call takes, in milliseconds.
    pub(crate) fn latency(&self, seed: u64, call: u64) -> u64 {
        self.latency_ms + part(self.jitter_ms, seed, &format!("latency/{call}"))
    }
}

/// A number from 0 up to but without 1, the same for the same seed and name.
fn share(seed: u64, name: &str) -> f64 {
    f64::from(bits(seed, name)) / (f64::from(u32::MAX) + 1.0)
}

/// A whole number below `of`, the same for the same seed and name.
pub(crate) fn part(of: u64, seed: u64, name: &str) -> u64 {
    (of * u64::from(bits(seed, name))) >> 32
}

fn bits(seed: u64, name: &str) -> u32 {
    let digest = Sha256::new().chain_update(seed.to_be_bytes()).chain_update(name.as_bytes()).finalize();
    digest.iter().take(4).fold(0, |bits, byte| (bits << 8) | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_trouble() {
        let trouble = Trouble { lost_after_rate: 0.5, decline_rate: 0.5, ..Trouble::default() };
        let drawn = |seed| (0..200).map(|key| trouble.draw(seed, &key.to_string(), 1)).collect::<Vec<_>>();
        assert_eq!(drawn(7), drawn(7));
        assert_ne!(drawn(7), drawn(8));
        let lost = drawn(7).iter().filter(|luck| luck.is_lost_after).count();
        assert!((60..140).contains(&lost), "{lost} of 200 were lost");
    }

    #[test]
    fn no_trouble_strikes_nobody_and_full_trouble_everybody() {
        let all = Trouble { error_rate: 1.0, ..Trouble::default() };
        for key in 0..100 {
            assert_eq!(Trouble::default().draw(1, &key.to_string(), 1), Luck::default());
            assert!(all.draw(1, &key.to_string(), 1).errs);
        }
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        let rate = Trouble { decline_rate: 1.5, ..Trouble::default() };
        assert_eq!(rate.check(), Err(TroubleError::NoShare("decline_rate")));
        let rate = Trouble { lost_before_rate: f64::NAN, ..Trouble::default() };
        assert_eq!(rate.check(), Err(TroubleError::NoShare("lost_before_rate")));
        let late = Trouble { latency_ms: 60_001, ..Trouble::default() };
        assert_eq!(late.check(), Err(TroubleError::TooMuch("latency_ms", 60_000)));
    }

    #[test]
    fn latency_is_within_its_bounds() {
        let trouble = Trouble { latency_ms: 10, jitter_ms: 20, ..Trouble::default() };
        let drawn: Vec<_> = (0..100).map(|call| trouble.latency(3, call)).collect();
        assert!(drawn.iter().all(|latency| (10..30).contains(latency)), "{drawn:?}");
        assert!(drawn.iter().any(|latency| *latency != drawn[0]), "{drawn:?}");
    }
}
