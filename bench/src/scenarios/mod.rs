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

/// Runs what was asked for, in the order of [`Scenario::ALL`].
pub(crate) async fn run_all(stage: &mut Stage) -> Result<Vec<Outcome>, Error> {
    let mut outcomes = Vec::new();
    for scenario in Scenario::ALL {
        if !stage.options.scenarios.contains(&scenario) {
            continue;
        }
        say(scenario.name());
        let outcome = match scenario {
            Scenario::Spread => accept::spread(stage).await?,
            Scenario::Hot => accept::hot(stage).await?,
            Scenario::Flash => flash::run(stage).await?,
            Scenario::Saga => saga::run(stage).await?,
            Scenario::Read => read::run(stage).await?,
            Scenario::Live => live::run(stage).await?,
            Scenario::Seats => seats::run(stage).await?,
            Scenario::Aged => aged::run(stage).await?,
        };
        outcomes.push(outcome);
    }
    Ok(outcomes)
}
