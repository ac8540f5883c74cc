//! Every object follows the rules of the house.

use std::fs;

use tests::TestSystem;

use crate::sql::{files_below, name_of, root};

/// The schemas of this system; `pgmq` is another's.
pub(crate) const SCHEMAS: &str = "('holdfast', 'inventory', 'booking', 'payment', 'saga', 'outbox', 'notification', 'reporting', 'invariant')";

#[tokio::test(flavor = "multi_thread")]
async fn every_function_pins_its_search_path_and_is_nobodys_by_default() {
    let system = TestSystem::idle().await;
    let functions: i64 = system
        .database
        .value(format!(
            "select count(*) from pg_proc p where p.pronamespace::regnamespace::text in {SCHEMAS}"
        ))
        .await;
    assert!(functions > 80, "the functions are there: {functions}");

    let loose: Vec<String> = system
        .database
        .column(format!(
            "select p.oid::regprocedure::text from pg_proc p
             where p.pronamespace::regnamespace::text in {SCHEMAS}
               and not exists (select from unnest(p.proconfig) c where c like 'search_path=%')"
        ))
        .await;
    assert_eq!(loose, [""; 0], "without a pinned search_path");

    // Without an access list, a function is everybody's.
    let open: Vec<String> = system
        .database
        .column(format!(
            "select p.oid::regprocedure::text from pg_proc p
             where p.pronamespace::regnamespace::text in {SCHEMAS}
               and (p.proacl is null or exists (select from aclexplode(p.proacl) a where a.grantee = 0))"
        ))
        .await;
    assert_eq!(open, [""; 0], "executable by public");

    let foreign: Vec<String> = system
        .database
        .column(format!(
            "select p.oid::regprocedure::text from pg_proc p
             where p.pronamespace::regnamespace::text in {SCHEMAS}
               and p.proowner not in ('holdfast_owner'::regrole, 'holdfast_reader'::regrole)"
        ))
        .await;
    assert_eq!(
        foreign, [""; 0],
        "neither the owner's nor the reader's: a definer routine would run with other rights"
    );
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_object_has_a_comment() {
    let system = TestSystem::idle().await;
    let silent: Vec<String> = system
        .database
        .column(format!(
            "select 'function ' || p.oid::regprocedure from pg_proc p
             where p.pronamespace::regnamespace::text in {SCHEMAS} and obj_description(p.oid, 'pg_proc') is null
             union all
             select 'table or view ' || c.oid::regclass from pg_class c
             where c.relnamespace::regnamespace::text in {SCHEMAS} and c.relkind in ('r', 'p', 'v', 'm')
               and obj_description(c.oid, 'pg_class') is null
             union all
             select 'schema ' || n.nspname from pg_namespace n
             where n.nspname in {SCHEMAS} and obj_description(n.oid, 'pg_namespace') is null"
        ))
        .await;
    assert_eq!(silent, [""; 0]);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_of_a_tenant_carries_its_organiser() {
    let system = TestSystem::idle().await;
    let tables: Vec<String> = system
        .database
        .column(format!(
            "select c.relnamespace::regnamespace || '.' || c.relname from pg_class c
             where c.relnamespace::regnamespace::text in {SCHEMAS} and c.relkind in ('r', 'p')
               and not exists (
                   select from pg_attribute a
                   where a.attrelid = c.oid and a.attname = 'organiser_id' and a.attnotnull)
             order by 1"
        ))
        .await;
    assert_eq!(
        tables,
        [
            "booking.transition",
            // What operators do, the gateways and the queues are the whole system's.
            "holdfast.audit",
            // A refused command may have named no organiser that exists: the column is there, and may be null.
            "holdfast.idempotency_key",
            // What is known of the whole database.
            "holdfast.invariant_check",
            "holdfast.partitioned",
            "holdfast.routine",
            // The organiser itself.
            "inventory.organiser",
            // A customer is the same person for every organiser.
            "notification.contact",
            "notification.preference",
            // Whether the broker is there.
            "outbox.broker",
            "payment.gateway",
            "payment.gateway_health",
            // What a gateway tells need not be about anything of ours.
            "payment.statement",
            "payment.statement_cursor",
            "payment.webhook",
            // Nor need a message that nobody can read.
            "saga.dead_letter",
            "saga.definition",
            "saga.kind",
            "saga.queue",
            "saga.transition"
        ]
    );
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_has_a_primary_key() {
    let system = TestSystem::idle().await;
    let keyless: Vec<String> = system
        .database
        .column(format!(
            "select c.oid::regclass::text from pg_class c
             where c.relnamespace::regnamespace::text in {SCHEMAS} and c.relkind in ('r', 'p')
               and not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary)"
        ))
        .await;
    assert_eq!(keyless, [""; 0]);
    system.finish().await;
}

/// What stands before the body of each function that a text makes.
fn function_headers(text: &str) -> impl Iterator<Item = &str> {
    ["create or replace function ", "create function "]
        .into_iter()
        .flat_map(|start| text.split(start).skip(1))
        .map(|rest| rest.split(" as $$").next().unwrap_or(rest))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_says_its_volatility() {
    let files: Vec<_> =
        ["sql", "migrations"].iter().flat_map(|folder| files_below(&root().join(folder), "sql")).collect();
    let mut written: i64 = 0;
    let mut silent = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a file of SQL");
        for header in function_headers(&text) {
            written += 1;
            let says = |word: &&str| header.split(|c: char| !c.is_alphanumeric()).any(|found| found == *word);
            if ["immutable", "stable", "volatile"].iter().filter(|word| says(word)).count() != 1 {
                silent.push(format!("{}: {}", name_of(&file), header.lines().next().unwrap_or_default()));
            }
        }
    }
    assert_eq!(silent, [""; 0], "left to a default");

    let system = TestSystem::idle().await;
    let there: i64 = system
        .database
        .value(format!(
            "select count(*) from pg_proc p where p.pronamespace::regnamespace::text in {SCHEMAS}"
        ))
        .await;
    assert_eq!(written, there, "every function that there is was read");
    system.finish().await;
}
