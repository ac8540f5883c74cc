//! Millions of old bookings, each a copy of one that the system itself has made, paid and settled.

use sqlx::{Connection as _, PgConnection, types::Uuid};

use crate::Error;

/// Makes what copies bookings; see there.
const SCRIPT: &str = include_str!("bulk.sql");
/// Bookings that are copied by one call: as many as a few hundred MB of working memory take.
const PART: i64 = 50_000;

/// Copies a booking.
#[derive(Debug)]
pub struct Bulk {
    connection: PgConnection,
}

impl Bulk {
    /// Connects as superuser: copies are written past triggers and foreign keys, which the original has passed.
    /// `bench.slot` names the slots that the copies are of.
    pub async fn open(url: &str) -> Result<Self, Error> {
        let mut connection = PgConnection::connect(url).await?;
        sqlx::raw_sql(SCRIPT).execute(&mut connection).await?;
        sqlx::raw_sql("set session_replication_role = replica").execute(&mut connection).await?;
        Ok(Self { connection })
    }

    /// Copies the only booking there is until there are `total` more, spread over the year that ends now, and tells
    /// `progress` how many there are so far.
    pub async fn copy(&mut self, total: i64, progress: impl Fn(i64)) -> Result<(), Error> {
        let (template,): (Uuid,) =
            sqlx::query_as("select id from booking.booking").fetch_one(&mut self.connection).await?;
        let mut first = 1;
        while first <= total {
            let last = total.min(first + PART - 1);
            sqlx::query("select bench.copy_booking($1, $2, $3, $4)")
                .bind(template)
                .bind(first)
                .bind(last)
                .bind(total)
                .execute(&mut self.connection)
                .await?;
            progress(last);
            first = last + 1;
        }
        // What autovacuum would have done in that year.
        sqlx::raw_sql("vacuum (analyze)").execute(&mut self.connection).await?;
        Ok(())
    }
}
