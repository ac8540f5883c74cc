//! The waiting list.

use super::*;

impl Universe {
    pub(super) async fn join(
        &mut self,
        slot: u8,
        customer: u8,
        quantity: i32,
        plan: Option<u8>,
    ) -> Result<(), Difference> {
        // Mostly for what is sold out: elsewhere nobody needs to wait.
        let full: Vec<usize> = (0..self.model.slots.len())
            .filter(|at| self.model.slots[*at].free() < quantity || self.model.waiting(*at) > 0)
            .collect();
        let slot = match u8::try_from(full.get(usize::from(slot) % full.len().max(1)).copied().unwrap_or(99))
        {
            Ok(full) if customer > 0 && full < 99 => full,
            _ => slot,
        };
        let want = Want { slot, quantity, plan, wish: Wish::Best, price: None };
        let Some(wanted) = self.wanted(&want, By::Owner, &mut Vec::new()) else { return Ok(()) };
        let customer = self.customer(customer);
        let request = self.request(&wanted);
        let write = JoinWaitlist {
            slot_id: request.slot_id,
            quantity,
            rate_plan: plan.and(request.rate_plan),
            customer_id: None,
        };
        let actor = self.actor(By::Owner, &customer);
        let outcomes = self.write("join", vec![goods::command(actor, write)]).await?;
        let verdict = self.model.judge_joining(wanted.slot, &customer, &wanted);
        if Self::check(&verdict, &outcomes[0])? {
            let (Some(id), Some(slot)) = (outcomes[0].id, wanted.slot) else {
                return Err("an entry has an id".to_owned());
            };
            self.model.join(id, slot, &customer, &wanted, plan.is_some());
        }
        self.compare()
    }

    pub(super) async fn leave(&mut self, pick: u16, by: By, expect: Expect) -> Result<(), Difference> {
        if self.model.entries.is_empty() {
            return Ok(());
        }
        let at = usize::from(pick) % self.model.entries.len();
        let entry = &self.model.entries[at];
        let write = LeaveWaitlist {
            entry_id: WaitlistEntryId(entry.id),
            expected_version: Self::expected(entry.version, expect),
        };
        let actor = self.actor(by, &entry.customer);
        let outcomes = self.write("leave", vec![goods::command(actor, write)]).await?;
        let verdict = self.model.judge_leaving(at, by, expect);
        if Self::check(&verdict, &outcomes[0])? {
            self.model.leave(at);
        }
        self.compare()
    }
}
