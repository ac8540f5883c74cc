//! Why a call to the database failed; what a routine merely refuses is a [`crate::Refusal`].

/// A failed call. The edge maps it to a public code and hides the rest.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection could be had, or it was lost before the answer came.
    #[error("the database is out of reach")]
    Unreachable(#[source] sqlx::Error),
    /// The pool had no free connection in time.
    #[error("no free database connection in time")]
    PoolExhausted,
    /// Another transaction held what this one needed for too long.
    #[error("gave up waiting for rows that others hold")]
    LockTimeout(#[source] sqlx::Error),
    /// A twin with the same idempotency key is still at work.
    #[error("another request with this idempotency key is still at work")]
    KeyInUse(#[source] sqlx::Error),
    /// The lease that the call was made under has passed to another worker: nothing was changed.
    #[error("the lease has passed on")]
    Fenced(#[source] sqlx::Error),
    /// A deadlock or a serialisation failure: the whole call may be tried again.
    #[error("lost against a concurrent transaction")]
    Conflict(#[source] sqlx::Error),
    /// The statement ran past its time-out.
    #[error("the statement ran past its time-out")]
    Timeout(#[source] sqlx::Error),
    /// Anything else that Postgres said.
    #[error("the database refused the call")]
    Database(#[source] sqlx::Error),
    /// A routine answered in a form that this binary does not know.
    #[error("the answer of `{routine}` could not be read")]
    Answer {
        /// The call made.
        routine: &'static str,
        /// What was wrong with its answer.
        #[source]
        source: serde_json::Error,
    },
    /// A command could not be written as JSON.
    #[error("a command could not be encoded")]
    Encode(#[source] serde_json::Error),
    /// The routine gave another number of answers than it was given commands.
    #[error("`{routine}` answered {answers} of {commands} commands")]
    Miscounted {
        /// The call made.
        routine: &'static str,
        /// Commands sent.
        commands: usize,
        /// Answers received.
        answers: usize,
    },
    /// A page was asked for after a cursor that no listing of this kind has given.
    #[error("this cursor was not given by this listing")]
    BadCursor(#[source] sqlx::Error),
    /// The database was migrated by a newer binary than this one.
    #[error(
        "the database has migration {found}, which this binary does not know: it is of a newer schema; \
         run the newer holdfast, or point at another database"
    )]
    NewerSchema {
        /// The version found.
        found: i64,
    },
    /// The database has not been migrated as far as this binary needs.
    #[error("the database is at migration {found} and this binary needs {needed}: run `holdfast migrate`")]
    OlderSchema {
        /// The version found; 0 when nothing has been migrated.
        found: i64,
        /// The newest version that this binary knows.
        needed: i64,
    },
    /// A migration failed.
    #[error("the migration failed")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// The queue's own SQL could not be installed.
    #[error("pgmq could not be installed")]
    Queue(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A file of `sql/` failed.
    #[error("`sql/{path}` could not be applied")]
    Routine {
        /// The file, below `sql/`.
        path: String,
        /// What Postgres said.
        #[source]
        source: sqlx::Error,
    },
    /// The address of the database can't be read.
    #[error("the database URL can't be read")]
    Url(#[source] sqlx::Error),
}

/// The SQLSTATE that `holdfast.claim_keys` raises for a key that is in use.
const KEY_IN_USE: &str = "HF001";
/// The SQLSTATE that `saga.run_step` raises when its lease is gone.
const FENCED: &str = "HF004";

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let state = sql_state(&error);
        match (&error, state.as_deref()) {
            (sqlx::Error::PoolTimedOut, _) => Self::PoolExhausted,
            (_, Some(KEY_IN_USE)) => Self::KeyInUse(error),
            (_, Some(FENCED)) => Self::Fenced(error),
            (_, Some("55P03")) => Self::LockTimeout(error),
            (_, Some("40001" | "40P01")) => Self::Conflict(error),
            (_, Some("57014")) => Self::Timeout(error),
            // 57P0x: the server is going down, was killed, or is starting; 08: the connection broke; 53: it has no room for
            // another one, or for anything.
            (_, Some(code)) if ["57P0", "08", "53"].iter().any(|class| code.starts_with(class)) => {
                Self::Unreachable(error)
            }
            (_, Some(_)) => Self::Database(error),
            (
                sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolClosed | sqlx::Error::Protocol(_),
                _,
            ) => Self::Unreachable(error),
            _ => Self::Database(error),
        }
    }
}

impl Error {
    /// What a failure means for a call that was given a cursor: its text could not be read as a sort key.
    pub(crate) fn about_cursor(self) -> Self {
        match self {
            Self::Database(error) if sql_state(&error).is_some_and(|state| state.starts_with("22")) => {
                Self::BadCursor(error)
            }
            other => other,
        }
    }

    /// Whether what the call was given is the cause, so that it fails whenever it is made: a value that can't be one (class
    /// 22), that breaks a rule of the data (23) or a limit (54), or that a routine refuses (P0). Anything else may pass.
    pub fn blames_arguments(&self) -> bool {
        let Self::Database(error) = self else { return false };
        sql_state(error)
            .is_some_and(|state| ["22", "23", "54", "P0"].iter().any(|class| state.starts_with(class)))
    }

    /// Whether another server may answer what this one could not.
    pub(crate) fn blames_server(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::PoolExhausted | Self::Conflict(_))
    }

    /// Whether the whole call may be made again at once, with its key, on another connection.
    pub fn worth_retrying(&self) -> bool {
        matches!(self, Self::Conflict(_) | Self::Unreachable(_))
    }
}

/// The five letters that Postgres gives its errors.
fn sql_state(error: &sqlx::Error) -> Option<String> {
    error.as_database_error()?.code().map(std::borrow::Cow::into_owned)
}
