//! The books of the gateway, and the rules by which it works: pure, so that others can play the gateway with them.

mod row;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

pub use row::{Row, Verdict};

use crate::{
    call::{Call, Kind},
    token::Token,
    trouble::Luck,
};

/// What the gateway answers to one try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is done.
    Succeeded {
        /// The gateway's name for it.
        reference: String,
        /// Until when an authorization can be captured.
        expires_at: Option<DateTime<Utc>>,
    },
    /// It is refused for good, with this code.
    Declined(String),
    /// A stored 500: it says nothing of what was done, and the key never answers anything else.
    Error,
    /// A 503: nothing was done, and nothing is stored.
    Unavailable,
    /// A 429: nothing was done, and nothing is stored.
    RateLimited,
    /// The key was used for something else; nothing was done.
    KeyReused,
}

/// Whether the caller gets to know the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It does.
    Answered,
    /// The connection is closed without an answer.
    Lost,
    /// The caller waits for nothing until it gives up.
    Never,
}

/// What became of one try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worked {
    /// What the gateway answers.
    pub answer: Answer,
    /// Whether that arrives.
    pub told: Told,
    /// How often the key was sent, this time included.
    pub tries: u32,
    /// Whether this try settled the operation: it was done or declined just now.
    pub is_settled_now: bool,
}

/// A page of what was done, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page {
    /// Its lines.
    pub entries: Vec<Row>,
    /// What the next page comes after.
    pub next: u64,
    /// Whether there is more already.
    pub has_more: bool,
}

/// What stands under an authorization.
#[derive(Clone, Debug)]
struct Standing {
    authorized: i64,
    currency: String,
    token: Option<String>,
    expires_at: Option<DateTime<Utc>>,
    is_closed: bool,
    captured: i64,
    refunded: i64,
}

/// One row per key, and what follows from them.
#[derive(Debug)]
pub struct Book {
    authorization_life: TimeDelta,
    rows: HashMap<String, Row>,
    /// Keys of what was done, in its order.
    done: BTreeMap<u64, String>,
    standings: HashMap<String, Standing>,
    /// The payments and kinds of operations that a 500 was stored for.
    errors: HashSet<(Option<String>, Kind)>,
}

impl Book {
    /// Empty books; authorizations can be captured for so long.
    pub fn new(authorization_life: TimeDelta) -> Self {
        Self {
            authorization_life,
            rows: HashMap::new(),
            done: BTreeMap::new(),
            standings: HashMap::new(),
            errors: HashSet::new(),
        }
    }

    /// The books that these rows make.
    pub fn restore(authorization_life: TimeDelta, mut rows: Vec<Row>) -> Self {
        let mut book = Self::new(authorization_life);
        rows.sort_by_key(|row| row.seq);
        for row in rows {
            book.note(&row);
            book.rows.insert(row.call.key.clone(), row);
        }
        book
    }

    /// The row of a key.
    pub fn find(&self, key: &str) -> Option<&Row> {
        self.rows.get(key)
    }

    /// What was done after this entry, oldest first.
    pub fn entries(&self, after: u64, limit: usize) -> Page {
        let mut later = self.done.range(after.saturating_add(1)..);
        let entries: Vec<_> =
            later.by_ref().take(limit).filter_map(|(_, key)| self.rows.get(key)).cloned().collect();
        let next = entries.last().and_then(|row| row.seq).unwrap_or(after);
        Page { entries, next, has_more: later.next().is_some() }
    }

    /// How often a key was sent.
    pub fn tries(&self, key: &str) -> u32 {
        self.rows.get(key).map_or(0, |row| row.tries)
    }

    /// The token that decides: a call without one goes by that of its authorization.
    pub(crate) fn token(&self, call: &Call) -> Token {
        let standing = call.authorization.as_ref().and_then(|reference| self.standings.get(reference));
        let named = call.payment_method.as_deref().filter(|method| !method.is_empty());
        let token = named.or_else(|| standing.and_then(|standing| standing.token.as_deref()));
        // A call about an authorization that is not here is refused for that.
        token.map_or(Token::Plain, Token::of)
    }

    /// Works one try: a key that is settled answers the same ever after.
    pub fn work(&mut self, call: &Call, luck: Luck, now: DateTime<Utc>) -> Worked {
        let token = self.token(call);
        let mut row = self.rows.remove(&call.key).unwrap_or_else(|| Row::new(call.clone(), now));
        row.tries += 1;
        let worked = self.try_row(&mut row, call, token, luck, now);
        self.rows.insert(call.key.clone(), row);
        worked
    }

    fn try_row(
        &mut self,
        row: &mut Row,
        call: &Call,
        token: Token,
        luck: Luck,
        now: DateTime<Utc>,
    ) -> Worked {
        let tries = row.tries;
        let answered = |answer| Worked { answer, told: Told::Answered, tries, is_settled_now: false };
        if !row.call.asks_the_same(call) {
            return answered(Answer::KeyReused);
        }
        let mut is_settled_now = false;
        if row.verdict.is_none() {
            if let Some((answer, told)) = stopped_before(token, luck, tries) {
                return Worked { told, ..answered(answer) };
            }
            self.settle(row, token, luck, now);
            is_settled_now = !matches!(row.verdict, Some(Verdict::NotDone));
        }
        let told = match token {
            Token::TimeoutAfter if tries == 1 => Told::Never,
            Token::LostAlways => Told::Lost,
            _ if luck.is_lost_after => Told::Lost,
            _ => Told::Answered,
        };
        Worked { told, is_settled_now, ..answered(row.answer()) }
    }

    /// Decides for good.
    fn settle(&mut self, row: &mut Row, token: Token, luck: Luck, now: DateTime<Utc>) {
        let errors = (row.call.payment_id.clone(), row.call.kind);
        let errs = match token {
            Token::Error500 => true,
            Token::Error500Once => !self.errors.contains(&errors),
            _ => luck.errs,
        };
        row.settled_at = Some(now);
        row.answers_500 = errs || token == Token::Error500AfterCharge;
        row.verdict = Some(if errs {
            Verdict::NotDone
        } else {
            match self.decline_code(&row.call, token, luck, now) {
                Some(code) => Verdict::Declined { code: code.to_owned() },
                None => self.success(&row.call, now),
            }
        });
        if matches!(row.verdict, Some(Verdict::Succeeded { .. })) {
            row.seq = Some(self.done.last_key_value().map_or(0, |(seq, _)| *seq) + 1);
        }
        self.note(row);
    }

    fn success(&self, call: &Call, now: DateTime<Utc>) -> Verdict {
        let expires_at = (call.kind == Kind::Authorize).then(|| now + self.authorization_life);
        Verdict::Succeeded { reference: row::reference(call.kind, &call.key), expires_at }
    }

    /// Why an operation is refused; nothing when it is done.
    fn decline_code(
        &self,
        call: &Call,
        token: Token,
        luck: Luck,
        now: DateTime<Utc>,
    ) -> Option<&'static str> {
        if call.kind != Kind::Void && call.amount_minor <= 0 {
            return Some("invalid_amount");
        }
        if let Some(code) = token.declines(call.kind) {
            return Some(code);
        }
        if call.kind == Kind::Authorize {
            return match call.payment_method.as_deref() {
                None | Some("") => Some("no_such_payment_method"),
                _ => luck.is_declined.then_some("card_declined"),
            };
        }
        let Some(standing) = call.authorization.as_ref().and_then(|reference| self.standings.get(reference))
        else {
            return Some("no_such_authorization");
        };
        if standing.currency != call.currency {
            return Some("currency_mismatch");
        }
        let lapsed = standing.expires_at.is_some_and(|end| end <= now);
        match call.kind {
            Kind::Capture | Kind::Void if standing.is_closed => Some("authorization_closed"),
            Kind::Capture if lapsed => Some("authorization_lapsed"),
            Kind::Capture if call.amount_minor > standing.authorized => Some("amount_too_large"),
            Kind::Refund if call.amount_minor > standing.captured - standing.refunded => {
                Some("amount_too_large")
            }
            _ => None,
        }
    }

    /// Draws the consequences of a row.
    fn note(&mut self, row: &Row) {
        let call = &row.call;
        if row.verdict == Some(Verdict::NotDone) {
            self.errors.insert((call.payment_id.clone(), call.kind));
        }
        let (Some(seq), Some(Verdict::Succeeded { reference, expires_at })) = (row.seq, &row.verdict) else {
            return;
        };
        self.done.insert(seq, call.key.clone());
        if call.kind == Kind::Authorize {
            let standing = Standing {
                authorized: call.amount_minor,
                currency: call.currency.clone(),
                token: call.payment_method.clone(),
                expires_at: *expires_at,
                is_closed: false,
                captured: 0,
                refunded: 0,
            };
            self.standings.insert(reference.clone(), standing);
            return;
        }
        let Some(standing) = call.authorization.as_ref().and_then(|about| self.standings.get_mut(about))
        else {
            return;
        };
        match call.kind {
            Kind::Refund => standing.refunded += call.amount_minor,
            Kind::Capture => (standing.is_closed, standing.captured) = (true, call.amount_minor),
            Kind::Void | Kind::Authorize => standing.is_closed = true,
        }
    }
}

/// What keeps a try from being worked at all.
fn stopped_before(token: Token, luck: Luck, tries: u32) -> Option<(Answer, Told)> {
    match token {
        Token::ServerErrorOnce if tries == 1 => Some((Answer::Unavailable, Told::Answered)),
        Token::ServerErrorAlways => Some((Answer::Unavailable, Told::Answered)),
        Token::RateLimited if tries == 1 => Some((Answer::RateLimited, Told::Answered)),
        Token::TimeoutBefore if tries == 1 => Some((Answer::Unavailable, Told::Never)),
        _ if luck.is_lost_before => Some((Answer::Unavailable, Told::Lost)),
        _ if luck.is_unavailable => Some((Answer::Unavailable, Told::Answered)),
        _ => None,
    }
}
