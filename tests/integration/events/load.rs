//! Bookings made as fast as the set-based routines take them.

use db::{
    Actor, BookingId, CancelBooking, Command, CreateBooking, LineRequest, OrganiserId, Role, SlotId, Write,
};
use tests::{Goods, Line, Order, Shop, TestSystem, uuid_of};
use uuid::Uuid;

/// Commands of one call.
const BATCH: usize = 200;

/// What is on sale: slots for nothing, and slots at 100.00.
pub(crate) struct Sale {
    free: Shop,
    paid: Shop,
}

impl Sale {
    pub(crate) async fn open(system: &TestSystem) -> Self {
        let goods = Goods::places(1_000_000).slots(20);
        let paid = system.shop(&goods).await;
        let free = system.shop(&Goods { price: "0.00", ..goods }).await;
        Self { free, paid }
    }

    /// So many free bookings, confirmed at once, of which one in three is cancelled again, and so many paid ones,
    /// which a worker has to settle.
    pub(crate) async fn book(&self, system: &TestSystem, free: usize, paid: usize) {
        let paid_every = free.checked_div(paid);
        for first in (0..free).step_by(BATCH) {
            let numbers = first..free.min(first + BATCH);
            let orders: Vec<_> = numbers.clone().map(|number| order(&self.free, number, None)).collect();
            let ids = write(system, &orders).await;
            let cancelled: Vec<_> = ids.into_iter().step_by(3).map(|id| self.cancellation(id)).collect();
            write(system, &cancelled).await;
            let method = |number: usize| {
                if number.is_multiple_of(7) { "pm_card_chargeDeclined" } else { "pm_card_visa" }
            };
            let Some(every) = paid_every else { continue };
            let paid: Vec<_> = numbers
                .filter(|number| number.is_multiple_of(every))
                .map(|number| order(&self.paid, number, Some(method(number / every))))
                .collect();
            write(system, &paid).await;
        }
    }

    /// One free booking, as a client asks for it: whether it was made.
    pub(crate) async fn book_one(&self, system: &TestSystem, number: usize) -> bool {
        let customer = system.customer(&format!("customer-{number}"));
        let line = Line::of(&self.free.slots[number % self.free.slots.len()], 1);
        let payload = customer.create(&Order::of([line])).await;
        payload.code().is_none()
    }

    fn cancellation(&self, booking: Uuid) -> Command<CancelBooking> {
        let organiser_id = Some(OrganiserId(self.free.organiser_id));
        let actor = Actor { role: Role::Organiser, subject: "seller".to_owned(), organiser_id };
        let write =
            CancelBooking { booking_id: BookingId(booking), lines: None, note: None, expected_version: None };
        command(actor, write)
    }
}

fn order(shop: &Shop, number: usize, method: Option<&str>) -> Command<CreateBooking> {
    let line = LineRequest {
        slot_id: SlotId(uuid_of(&shop.slots[number % shop.slots.len()])),
        quantity: 1 + i32::try_from(number % 3).expect("below 3"),
        seats: None,
        section: None,
        price_class: None,
        rate_plan: None,
        unit_price_minor: None,
        unit_price_currency: None,
    };
    let actor = Actor { role: Role::Customer, subject: format!("customer-{number}"), organiser_id: None };
    let payment_method = method.map(str::to_owned);
    command(actor, CreateBooking { customer_id: None, payment_method, note: None, lines: vec![line] })
}

fn command<W>(actor: Actor, write: W) -> Command<W> {
    Command { actor, key: Uuid::new_v4().to_string(), fingerprint: "digest".to_owned(), trace: None, write }
}

async fn write<W: Write + Clone>(system: &TestSystem, commands: &[Command<W>]) -> Vec<Uuid> {
    if commands.is_empty() {
        return Vec::new();
    }
    loop {
        match system.api.write(commands).await {
            Ok(outcomes) => {
                return outcomes
                    .into_iter()
                    .map(|outcome| match outcome.refusal {
                        None => outcome.id.expect("an id"),
                        Some(refusal) => panic!("refused: {refusal:?}"),
                    })
                    .collect();
            }
            // Workers and relays are at the same rows: as the API does, it is tried again.
            Err(error) => assert!(error.worth_retrying(), "{error}"),
        }
    }
}
