//! The second wall: what the API's reads run as sees nothing that its actor may not, whatever a routine asks for.

use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};
use tests::{Goods, Line, Order, TestSystem, sql, uuid_of};
use uuid::Uuid;

use super::catalogue::SCHEMAS;

/// What runs as the owner and may be called by the reader all the same: each tells of rows behind the wall no more than
/// a number or a state, or only of the row that it is handed, which came through the wall.
const WINDOWS: [&str; 7] = [
    "booking.as_of",
    "booking.lapsed_places",
    "booking.place_in_queue",
    "booking.seat_holders",
    "outbox.lag",
    "saga.is_moving",
    "saga.queue_depths",
];

/// What the API calls and is neither a write nor the reader's: it says who asks, or tells nothing of anybody.
const OTHERS: [&str; 8] = [
    "booking.list_versions",
    // What the actors watch; it looks at each of them.
    "booking.view_changes",
    // What the actors have written themselves; it looks at each of them.
    "booking.view_written",
    "holdfast.act_as",
    "holdfast.hint",
    "holdfast.known_keys",
    "invariant.check_all",
    "invariant.last_checks",
];

/// What everybody may see.
const PUBLIC: [&str; 6] = [
    "booking.slot_cancellation",
    "inventory.class_price",
    "inventory.listing",
    "inventory.rate_plan",
    "inventory.seat",
    "inventory.slot",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_table_of_somebody_has_its_wall() {
    let system = TestSystem::idle().await;
    let open: Vec<String> = system
        .database
        .column(format!(
            "select distinct c.oid::regclass::text from pg_class c
             join pg_attribute a on a.attrelid = c.oid
             where c.relnamespace::regnamespace::text in {SCHEMAS} and c.relkind in ('r', 'p')
               and a.attname in ('organiser_id', 'customer_id', 'subject', 'actor_id') and not c.relrowsecurity"
        ))
        .await;
    assert_eq!(open, [""; 0], "without row-level security");

    // Whatever the reader may select from, a policy of its own decides what of.
    let free: Vec<String> = system
        .database
        .column(format!(
            "select c.oid::regclass::text from pg_class c
             where c.relnamespace::regnamespace::text in {SCHEMAS} and c.relkind in ('r', 'p', 'v', 'm')
               and has_any_column_privilege('holdfast_reader', c.oid, 'select')
               and not (c.relrowsecurity and exists (
                   select from pg_policy p where p.polrelid = c.oid and p.polcmd = 'r'
                   and p.polroles = array['holdfast_reader'::regrole::oid]))"
        ))
        .await;
    assert_eq!(free, [""; 0], "readable without a policy");

    let public: Vec<String> = system
        .database
        .column(
            "select polrelid::regclass::text from pg_policy
             where pg_get_expr(polqual, polrelid) = 'true' order by 1",
        )
        .await;
    assert_eq!(public, PUBLIC);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_api_reads_with_stands_behind_the_wall() {
    let system = TestSystem::idle().await;
    let bypassing: Vec<String> = system
        .database
        .column(format!(
            "select p.pronamespace::regnamespace || '.' || p.proname from pg_proc p
             where p.pronamespace::regnamespace::text in {SCHEMAS}
               and has_function_privilege('holdfast_api', p.oid, 'execute')
               and p.proowner <> 'holdfast_reader'::regrole and p.proargnames[1] not in ('commands', 'events')
             order by 1"
        ))
        .await;
    assert_eq!(bypassing, OTHERS, "a read that its owner's rights take past the wall");

    let windows: Vec<String> = system
        .database
        .column(format!(
            "select p.pronamespace::regnamespace || '.' || p.proname from pg_proc p
             where p.pronamespace::regnamespace::text in {SCHEMAS} and p.prosecdef
               and has_function_privilege('holdfast_reader', p.oid, 'execute')
               and p.proowner <> 'holdfast_reader'::regrole
             order by 1"
        ))
        .await;
    assert_eq!(windows, WINDOWS, "what the reader calls must run as the reader");

    // It writes nothing, makes nothing, and is nobody's way to more.
    let rights: Vec<String> = system
        .database
        .column(format!(
            "select 'writes ' || c.oid::regclass from pg_class c
             where c.relnamespace::regnamespace::text in {SCHEMAS} and c.relkind in ('r', 'p')
               and has_table_privilege('holdfast_reader', c.oid, 'insert, update, delete, truncate, references, trigger')
             union all
             select 'makes things in ' || n.nspname from pg_namespace n
             where has_schema_privilege('holdfast_reader', n.oid, 'create')
             union all
             select 'is a member of ' || m.roleid::regrole from pg_auth_members m
             where m.member = 'holdfast_reader'::regrole
             union all
             select m.member::regrole || ' may be it' from pg_auth_members m
             where m.roleid = 'holdfast_reader'::regrole and m.member in (
                 'holdfast_api'::regrole, 'holdfast_worker'::regrole, 'holdfast_report'::regrole)
             union all
             select 'may do more' from pg_roles r where r.rolname = 'holdfast_reader'
               and (r.rolsuper or r.rolcanlogin or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication)"
        ))
        .await;
    assert_eq!(rights, [""; 0]);
    system.finish().await;
}

/// Whoever asks, as the routines are told.
fn actor(role: &str, subject: &str, organiser: Option<Uuid>) -> Value {
    json!({ "role": role, "subject": subject, "organiser_id": organiser })
}

/// How many rows of a table the reader sees on behalf of somebody, when it asks for all of them.
async fn seen(system: &TestSystem, table: &str, actor: &Value) -> i64 {
    let mut reader =
        PgConnection::connect(&system.database.url).await.expect("the database takes connections");
    let statements = format!("begin; select holdfast.act_as('{actor}'); set local role holdfast_reader");
    sqlx::raw_sql(sql(statements)).execute(&mut reader).await.expect("an actor is set");
    sqlx::query_scalar(sql(format!("select count(*) from {table}")))
        .fetch_one(&mut reader)
        .await
        .unwrap_or_else(|error| panic!("{table}: {error}"))
}

/// Those who may see nothing of an organiser's and of its customers ana and carl.
fn strangers(organiser: Uuid) -> Vec<Value> {
    vec![
        Value::Null,
        json!({}),
        actor("CUSTOMER", "ben", None),
        actor("CUSTOMER", "", None),
        actor("ORGANISER", "ana", None),
        actor("ORGANISER", "ana", Some(Uuid::now_v7())),
        actor("SERVICE", "carl", Some(Uuid::now_v7())),
        // What only bears an organiser's id is no organiser, and a customer of that name no operator.
        actor("CUSTOMER", "OPERATOR", Some(organiser)),
        actor("ROOT", "ana", Some(organiser)),
    ]
}

/// Ana sees what is hers, and the organiser what was booked with it.
async fn each_sees_its_own(system: &TestSystem, id: &str, organiser: Uuid) {
    let (booking, at) = (uuid_of(id), organiser);
    for (table, own) in [
        ("booking.booking", format!("id = '{booking}'")),
        ("booking.line", format!("booking_id = '{booking}'")),
        ("booking.event", format!("booking_id = '{booking}'")),
        ("payment.payment", format!("booking_id = '{booking}'")),
        ("booking.waitlist_entry", "customer_id = 'ana'".to_owned()),
    ] {
        let mine: i64 = system.database.value(format!("select count(*) from {table} where {own}")).await;
        assert!(mine > 0, "{table}");
        assert_eq!(
            seen(system, table, &actor("CUSTOMER", "ana", None)).await,
            mine,
            "{table} for its customer"
        );
        let its: i64 =
            system.database.value(format!("select count(*) from {table} where organiser_id = '{at}'")).await;
        for role in ["ORGANISER", "SERVICE"] {
            assert_eq!(seen(system, table, &actor(role, "o", Some(at))).await, its, "{table} for its {role}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reader_sees_of_each_table_what_is_its_actors() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::hall(2, 4)).await;
    let rival = system.shop(&Goods::places(1)).await;
    let ana = system.customer("ana");
    let id = ana.book(shop.slot(), "pm_card_visa").await;
    ana.settled(&id, "CONFIRMED", "CAPTURED").await;
    let full = system.customer("carl").hold(rival.slot()).await;
    let order = json!({ "idempotencyKey": Uuid::new_v4(), "slotId": rival.slot(), "quantity": 1 });
    let join = "mutation($input: JoinWaitlistInput!) { joinWaitlist(input: $input) { entry { id } userErrors { code } } }";
    let joined = ana.send(join, json!({ "input": order })).await;
    assert_eq!(joined.field("joinWaitlist")["userErrors"], json!([]), "{joined:?}");
    assert_ne!(full, id);

    let tables: Vec<String> = system
        .database
        .column(format!(
            "select c.relnamespace::regnamespace || '.' || c.relname from pg_class c
             where c.relnamespace::regnamespace::text in {SCHEMAS}
               and has_any_column_privilege('holdfast_reader', c.oid, 'select') order by 1"
        ))
        .await;
    assert!(tables.len() > 25, "{tables:?}");
    let mut filled = Vec::new();
    for table in tables.iter().filter(|table| !PUBLIC.contains(&table.as_str())) {
        for stranger in strangers(shop.organiser_id) {
            assert_eq!(seen(&system, table, &stranger).await, 0, "{table} shows {stranger} something");
        }
        let all: i64 = system.database.value(format!("select count(*) from {table}")).await;
        assert_eq!(seen(&system, table, &actor("OPERATOR", "op", None)).await, all, "{table} for operators");
        if all > 0 {
            filled.push(table.as_str());
        }
    }
    for table in
        ["booking.booking", "booking.line", "booking.event", "payment.payment", "saga.saga", "saga.step"]
    {
        assert!(filled.contains(&table), "{table} has rows to hide: {filled:?}");
    }

    each_sees_its_own(&system, &id, shop.organiser_id).await;
    let at = shop.organiser_id;
    assert_eq!(seen(&system, "inventory.venue_plan", &actor("ORGANISER", "o", Some(at))).await, 1);
    let order = Order::of([Line::of(shop.slot(), 1)]);
    assert_eq!(ana.create(&order).await.code(), None, "and what is written is not hindered");
    system.finish().await;
}
