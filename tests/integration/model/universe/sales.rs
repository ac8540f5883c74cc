//! Purchases: booking, paying, holding longer.

use super::*;

impl Universe {
    pub(super) fn wanted(&self, want: &Want, by: By, taken: &mut Vec<usize>) -> Option<Wanted> {
        let slot = Some(usize::from(want.slot)).filter(|at| *at < self.model.slots.len());
        let plan = want.plan.map_or(Some(0), |plan| Some(usize::from(plan)).filter(|plan| *plan < 3));
        // Customers name prices now and then, to be refused.
        let is_named =
            !matches!(by, By::Owner | By::Stranger) || want.price.is_some_and(|price| price % 8 == 0);
        let mut wanted = Wanted {
            slot,
            quantity: want.quantity,
            plan,
            seats: None,
            section: None,
            class: None,
            price: want.price.filter(|_| is_named),
        };
        let seats = match slot.map(|at| &self.model.slots[at].places) {
            Some(Places::Seats(seats)) => i32::try_from(seats.len()).expect("a small hall"),
            // Those who ask for seats where there are none are few.
            _ if matches!(want.wish, Wish::Chosen(number) if number % 16 == 0) => 5,
            _ => return Some(wanted),
        };
        // Which line gets which of the best seats is for the database to say, so that each hall is asked for once.
        let at = slot.unwrap_or(usize::MAX);
        if taken.contains(&at) {
            return None;
        }
        taken.push(at);
        match want.wish {
            Wish::Section(number) => {
                wanted.section = Some(["Stalls", "Balcony", "Loge"][usize::from(number % 3)]);
            }
            Wish::Class(number) => wanted.class = Some(["gold", "silver", "tin"][usize::from(number % 3)]),
            Wish::Chosen(first) if (1..=7).contains(&want.quantity) => {
                let first = i32::from(first) % (seats + 2);
                wanted.seats = Some((first..first + want.quantity).collect());
            }
            Wish::Best | Wish::Chosen(_) => {}
        }
        Some(wanted)
    }

    pub(super) fn request(&self, wanted: &Wanted) -> LineRequest {
        let slot = wanted.slot.map_or_else(Uuid::now_v7, |at| self.model.slots[at].id);
        let listing = wanted.slot.map_or(0, |at| self.model.slots[at].listing);
        let plan = wanted.plan.map_or("no-such-plan", |plan| self.model.listings[listing].plans[plan].code);
        LineRequest {
            slot_id: SlotId(slot),
            quantity: wanted.quantity,
            seats: wanted.seats.clone(),
            section: wanted.section.map(str::to_owned),
            price_class: wanted.class.map(str::to_owned),
            rate_plan: Some(plan.to_owned()),
            unit_price_minor: wanted.price,
            unit_price_currency: wanted.price.map(|_| "EUR".to_owned()),
        }
    }

    pub(super) async fn create(&mut self, orders: &[Order]) -> Result<(), Difference> {
        let mut asked = Vec::new();
        let mut commands: Vec<Command<CreateBooking>> = Vec::new();
        for order in orders {
            let mut taken = Vec::new();
            let lines: Vec<Wanted> =
                order.lines.iter().filter_map(|want| self.wanted(want, order.by, &mut taken)).collect();
            let customer = self.customer(order.customer);
            let write = CreateBooking {
                customer_id: (order.by != By::Owner).then(|| customer.clone()),
                payment_method: order.paid.then(|| "pm_card_visa".to_owned()),
                note: None,
                lines: lines.iter().map(|wanted| self.request(wanted)).collect(),
            };
            let command = goods::command(self.actor(order.by, &customer), write);
            let order_asked = Asked { customer, by: order.by, paid: order.paid, lines };
            if order.twice {
                asked.push((order_asked.clone(), false));
                commands.push(command.clone());
            }
            asked.push((order_asked, order.twice));
            commands.push(command);
        }
        let outcomes = self.write("create", commands).await?;
        for (number, ((asked, is_second), outcome)) in asked.iter().zip(&outcomes).enumerate() {
            if *is_second {
                Self::check_twin(&outcomes[number - 1], outcome)?;
                continue;
            }
            // At a sale, a hold that is over counts no longer, found out or not.
            let mut cleared = self.model.clone();
            let wanted = |line: &Line| asked.lines.iter().any(|asked| asked.slot == Some(line.slot));
            for at in 0..cleared.bookings.len() {
                if cleared.bookings[at].lapsed && cleared.bookings[at].lines.iter().any(wanted) {
                    cleared.expire(at);
                }
            }
            if Self::check(&cleared.judge_sale(asked), outcome)? {
                let id = outcome.id.ok_or("an accepted booking has an id")?;
                let there =
                    self.seen.bookings.get(&id).ok_or_else(|| format!("booking {id} is not there"))?;
                self.model.book(id, asked, there)?;
            }
        }
        self.compare()
    }

    pub(super) fn check_twin(first: &Outcome, second: &Outcome) -> Result<(), Difference> {
        let retryable = first.refusal.as_ref().is_some_and(db::Refusal::retryable);
        let flagged = second.replayed != retryable;
        if (&first.id, &first.refusal) != (&second.id, &second.refusal) || !flagged {
            return Err(format!("twins in one batch were answered {first:?} and {second:?}"));
        }
        Ok(())
    }

    pub(super) async fn pay(&mut self, about: About) -> Result<(), Difference> {
        let Some((at, actor, booking_id, expected_version)) =
            self.about(about, |booking| booking.status == BookingStatus::Pending && booking.asked.is_none())
        else {
            return Ok(());
        };
        let write = PayBooking { booking_id, payment_method: "pm_card_visa".to_owned(), expected_version };
        let outcomes = self.write("pay", vec![goods::command(actor, write)]).await?;
        let mut verdict = self.model.judge_touch(at, about.by, about.expect);
        self.model.judge_pay(at, &mut verdict);
        if Self::check(&verdict, &outcomes[0])? {
            self.model.pay(at);
        }
        self.compare()
    }

    pub(super) async fn extend(&mut self, about: About) -> Result<(), Difference> {
        let Some((at, actor, booking_id, expected_version)) =
            self.about(about, |booking| booking.status == BookingStatus::Pending)
        else {
            return Ok(());
        };
        let write = ExtendHold { booking_id, expected_version };
        let outcomes = self.write("extend", vec![goods::command(actor, write)]).await?;
        let mut verdict = self.model.judge_touch(at, about.by, about.expect);
        self.model.judge_extension(at, &mut verdict);
        if Self::check(&verdict, &outcomes[0])? {
            let booking = &mut self.model.bookings[at];
            booking.extensions += 1;
            booking.touched = true;
        }
        self.compare()
    }
}
