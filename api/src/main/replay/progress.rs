//! How far a phase has come: a bar for people at a terminal, a line now and then for logs.

use std::{
    io::{IsTerminal, stderr},
    time::Duration,
};

use indicatif::{HumanDuration, ProgressBar, ProgressState, ProgressStyle};
use tokio::{task::JoinHandle, time::MissedTickBehavior};

const LINE_EVERY: Duration = Duration::from_secs(5);
const REDRAW_EVERY: Duration = Duration::from_millis(200);
const TEMPLATE: &str = "{msg:26} [{wide_bar}] {pos}/{len}  {rate}  {eta} left";

/// One phase; it ends when this is dropped.
pub(super) struct Progress {
    bar: ProgressBar,
    lines: Option<JoinHandle<()>>,
}

impl Progress {
    /// A phase of so many steps.
    pub(super) fn phase(name: &'static str, steps: usize) -> Self {
        let steps = steps as u64;
        if !stderr().is_terminal() {
            let bar = ProgressBar::hidden();
            bar.set_length(steps);
            bar.set_message(name);
            return Self { lines: Some(tokio::spawn(print_lines(bar.clone()))), bar };
        }
        let style = ProgressStyle::with_template(TEMPLATE)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .with_key("rate", |state: &ProgressState, text: &mut dyn std::fmt::Write| {
                let _ = write!(text, "{:.0}/s", state.per_sec());
            });
        let bar = ProgressBar::new(steps).with_style(style).with_message(name);
        bar.enable_steady_tick(REDRAW_EVERY);
        Self { bar, lines: None }
    }

    /// Notes that so many steps more are done.
    pub(super) fn advance(&self, steps: usize) {
        self.bar.inc(steps as u64);
    }

    /// Notes steps that an earlier run has done: they say nothing about how fast this one is.
    pub(super) fn skip(&self, steps: usize) {
        self.advance(steps);
        self.bar.reset_eta();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(lines) = &self.lines {
            lines.abort();
            eprintln!("{} in {:.1} s", counts(&self.bar), self.bar.elapsed().as_secs_f64());
        }
        // Left as it is, not filled up: a phase that failed must not look complete.
        self.bar.abandon();
    }
}

async fn print_lines(bar: ProgressBar) {
    let mut ticks = tokio::time::interval(LINE_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.tick().await;
    loop {
        ticks.tick().await;
        bar.tick();
        eprintln!("{}, {:.0}/s, {} left", counts(&bar), bar.per_sec(), HumanDuration(bar.eta()));
    }
}

fn counts(bar: &ProgressBar) -> String {
    format!("{}: {}/{}", bar.message(), bar.position(), bar.length().unwrap_or(0))
}
