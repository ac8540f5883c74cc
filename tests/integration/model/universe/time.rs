//! What happens by itself: ends of holds and changes, answers of the gateway, the same key again.

use super::*;

impl Universe {
    /// A hold comes to its end, or, with a payment under way, to minute 10: as superuser, since nobody waits for
    /// minutes. What the customer was told is left as it is, for its history says so.
    pub(super) async fn lapse(&mut self, pick: u16) -> Result<(), Difference> {
        let pending = |at: &usize| {
            let booking = &self.model.bookings[*at];
            booking.status == BookingStatus::Pending && !booking.lapsed
        };
        let holds: Vec<usize> = (0..self.model.bookings.len()).filter(pending).collect();
        if holds.is_empty() {
            return Ok(());
        }
        let booking = &mut self.model.bookings[holds[usize::from(pick) % holds.len()]];
        booking.lapsed = true;
        let statement = format!(
            "update booking.booking set expire_due_at = clock_timestamp() - interval '1 second'
             where id = '{}' and status = 'PENDING'",
            booking.id
        );
        self.world.execute(&statement).await;
        self.world.tally("lapse", None);
        self.look().await;
        self.compare()
    }

    /// A change comes to the end of its time.
    pub(super) async fn give_up(&mut self, pick: u16) -> Result<(), Difference> {
        let all = 0..self.model.bookings.len();
        let changing: Vec<usize> = all.filter(|at| self.model.bookings[*at].change.is_some()).collect();
        if changing.is_empty() {
            return Ok(());
        }
        let at = changing[usize::from(pick) % changing.len()];
        let id = self.model.bookings[at].id;
        self.world
            .execute(&format!(
                "update booking.change set due_at = clock_timestamp() - interval '1 second'
                 where booking_id = '{id}' and state = 'UNDER_WAY'"
            ))
            .await;
        self.world.give_up_changes().await?;
        self.world.tally("give up", None);
        self.look().await;
        self.model.give_up(at);
        self.compare()
    }

    pub(super) async fn play(&mut self, pick: u16, answer: Answer) -> Result<(), Difference> {
        let all = 0..self.model.bookings.len();
        let asked: Vec<usize> = all.filter(|at| self.model.bookings[*at].asked.is_some()).collect();
        if asked.is_empty() {
            return Ok(());
        }
        self.play_for(asked[usize::from(pick) % asked.len()], answer).await
    }

    /// The gateway answers for one booking.
    pub(super) async fn play_for(&mut self, at: usize, answer: Answer) -> Result<(), Difference> {
        let booking = &mut self.model.bookings[at];
        let Some((kind, amount)) = booking.asked else { return Ok(()) };
        let answer = booking.bearable(kind, answer);
        let claim = self.world.claim(booking.id).await?;
        let claimed = claim.call.as_ref().map_or(0, |call| call.amount_minor);
        let right = claim.action.operation() == Some(kind)
            && (claimed == amount
                || kind == db::OperationKind::Refund && booking.changed && claimed <= amount);
        if !right {
            return Err(format!(
                "booking {}: {kind:?} of {amount} was to be asked, and {:?} of {claimed} was",
                booking.id, claim.action
            ));
        }
        booking.asked = Some((kind, claimed));
        let was_lapsed = booking.lapsed;
        self.world.record(&claim, answer).await?;
        self.world.tally("gateway", None);
        self.look().await;
        let booking = &self.model.bookings[at];
        // A hold that is over and that nobody has found out, may be paid for just in time.
        let found_out = was_lapsed && !booking.lapsed;
        let _ = writeln!(self.log, "    {kind:?} {answer:?} (found out: {found_out})");
        self.model.answer(at, answer);
        self.compare()
    }

    pub(super) async fn again(&mut self, pick: u16, other: bool) -> Result<(), Difference> {
        if self.past.is_empty() {
            return Ok(());
        }
        let past = &self.past[usize::from(pick) % self.past.len()];
        let outcome = (past.again)(other).await?;
        let code = outcome.refusal.as_ref().map(|refusal| refusal.code);
        let right = if other {
            code == Some(RefusalCode::IdempotencyKeyReused)
        } else {
            outcome.replayed && outcome.id == past.answer.id && outcome.refusal == past.answer.refusal
        };
        if !right {
            return Err(format!("{} again (other: {other}): {:?}, then {outcome:?}", past.name, past.answer));
        }
        self.world.tally(if other { "again, otherwise" } else { "again" }, code);
        self.look().await;
        self.compare()
    }

    /// After a sweep no hold that is over holds anything.
    pub(crate) fn swept(&mut self) {
        for at in 0..self.model.bookings.len() {
            if self.model.bookings[at].lapsed {
                self.model.expire(at);
            }
        }
    }

    /// Lets the gateway do everything that it was asked.
    pub(crate) async fn settle(&mut self) -> Result<(), Difference> {
        loop {
            let asked = |at: &usize| self.model.bookings[*at].asked.is_some();
            let Some(at) = (0..self.model.bookings.len()).find(asked) else { break };
            self.play_for(at, Answer::Done).await?;
        }
        for booking in &self.model.bookings {
            let owed = if booking.status == BookingStatus::Pending { 0 } else { booking.owed };
            if !booking.dead && booking.captured - booking.refunded != owed {
                return Err(format!(
                    "{} is captured and refunded {}, and owes {owed}",
                    booking.captured, booking.refunded
                ));
            }
        }
        Ok(())
    }
}
