//! What becomes of bookings: cancelled, changed, refunded, completed.

use super::*;

impl Universe {
    pub(super) async fn cancel(&mut self, abouts: &[About]) -> Result<(), Difference> {
        let mut commands = Vec::new();
        let mut asked = Vec::new();
        for about in abouts {
            let Some((at, actor, booking_id, expected_version)) = self.about(*about, Booking::is_live) else {
                return Ok(());
            };
            if abouts.len() == 1 {
                self.check_quote(at, &actor, about.by).await?;
            }
            asked.push((at, *about));
            let write = CancelBooking { booking_id, lines: None, note: None, expected_version };
            commands.push(goods::command(actor, write));
        }
        let outcomes = self.write("cancel", commands).await?;
        for ((at, about), outcome) in asked.into_iter().zip(&outcomes) {
            let mut verdict = self.model.judge_touch(at, about.by, about.expect);
            self.model.judge_cancel(at, &mut verdict);
            if Self::check(&verdict, outcome)? {
                self.model.cancel_as(at, about.by);
            }
        }
        self.compare()
    }

    /// The quote says what the cancellation will then do.
    pub(super) async fn check_quote(&self, at: usize, actor: &Actor, by: By) -> Result<(), Difference> {
        let booking = &self.model.bookings[at];
        let quote =
            self.world.api.refund_quote(actor, BookingId(booking.id)).await.map_err(|e| e.to_string())?;
        let may_see = !matches!(by, By::Stranger | By::OtherOrganiser);
        match quote {
            None if !may_see => Ok(()),
            Some(quote)
                if may_see
                    && (quote.refund_minor == self.model.refund_due(at) || booking.change.is_some()) =>
            {
                Ok(())
            }
            quote => Err(format!(
                "booking {}: the quote is {quote:?}, and {} would come back",
                booking.id,
                self.model.refund_due(at)
            )),
        }
    }

    pub(super) async fn cancel_part(
        &mut self,
        about: About,
        line: u8,
        places: Option<i8>,
        by_seats: bool,
    ) -> Result<(), Difference> {
        let Some((at, actor, booking_id, expected_version)) =
            self.about(about, |booking| booking.status == BookingStatus::Confirmed)
        else {
            return Ok(());
        };
        let lines = &self.model.bookings[at].lines;
        // One in as many names a line that is not there.
        let line = lines.get(usize::from(line) % (lines.len() + usize::from(line == 3))).cloned();
        let had = line.as_ref().and_then(|line| line.seats.clone()).filter(|_| by_seats);
        let seats = had.map(|seats| {
            seats.into_iter().take(places.map_or(1, |n| n.clamp(1, 4).unsigned_abs().into())).collect()
        });
        let quantity = places.map(i32::from).filter(|_| seats.is_none());
        let part = Part { line, quantity, seats };
        let cancel = CancelLine {
            line_no: part.line.as_ref().map_or(99, |line| line.no),
            quantity: part.quantity,
            seats: part.seats.clone(),
        };
        let write = CancelBooking { booking_id, lines: Some(vec![cancel]), note: None, expected_version };
        let outcomes = self.write("cancel a part", vec![goods::command(actor, write)]).await?;
        let mut verdict = self.model.judge_touch(at, about.by, about.expect);
        self.model.judge_part(at, &part, &mut verdict);
        if Self::check(&verdict, &outcomes[0])? {
            let there = self.seen.bookings.get(&booking_id.0).ok_or("the booking is not there")?;
            self.model.cancel_part(at, about.by, &part, there)?;
        }
        self.compare()
    }

    pub(super) async fn reschedule(
        &mut self,
        about: About,
        lines: &[Want],
        paid: bool,
    ) -> Result<(), Difference> {
        let Some((at, actor, booking_id, expected_version)) =
            self.about(about, |booking| booking.status == BookingStatus::Confirmed && !booking.in_progress)
        else {
            return Ok(());
        };
        let mut taken = Vec::new();
        let simple = |want: &Want| Want { wish: Wish::Best, price: None, ..want.clone() };
        let mut lines: Vec<Wanted> =
            lines.iter().filter_map(|want| self.wanted(&simple(want), By::Owner, &mut taken)).collect();
        // Mostly something is kept, or there would be little to keep right.
        let kept = self.model.bookings[at].lines.first().cloned();
        if let Some(kept) = kept.filter(|kept| !about.pick.is_multiple_of(3) && !taken.contains(&kept.slot)) {
            let plans = &self.model.listings[self.model.slots[kept.slot].listing].plans;
            let same = plans.iter().position(|plan| plan.code == kept.plan);
            // Some go for less, or for nothing but a cheaper plan.
            let less = i32::from(about.pick % 7 < 3 && kept.quantity > 1);
            let plan = if about.pick.is_multiple_of(5) { Some(2) } else { same };
            let quantity = kept.quantity - less;
            let line = Wanted { slot: Some(kept.slot), quantity, plan, ..lines[0].clone() };
            if about.pick % 7 < 4 {
                lines.clear();
            }
            lines.insert(0, line);
            lines.truncate(2);
        }
        let asked = Asked { customer: self.model.bookings[at].customer.clone(), by: about.by, paid, lines };
        let write = RescheduleBooking {
            booking_id,
            lines: asked.lines.iter().map(|wanted| self.request(wanted)).collect(),
            payment_method: paid.then(|| "pm_card_visa".to_owned()),
            note: None,
            expected_version,
        };
        let outcomes = self.write("reschedule", vec![goods::command(actor, write)]).await?;
        let mut verdict = self.model.judge_touch(at, about.by, about.expect);
        self.model.judge_reschedule(at, &asked, &mut verdict);
        if Self::check(&verdict, &outcomes[0])? {
            let there = self.seen.bookings.get(&booking_id.0).ok_or("the booking is not there")?;
            self.model.reschedule(at, &asked, there)?;
        }
        self.compare()
    }

    pub(super) async fn refund(&mut self, about: About, percent: Option<u8>) -> Result<(), Difference> {
        let Some((at, actor, booking_id, expected_version)) =
            self.about(about, |booking| booking.owed > 0 && booking.captured > 0)
        else {
            return Ok(());
        };
        let owed = self.model.bookings[at].owed;
        let amount = percent.map(|percent| owed * i64::from(percent) / 100);
        let write = RefundBooking {
            booking_id,
            amount_minor: amount,
            currency: amount.map(|_| "EUR".to_owned()),
            note: None,
            expected_version,
        };
        let outcomes = self.write("refund", vec![goods::command(actor, write)]).await?;
        let mut verdict = self.model.judge_touch(at, about.by, about.expect);
        self.model.judge_refund(at, about.by, amount, &mut verdict);
        if Self::check(&verdict, &outcomes[0])? {
            self.model.grant_refund(at, amount);
        }
        self.compare()
    }

    pub(super) fn has_begun(&self, booking: &Booking) -> bool {
        let begun = booking.lines.iter().any(|line| self.model.slots[line.slot].begun);
        booking.status == BookingStatus::Confirmed && begun
    }

    pub(super) async fn complete(&mut self, about: About, no_show: bool) -> Result<(), Difference> {
        let Some((at, actor, booking_id, expected_version)) =
            self.about(about, |booking| self.has_begun(booking))
        else {
            return Ok(());
        };
        let write = CompleteBooking { booking_id, no_show, expected_version };
        let outcomes = self.write("complete", vec![goods::command(actor, write)]).await?;
        let mut verdict = self.model.judge_touch(at, about.by, about.expect);
        self.model.judge_completion(at, about.by, &mut verdict);
        if Self::check(&verdict, &outcomes[0])? {
            self.model.complete(at, no_show);
        }
        self.compare()
    }
}
