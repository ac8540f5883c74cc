//! What the cells are: read from `saga.definition`, so that a new kind has its own by itself.

use std::fmt;

use sqlx::PgPool;

/// Where a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Edge {
    /// Nothing has been done.
    Before,
    /// It has been done, and is not written down.
    After,
    /// It is written down, and whoever did it is not told.
    Told,
}

/// What strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    Error,
    Timeout,
    /// The process ends, or the database's own process.
    Abort,
}

impl Fault {
    /// As the failpoints are told.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Timeout => "timeout",
            Self::Abort => "abort",
        }
    }
}

/// What is tried with a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trial {
    /// A fault, once.
    Strike(Edge, Fault),
    /// Its message is there three times, and two workers are.
    Repeated,
    /// It fails whenever it is tried.
    Hopeless,
}

/// A step of a kind, as it is declared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Step {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) action: String,
}

impl Step {
    /// Whether it belongs to the transaction that decides it.
    pub(super) fn is_at_once(&self) -> bool {
        self.action == "AT_ONCE"
    }

    /// What its failpoints are named after: the action, or the kind of a step of our own.
    pub(super) fn label(&self) -> String {
        if self.action == "LOCAL" { self.kind.clone() } else { self.action.to_lowercase() }
    }
}

/// One case of the matrix.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cell {
    pub(super) step: Step,
    pub(super) trial: Trial,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {} / ", self.step.kind, self.step.name)?;
        match self.trial {
            Trial::Strike(edge, fault) => write!(f, "{edge:?} / {fault:?}"),
            Trial::Repeated => write!(f, "repeated"),
            Trial::Hopeless => write!(f, "hopeless"),
        }
    }
}

/// All cells of a database's kinds.
pub(super) async fn all(database: &PgPool) -> Vec<Cell> {
    let steps: Vec<(String, String, String)> =
        sqlx::query_as("select kind, step, action from saga.definition order by 1, 2")
            .fetch_all(database)
            .await
            .expect("the definitions");
    let steps = steps.into_iter().map(|(kind, name, action)| Step { kind, name, action });
    steps
        .flat_map(|step| trials(&step).into_iter().map(move |trial| Cell { step: step.clone(), trial }))
        .collect()
}

fn trials(step: &Step) -> Vec<Trial> {
    let mut trials = Vec::new();
    for edge in [Edge::Before, Edge::After, Edge::Told] {
        trials.extend([Fault::Error, Fault::Timeout, Fault::Abort].map(|fault| Trial::Strike(edge, fault)));
    }
    // What is done along with something else is repeated with that.
    if !step.is_at_once() {
        trials.extend([Trial::Repeated, Trial::Hopeless]);
    }
    trials
}
