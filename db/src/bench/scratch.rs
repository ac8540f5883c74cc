//! Databases that are copied from one another, and thrown away.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::Error;

/// The way in by which databases are made and dropped.
#[derive(Debug)]
pub struct Scratch {
    connection: PgConnection,
}

impl Scratch {
    /// `url` names a database that nobody copies or drops, such as `postgres`.
    pub async fn open(url: &str) -> Result<Self, Error> {
        Ok(Self { connection: PgConnection::connect(url).await? })
    }

    /// Makes an empty database, or a copy of one that nobody is connected to; what had its name is gone.
    pub async fn make(&mut self, name: &str, template: Option<&str>) -> Result<(), Error> {
        self.drop(name).await?;
        let template = template.map_or(String::new(), |template| format!(" template {}", quoted(template)));
        self.run(format!("create database {}{template}", quoted(name))).await
    }

    /// Drops a database, whoever is connected to it.
    pub async fn drop(&mut self, name: &str) -> Result<(), Error> {
        self.run(format!("drop database if exists {} with (force)", quoted(name))).await
    }

    /// Writes out what is dirty, so that what is measured next does not pay for what came before.
    pub async fn checkpoint(&mut self) -> Result<(), Error> {
        self.run("checkpoint".to_owned()).await
    }

    async fn run(&mut self, statement: String) -> Result<(), Error> {
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut self.connection).await?;
        Ok(())
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
