//! Millions of old bookings, each a copy of one that the system itself has made, paid and settled.

use std::sync::atomic::{AtomicI64, Ordering};

use futures::future::try_join_all;
use sqlx::{Connection as _, PgConnection, types::Uuid};

use crate::Error;

/// Makes what copies bookings; see there.
const SCRIPT: &str = include_str!("bulk.sql");
/// Makes a connection ready to copy.
const OF_CONNECTION: &str = include_str!("bulk_copy.sql");
/// Bookings that are copied by one call: as many as a few hundred MB of working memory take.
const PART: i64 = 50_000;

/// Copies a booking.
#[derive(Debug)]
pub struct Bulk {
    connections: Vec<PgConnection>,
}

impl Bulk {
    /// Connects as superuser, `connections` times and once at least. `bench.slot` names the slots that the copies are of.
    pub async fn open(url: &str, connections: usize) -> Result<Self, Error> {
        let mut opened = Vec::new();
        for _ in 0..connections.max(1) {
            let mut connection = PgConnection::connect(url).await?;
            if opened.is_empty() {
                sqlx::raw_sql(SCRIPT).execute(&mut connection).await?;
            }
            sqlx::raw_sql(OF_CONNECTION).execute(&mut connection).await?;
            opened.push(connection);
        }
        Ok(Self { connections: opened })
    }

    /// Copies the only booking there is until there are `total` more, spread over the year that ends now, and tells
    /// `progress` how many there are so far.
    pub async fn copy(&mut self, total: i64, progress: impl Fn(i64)) -> Result<(), Error> {
        let (template,): (Uuid,) =
            sqlx::query_as("select id from booking.booking").fetch_one(&mut self.connections[0]).await?;
        let (next, copied) = (AtomicI64::new(1), AtomicI64::new(0));
        let (next, copied, progress) = (&next, &copied, &progress);
        try_join_all(self.connections.iter_mut().map(async |connection| {
            loop {
                let first = next.fetch_add(PART, Ordering::Relaxed);
                if first > total {
                    return Ok::<_, Error>(());
                }
                let last = total.min(first + PART - 1);
                sqlx::query("select bench.copy_booking($1, $2, $3, $4)")
                    .bind(template)
                    .bind(first)
                    .bind(last)
                    .bind(total)
                    .execute(&mut *connection)
                    .await?;
                let part = last - first + 1;
                progress(copied.fetch_add(part, Ordering::Relaxed) + part);
            }
        }))
        .await?;
        // What autovacuum would have done in that year.
        sqlx::raw_sql("vacuum (analyze)").execute(&mut self.connections[0]).await?;
        Ok(())
    }
}
