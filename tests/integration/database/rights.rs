//! Least privilege, tried and not only read.

use std::{collections::BTreeSet, fs, path::Path};

use sqlx::PgConnection;
use tests::{Goods, TestSystem, sql, uuid_of};

use super::catalogue::SCHEMAS;

/// The SQLSTATE of a statement's failure; none when it worked.
async fn state_of(connection: &mut PgConnection, statement: &str) -> Option<String> {
    let error = sqlx::raw_sql(sql(statement)).execute(connection).await.err()?;
    let error = error.as_database_error().expect("an error of Postgres");
    error.code().map(std::borrow::Cow::into_owned)
}

/// Every table, `pgmq`'s among them.
async fn tables(system: &TestSystem) -> Vec<String> {
    let query = format!(
        "select c.relnamespace::regnamespace || '.' || c.relname from pg_class c
         where (c.relnamespace::regnamespace::text in {SCHEMAS} or c.relnamespace = 'pgmq'::regnamespace)
           and c.relkind in ('r', 'p') order by 1"
    );
    system.database.column(query).await
}

#[tokio::test(flavor = "multi_thread")]
async fn api_and_workers_touch_no_table() {
    let system = TestSystem::idle().await;
    let tables = tables(&system).await;
    assert!(tables.len() > 15, "{tables:?}");
    for role in ["holdfast_api", "holdfast_worker", "holdfast_report"] {
        let mut connection = system.database.as_role(role).await;
        for table in &tables {
            for statement in [
                format!("select * from {table} limit 0"),
                format!("insert into {table} default values"),
                format!("delete from {table}"),
                format!("truncate {table}"),
            ] {
                let state = state_of(&mut connection, &statement).await;
                assert_eq!(state.as_deref(), Some("42501"), "{role}: {statement}");
            }
        }
        // What was not tried above: references, triggers, updates, and single columns.
        let held: Vec<String> = system
            .database
            .column(format!(
                "select t from unnest(array['{}']) t
                 where has_table_privilege('{role}', t, 'select, insert, update, delete, truncate, references, trigger')
                    or has_any_column_privilege('{role}', t, 'select, insert, update, references')",
                tables.join("', '")
            ))
            .await;
        assert_eq!(held, [""; 0], "{role}");
        let state = state_of(&mut connection, "create table public.mine (id integer)").await;
        assert_eq!(state.as_deref(), Some("42501"), "{role} makes nothing");
        let state = state_of(&mut connection, "delete from public._sqlx_migrations").await;
        assert_eq!(
            state.as_deref(),
            Some("42501"),
            "{role} may read which migrations there are, and no more"
        );
    }
    system.finish().await;
}

/// What `sql/` grants by name: `(role, schema.function)`.
fn granted_by_name() -> BTreeSet<(String, String)> {
    let mut granted = BTreeSet::new();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sql");
    for folder in fs::read_dir(sources).expect("sql/").flatten().filter(|entry| entry.path().is_dir()) {
        let files = fs::read_dir(folder.path()).expect("a folder").flatten();
        for file in files.filter(|file| file.path().is_file()) {
            let text = fs::read_to_string(file.path()).expect("a file of sql/");
            for grant in text.split("grant execute on function ").skip(1) {
                let (grant, _) = grant.split_once(';').expect("the end of a grant");
                let (name, rest) = grant.split_once('(').expect("a signature");
                let (_, roles) = rest.split_once(" to ").expect("whom it is granted to");
                for role in roles.split(',') {
                    granted.insert((role.trim().to_owned(), name.trim().to_owned()));
                }
            }
        }
    }
    granted
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_executes_what_it_was_granted_by_name_and_nothing_else() {
    let system = TestSystem::idle().await;
    let query = format!(
        "select r.rolname || ' ' || p.pronamespace::regnamespace || '.' || p.proname
         from pg_proc p
         cross join pg_roles r
         where p.pronamespace::regnamespace::text in {SCHEMAS}
           and r.rolname in ('holdfast_api', 'holdfast_worker', 'holdfast_report', 'holdfast_reader')
           and p.proowner <> r.oid
           and has_function_privilege(r.rolname, p.oid, 'execute')"
    );
    let found: BTreeSet<String> = system.database.column::<String>(query).await.into_iter().collect();
    let named = granted_by_name();
    assert!(named.len() > 20, "{named:?}");
    let named: BTreeSet<String> = named.into_iter().map(|(role, name)| format!("{role} {name}")).collect();
    assert_eq!(found, named);

    let mut api = system.database.as_role("holdfast_api").await;
    for (call, state) in [
        ("select booking.view_bookings('{\"actor\": {\"role\": \"CUSTOMER\"}, \"ids\": []}')", None),
        ("select booking.cancel_locked(null)", Some("42501")),
        ("select saga.claim_steps('{}')", Some("42501")),
        ("select pgmq.send('saga', '{}')", Some("42501")),
        ("select pgmq.purge_queue('saga')", Some("42501")),
    ] {
        assert_eq!(state_of(&mut api, call).await.as_deref(), state, "{call}");
    }
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn public_can_do_nothing() {
    let system = TestSystem::idle().await;
    // Functions are the catalogue's: theirs is the one right that Postgres gives to everybody by default.
    let open: Vec<String> = system
        .database
        .column(format!(
            "select 'schema ' || n.nspname || ': ' || a.privilege_type
             from pg_namespace n cross join aclexplode(n.nspacl) a
             where (n.nspname in {SCHEMAS} or n.nspname = 'pgmq') and a.grantee = 0
             union all
             select c.oid::regclass || ': ' || a.privilege_type
             from pg_class c cross join aclexplode(c.relacl) a
             where (c.relnamespace::regnamespace::text in {SCHEMAS} or c.relnamespace = 'pgmq'::regnamespace)
               and a.grantee = 0
             union all
             select c.oid::regclass || '.' || t.attname || ': ' || a.privilege_type
             from pg_class c join pg_attribute t on t.attrelid = c.oid cross join aclexplode(t.attacl) a
             where (c.relnamespace::regnamespace::text in {SCHEMAS} or c.relnamespace = 'pgmq'::regnamespace)
               and a.grantee = 0"
        ))
        .await;
    assert_eq!(open, [""; 0]);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_roles_own_nothing_and_make_nothing() {
    let system = TestSystem::idle().await;
    for role in ["holdfast_api", "holdfast_worker", "holdfast_report"] {
        let rights: Vec<String> = system
            .database
            .column(format!(
                "select 'owns ' || d.classid::regclass || ' ' || d.objid from pg_shdepend d
                 where d.refobjid = '{role}'::regrole and d.deptype = 'o'
                 union all
                 select 'is a member of ' || m.roleid::regrole from pg_auth_members m
                 where m.member = '{role}'::regrole
                 union all
                 select 'may do more than log in' from pg_roles r
                 where r.rolname = '{role}' and (r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolbypassrls
                                                 or r.rolreplication)
                 union all
                 select 'makes things in ' || n.nspname from pg_namespace n
                 where has_schema_privilege('{role}', n.oid, 'create')
                 union all
                 select 'counts with ' || c.oid::regclass from pg_class c
                 where c.relnamespace::regnamespace::text in {SCHEMAS}
                   and case c.relkind when 'S' then has_sequence_privilege('{role}', c.oid, 'usage, select, update') end"
            ))
            .await;
        assert_eq!(rights, [""; 0], "{role}");
    }
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_read_every_view_and_nothing_else() {
    let system = TestSystem::start().await;
    let shop = system.shop(&Goods::default()).await;
    let customer = system.customer("ana");
    let id = customer.book(shop.slot(), "pm_card_visa").await;
    customer.settled(&id, "CONFIRMED", "CAPTURED").await;

    let views: Vec<String> = system
        .database
        .column(
            "select c.oid::regclass::text from pg_class c
             where c.relnamespace::regnamespace::text in ('reporting', 'invariant') and c.relkind = 'v'",
        )
        .await;
    assert!(views.len() >= 24, "{views:?}");
    let mut report = system.database.as_role("holdfast_report").await;
    for view in &views {
        let select = format!("select * from {view}");
        assert_eq!(state_of(&mut report, &select).await, None, "{select}");
        let delete = format!("delete from {view}");
        assert!(state_of(&mut report, &delete).await.is_some(), "{delete}");
    }
    let captured: i64 =
        sqlx::query_scalar("select captured_minor from reporting.booking where booking_id = $1")
            .bind(uuid_of(&id))
            .fetch_one(&mut report)
            .await
            .expect("the booking in the report");
    assert_eq!(captured, 10_000);
    system.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn history_is_not_rewritten_even_by_its_owner() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let id = system.customer("ana").hold(shop.slot()).await;
    let mut owner = system.database.as_role("holdfast_owner").await;
    for statement in [
        "update booking.event set reason = 'another'",
        "update booking.event set version = version + 1",
        "delete from booking.event",
    ] {
        let state = state_of(&mut owner, statement).await;
        assert_eq!(state.as_deref(), Some("HF002"), "{statement}");
    }
    assert_eq!(system.events(&id).await, ["booking.created"]);
    system.finish().await;
}
