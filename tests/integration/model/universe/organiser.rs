//! What the organiser does to slots and policies.

use super::*;

impl Universe {
    pub(super) async fn capacity(
        &mut self,
        slot: u8,
        by: i8,
        price: Option<u16>,
        expect: Expect,
    ) -> Result<(), Difference> {
        let at = usize::from(slot) % self.model.slots.len();
        let slot = &self.model.slots[at];
        let Places::Counted { capacity, taken, aside } = slot.places else { return Ok(()) };
        if slot.begun {
            return Ok(());
        }
        let wanted = capacity + i32::from(by);
        let price = price.map_or(slot.price, i64::from);
        let command = goods::slot_command(
            self.model.organiser,
            self.model.listings[slot.listing].id,
            goods::starts_at(self.opened, slot.starts_in_hours),
            goods::counted(wanted, price),
            Self::expected(slot.version, expect),
        );
        let outcomes = self.write("capacity", vec![command]).await?;
        let mut verdict = Verdict::default();
        verdict.refuse_if(expect == Expect::Stale, RefusalCode::StaleVersion);
        verdict.refuse_if(!self.model.slots[at].on_sale(), RefusalCode::InvalidState);
        verdict.refuse_if(wanted < 0, RefusalCode::InvalidQuantity);
        verdict.refuse_if(wanted < taken + aside, RefusalCode::CapacityBelowSold);
        if Self::check(&verdict, &outcomes[0])? {
            let waiting = self.model.waiting(at);
            let slot = &mut self.model.slots[at];
            slot.price = price;
            if let Places::Counted { capacity, aside, .. } = &mut slot.places {
                *capacity = wanted;
                // What a raise brings goes to the queue first.
                *aside += i32::from(by).clamp(0, (waiting - *aside).max(0));
            }
        }
        self.compare()
    }

    pub(super) async fn policy(
        &mut self,
        listing: u8,
        plan: u8,
        percent: u8,
        fee: u8,
    ) -> Result<(), Difference> {
        let listing: &mut Listing = &mut self.model.listings[usize::from(listing % 2)];
        let step = Step { hours: 40, percent: i32::from(percent), fee: i64::from(fee) };
        listing.plans[usize::from(plan % 3)].policy = vec![step];
        let command = goods::listing_command(self.model.organiser, listing);
        let outcomes = self.write("policy", vec![command]).await?;
        Self::check(&Verdict::default(), &outcomes[0])?;
        self.compare()
    }

    pub(super) async fn cancel_slot(&mut self, slot: u8, by: By, expect: Expect) -> Result<(), Difference> {
        let at = usize::from(slot) % self.model.slots.len();
        let changing =
            |booking: &Booking| booking.change.is_some() && booking.places().any(|line| line.slot == at);
        // What becomes of a change under way then, is another test's matter.
        if self.model.bookings.iter().any(changing) {
            return Ok(());
        }
        let slot = &self.model.slots[at];
        let (begun, cancelled) = (slot.begun, slot.state == db::SlotState::Cancelled);
        let write = CancelSlot {
            slot_id: SlotId(slot.id),
            note: None,
            expected_version: Self::expected(slot.version, expect),
        };
        let actor = self.actor(by, "somebody");
        let outcomes = self.write("cancel a slot", vec![goods::command(actor, write)]).await?;
        let mut verdict = Verdict::default();
        verdict.refuse_if(by == By::OtherOrganiser, RefusalCode::NotFound);
        for code in [RefusalCode::NotAllowed, RefusalCode::NotFound] {
            verdict.refuse_if(matches!(by, By::Owner | By::Stranger), code);
        }
        verdict.refuse_if(expect == Expect::Stale, RefusalCode::StaleVersion);
        verdict.refuse_if(cancelled, RefusalCode::InvalidState);
        verdict.allow_if(begun, RefusalCode::InvalidState);
        if Self::check(&verdict, &outcomes[0])? {
            self.world.cancel_slot_bookings(self.model.slots[at].id).await?;
            self.look().await;
            self.model.cancel_slot(at);
        }
        self.compare()
    }

    /// A slot begins: as superuser, since nobody waits for days.
    pub(super) async fn begin(&mut self, slot: u8) -> Result<(), Difference> {
        let at = usize::from(slot) % self.model.slots.len();
        if self.model.slots[at].begun {
            return Ok(());
        }
        let id = self.model.slots[at].id;
        let ago = format!("clock_timestamp() - interval '{} minutes'", 60 + at);
        self.world
            .execute(&format!(
                "with slot as (
                     update inventory.slot set starts_at = {ago}, ends_at = {ago} + interval '2 hours'
                     where id = '{id}' returning id, starts_at)
                 update booking.line l set starts_at = s.starts_at from slot s where l.slot_id = s.id"
            ))
            .await;
        self.world.tally("begin", None);
        self.model.slots[at].begun = true;
        self.look().await;
        self.compare()
    }
}
