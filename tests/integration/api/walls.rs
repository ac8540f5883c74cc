//! Two walls: a routine's own check of its actor, and row-level security behind it. One is taken away, and the other
//! holds; with both gone the harm is seen, which proves that there was something to hold.

use std::time::Duration;

use db::{Actor, BookingFilter, BookingId, Cursor, Db, DbRole, OrganiserId, PoolOptions, Role, SagaFilter};
use serde_json::{Value, json};
use tests::{Client, Goods, TestSystem, uuid_of};
use uuid::Uuid;

/// Takes the first wall away: everybody may see everything, as far as the routines are concerned.
async fn forget_every_check(system: &TestSystem) {
    for (routine, text) in [
        ("booking.may_see(jsonb, uuid, text)", "select case"),
        ("holdfast.may_act_for(jsonb, uuid)", "select case"),
    ] {
        system.plant(routine, text, "select true or case").await;
    }
    let guard = "notification.may_see(jsonb, notification.delivery)";
    system.plant(guard, "return case actor ->> 'role'", "return true or case actor ->> 'role'").await;
    let guard = "notification.guard_subject(jsonb)";
    system.plant(guard, "if command ->> 'subject' is null then", "return null; if false then").await;
    for list in [
        "booking.list_bookings(jsonb)",
        "booking.list_waitlist_entries(jsonb)",
        "notification.list_deliveries(jsonb)",
    ] {
        system.plant(list, "actor ->> 'role' <> 'CUSTOMER' or", "true or").await;
        system.plant(list, "actor ->> 'role' not in ('ORGANISER', 'SERVICE') or", "true or").await;
    }
    system
        .plant(
            "notification.list_endpoints(jsonb)",
            "actor ->> 'role' not in ('ORGANISER', 'SERVICE') or",
            "true or",
        )
        .await;
}

/// Takes the second wall away.
async fn tear_down(system: &TestSystem) {
    let torn = "do $$ declare t regclass; begin
        for t in select polrelid from pg_policy loop execute format('alter table %s disable row level security', t); end loop;
        end $$";
    system.database.execute(torn).await;
}

/// What somebody finds of what is not theirs, by every way in to a booking and what belongs to it.
async fn found(stranger: &Client, booking: &str, reference: &str) -> Vec<&'static str> {
    let ways = [
        ("booking", "query($id: ID!) { booking(id: $id) { id } }"),
        ("by reference", "query($reference: String!) { booking(reference: $reference) { id } }"),
        ("node", "query($id: ID!) { node(id: $id) { id } }"),
        ("list", "{ bookings { edges { node { id } } } }"),
        ("history", "query($id: ID!) { booking(id: $id) { history { actorId } } }"),
        ("as of", "query($id: ID!) { bookingAsOf(id: $id, at: \"2999-01-01T00:00:00Z\") { id } }"),
        ("quote", "query($id: ID!) { refundQuote(bookingId: $id) { refund { amount } } }"),
        ("waiting list", "{ waitlist { edges { node { id } } } }"),
    ];
    let mut found = Vec::new();
    for (name, query) in ways {
        let reply = stranger.send(query, json!({ "id": booking, "reference": reference })).await;
        let data = &reply.body["data"];
        let empty = data.as_object().is_none_or(|data| {
            data.values().all(|value| value.is_null() || value["edges"].as_array().is_some_and(Vec::is_empty))
        });
        if !empty {
            found.push(name);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_routine_forgets_to_check_is_not_shown_all_the_same() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::places(1)).await;
    let rival = system.shop(&Goods::default()).await;
    let (ana, ben) = (system.customer("ana"), system.customer("ben"));
    let id = ana.hold(shop.slot()).await;
    let input = json!({ "idempotencyKey": Uuid::new_v4(), "slotId": shop.slot(), "quantity": 1 });
    let join = "mutation($input: JoinWaitlistInput!) { joinWaitlist(input: $input) { userErrors { code } } }";
    let joined = ana.send(join, json!({ "input": input })).await;
    assert_eq!(joined.field("joinWaitlist")["userErrors"], json!([]), "{joined:?}");
    let before = ana.find(&id).await;
    let reference = before["reference"].as_str().expect("a reference");

    forget_every_check(&system).await;
    for stranger in [&ben, &rival.organiser] {
        assert_eq!(found(stranger, &id, reference).await, [""; 0], "{}", stranger.subject);
    }
    assert_eq!(ana.find(&id).await, before, "and who may see it, sees all of it");
    assert_eq!(found(&ana, &id, reference).await.len(), 8);
    assert_eq!(found(&shop.organiser, &id, reference).await.len(), 8);

    tear_down(&system).await;
    for stranger in [&ben, &rival.organiser] {
        assert_eq!(found(stranger, &id, reference).await.len(), 8, "without both walls everything is open");
    }
    system.abandon().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn contact_data_stands_behind_both_walls() {
    let system = TestSystem::idle().await;
    let ana = system.customer("ana");
    let set = "mutation($input: SetContactInput!) { setContact(input: $input) { userErrors { code } } }";
    let input = json!({ "idempotencyKey": Uuid::new_v4(), "email": "ana@home.test", "language": "de" });
    let reply = ana.send(set, json!({ "input": input })).await;
    assert_eq!(reply.field("setContact")["userErrors"], json!([]), "{reply:?}");
    let email = async |of: &str| {
        let ben = Actor { role: Role::Customer, subject: of.to_owned(), organiser_id: None };
        let contact = system.api.contact(&ben, "ana").await.expect("an answer");
        contact.and_then(|contact| contact.email)
    };
    assert_eq!(email("ana").await.as_deref(), Some("ana@home.test"));
    forget_every_check(&system).await;
    assert_eq!(email("ben").await, None);
    tear_down(&system).await;
    assert_eq!(email("ben").await.as_deref(), Some("ana@home.test"), "without both walls it is open");
    system.abandon().await;
}

fn actor(role: Role, subject: &str, organiser: Option<Uuid>) -> Actor {
    Actor { role, subject: subject.to_owned(), organiser_id: organiser.map(OrganiserId) }
}

/// The first wall is gone, so that only what the connection remembers of an actor could show anything.
#[tokio::test(flavor = "multi_thread")]
async fn a_pooled_connection_remembers_nobody() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let id = system.customer("ana").book(shop.slot(), "pm_card_visa").await;
    forget_every_check(&system).await;

    let options = PoolOptions { connections: 1, acquire: Duration::from_secs(30), ..PoolOptions::default() };
    let db = Db::connect(&system.database.url, DbRole::Api, &options).await.expect("one connection");
    let ids = [BookingId(uuid_of(&id))];
    let operator = actor(Role::Operator, "op", None);
    let nobody = db.for_request(None, None);
    let sagas = async |db: &Db| {
        let page = db.saga_page(&SagaFilter::default(), 20, None).await.expect("an answer");
        page.rows.len()
    };
    let bookings = async |asking: &Actor| db.bookings(asking, &ids).await.expect("an answer").len();
    let connections = || async {
        system
            .database
            .column::<i32>(
                "select pid from pg_stat_activity
                 where datname = current_database() and application_name = 'holdfast_api' order by 1",
            )
            .await
    };
    let before = connections().await;

    assert_eq!(bookings(&actor(Role::Customer, "ana", None)).await, 1);
    assert_eq!(bookings(&actor(Role::Customer, "ben", None)).await, 0, "after ana");
    assert_eq!(sagas(&db.for_request(Some(operator.clone()), None)).await, 1);
    assert_eq!(sagas(&nobody).await, 0, "after an operator");
    assert_eq!(sagas(&db).await, 0, "and what is no request is nobody's");

    // A read that fails in the middle.
    let broken = Cursor("no cursor".to_owned());
    let failed = db.booking_page(&operator, &BookingFilter::default(), 20, Some(&broken)).await;
    assert!(failed.is_err(), "{failed:?}");
    assert_eq!(sagas(&nobody).await, 0, "after a failure");

    // One that is cancelled while it waits, its actor already set.
    let mut lock = system.database.sql.begin().await.expect("a transaction");
    sqlx::query("lock table booking.booking").execute(&mut *lock).await.expect("a lock");
    let (waiting, asking) = (db.clone(), operator.clone());
    let waiting = tokio::spawn(async move { waiting.bookings(&asking, &ids).await });
    system
        .until_true(
            "select exists (select from pg_stat_activity
             where datname = current_database() and application_name = 'holdfast_api' and wait_event_type = 'Lock')",
        )
        .await;
    waiting.abort();
    assert!(waiting.await.is_err_and(|error| error.is_cancelled()), "it was cancelled");
    lock.rollback().await.expect("the lock is let go");
    assert_eq!(sagas(&nobody).await, 0, "after a cancelled call");
    assert_eq!(bookings(&actor(Role::Customer, "ben", None)).await, 0, "after a cancelled call");
    assert_eq!(bookings(&actor(Role::Customer, "ana", None)).await, 1);
    assert_eq!(connections().await, before, "it was one connection all the time");
    db.close().await;
    system.abandon().await;
}

/// A batch is one call and one transaction; each of its commands is its own actor's.
#[tokio::test(flavor = "multi_thread")]
async fn one_batch_serves_many_actors_and_each_only_with_its_own() {
    let system = TestSystem::idle().await;
    let shop = system.shop(&Goods::default()).await;
    let rival = system.shop(&Goods::default()).await;
    let of_ana = system.customer("ana").hold(shop.slot()).await;
    let of_ben = system.customer("ben").hold(shop.slot()).await;
    let of_carl = system.customer("carl").hold(rival.slot()).await;

    let cancel = |actor: Actor, booking: &str| db::Command {
        actor,
        key: Uuid::new_v4().to_string(),
        fingerprint: "f".to_owned(),
        trace: None,
        write: db::CancelBooking {
            booking_id: BookingId(uuid_of(booking)),
            lines: None,
            note: None,
            expected_version: None,
        },
    };
    let customer = |name: &str| actor(Role::Customer, name, None);
    let batch = [
        (cancel(customer("ben"), &of_ana), false),
        (cancel(actor(Role::Organiser, "r", Some(rival.organiser_id)), &of_ana), false),
        (cancel(customer("ana"), &of_carl), false),
        (cancel(customer("ana"), &of_ana), true),
        (cancel(actor(Role::Organiser, "s", Some(shop.organiser_id)), &of_carl), false),
        (cancel(actor(Role::Organiser, "s", Some(shop.organiser_id)), &of_ben), true),
        (cancel(actor(Role::Organiser, "n", None), &of_carl), false),
        (cancel(actor(Role::Operator, "op", None), &of_carl), true),
    ];
    let commands: Vec<_> = batch.iter().map(|(command, _)| command.clone()).collect();
    // Counted apart: the API looks around by itself, too.
    let request = system.api.for_request(None, None);
    let outcomes = request.write(&commands).await.expect("one answer for each");
    assert_eq!(request.statements(), 1, "it was one call");
    for ((command, allowed), outcome) in batch.iter().zip(&outcomes) {
        let code = outcome.refusal.as_ref().map(|refusal| refusal.code);
        let expected = (!allowed).then_some(db::RefusalCode::NotFound);
        assert_eq!(code, expected, "{:?} of {:?}", command.actor, command.write);
    }
    let who: Vec<Value> = system
        .database
        .column(
            "select to_jsonb(actor_id) from booking.event where type = 'booking.cancelled' order by actor_id",
        )
        .await;
    assert_eq!(who, ["ana", "op", "s"], "each under the name of whoever asked");
    system.finish().await;
}
