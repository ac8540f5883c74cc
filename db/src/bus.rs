//! Hints between processes that share nothing but the database: LISTEN and NOTIFY, outside of every write.

use sqlx::postgres::{PgListener, PgPoolOptions};

use crate::{Db, Error};

/// The channel that all processes listen on.
const CHANNEL: &str = "holdfast_hints";

/// Bytes of a hint at most: Postgres takes less than 8,000.
pub const LONGEST_HINT: usize = 7_900;

/// A connection of its own that hears what processes say to one another.
#[derive(Debug)]
pub struct Ear(PgListener);

impl Db {
    /// Says something to every process that listens. At most [`LONGEST_HINT`] bytes.
    pub async fn hint(&self, words: &str) -> Result<(), Error> {
        let _: Vec<serde_json::Value> = self.rows("select holdfast.hint($1)", words).await?;
        Ok(())
    }

    /// Listens from now on. The connection is none of the pool's, and shows in `pg_stat_activity` as `holdfast_ear`.
    pub async fn listen(&self) -> Result<Ear, Error> {
        let options = self.pool.connect_options().as_ref().clone().application_name("holdfast_ear");
        let one = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
        let one = one.acquire_timeout(self.pool.options().get_acquire_timeout()).connect_lazy_with(options);
        let mut listener = PgListener::connect_with(&one).await?;
        // A lost connection is the caller's to notice: what was said meanwhile is not known.
        listener.ignore_pool_close_event(true);
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        Ok(Ear(listener))
    }
}

impl Ear {
    /// The next thing that is said. After an error nothing more is heard: listen again.
    pub async fn hear(&mut self) -> Result<String, Error> {
        match self.0.try_recv().await? {
            Some(said) => Ok(said.payload().to_owned()),
            None => Err(Error::Unreachable(sqlx::Error::Io(std::io::ErrorKind::ConnectionAborted.into()))),
        }
    }
}
