//! The database of one test.

use sqlx::{
    AssertSqlSafe, Connection as _, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use uuid::Uuid;

use crate::cluster::{Cluster, TEMPLATE};

/// A copy of the migrated template, with a superuser's way in.
#[derive(Debug)]
pub struct Database {
    name: String,
    /// Where the server's own database is reached as superuser.
    server: String,
    /// Where it is reached as superuser.
    pub url: String,
    /// A superuser's connections: to look behind the system, and to do what it never would.
    pub sql: PgPool,
}

/// SQL that a test put together from its own texts.
pub fn sql(text: impl Into<String>) -> AssertSqlSafe<String> {
    AssertSqlSafe(text.into())
}

impl Database {
    /// A new one.
    pub async fn create() -> Self {
        let name = format!("t_{}", Uuid::new_v4().simple());
        let server = Cluster::get().url("postgres");
        maintain(&server, &format!("create database {name} template {TEMPLATE}")).await;
        let url = Cluster::get().url(&name);
        Self::named(name, server, url)
    }

    /// A new one in a Postgres of the test's own, whose URL lacks the database.
    pub async fn create_at(server: &str) -> Self {
        let name = format!("t_{}", Uuid::new_v4().simple());
        let url = format!("{server}/{name}");
        let server = format!("{server}/postgres");
        maintain(&server, &format!("create database {name}")).await;
        db::migrate(&url).await.expect("it can be migrated");
        Self::named(name, server, url)
    }

    fn named(name: String, server: String, url: String) -> Self {
        let options: PgConnectOptions = url.parse().expect("a URL");
        let sql = PgPoolOptions::new().max_connections(4).connect_lazy_with(options.application_name("test"));
        Self { name, server, url, sql }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same database as one of the roles of the system sees it.
    pub async fn as_role(&self, role: &str) -> PgConnection {
        let options: PgConnectOptions = self.url.parse().expect("a URL");
        let options = options.options([("role", role)]);
        PgConnection::connect_with(&options).await.expect("the database takes connections")
    }

    /// One value.
    pub async fn value<T>(&self, query: impl Into<String>) -> T
    where
        T: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
    {
        let query = query.into();
        let result = sqlx::query_scalar(sql(query.clone())).fetch_one(&self.sql).await;
        result.unwrap_or_else(|error| panic!("{query}: {error}"))
    }

    /// One column.
    pub async fn column<T>(&self, query: impl Into<String>) -> Vec<T>
    where
        T: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
    {
        let query = query.into();
        let result = sqlx::query_scalar(sql(query.clone())).fetch_all(&self.sql).await;
        result.unwrap_or_else(|error| panic!("{query}: {error}"))
    }

    /// Rows changed.
    pub async fn execute(&self, statement: impl Into<String>) -> u64 {
        let statement = statement.into();
        let result = sqlx::query(sql(statement.clone())).execute(&self.sql).await;
        result.unwrap_or_else(|error| panic!("{statement}: {error}")).rows_affected()
    }

    /// Drops it, whoever is still connected.
    pub async fn drop(self) {
        self.sql.close().await;
        maintain(&self.server, &format!("drop database {} with (force)", self.name)).await;
    }
}

async fn maintain(server: &str, statement: &str) {
    let mut connection = PgConnection::connect(server).await.expect("the cluster takes connections");
    sqlx::raw_sql(sql(statement))
        .execute(&mut connection)
        .await
        .unwrap_or_else(|error| panic!("{statement}: {error}"));
    connection.close().await.expect("a connection closes");
}
