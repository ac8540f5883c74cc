//! Plays one cell.

use std::time::Duration;

use serde_json::{Value, json};
use tests::Client;

use super::{
    cell::{Cell, Edge, Fault, Trial},
    ground::{Ground, until_in},
    judge,
    scenes::{self, Command, Decider, End, Stage},
    strike,
};
use crate::faults::spawned::Process;

/// How often a command is sent that a fault has struck.
const TRIES: u32 = 10;

/// Plays it to its end; what was wrong, if anything was.
pub(super) async fn play(cell: Cell) -> Result<(), String> {
    let end = scenes::end(&cell)?;
    let ground = Ground::new().await;
    let result = play_on(&ground, &cell, &end).await;
    match result {
        Ok(()) => ground.system.finish().await,
        Err(_) => ground.system.abandon().await,
    }
    result
}

async fn play_on(ground: &Ground, cell: &Cell, end: &End) -> Result<(), String> {
    let stage = scenes::bring(ground, &cell.step).await?;
    match cell.trial {
        Trial::Strike(edge, fault) if cell.step.is_at_once() => {
            at_once(ground, cell, stage, edge, fault).await?;
        }
        Trial::Strike(edge, fault) => {
            stage.command.send(ground).await?;
            strike_worker(ground, &cell.step.label(), edge, fault).await?;
        }
        Trial::Repeated => {
            stage.command.send(ground).await?;
            repeat(ground).await?;
        }
        Trial::Hopeless => {
            stage.command.send(ground).await?;
            let place = format!("{}-before", cell.step.label());
            let worker = ground.worker("victim", &format!("{place}=return(error)"));
            judge::rests_or_waits(ground).await?;
            fired(&worker, &place).await?;
            stopped(worker).await?;
        }
    }
    judge::judge(ground, &cell.step.kind, end).await
}

/// A worker that a failpoint strikes; when it dies of it, another follows.
async fn strike_worker(ground: &Ground, label: &str, edge: Edge, fault: Fault) -> Result<(), String> {
    let place = match edge {
        Edge::Before => format!("{label}-before"),
        Edge::After => format!("{label}-after"),
        Edge::Told => format!("{label}-recorded"),
    };
    let mut victim = ground.worker("victim", &format!("{place}=1*return({})", fault.name()));
    if fault != Fault::Abort {
        ground.at_rest().await?;
        fired(&victim, &place).await?;
        return stopped(victim).await;
    }
    let died = victim.ended_within(Duration::from_secs(25)).await;
    fired(&victim, &place).await?;
    if !died {
        return Err(format!("{place} fired, and the process lives on"));
    }
    let successor = ground.worker("successor", "");
    ground.at_rest().await?;
    stopped(successor).await
}

/// A step that belongs to a transaction, which fails or is not told of.
async fn at_once(ground: &Ground, cell: &Cell, stage: Stage, edge: Edge, fault: Fault) -> Result<(), String> {
    if let Decider::Worker(action) = stage.decider {
        stage.command.send(ground).await?;
        if edge == Edge::Told {
            return strike_worker(ground, action, edge, fault).await;
        }
        strike::arm(&ground.system.database, &cell.step, edge, fault).await;
    } else if edge == Edge::Told {
        stage.command.send_untold(ground, fault).await?;
    } else {
        strike::arm(&ground.system.database, &cell.step, edge, fault).await;
        stage.command.send(ground).await?;
    }
    let worker = ground.worker("worker", "");
    ground.at_rest().await?;
    if edge != Edge::Told && !strike::struck(&ground.system.database).await {
        return Err("the transaction was not struck".to_owned());
    }
    stopped(worker).await
}

/// Three messages for one step, and two workers who want them.
async fn repeat(ground: &Ground) -> Result<(), String> {
    let again = "select pgmq.send('saga', message) from pgmq.q_saga, generate_series(1, 2)";
    if ground.system.database.execute(again).await == 0 {
        return Err("there is no message to repeat".to_owned());
    }
    let workers = [ground.worker("one", ""), ground.worker("other", "")];
    ground.at_rest().await?;
    for worker in workers {
        stopped(worker).await?;
    }
    Ok(())
}

/// Whether the fault has struck. What strikes after a commit may be said a moment after its effect is seen.
async fn fired(worker: &Process, place: &str) -> Result<(), String> {
    let said = format!("failpoint {place} fired");
    let found =
        until_in(Duration::from_secs(5), || async { worker.log().contains(&said).then_some(()) }).await;
    found.ok_or_else(|| format!("{place} did not fire; the worker said: {}", worker.log()))
}

async fn stopped(worker: Process) -> Result<(), String> {
    // Before that it does not listen to signals, and would be killed by one.
    worker.said().await;
    let log = worker.log();
    let status = worker.stop().await;
    if status.success() { Ok(()) } else { Err(format!("a worker ended with {status}: {log}")) }
}

impl Command {
    /// Sends it, again under the same key when it fails.
    async fn send(&self, ground: &Ground) -> Result<(), String> {
        let mut last = String::new();
        for _ in 0..TRIES {
            match self.try_send(ground).await {
                Ok(_) => return Ok(()),
                Err(error) => last = error,
            }
        }
        Err(format!("the command fails {TRIES} times: {last}"))
    }

    /// Sends it so that its sender learns nothing of it, and again.
    async fn send_untold(&self, ground: &Ground, fault: Fault) -> Result<(), String> {
        match (fault, self) {
            // Thrown away, as if the answer had been lost.
            (Fault::Error, _) | (_, Self::GiveUpChanges | Self::Nothing) => {
                drop(self.try_send(ground).await?);
            }
            // Its sender waits no longer; it goes on, on its own.
            (Fault::Timeout, Self::Mutation { by, name, input }) => {
                let sent = tokio::spawn(mutate(by.clone(), name, input.clone()));
                let key = input["idempotencyKey"].as_str().unwrap_or_default();
                let began =
                    format!("select exists (select from holdfast.idempotency_key where key = '{key}')");
                ground.system.until_true(&began).await;
                sent.abort();
            }
            // The instance of the API is gone afterwards.
            (Fault::Abort, Self::Mutation { by, name, input }) => {
                let (url, stop) = ground.system.second_api().await;
                mutate(by.at(&url), name, input.clone()).await?;
                stop.await;
            }
        }
        let again = match self {
            // A sweep has nothing more to give up.
            Self::GiveUpChanges => self.try_send(ground).await.ok().flatten(),
            Self::Mutation { .. } | Self::Nothing => self.try_send(ground).await?,
        };
        match again {
            Some(payload) if payload["replayed"] != true => {
                Err(format!("it was done a second time: {payload}"))
            }
            _ => Ok(()),
        }
    }

    async fn try_send(&self, ground: &Ground) -> Result<Option<Value>, String> {
        match self {
            Self::Mutation { by, name, input } => mutate(by.clone(), name, input.clone()).await.map(Some),
            Self::GiveUpChanges => {
                let db = ground.system.worker_db().await;
                let given_up = db.give_up_changes(10).await;
                db.close().await;
                match given_up {
                    Ok(0) => Err("nothing was given up".to_owned()),
                    Ok(_) => Ok(None),
                    Err(error) => Err(error.to_string()),
                }
            }
            Self::Nothing => Ok(None),
        }
    }
}

/// The payload of a mutation that was done.
async fn mutate(by: Client, name: &str, input: Value) -> Result<Value, String> {
    let kind = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
    let query = format!(
        "mutation($input: {kind}!) {{ {name}(input: $input) {{ userErrors {{ code message }} replayed }} }}"
    );
    let reply = by.send(&query, json!({ "input": input })).await;
    let payload = &reply.body["data"][name];
    if reply.body["errors"].is_null() && payload["userErrors"] == json!([]) {
        Ok(payload.clone())
    } else {
        Err(reply.body.to_string())
    }
}
