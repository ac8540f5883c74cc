//! What carries hints from one process to another.

use db::{Db, Ear};
use futures::StreamExt as _;
use redis::{AsyncTypedCommands as _, aio::PubSub};

use crate::{graphql::chain, shared::SharedStore};

/// What carries hints from one process to another.
#[derive(Clone, Debug)]
pub enum Link {
    /// The store that instances share: a channel of it.
    Store(Box<SharedStore>),
    /// The database: LISTEN, and NOTIFY outside of every write.
    Database(Db),
}

/// Somebody who listens.
pub(super) enum Listening {
    Store(Box<PubSub>),
    Database(Box<Ear>),
}

/// Nothing more is heard, or can be said, until it is tried anew.
#[derive(Debug, thiserror::Error)]
pub(super) enum LinkError {
    #[error("the shared store can't be listened to")]
    Store(#[source] redis::RedisError),
    #[error("the shared store does not answer")]
    NoAnswer,
    #[error("the shared store hung up")]
    HungUp,
    #[error("the database can't be reached for hints")]
    Database(#[source] db::Error),
}

impl Link {
    /// The store when there is one, for that is what it is for; otherwise the database.
    pub fn new(shared: Option<SharedStore>, db: &Db) -> Self {
        shared.map_or_else(|| Self::Database(db.clone()), |store| Self::Store(Box::new(store)))
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Store(_) => "store",
            Self::Database(_) => "database",
        }
    }

    pub(super) async fn say(&self, words: &str) -> Result<(), LinkError> {
        match self {
            Self::Store(store) => {
                let channel = channel(store);
                let said = store.ask(async |mut store| store.publish(channel, words).await).await;
                said.map(drop).ok_or(LinkError::NoAnswer)
            }
            Self::Database(db) => db.hint(words).await.map_err(LinkError::Database),
        }
    }

    pub(super) async fn listen(&self) -> Result<Listening, LinkError> {
        match self {
            Self::Store(store) => {
                let mut ear = store.listen().await.map_err(LinkError::Store)?;
                ear.subscribe(channel(store)).await.map_err(LinkError::Store)?;
                Ok(Listening::Store(Box::new(ear)))
            }
            Self::Database(db) => {
                Ok(Listening::Database(Box::new(db.listen().await.map_err(LinkError::Database)?)))
            }
        }
    }
}

impl Listening {
    /// The next thing that is said; after an error, nothing more.
    pub(super) async fn hear(&mut self) -> Result<String, LinkError> {
        match self {
            Self::Store(ear) => {
                let said = ear.on_message().next().await.ok_or(LinkError::HungUp)?;
                said.get_payload().map_err(|error| {
                    tracing::debug!(error = chain(&error), "what is no text was said");
                    LinkError::HungUp
                })
            }
            Self::Database(ear) => ear.hear().await.map_err(LinkError::Database),
        }
    }
}

fn channel(store: &SharedStore) -> String {
    store.key("live", "hints")
}
