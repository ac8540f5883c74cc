//! A stand-in for a schema registry: the endpoints that clients use, with the answers that Confluent's gives.
//!
//! Schemas are Avro alone, without references. The same schema has the same id under every subject; ids count from 1,
//! and a registry with a file has them again after a restart.

mod compatibility;
mod http;
mod refusal;
mod store;

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

pub use compatibility::Level;
use refusal::Refusal;
use store::Store;

/// What can go wrong with a registry as a whole.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// Its file can't be read or written.
    #[error("the schemas in {} can't be read or written", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Its file holds something else.
    #[error("{} holds no schemas of this program", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// The listener failed.
    #[error("the schema registry can't serve")]
    Serve(#[source] io::Error),
}

/// A registry; cheap to clone, and all clones are one.
#[derive(Clone, Debug)]
pub struct Registry {
    store: Arc<Mutex<Store>>,
    file: Option<PathBuf>,
}

impl Registry {
    /// One that keeps its schemas in a file, or without one in memory.
    pub fn open(file: Option<&Path>) -> Result<Self, RegistryError> {
        let store = match file.map(|file| (file, std::fs::read(file))) {
            None => Store::default(),
            Some((_, Err(error))) if error.kind() == io::ErrorKind::NotFound => Store::default(),
            Some((file, Err(source))) => {
                return Err(RegistryError::File { path: file.to_owned(), source });
            }
            Some((file, Ok(bytes))) => serde_json::from_slice(&bytes)
                .map_err(|source| RegistryError::Content { path: file.to_owned(), source })?,
        };
        Ok(Self { store: Arc::new(Mutex::new(store)), file: file.map(Path::to_owned) })
    }

    /// Looks something up.
    fn look<T>(&self, look: impl FnOnce(&Store) -> Result<T, Refusal>) -> Result<T, Refusal> {
        // A panic while it was held leaves a store that is whole: changes are made on a copy.
        look(&self.store.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// Changes something, which is on disk before it is seen.
    fn change<T>(&self, change: impl FnOnce(&mut Store) -> Result<T, Refusal>) -> Result<T, Refusal> {
        let mut store = self.store.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut next = store.clone();
        let answer = change(&mut next)?;
        if let Some(file) = self.file.as_deref().filter(|_| next != *store) {
            write(file, &next).map_err(|error| Refusal::unavailable(&error))?;
        }
        *store = next;
        Ok(answer)
    }
}

/// Replaces the file as a whole: a registry that is killed has the old one or the new one.
fn write(file: &Path, store: &Store) -> io::Result<()> {
    use std::io::Write as _;

    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let beside = file.with_extension("new");
    let mut written = std::fs::File::create(&beside)?;
    written.write_all(&serde_json::to_vec(store)?)?;
    written.sync_all()?;
    std::fs::rename(beside, file)
}
