//! Tables that grow with every booking are divided by month, and the months to come are there before they come.

use db::{Db, DbRole, Error, MONTHS_AHEAD, PoolOptions, Tended};
use tests::{Goods, TestSystem, sql};

const NOTHING: Tended = Tended { added: 0, dropped: 0 };

async fn worker(system: &TestSystem) -> Db {
    Db::connect(&system.database.url, DbRole::Worker, &PoolOptions::default()).await.expect("a worker's pool")
}

async fn divided(system: &TestSystem) -> Vec<String> {
    system.database.column("select relation from holdfast.partitioned order by 1").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_comes_into_the_partition_of_its_month() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let paid = customer.book(shop.slot(), "pm_card_visa").await;
    customer.settled(&paid, "CONFIRMED", "CAPTURED").await;

    for relation in divided(&system).await {
        let rows = system
            .database
            .column::<String>(format!(
                "select distinct (t.tableoid::regclass::text = 'partitions.' || holdfast.partition_of('{relation}', clock_timestamp()))::text
                 from {relation} t"
            ))
            .await;
        assert_eq!(rows, ["true"], "{relation}");
    }
    let spread: i64 =
        system.database.value("select count(distinct tableoid) from holdfast.idempotency_key").await;
    assert!(spread > 1, "keys lie in {spread} partition");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_months_to_come_are_there_and_are_added_once() {
    let system = TestSystem::idle().await;
    let (one, two) = (worker(&system).await, worker(&system).await);
    assert_eq!(one.tend_partitions().await.expect("tended"), NOTHING, "after the migration");

    let relations = divided(&system).await;
    let count = "select count(*) from pg_inherits i join pg_class c on c.oid = i.inhrelid
                 join pg_partitioned_table p on p.partrelid = i.inhparent
                 where c.relnamespace = 'partitions'::regnamespace and p.partstrat = 'r'";
    // What was before, this month, and those ahead.
    let each = 2 + i64::from(MONTHS_AHEAD);
    let expected = each * i64::try_from(relations.len()).expect("a few");
    assert_eq!(system.database.value::<i64>(count).await, expected);

    for relation in &relations {
        let last = format!(
            "select holdfast.partition_of('{relation}', clock_timestamp() + interval '{MONTHS_AHEAD} months')"
        );
        let last: String = system.database.value(last.as_str()).await;
        sqlx::query(sql(format!("drop table partitions.{last}")))
            .execute(&system.database.sql)
            .await
            .expect("it was there");
    }
    let (first, second) = tokio::join!(one.tend_partitions(), two.tend_partitions());
    let added = first.expect("tended").added + second.expect("tended").added;
    assert_eq!(usize::try_from(added).expect("a few"), relations.len(), "by two workers at once");
    assert_eq!(system.database.value::<i64>(count).await, expected);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn adding_a_month_makes_nobody_wait_for_long() {
    let system = TestSystem::idle().await;
    let worker = worker(&system).await;
    let last = "select holdfast.partition_of('booking.event', clock_timestamp() + interval '3 months')";
    let last: String = system.database.value(last).await;
    sqlx::query(sql(format!("drop table partitions.{last}")))
        .execute(&system.database.sql)
        .await
        .expect("it was there");

    let mut writing = system.database.sql.begin().await.expect("a transaction");
    sqlx::query("lock table booking.booking in row exclusive mode")
        .execute(&mut *writing)
        .await
        .expect("locked");
    let refused = worker.tend_partitions().await;
    assert!(matches!(refused, Err(Error::LockTimeout(_))), "{refused:?}");
    writing.rollback().await.expect("over");
    assert_eq!(worker.tend_partitions().await.expect("tended"), Tended { added: 1, dropped: 0 });
    system.finish().await;
}

/// Makes room for old months, puts two of them there, and a saga that began in the first and goes on.
const OLD_MONTHS: &str = "
    drop table partitions.saga_step_before;
    select holdfast.add_partition('saga.step', 'saga_step_2020_01', '2020-01-01Z', '2020-02-01Z');
    select holdfast.add_partition('saga.step', 'saga_step_2020_02', '2020-02-01Z', '2020-03-01Z');
    insert into saga.saga
    select (jsonb_populate_record(s, jsonb_build_object('id', holdfast.first_id_of('2020-01-15Z'),
            'subject_id', gen_random_uuid(), 'ended_at', null, 'state', 'RUNNING'))).*
    from saga.saga s limit 1;
    insert into saga.step (organiser_id, saga_id, seq, step, result, at)
    select s.organiser_id, s.id, 1, 'authorize', 'DONE', '2020-01-15Z' from saga.saga s
    where s.id = holdfast.first_id_of('2020-01-15Z')";

#[tokio::test(flavor = "multi_thread")]
async fn months_that_are_no_longer_kept_go_once_nothing_of_them_is_open() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let paid = customer.book(shop.slot(), "pm_card_visa").await;
    customer.settled(&paid, "CONFIRMED", "CAPTURED").await;
    let steps: i64 = system.database.value("select count(*) from saga.step").await;

    let mut planting = system.database.sql.begin().await.expect("a transaction");
    sqlx::raw_sql("set local session_replication_role = replica").execute(&mut *planting).await.expect("may");
    sqlx::raw_sql(OLD_MONTHS).execute(&mut *planting).await.expect("old months");
    planting.commit().await.expect("planted");

    let worker = worker(&system).await;
    assert_eq!(worker.tend_partitions().await.expect("tended"), NOTHING, "its saga goes on");
    sqlx::query("delete from saga.saga where id = holdfast.first_id_of('2020-01-15Z')")
        .execute(&system.database.sql)
        .await
        .expect_err("its history holds it");
    sqlx::raw_sql(
        "update saga.saga set state = 'SUCCEEDED', ended_at = clock_timestamp() where id = holdfast.first_id_of('2020-01-15Z')",
    )
    .execute(&system.database.sql)
    .await
    .expect("it ends");
    assert_eq!(worker.tend_partitions().await.expect("tended"), Tended { added: 0, dropped: 2 });
    let left: i64 = system.database.value("select count(*) from saga.step").await;
    assert_eq!(left, steps, "what is kept stays");
    sqlx::raw_sql("delete from saga.saga where id = holdfast.first_id_of('2020-01-15Z')")
        .execute(&system.database.sql)
        .await
        .expect("nothing is left of it");
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_looks_past_a_table_into_its_partitions() {
    let system = TestSystem::idle().await;
    let open: Vec<String> = system
        .database
        .column(
            "select c.oid::regclass::text from pg_class c
             where c.relnamespace = 'partitions'::regnamespace and c.relkind = 'r' and not c.relrowsecurity",
        )
        .await;
    assert_eq!(open, [""; 0], "without row-level security");
    for role in ["holdfast_api", "holdfast_worker", "holdfast_report", "holdfast_reader"] {
        let mut connection = system.database.as_role(role).await;
        let refused =
            sqlx::query("select * from partitions.idempotency_key_0").execute(&mut connection).await;
        let refused = refused.expect_err("it is closed").to_string();
        assert!(refused.contains("permission denied for schema partitions"), "{role}: {refused}");
    }
    system.finish().await;
}
