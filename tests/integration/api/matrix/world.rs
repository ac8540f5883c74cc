//! Two organisers, their customers and machines, and one thing of every kind that belongs to the first.

use std::cell::{Cell, RefCell};

use chrono::{Duration, SecondsFormat, Utc};
use db::Role;
use serde_json::{Value, json};
use tests::{Client, Goods, Line, Order, Shop, TestSystem, node_id, uuid_of};
use uuid::Uuid;

use super::table::Kind;

/// A text that nobody but the owner's side may see.
pub(super) const EMAIL: &str = "ana@private.test";
/// See [`EMAIL`].
const URL: &str = "https://private.test/hook";

/// Who is there, and what.
pub(super) struct World {
    pub(super) system: TestSystem,
    /// In the order of the table.
    pub(super) who: Vec<Client>,
    /// The owner's hall, and its places at no charge; the other's places.
    hall: Shop,
    free: Shop,
    rival: Shop,
    /// One thing of each kind, for reads.
    seated: Seated,
    sold_out: (String, String),
    endpoint: String,
    to_customer: String,
    to_endpoint: String,
    /// Everything that only the owner's side may see in an answer.
    private: RefCell<Vec<String>>,
    made: Cell<i64>,
}

/// A booking of a seat.
struct Seated {
    booking: String,
    reference: String,
    seat: String,
}

impl World {
    pub(super) async fn open() -> Self {
        let system = TestSystem::start().await;
        let nobody = system.nobody();
        let hall = system.shop(&Goods::hall(5, 100)).await;
        let gratis = Goods { price: "0.00", capacity: 1000, ..Goods::default() };
        let free = Shop::open_as(hall.organiser.clone(), hall.organiser_id, &gratis).await;
        let rival = system.shop(&gratis).await;
        let (ana, ben) = (system.customer("ana"), system.customer("ben"));
        let machine =
            |name: &str, shop: &Shop| nobody.acting_as(Role::Service, name, Some(shop.organiser_id));
        let who = vec![
            nobody.clone(),
            ana.clone(),
            ben,
            hall.organiser.clone(),
            rival.organiser.clone(),
            machine("kiosk", &hall),
            machine("other-kiosk", &rival),
            system.operator(),
        ];
        let seats = hall.seats(hall.slot()).await;
        let seat = seats.last().expect("a seat").0.clone();
        let note = "private: a wheelchair, please";
        let order = Order::of([Line::seats(hall.slot(), &[&seat])]).note(note);
        let booked = ana.create(&order).await;
        let reference = booked.booking()["reference"].as_str().expect("a reference").to_owned();
        let hers = Seated { booking: booked.id(), reference, seat };
        let mutation =
            "mutation($input: SetContactInput!) { setContact(input: $input) { userErrors { code } } }";
        let contact = json!({ "input": { "idempotencyKey": Uuid::new_v4(), "email": EMAIL } });
        assert_eq!(ana.send(mutation, contact).await.payload("setContact").code(), None);

        let mut world = Self {
            system,
            who,
            hall,
            free,
            rival,
            seated: hers,
            sold_out: Default::default(),
            endpoint: String::new(),
            to_customer: String::new(),
            to_endpoint: String::new(),
            private: RefCell::default(),
            made: Cell::new(0),
        };
        let plan = world.venue_plan().await;
        for text in [EMAIL, URL, note, &world.seated.reference, &world.seated.booking, &plan] {
            world.private.borrow_mut().push(text.to_owned());
        }
        world.sold_out = world.sell_out().await;
        world.endpoint = world.make_endpoint().await;
        world.to_customer = world.make_delivery("EMAIL", "CUSTOMER", "ana").await;
        let endpoint = uuid_of(&world.endpoint).to_string();
        world.to_endpoint = world.make_delivery("WEBHOOK", "ENDPOINT", &endpoint).await;
        world.make_case().await;
        world
    }

    /// Whether an answer holds something that only the owner's side may see.
    pub(super) fn shows_something(&self, answer: &str) -> bool {
        self.private.borrow().iter().any(|text| answer.contains(text.as_str()))
    }

    fn keep_private(&self, id: String) -> String {
        self.private.borrow_mut().push(id.clone());
        id
    }

    /// The one thing of its kind that reads are about.
    pub(super) async fn target(&self, kind: Kind) -> String {
        match kind {
            Kind::None => String::new(),
            Kind::Booking => self.seated.booking.clone(),
            Kind::Reference => self.seated.reference.clone(),
            Kind::Customer => "ana".to_owned(),
            Kind::Listing => self.hall.listing.clone(),
            Kind::Slug => self.hall.slug.clone(),
            Kind::Slot => self.hall.slot().to_owned(),
            Kind::SoldOut => self.sold_out.0.clone(),
            Kind::Seat => self.seated.seat.clone(),
            Kind::VenuePlan => self.venue_plan().await,
            Kind::Entry => self.sold_out.1.clone(),
            Kind::Endpoint => self.endpoint.clone(),
            Kind::Delivery => self.to_customer.clone(),
            Kind::ToEndpoint => self.to_endpoint.clone(),
            Kind::Saga => self.saga_of(&self.seated.booking).await,
            Kind::DeadLetter => node_id(
                "DeadLetter",
                self.system.database.value("select id from saga.dead_letter limit 1").await,
            ),
            Kind::Organiser => node_id("Organiser", self.hall.organiser_id),
        }
    }

    /// Another one, for a mutation that uses it up.
    pub(super) async fn fresh(&self, kind: Kind) -> String {
        match kind {
            Kind::Booking => self.fresh_booking().await,
            Kind::Saga => {
                let booking = self.fresh_booking().await;
                self.saga_of(&booking).await
            }
            Kind::Slot => self.make_slots(&self.hall, &Goods::places(5)).await,
            Kind::Seat => self.free_seat().await,
            Kind::Entry => self.sell_out().await.1,
            Kind::Endpoint => self.make_endpoint().await,
            Kind::ToEndpoint => {
                let endpoint = uuid_of(&self.endpoint).to_string();
                self.make_delivery("WEBHOOK", "ENDPOINT", &endpoint).await
            }
            Kind::DeadLetter => self.make_case().await,
            _ => self.target(kind).await,
        }
    }

    async fn fresh_booking(&self) -> String {
        self.keep_private(self.who[1].hold(self.hall.slot()).await)
    }

    /// One of that kind that is not there; none where anybody may know what is.
    pub(super) fn nowhere(kind: Kind) -> Option<String> {
        match kind {
            Kind::None | Kind::Seat => None,
            Kind::Reference => Some("NEVER2".to_owned()),
            Kind::Customer | Kind::Slug => Some("never-seen".to_owned()),
            named => Some(node_id(named.type_name(), Uuid::now_v7())),
        }
    }

    /// A shop of the side that somebody is on.
    fn own(&self, who: usize) -> &Shop {
        if matches!(who, 4 | 6) { &self.rival } else { &self.free }
    }

    /// The listing of the side that somebody is on.
    pub(super) fn own_listing(&self, who: usize) -> &str {
        &self.own(who).listing
    }

    /// A slot of the side that somebody is on.
    pub(super) fn own_slot(&self, who: usize) -> &str {
        self.own(who).slot()
    }

    /// The slot whose seats are the owner's.
    pub(super) fn hall_slot(&self) -> &str {
        self.hall.slot()
    }

    /// The booking of [`Kind::Seat`].
    pub(super) fn seated(&self) -> &str {
        &self.seated.booking
    }

    /// A confirmed booking, free of charge, that somebody may change: its own, or one of its side's customers'.
    pub(super) async fn own_confirmed(&self, who: usize) -> String {
        let customer = match who {
            2 => self.who[2].clone(),
            4 | 6 => self.system.customer("guest"),
            _ => self.who[1].clone(),
        };
        let booking = customer.hold(self.own_slot(who)).await;
        customer.wait_for(&booking, "it is confirmed", |found| found["status"] == "CONFIRMED").await;
        booking
    }

    /// What of somebody's doing stands in the database, whatever the workers do meanwhile.
    pub(super) async fn traces(&self) -> String {
        let query = "select concat_ws(' ',
            (select count(*) from booking.event where actor_role <> 'SYSTEM'),
            (select count(*) from booking.booking),
            (select concat(count(*), '+', sum(version)) from booking.waitlist_entry),
            (select concat(count(*), '+', sum(version)) from inventory.listing),
            (select concat(count(*), '+', sum(version)) from inventory.venue_plan),
            (select concat(count(*), '+', count(*) filter (where state = 'CANCELLED')) from inventory.slot),
            (select concat(count(*), '+', sum(version)) from notification.endpoint),
            (select concat(count(*), '+', sum(version), '+', count(erased_at)) from notification.contact),
            (select concat(count(*), '+', count(*) filter (where enabled)) from notification.preference),
            (select string_agg(state, '' order by id) from notification.delivery),
            (select string_agg(state, '' order by id) from saga.dead_letter),
            (select count(paused_at) from saga.queue))";
        self.system.database.value(query).await
    }

    async fn venue_plan(&self) -> String {
        let query =
            format!("select id from inventory.venue_plan where organiser_id = '{}'", self.hall.organiser_id);
        node_id("VenuePlan", self.system.database.value(format!("{query} order by id limit 1")).await)
    }

    async fn saga_of(&self, booking: &str) -> String {
        let query = format!("select id from saga.saga where booking_id = '{}' limit 1", uuid_of(booking));
        self.keep_private(node_id("Saga", self.system.database.value(query).await))
    }

    /// A moment that no slot begins at yet.
    pub(super) fn moment(&self) -> String {
        self.made.set(self.made.get() + 1);
        let start = Utc::now() + Duration::days(20) + Duration::hours(3 * self.made.get());
        start.to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    async fn make_slots(&self, shop: &Shop, goods: &Goods) -> String {
        let start = self.moment().parse().expect("a moment");
        shop.write_slots(&Goods { starts: vec![start], ..goods.clone() }).await.remove(0)
    }

    /// A slot without places, and who waits for one.
    async fn sell_out(&self) -> (String, String) {
        let slot = self.make_slots(&self.free, &Goods::places(1)).await;
        self.system.customer("carl").hold(&slot).await;
        let entry = self.who[1].join(&slot, 1).await.expect("she waits");
        (slot, self.keep_private(entry["id"].as_str().expect("an id").to_owned()))
    }

    async fn free_seat(&self) -> String {
        let slot = self.hall_slot();
        self.made.set(self.made.get() + 1);
        let seats = self.hall.seats(slot).await;
        // From the back: who lets the house choose is given the front.
        seats[seats.len() - 1 - usize::try_from(self.made.get()).expect("a few")].0.clone()
    }

    async fn make_endpoint(&self) -> String {
        let query = "mutation($input: UpsertWebhookEndpointInput!) { upsertWebhookEndpoint(input: $input) \
                     { endpoint { id } userErrors { code message } } }";
        let input = json!({ "input": { "idempotencyKey": Uuid::new_v4(), "url": URL } });
        let payload: Value = self.who[3].send(query, input).await.payload("upsertWebhookEndpoint").0;
        let id = payload["endpoint"]["id"].as_str().unwrap_or_else(|| panic!("no endpoint: {payload}"));
        self.keep_private(id.to_owned())
    }

    /// What a sender would have written down.
    async fn make_delivery(&self, channel: &str, kind: &str, recipient: &str) -> String {
        let (id, organiser, booking) =
            (Uuid::now_v7(), self.hall.organiser_id, uuid_of(&self.seated.booking));
        self.system
            .database
            .execute(format!(
                "insert into notification.delivery (organiser_id, id, event_id, event, booking_id, message, channel,
                     recipient_kind, recipient_id, state, due_at, give_up_at, ended_at)
                 values ('{organiser}', '{id}', '{id}', '{{}}', '{booking}', 'CONFIRMED', '{channel}', '{kind}',
                     '{recipient}', 'SENT', now(), now(), now())"
            ))
            .await;
        self.keep_private(node_id("NotificationDelivery", id))
    }

    /// A case of the operators' inbox.
    async fn make_case(&self) -> String {
        let (id, booking) = (Uuid::now_v7(), uuid_of(&self.seated.booking));
        self.system
            .database
            .execute(format!(
                "insert into saga.dead_letter (id, organiser_id, source, cause, booking_id, queue, message, safe_actions)
                 values ('{id}', '{}', 'MESSAGE', 'POISON', '{booking}', 'saga', '{{}}', '{{RESOLVE}}')",
                self.hall.organiser_id
            ))
            .await;
        self.keep_private(node_id("DeadLetter", id))
    }
}
