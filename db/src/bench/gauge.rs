//! Counts, read as superuser.

use sqlx::{Connection as _, PgConnection, types::Uuid};

use crate::Error;

/// Where the counters of a database stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Bytes of WAL that the cluster has written.
    pub wal_bytes: i64,
    /// Statements that the roles of the product have sent to this database.
    pub calls: i64,
}

/// A statement, and what it took; also one inside of a routine, if the server tracks those.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Its text, with parameters instead of constants.
    pub query: String,
    /// Whether a client sent it; otherwise a routine ran it.
    pub is_top: bool,
    /// How often.
    pub calls: i64,
    /// Milliseconds together.
    pub total_ms: f64,
}

/// Reads the counters of one database. The server must have `pg_stat_statements` loaded.
#[derive(Debug)]
pub struct Gauge {
    connection: PgConnection,
}

impl Gauge {
    /// Connects as the superuser that `url` names.
    pub async fn open(url: &str) -> Result<Self, Error> {
        let mut connection = PgConnection::connect(url).await?;
        sqlx::raw_sql("create extension if not exists pg_stat_statements").execute(&mut connection).await?;
        Ok(Self { connection })
    }

    /// Where the counters stand.
    pub async fn read(&mut self) -> Result<Reading, Error> {
        let (wal_bytes, calls) = sqlx::query_as(
            "select (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint, coalesce((
                 select sum(s.calls)::bigint from pg_stat_statements(false) s
                 join pg_roles r on r.oid = s.userid
                 where s.toplevel and r.rolname like 'holdfast\\_%'
                   and s.dbid = (select oid from pg_database where datname = current_database())), 0)",
        )
        .fetch_one(&mut self.connection)
        .await?;
        Ok(Reading { wal_bytes, calls })
    }

    /// The statements that took the most time since the counters were last forgotten.
    pub async fn statements(&mut self, most: i64) -> Result<Vec<Statement>, Error> {
        let rows: Vec<(String, bool, i64, f64)> = sqlx::query_as(
            "select regexp_replace(left(s.query, 400), '\\s+', ' ', 'g'), s.toplevel, s.calls, s.total_exec_time
             from pg_stat_statements s
             join pg_roles r on r.oid = s.userid
             where r.rolname like 'holdfast\\_%'
               and s.dbid = (select oid from pg_database where datname = current_database())
             order by s.total_exec_time desc limit $1",
        )
        .bind(most)
        .fetch_all(&mut self.connection)
        .await?;
        let statement = |(query, is_top, calls, total_ms)| Statement { query, is_top, calls, total_ms };
        Ok(rows.into_iter().map(statement).collect())
    }

    /// Looks at what the tables hold, as the server does by itself once they have been filled for a minute.
    pub async fn analyze(&mut self) -> Result<(), Error> {
        sqlx::query("analyze").execute(&mut self.connection).await?;
        Ok(())
    }

    /// Forgets what the statements took so far.
    pub async fn forget_statements(&mut self) -> Result<(), Error> {
        sqlx::query("select pg_stat_statements_reset()").execute(&mut self.connection).await?;
        Ok(())
    }

    /// Bookings in the database.
    pub async fn bookings(&mut self) -> Result<i64, Error> {
        self.count("select count(*) from booking.booking").await
    }

    /// Bookings of a payment that was captured.
    pub async fn captured(&mut self) -> Result<i64, Error> {
        self.count("select count(distinct booking_id) from payment.payment where status = 'CAPTURED'").await
    }

    /// Sagas that have something left to do; cheap while they are few.
    pub async fn sagas_at_work(&mut self) -> Result<i64, Error> {
        self.count("select count(*) from saga.saga where ended_at is null and state <> 'WAITING'").await
    }

    /// Messages that wait in the outbox, and bookings that a relay has in its hands.
    pub async fn outbox(&mut self) -> Result<i64, Error> {
        self.count(
            "select (select count(*) from pgmq.q_outbox)
                  + (select count(*) from outbox.subject where kind = 'BOOKING' and lease_until is not null)",
        )
        .await
    }

    /// Bookings with a version that the broker has not acknowledged; looks at every one of them.
    pub async fn unpublished(&mut self) -> Result<i64, Error> {
        self.count(
            "select count(*) from booking.booking b
             left join outbox.subject s on s.kind = 'BOOKING' and s.id = b.id
             where coalesce(s.published, 0) < b.version",
        )
        .await
    }

    /// Lines of the gateways' own lists that our books have alike.
    pub async fn reconciled(&mut self) -> Result<i64, Error> {
        self.count("select count(*) from payment.statement where verdict = 'MATCHED'").await
    }

    /// Places that are taken in counted slots, and seats that are.
    pub async fn taken(&mut self) -> Result<i64, Error> {
        self.count(
            "select coalesce(sum(taken), 0)::bigint + (select count(*) from inventory.seat where booking_id is not null)
             from inventory.slot",
        )
        .await
    }

    /// Bytes of the database on disk.
    pub async fn bytes(&mut self) -> Result<i64, Error> {
        self.count("select pg_database_size(current_database())").await
    }

    /// Puts slots into the table `bench.slot (n, id)`, counted from 1, where scripts of pgbench find them.
    pub async fn name_slots(&mut self, slots: &[Uuid]) -> Result<(), Error> {
        sqlx::raw_sql(
            "create schema if not exists bench;
             create table if not exists bench.slot (n bigint primary key, id uuid not null);
             grant usage on schema bench to holdfast_api;
             grant select on bench.slot to holdfast_api;
             truncate bench.slot",
        )
        .execute(&mut self.connection)
        .await?;
        sqlx::query("insert into bench.slot select n, id from unnest($1::uuid[]) with ordinality s (id, n)")
            .bind(slots)
            .execute(&mut self.connection)
            .await?;
        Ok(())
    }

    /// Lets go of the connection, so that the database can be copied.
    pub async fn close(self) -> Result<(), Error> {
        Ok(self.connection.close().await?)
    }

    async fn count(&mut self, query: &'static str) -> Result<i64, Error> {
        let (count,) = sqlx::query_as(query).fetch_one(&mut self.connection).await?;
        Ok(count)
    }
}
