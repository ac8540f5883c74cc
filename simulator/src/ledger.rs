//! The ledger's file: a row per key, and the webhooks that are still to be delivered.
//!
//! One thread writes. What waits for it is committed together, so that the price of a flush to disk is shared by all
//! who wait for it. Each write has a number; who answers something waits until the number of its last write is durable.

use std::{
    path::{Path, PathBuf},
    thread::JoinHandle,
};

use redb::{Database, ReadableDatabase as _, ReadableTable as _, TableDefinition};
use tokio::sync::{mpsc, watch};

use crate::{Error, book::Row, webhook::Event};

const ROWS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("operation");
const OUTBOX: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("webhook");

/// The most writes that are committed together.
const BATCH: usize = 4096;

/// One change of the file.
#[derive(Debug)]
pub(crate) enum Write {
    /// A row, and what there is to tell of it.
    Row(Box<Row>, Option<Event>),
    Delivered {
        event_id: String,
    },
}

/// What a file held when it was opened.
#[derive(Debug, Default)]
pub(crate) struct Held {
    pub(crate) rows: Vec<Row>,
    pub(crate) events: Vec<Event>,
}

/// The way to the file, or to nowhere when the books are kept in memory alone.
#[derive(Debug)]
pub(crate) struct Ledger(Option<File>);

#[derive(Debug)]
struct File {
    writes: Option<mpsc::UnboundedSender<Write>>,
    sent: u64,
    durable: watch::Receiver<u64>,
    thread: Option<JoinHandle<()>>,
}

/// Resolves once what was written until it was made is durable.
#[derive(Debug)]
pub(crate) struct Durable(Option<(u64, watch::Receiver<u64>)>);

impl Durable {
    /// Fails when the file can't be written any more.
    pub(crate) async fn wait(self) -> Result<(), Error> {
        match self.0 {
            None => Ok(()),
            Some((number, mut durable)) => {
                durable.wait_for(|done| *done >= number).await.map_err(|_| Error::Broken)?;
                Ok(())
            }
        }
    }
}

impl Ledger {
    pub(crate) fn in_memory() -> Self {
        Self(None)
    }

    /// Opens or makes the file, and takes it for this process alone.
    pub(crate) fn open(path: &Path) -> Result<(Self, Held), Error> {
        let open = |source: redb::Error| Error::Open { path: path.to_owned(), source: Box::new(source) };
        if let Some(directory) = path.parent() {
            std::fs::create_dir_all(directory).map_err(Error::Serve)?;
        }
        let database = Database::create(path).map_err(|error| open(error.into()))?;
        make_tables(&database).map_err(open)?;
        let held = read(&database, path)?;
        let (writes, waiting) = mpsc::unbounded_channel();
        let (told, durable) = watch::channel(0);
        let thread = std::thread::spawn(move || write_all(&database, waiting, &told));
        let file = File { writes: Some(writes), sent: 0, durable, thread: Some(thread) };
        Ok((Self(Some(file)), held))
    }

    /// Hands over a change; [`Ledger::durable`] tells when it lasts.
    pub(crate) fn write(&mut self, write: Write) {
        if let Some(file) = &mut self.0 {
            file.sent += 1;
            // A writer that is gone shows in `durable`, which everybody waits for before answering.
            if let Some(writes) = &file.writes {
                let _ = writes.send(write);
            }
        }
    }

    /// Everything that was handed over until now.
    pub(crate) fn durable(&self) -> Durable {
        Durable(self.0.as_ref().map(|file| (file.sent, file.durable.clone())))
    }
}

impl Drop for File {
    /// Lets the writer finish, so that the file is free when this is gone.
    fn drop(&mut self) {
        self.writes = None;
        if let Some(Err(panic)) = self.thread.take().map(JoinHandle::join) {
            tracing::error!(?panic, "the ledger's writer panicked");
        }
    }
}

fn make_tables(database: &Database) -> Result<(), redb::Error> {
    let change = database.begin_write()?;
    change.open_table(ROWS)?;
    change.open_table(OUTBOX)?;
    Ok(change.commit()?)
}

fn read(database: &Database, path: &Path) -> Result<Held, Error> {
    let values = |table| {
        values(database, table)
            .map_err(|source| Error::Read { path: path.to_owned(), source: Box::new(source) })
    };
    Ok(Held { rows: parse(&values(ROWS)?, path)?, events: parse(&values(OUTBOX)?, path)? })
}

fn values(
    database: &Database,
    table: TableDefinition<'static, &'static str, &'static [u8]>,
) -> Result<Vec<Vec<u8>>, redb::Error> {
    let view = database.begin_read()?;
    let table = view.open_table(table)?;
    let mut values = Vec::new();
    for line in table.iter()? {
        values.push(line?.1.value().to_vec());
    }
    Ok(values)
}

fn parse<T: serde::de::DeserializeOwned>(values: &[Vec<u8>], path: &Path) -> Result<Vec<T>, Error> {
    let unreadable = |source| Error::Row { path: PathBuf::from(path), source };
    values.iter().map(|value| serde_json::from_slice(value).map_err(unreadable)).collect()
}

/// Ends when nobody can hand over any more, or when the file can't be written: then those who wait are told by that.
fn write_all(database: &Database, mut waiting: mpsc::UnboundedReceiver<Write>, durable: &watch::Sender<u64>) {
    let mut batch = Vec::new();
    let mut done = 0;
    while waiting.blocking_recv_many(&mut batch, BATCH) > 0 {
        if let Err(error) = commit(database, &batch) {
            tracing::error!(%error, "the ledger can't be written; nothing is answered any more");
            return;
        }
        done += batch.len() as u64;
        batch.clear();
        durable.send_replace(done);
    }
}

fn commit(database: &Database, batch: &[Write]) -> Result<(), CommitError> {
    let change = database.begin_write()?;
    {
        let mut rows = change.open_table(ROWS)?;
        let mut outbox = change.open_table(OUTBOX)?;
        for write in batch {
            match write {
                Write::Row(row, event) => {
                    rows.insert(row.call.key.as_str(), serde_json::to_vec(row)?.as_slice())?;
                    if let Some(event) = event {
                        outbox.insert(event.id.as_str(), serde_json::to_vec(event)?.as_slice())?;
                    }
                }
                Write::Delivered { event_id } => {
                    outbox.remove(event_id.as_str())?;
                }
            }
        }
    }
    change.commit()?;
    Ok(())
}

#[derive(Debug, thiserror::Error)]
enum CommitError {
    #[error(transparent)]
    Ledger(#[from] redb::Error),
    #[error(transparent)]
    Row(#[from] serde_json::Error),
}

/// Each step of a commit has an error type of its own; all of them become the general one.
macro_rules! is_a_ledger_error {
    ($($error:ty),+) => {$(
        impl From<$error> for CommitError {
            fn from(error: $error) -> Self {
                Self::Ledger(error.into())
            }
        }
    )+};
}

is_a_ledger_error!(redb::TransactionError, redb::TableError, redb::StorageError, redb::CommitError);
