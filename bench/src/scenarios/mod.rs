//! The scenarios, one per file.

mod accept;
mod aged;
mod flash;
mod live;
mod read;
mod saga;
mod seats;
mod subscriber;

use crate::{
    Error, Scenario,
    outcome::Outcome,
    stage::{Stage, say},
};

/// What scenarios have measured, and why others have not.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) failures: Vec<(Scenario, Error)>,
}

/// Runs what was asked for, in the order of [`Scenario::ALL`]. One that fails keeps no other from its figures: each has a
/// database and processes of its own.
pub(crate) async fn run_all(stage: &mut Stage) -> Measured {
    let mut measured = Measured::default();
    for scenario in Scenario::ALL {
        if !stage.options.scenarios.contains(&scenario) {
            continue;
        }
        say(scenario.name());
        match run(stage, scenario).await {
            Ok(outcome) => measured.outcomes.push(outcome),
            Err(error) => {
                say(&format!("{} failed: {}", scenario.name(), error.told()));
                measured.failures.push((scenario, error));
            }
        }
    }
    measured
}

async fn run(stage: &mut Stage, scenario: Scenario) -> Result<Outcome, Error> {
    match scenario {
        Scenario::Spread => accept::spread(stage).await,
        Scenario::Hot => accept::hot(stage).await,
        Scenario::Flash => flash::run(stage).await,
        Scenario::Saga => saga::run(stage).await,
        Scenario::Read => read::run(stage).await,
        Scenario::Live => live::run(stage).await,
        Scenario::Seats => seats::run(stage).await,
        Scenario::Aged => aged::run(stage).await,
    }
}
