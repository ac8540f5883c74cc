//! The common form of every write: a command with its actor and its idempotency key.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Actor, Db, Error, Refusal};

/// What a command asks for; each kind is written by one set-based routine.
pub trait Write: Serialize + Send + Sync + 'static {
    /// The call that takes an array of such commands and answers each, in order.
    const ROUTINE: &'static str;

    /// The rows that the routine locks, as far as the command names them. Commands that share one are never in two
    /// calls of a writer at once: these would wait for one another.
    fn locks(&self) -> Vec<Uuid> {
        Vec::new()
    }
}

/// One command, as the routine takes it.
#[derive(Clone, Debug, Serialize)]
pub struct Command<W> {
    /// Who asks.
    pub actor: Actor,
    /// The client's idempotency key, unique within the actor's subject.
    pub key: String,
    /// A digest of the whole input: the same key with another one is an error.
    pub fingerprint: String,
    /// Which request it came with: the events that it brings about carry it on.
    pub trace: Option<Trace>,
    /// What is asked.
    #[serde(flatten)]
    pub write: W,
}

/// What a request is known by, here and in other systems.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// The id of the request, which clients quote and the log carries.
    pub correlation_id: String,
    /// Its place in a distributed trace, in the form of W3C Trace Context.
    pub traceparent: String,
}

/// What became of one command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The booking or listing written, or, with a refusal, the one it is about.
    pub id: Option<Uuid>,
    /// The rows written, where a command writes many (slots).
    #[serde(default)]
    pub ids: Vec<Uuid>,
    /// Why nothing was written.
    pub refusal: Option<Refusal>,
    /// Whether this is the stored outcome of an earlier command with this key.
    #[serde(default)]
    pub replayed: bool,
}

/// An idempotency key, as commands name it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KeyOf {
    /// The subject of the actor.
    pub scope: String,
    /// The client's key.
    pub key: String,
}

impl Db {
    /// Which of these keys are stored, or held by a command at work; waits for nobody.
    pub async fn known_keys(&self, keys: &[KeyOf]) -> Result<Vec<KeyOf>, Error> {
        self.rows("select * from holdfast.known_keys($1)", keys).await
    }

    /// Writes a batch of commands in one call; one outcome for each, in order.
    pub async fn write<W: Write>(&self, commands: &[Command<W>]) -> Result<Vec<Outcome>, Error> {
        let outcomes: Vec<Outcome> = self.change(W::ROUTINE, commands).await?;
        if outcomes.len() != commands.len() {
            return Err(Error::Miscounted {
                routine: W::ROUTINE,
                commands: commands.len(),
                answers: outcomes.len(),
            });
        }
        Ok(outcomes)
    }
}
