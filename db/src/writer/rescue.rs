//! What becomes of a batch that fails as a whole: it is taken apart until the culprit stands alone.
//!
//! Where somebody waited in vain for a lock, those who want the same belong together: they would wait again, and are
//! told so, and all others are written at once. Where the cause is not known, the batch is halved.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use rand::Rng as _;
use tokio::time::Instant;

use super::{WriterError, flight::Flight, queue::Thing};
use crate::{Command, Db, Error, KeyOf, Outcome, Refusal, RefusalCode, call::Write};

/// Calls made for one batch when each loses against concurrent transactions or the connection.
const TRIES: u32 = 5;
/// How long a batch is taken apart; whoever is left then hears what the last call said. Clients do not wait longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Writes the commands of a flight in one call and answers them; or gives the parts to be tried instead.
pub(super) async fn write_or_split<W: Write>(mut flight: Flight<W>) -> Vec<Flight<W>> {
    let error = match write_patiently(&flight.gatherer.db, &flight.commands).await {
        Ok(outcomes) => {
            flight.answer(outcomes.into_iter().map(Ok));
            return Vec::new();
        }
        Err(error) => error,
    };
    let routine = flight.gatherer.kind;
    metrics::counter!("holdfast_db_write_calls_failed_total", "routine" => routine).increment(1);
    let until = *flight.rescued_until.get_or_insert_with(|| Instant::now() + PATIENCE);
    // An outage strikes every part alike: trying them would only multiply the waiting.
    let is_outage = matches!(error, Error::Unreachable(_) | Error::PoolExhausted);
    if flight.commands.len() == 1 || is_outage || Instant::now() >= until {
        give_up(flight, error);
        return Vec::new();
    }
    tracing::debug!(%error, routine, commands = flight.commands.len(), "a batch is taken apart");
    match error {
        Error::LockTimeout(_) | Error::Conflict(_) => {
            let (parts, count) = wishes(&flight);
            if count == 1 {
                give_up(flight, error);
                return Vec::new();
            }
            flight.split(|at| parts[at])
        }
        Error::Timeout(_) => {
            let (parts, count) = wishes(&flight);
            if count == 1 { halve(flight) } else { flight.split(|at| parts[at]) }
        }
        Error::KeyInUse(_) => apart_from_twins(flight).await,
        _ => halve(flight),
    }
}

/// Makes the call again when it lost against others, a bounded number of times.
/// Safe at any point: the commands carry their keys.
async fn write_patiently<W: Write>(db: &Db, commands: &[Command<W>]) -> Result<Vec<Outcome>, Error> {
    let mut tries = 1;
    loop {
        match db.write(commands).await {
            Err(error) if error.worth_retrying() && tries < TRIES => {
                tracing::debug!(%error, tries, routine = W::ROUTINE, "writing the batch again");
                let pause = rand::rng().random_range(0..=(10_u64 << tries));
                tokio::time::sleep(Duration::from_millis(pause)).await;
                tries += 1;
            }
            result => return result,
        }
    }
}

fn halve<W: Write>(flight: Flight<W>) -> Vec<Flight<W>> {
    let middle = flight.commands.len() / 2;
    flight.split(|at| usize::from(at >= middle))
}

/// Sets those apart whose key is stored, or held by a command somewhere else; each of them goes alone.
async fn apart_from_twins<W: Write>(flight: Flight<W>) -> Vec<Flight<W>> {
    let keys: Vec<KeyOf> = flight.commands.iter().map(key_of).collect();
    let known: HashSet<KeyOf> = match flight.gatherer.db.known_keys(&keys).await {
        Ok(known) => known.into_iter().collect(),
        Err(error) => {
            tracing::debug!(%error, "which keys are in use is not known");
            return halve(flight);
        }
    };
    let mut alone = 0;
    flight.split(|at| {
        alone += usize::from(known.contains(&keys[at]));
        if known.contains(&keys[at]) { alone } else { 0 }
    })
}

fn key_of<W>(command: &Command<W>) -> KeyOf {
    KeyOf { scope: command.actor.subject.clone(), key: command.key.clone() }
}

/// Which commands have to do with one another, directly or by others: the number of each's part, and of parts.
fn wishes<W>(flight: &Flight<W>) -> (Vec<usize>, usize) {
    let mut leaders: Vec<usize> = (0..flight.guests.len()).collect();
    let mut first_at: HashMap<Thing, usize> = HashMap::new();
    for (at, guest) in flight.guests.iter().enumerate() {
        for thing in &guest.things {
            let first = *first_at.entry(*thing).or_insert(at);
            let (one, other) = (leader(&leaders, first), leader(&leaders, at));
            leaders[one.max(other)] = one.min(other);
        }
    }
    let mut numbers = HashMap::new();
    let mut number = |at| {
        let next = numbers.len();
        *numbers.entry(leader(&leaders, at)).or_insert(next)
    };
    let parts = (0..leaders.len()).map(&mut number).collect();
    (parts, numbers.len())
}

fn leader(leaders: &[usize], mut at: usize) -> usize {
    while leaders[at] != at {
        at = leaders[at];
    }
    at
}

/// Tells all commands of a flight the same.
fn give_up<W>(flight: Flight<W>, error: Error) {
    let verdict = judge(error);
    flight.answer(std::iter::repeat(verdict));
}

/// What an error means for those whom it struck.
fn judge(error: Error) -> Result<Outcome, WriterError> {
    let refused = |code, message: &str| {
        let refusal = Refusal { code, message: message.to_owned(), path: Vec::new() };
        Ok(Outcome { id: None, ids: Vec::new(), refusal: Some(refusal), replayed: false })
    };
    match error {
        Error::KeyInUse(_) => refused(
            RefusalCode::IdempotencyKeyInUse,
            "A request with this idempotency key is still being worked on.",
        ),
        Error::LockTimeout(_) | Error::Conflict(_) => {
            refused(RefusalCode::Contended, "Many others want the same places right now.")
        }
        error => Err(WriterError::Failed(Arc::new(error))),
    }
}
