//! What a scenario has measured.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;
use serde::Serialize;

use crate::{
    load::{Tally, count},
    meter::{Cost, Memory},
    options::Scenario,
};

/// How long it took, in milliseconds.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Latency {
    pub(crate) count: u64,
    pub(crate) mean_ms: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p90_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) p999_ms: f64,
    pub(crate) max_ms: f64,
    /// Shares of all, and what they took at most: for the plot.
    #[serde(skip)]
    pub(crate) curve: Vec<(f64, f64)>,
}

impl Latency {
    pub(crate) fn of(times: &Histogram<u64>) -> Self {
        // What never was took no time, and not none.
        let at = |quantile| {
            if times.is_empty() { f64::NAN } else { count(times.value_at_quantile(quantile)) / 1e3 }
        };
        // Ever finer towards the end, where it is interesting.
        let curve =
            (0..=60).map(|step| 1.0 - 10_f64.powf(-f64::from(step) / 15.0)).map(|share| (share, at(share)));
        Self {
            count: times.len(),
            mean_ms: if times.is_empty() { f64::NAN } else { times.mean() / 1e3 },
            p50_ms: at(0.5),
            p90_ms: at(0.9),
            p99_ms: at(0.99),
            p999_ms: at(0.999),
            max_ms: at(1.0),
            curve: curve.collect(),
        }
    }
}

/// What one booking, or query, has cost.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Each {
    pub(crate) api_cpu_ms: f64,
    pub(crate) worker_cpu_ms: f64,
    pub(crate) postgres_cpu_ms: f64,
    pub(crate) client_cpu_ms: f64,
    /// Of the simulated gateway, which stands for somebody else's machine.
    pub(crate) gateway_cpu_ms: f64,
    /// All but the gateway.
    pub(crate) cpu_ms: f64,
    pub(crate) wal_bytes: f64,
    pub(crate) sql_calls: f64,
}

impl Each {
    pub(crate) fn of(cost: &Cost, things: u64) -> Self {
        let share = |total: f64| total / count(things).max(1.0);
        let cpu = cost.cpu;
        Self {
            api_cpu_ms: share(cpu.api * 1e3),
            worker_cpu_ms: share(cpu.workers * 1e3),
            postgres_cpu_ms: share(cpu.postgres * 1e3),
            client_cpu_ms: share(cpu.client * 1e3),
            gateway_cpu_ms: share(cpu.gateway * 1e3),
            cpu_ms: share((cpu.api + cpu.workers + cpu.postgres + cpu.client) * 1e3),
            wal_bytes: share(cost.wal_bytes),
            sql_calls: share(cost.calls),
        }
    }
}

/// A statement that took long.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Slow {
    pub(crate) query: String,
    pub(crate) sent_by_a_client: bool,
    pub(crate) calls: i64,
    pub(crate) total_ms: f64,
}

/// What a scenario has measured.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Outcome {
    #[serde(skip)]
    pub(crate) scenario: Scenario,
    /// Rates, ratios, counts: by name.
    pub(crate) figures: BTreeMap<&'static str, f64>,
    pub(crate) latency: BTreeMap<&'static str, Latency>,
    /// What the clients heard, by code.
    pub(crate) answers: BTreeMap<String, u64>,
    /// What one thing has cost; none where things are not counted one by one.
    pub(crate) each: Option<Each>,
    pub(crate) memory_mb: Memory,
    /// Views that were looked at in the end, all of them empty.
    pub(crate) invariants_checked: usize,
    /// Wall-clock time, setting up included.
    pub(crate) seconds: f64,
    /// Only of a run that was told to profile.
    pub(crate) statements: Vec<Slow>,
}

impl Outcome {
    pub(crate) fn of(scenario: Scenario) -> Self {
        Self {
            scenario,
            figures: BTreeMap::new(),
            latency: BTreeMap::new(),
            answers: BTreeMap::new(),
            each: None,
            memory_mb: Memory::default(),
            invariants_checked: 0,
            seconds: 0.0,
            statements: Vec::new(),
        }
    }

    pub(crate) fn figure(&mut self, name: &'static str, value: f64) {
        self.figures.insert(name, value);
    }

    /// Keeps what the clients of the main load heard, and when, under a name.
    pub(crate) fn heard(&mut self, name: &'static str, tally: &Tally) {
        self.latency.insert(name, Latency::of(&tally.times));
        for (code, count) in &tally.answers {
            *self.answers.entry(code.clone()).or_default() += count;
        }
    }
}

/// The one in the middle; of an even number the lower one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_one_of_them() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median(vec![4.0, 1.0]) - 1.0).abs() < f64::EPSILON);
        assert!(median(Vec::new()).is_nan());
    }

    #[test]
    fn percentiles_are_told_in_milliseconds() {
        let mut times = Tally::new().times;
        (1..=1_000).for_each(|ms| times.saturating_record(ms * 1_000));
        let latency = Latency::of(&times);
        for (found, expected) in [(latency.p50_ms, 500.0), (latency.p90_ms, 900.0), (latency.p99_ms, 990.0)] {
            assert!((found - expected).abs() < 2.0, "{found} is not {expected}");
        }
        assert!(Latency::of(&Tally::new().times).p99_ms.is_nan(), "nobody is not quick");
        assert!(latency.curve.windows(2).all(|pair| pair[0].1 <= pair[1].1), "{:?}", latency.curve);
    }
}
