//! Statements that Postgres itself has counted.

use crate::database::Database;

impl Database {
    /// Counts what sessions that are opened from now on send, and what the routines behind that do in turn.
    pub async fn count_statements(&self) {
        self.execute("create extension if not exists pg_stat_statements").await;
        let name = self.name();
        // Only for this database: the others of this server have no use for it.
        self.execute(format!("alter database {name} set pg_stat_statements.track = 'all'")).await;
    }

    /// Statements done so far that are like this (of SQL's `like`): those that clients sent, or those within routines.
    pub async fn statements_like(&self, pattern: &str, from_clients: bool) -> i64 {
        self.value(format!(
            "select coalesce(sum(s.calls), 0)::bigint from pg_stat_statements s
             join pg_database d on d.oid = s.dbid and d.datname = current_database()
             where s.query like '{pattern}' and s.toplevel = {from_clients}"
        ))
        .await
    }

    /// Pages that statements of clients that are like this have looked into so far, with all that they called.
    pub async fn pages_of(&self, pattern: &str) -> i64 {
        self.value(format!(
            "select coalesce(sum(s.shared_blks_hit + s.shared_blks_read), 0)::bigint from pg_stat_statements s
             join pg_database d on d.oid = s.dbid and d.datname = current_database()
             where s.query like '{pattern}' and s.toplevel"
        ))
        .await
    }
}
