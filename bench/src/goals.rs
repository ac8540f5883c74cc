//! What is to be reached.

use serde::Serialize;

use crate::{options::Scenario, outcome::Outcome};

/// A figure, what it must be, and what it should be.
#[derive(Clone, Copy, Debug)]
struct Goal {
    name: &'static str,
    scenario: Scenario,
    figure: &'static str,
    least: f64,
    aim: f64,
}

/// Whether less is better follows from the aim being less than the goal.
const GOALS: [Goal; 11] = {
    const fn goal(
        name: &'static str,
        scenario: Scenario,
        figure: &'static str,
        least: f64,
        aim: f64,
    ) -> Goal {
        Goal { name, scenario, figure, least, aim }
    }
    [
        goal("spread: bookings / pgbench calling the routine", Scenario::Spread, "ratio", 1.5, 2.5),
        goal("hot: bookings / pgbench calling the routine", Scenario::Hot, "ratio", 3.5, 6.0),
        goal("saga: captured / pgbench TPC-B", Scenario::Saga, "ratio", 0.5, 1.0),
        goal("read: queries / pgbench SELECT", Scenario::Read, "ratio", 0.25, 0.45),
        goal("CPU of a booking / of the routine at 100 a call", Scenario::Spread, "cpu_ratio", 3.0, 2.0),
        goal("flash: p99 of the accepted, ms", Scenario::Flash, "accepted_p99_ms", 1_000.0, 300.0),
        goal("read beside spread: p99, ms", Scenario::Spread, "read_under_load_p99_ms", 50.0, 10.0),
        goal("live: commit to push, p99, ms", Scenario::Live, "push_p99_ms", 150.0, 50.0),
        goal("aged: full / empty", Scenario::Aged, "ratio", 0.8, 0.95),
        goal("memory of the API, idle, MB", Scenario::Flash, "api_idle_mb", 60.0, 30.0),
        goal("memory of the API under flash, MB", Scenario::Flash, "api_peak_mb", 400.0, 200.0),
    ]
};

/// How far a figure has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Reached {
    /// What it should be.
    Aim,
    /// What it must be.
    Goal,
    /// Neither.
    Missed,
}

/// A figure, held against its goal.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Judged {
    pub(crate) name: &'static str,
    pub(crate) scenario: &'static str,
    pub(crate) value: f64,
    pub(crate) goal: f64,
    pub(crate) aim: f64,
    pub(crate) reached: Reached,
}

/// The figures that have goals, of what was measured.
pub(crate) fn judge(outcomes: &[Outcome]) -> Vec<Judged> {
    let judge = |goal: &Goal| {
        let outcome = outcomes.iter().find(|outcome| outcome.scenario == goal.scenario)?;
        let value = *outcome.figures.get(goal.figure)?;
        Some(Judged {
            name: goal.name,
            scenario: goal.scenario.name(),
            value,
            goal: goal.least,
            aim: goal.aim,
            reached: reached(value, goal.least, goal.aim),
        })
    };
    GOALS.iter().filter_map(judge).collect()
}

fn reached(value: f64, goal: f64, aim: f64) -> Reached {
    let is_as_good_as = |wanted: f64| if aim < goal { value <= wanted } else { value >= wanted };
    match (is_as_good_as(aim), is_as_good_as(goal)) {
        (true, _) => Reached::Aim,
        (false, true) => Reached::Goal,
        (false, false) => Reached::Missed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_is_better_for_rates_and_less_for_times() {
        for (value, expected) in
            [(2.6, Reached::Aim), (2.5, Reached::Aim), (1.5, Reached::Goal), (1.4, Reached::Missed)]
        {
            assert_eq!(reached(value, 1.5, 2.5), expected, "{value} of a rate");
        }
        for (value, expected) in [(9.0, Reached::Aim), (50.0, Reached::Goal), (50.1, Reached::Missed)] {
            assert_eq!(reached(value, 50.0, 10.0), expected, "{value} of a time");
        }
        assert_eq!(reached(f64::NAN, 50.0, 10.0), Reached::Missed);
    }

    #[test]
    fn what_was_not_measured_is_not_judged() {
        let mut outcome = Outcome::of(Scenario::Hot);
        outcome.figure("ratio", 4.0);
        let judged = judge(&[outcome]);
        assert_eq!(judged.len(), 1);
        assert_eq!((judged[0].scenario, judged[0].reached), ("hot", Reached::Goal));
    }
}
