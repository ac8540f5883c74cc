//! The result of a run: JSON for programs, a table for people, plots beside them.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use chrono::Utc;
use serde::Serialize;

use crate::{
    Error,
    goals::{Judged, Reached, judge},
    machine::Machine,
    outcome::Outcome,
    plot,
    scenarios::Measured,
    stage::Stage,
};

/// What a run has measured.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    at: String,
    version: &'static str,
    machine: Machine,
    seconds_per_measurement: u64,
    rounds: usize,
    clients: usize,
    ratios: Vec<Judged>,
    scenarios: BTreeMap<&'static str, Outcome>,
    /// Why scenarios have no figures.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    failures: BTreeMap<&'static str, String>,
    #[serde(skip)]
    in_order: Vec<Outcome>,
}

impl Report {
    pub(crate) fn new(stage: &Stage, measured: Measured) -> Self {
        let Measured { outcomes, failures } = measured;
        let scale = &stage.options.scale;
        Self {
            at: Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            version: env!("CARGO_PKG_VERSION"),
            machine: stage.machine.clone(),
            seconds_per_measurement: scale.seconds,
            rounds: scale.rounds,
            clients: scale.clients,
            ratios: judge(&outcomes),
            scenarios: outcomes.iter().map(|outcome| (outcome.scenario.name(), outcome.clone())).collect(),
            failures: failures.iter().map(|(scenario, error)| (scenario.name(), error.told())).collect(),
            in_order: outcomes,
        }
    }

    /// Whether every scenario has its figures.
    pub fn verdict(&self) -> Result<(), Error> {
        if self.failures.is_empty() {
            return Ok(());
        }
        Err(Error::Scenarios(self.failures.keys().copied().collect::<Vec<_>>().join(", ")))
    }

    /// Writes the JSON.
    pub fn write_json(&self, path: &Path) -> Result<(), Error> {
        let json = serde_json::to_string_pretty(self).unwrap_or_default() + "\n";
        fs::write(path, json).map_err(Error::file(path))
    }

    /// Writes `ratios.svg` and `latency.svg` into a folder, which is made if it is missing.
    pub fn write_plots(&self, folder: &Path) -> Result<(), Error> {
        fs::create_dir_all(folder).map_err(Error::file(folder))?;
        let write = |name: &str, svg: String| {
            let path = folder.join(name);
            fs::write(&path, svg).map_err(Error::file(path))
        };
        write("ratios.svg", plot::ratios(&self.ratios))?;
        let curves: Vec<_> = self
            .in_order
            .iter()
            .flat_map(|outcome| {
                let named =
                    |(name, latency): (&&str, _)| (format!("{}: {name}", outcome.scenario.name()), latency);
                outcome.latency.iter().filter(|(_, latency)| latency.count > 0).map(named)
            })
            .collect();
        write("latency.svg", plot::latencies(&curves))
    }

    /// The tables for people.
    pub fn table(&self) -> String {
        let machine = &self.machine;
        let mut text = format!(
            "{} cores ({}), {} MB, Linux {}, Postgres {}, {} build; {} s each, {} rounds, {} clients\n",
            machine.cores,
            machine.processor,
            machine.memory_mb,
            machine.kernel,
            machine.postgres,
            machine.build,
            self.seconds_per_measurement,
            self.rounds,
            self.clients,
        );
        for outcome in &self.in_order {
            text.push_str(&of_scenario(outcome));
        }
        if !self.ratios.is_empty() {
            let rows = self.ratios.iter().map(|judged| {
                let reached = match judged.reached {
                    Reached::Aim => "aim reached",
                    Reached::Goal => "reached",
                    Reached::Missed => "missed",
                };
                let number = |value| format!("{value:.2}");
                let cells =
                    [number(judged.value), number(judged.goal), number(judged.aim), reached.to_owned()];
                (judged.name.to_owned(), cells.to_vec())
            });
            text.push_str(&aligned(&["ratio", "measured", "goal", "aim", ""], rows));
        }
        for (scenario, why) in &self.failures {
            _ = writeln!(text, "\n{scenario} failed: {why}");
        }
        text
    }
}

fn of_scenario(outcome: &Outcome) -> String {
    let mut text = String::new();
    let figures = outcome.figures.iter().map(|(name, value)| (name.replace('_', " "), vec![figure(*value)]));
    text.push_str(&aligned(&[outcome.scenario.name(), ""], figures));
    if !outcome.latency.is_empty() {
        let rows = outcome.latency.iter().map(|(name, latency)| {
            let times = [latency.p50_ms, latency.p90_ms, latency.p99_ms, latency.p999_ms, latency.max_ms];
            let mut cells = vec![latency.count.to_string()];
            cells.extend(times.map(|time| format!("{time:.1}")));
            (name.replace('_', " "), cells)
        });
        text.push_str(&aligned(&["  milliseconds", "count", "p50", "p90", "p99", "p99.9", "longest"], rows));
    }
    if let Some(each) = &outcome.each {
        let cpu =
            [each.api_cpu_ms, each.worker_cpu_ms, each.postgres_cpu_ms, each.client_cpu_ms, each.cpu_ms];
        let mut cells: Vec<_> = cpu.iter().map(|ms| format!("{ms:.3}")).collect();
        cells.extend([format!("{:.0}", each.wal_bytes), format!("{:.2}", each.sql_calls)]);
        let head = [
            "  CPU ms of each",
            "API",
            "workers",
            "Postgres",
            "client",
            "together",
            "WAL bytes",
            "SQL calls",
        ];
        text.push_str(&aligned(&head, std::iter::once((String::new(), cells))));
    }
    let (api, workers) = (outcome.memory_mb.api, outcome.memory_mb.workers);
    let cells =
        [api.idle, api.peak, workers.idle, workers.peak].map(|megabytes| format!("{megabytes:.0}")).to_vec();
    let head = ["  megabytes", "API idle", "API at most", "workers idle", "workers at most"];
    text.push_str(&aligned(&head, std::iter::once((String::new(), cells))));
    let answers: Vec<_> = outcome.answers.iter().map(|(code, count)| format!("{count} {code}")).collect();
    if !answers.is_empty() {
        _ = writeln!(text, "  answers: {}", answers.join(", "));
    }
    _ = writeln!(text, "  {} invariants hold; {:.0} s", outcome.invariants_checked, outcome.seconds);
    for slow in outcome.statements.iter().take(STATEMENTS) {
        let whose = if slow.sent_by_a_client { "sent " } else { "inner" };
        let query: String = slow.query.chars().take(110).collect();
        _ = writeln!(text, "  {whose} {:>9.0} ms {:>8} times  {query}", slow.total_ms, slow.calls);
    }
    text
}

/// Statements of each scenario that a table shows.
const STATEMENTS: usize = 5;

/// As many digits as say something.
fn figure(value: f64) -> String {
    if value.abs() >= 100.0 || value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.3}") }
}

/// Names to the left, figures to the right.
fn aligned(head: &[&str], rows: impl Iterator<Item = (String, Vec<String>)>) -> String {
    let mut lines = vec![head.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>()];
    lines.extend(rows.map(|(name, cells)| std::iter::once(format!("  {name}")).chain(cells).collect()));
    let width = |column: usize| {
        lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..head.len()).map(width).collect();
    let mut text = String::from("\n");
    for line in &lines {
        let mut written = String::new();
        for (column, cell) in line.iter().enumerate() {
            let width = widths[column];
            _ = if column == 0 {
                write!(written, "{cell:width$}")
            } else {
                write!(written, "  {cell:>width$}")
            };
        }
        text.push_str(written.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_stand_below_one_another() {
        let rows = [("a".to_owned(), vec!["1".to_owned()]), ("bcd".to_owned(), vec!["1234".to_owned()])];
        assert_eq!(aligned(&["x", "n"], rows.into_iter()), "\nx         n\n  a       1\n  bcd  1234\n");
    }

    #[test]
    fn digits_that_say_nothing_are_left_out() {
        for (value, text) in [(12345.678, "12346"), (3.0, "3"), (0.123_45, "0.123")] {
            assert_eq!(figure(value), text);
        }
    }
}
