//! Migrating, again and from the wrong side.

use tests::{Database, TestSystem};

/// All that migrating writes down, as one text.
async fn applied(database: &Database) -> Vec<String> {
    database
        .column(
            "select r::text from holdfast.routine r
             union all
             select m::text from public._sqlx_migrations m
             order by 1",
        )
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn migrating_twice_changes_nothing() {
    let system = TestSystem::idle().await;
    let before = applied(&system.database).await;
    assert!(before.len() > 80, "{} rows", before.len());

    db::migrate(&system.database.url).await.expect("the second migration");
    assert_eq!(applied(&system.database).await, before);

    let version = db::schema_version(&system.database.url, db::DbRole::Api).await.expect("the schema fits");
    let newest: i64 = system.database.value("select max(version) from public._sqlx_migrations").await;
    assert_eq!(version, newest);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_migrate_at_once_do_not_race() {
    let database = Database::create().await;
    // So that there is something to do for whoever is first.
    database.execute("update holdfast.routine set checksum = '\\x00'").await;
    let (first, second) = tokio::join!(db::migrate(&database.url), db::migrate(&database.url));
    first.expect("a migration");
    second.expect("a migration");
    let stale: i64 = database.value("select count(*) from holdfast.routine where checksum = '\\x00'").await;
    assert_eq!(stale, 0);
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_newer_schema_is_left_alone() {
    let system = TestSystem::idle().await;
    system
        .database
        .execute(
            "insert into public._sqlx_migrations (version, description, success, checksum, execution_time)
             values (9999, 'from the future', true, '\\x00', 0)",
        )
        .await;
    // A routine that would be written again shows whether anything was touched.
    system.database.execute("update holdfast.routine set checksum = '\\x00'").await;
    let before = applied(&system.database).await;

    let refused = db::migrate(&system.database.url).await;
    assert!(matches!(refused, Err(db::Error::NewerSchema { found: 9999 })), "{refused:?}");
    let refused = db::schema_version(&system.database.url, db::DbRole::Api).await;
    assert!(matches!(refused, Err(db::Error::NewerSchema { found: 9999 })), "{refused:?}");
    assert_eq!(applied(&system.database).await, before);
    system.finish().await;
}
