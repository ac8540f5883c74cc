//! When a delivery that failed is tried again. When it is given up stands with the delivery.

use std::time::Duration;

use db::DeliveryChannel;
use rand::Rng as _;

/// Pauses between tries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retries {
    /// To organisers' endpoints: after the first try, after the second, and so on; the last one for ever after. Each is
    /// made up to a fifth longer by chance.
    pub endpoint: Vec<Duration>,
    /// By the other channels: the first pause is at most this long, and the ceiling doubles with each try.
    pub first: Duration,
    /// None is longer. The pause itself lies by chance between the half of its ceiling and the whole.
    pub longest: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        let seconds = [5, 60, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 12 * 3600];
        Self {
            endpoint: seconds.map(Duration::from_secs).to_vec(),
            first: Duration::from_secs(10),
            longest: Duration::from_mins(30),
        }
    }
}

impl Retries {
    /// The pause after so many tries before the one that has just failed; no shorter than the other side asked for.
    pub(super) fn pause(
        &self,
        channel: DeliveryChannel,
        tries_before: u32,
        asked: Option<Duration>,
    ) -> Duration {
        let pause = match channel {
            DeliveryChannel::Webhook => self.endpoint_pause(tries_before),
            DeliveryChannel::Email | DeliveryChannel::Sms | DeliveryChannel::Push => {
                let ceiling = self.first.saturating_mul(1 << tries_before.min(16)).min(self.longest);
                rand::rng().random_range(ceiling / 2..=ceiling)
            }
        };
        asked.map_or(pause, |asked| pause.max(asked))
    }

    fn endpoint_pause(&self, tries_before: u32) -> Duration {
        let step = usize::try_from(tries_before).unwrap_or(usize::MAX);
        let planned = self.endpoint.get(step).or(self.endpoint.last()).copied().unwrap_or(self.longest);
        planned + rand::rng().random_range(Duration::ZERO..=planned / 5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_tried_for_three_days_with_growing_pauses() {
        let retries = Retries::default();
        let three_days = Duration::from_hours(72);
        let (mut waited, mut tries, mut last) = (Duration::ZERO, 0, Duration::ZERO);
        while waited < three_days {
            let pause = retries.pause(DeliveryChannel::Webhook, tries, None);
            assert!(tries >= 7 || pause > last, "try {tries}: {pause:?} after {last:?}");
            assert!(pause <= Duration::from_hours(12) * 6 / 5);
            (waited, tries, last) = (waited + pause, tries + 1, pause);
        }
        assert!((10..=12).contains(&tries), "{tries} tries");
        assert!(retries.pause(DeliveryChannel::Webhook, 0, None) < Duration::from_secs(7));
    }

    #[test]
    fn a_mail_server_that_fails_is_asked_after_ten_seconds_to_half_an_hour() {
        let retries = Retries::default();
        for (tries, ceiling) in [(0, 10), (1, 20), (4, 160), (8, 1_800), (u32::MAX, 1_800)] {
            let ceiling = Duration::from_secs(ceiling);
            let pauses: Vec<_> =
                (0..100).map(|_| retries.pause(DeliveryChannel::Email, tries, None)).collect();
            assert!(pauses.iter().all(|pause| (ceiling / 2..=ceiling).contains(pause)), "{tries}");
            assert!(pauses.iter().any(|pause| *pause != pauses[0]), "they would all return together");
        }
    }

    #[test]
    fn who_asks_for_a_longer_pause_gets_it() {
        let asked = Duration::from_hours(1);
        let retries = Retries::default();
        assert_eq!(retries.pause(DeliveryChannel::Webhook, 0, Some(asked)), asked);
        assert!(retries.pause(DeliveryChannel::Webhook, 7, Some(asked)) >= Duration::from_hours(12));
    }
}
