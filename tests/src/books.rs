//! The gateway's own books, held against ours.

use std::collections::{BTreeMap, HashMap, HashSet};

use simulator::{Kind, Row};
use uuid::Uuid;

use crate::system::TestSystem;

/// One operation, as our books have it.
#[derive(sqlx::FromRow)]
struct Ours {
    gateway_key: String,
    kind: String,
    amount_minor: i64,
    is_done: bool,
    payment_id: Option<Uuid>,
    /// Whether a saga under way, or a case in the inbox, accounts for what may be amiss.
    is_accounted_for: bool,
}

/// A payment, as our books have it.
#[derive(sqlx::FromRow)]
struct Paid {
    id: Uuid,
    captured_minor: i64,
    refunded_minor: i64,
}

/// What stands at the gateway under one authorization.
#[derive(Default)]
struct Standing {
    is_released: bool,
    captures: u32,
    captured: i64,
    refunded: i64,
}

impl Standing {
    fn note(&mut self, row: &Row) {
        match row.call.kind {
            Kind::Authorize => {}
            Kind::Void => self.is_released = true,
            Kind::Refund => self.refunded += row.call.amount_minor,
            Kind::Capture => {
                self.captures += 1;
                self.captured += row.call.amount_minor;
            }
        }
    }

    /// Whether the customer has all of it back.
    fn is_given_back(&self) -> bool {
        self.is_released || self.captured > 0 && self.captured == self.refunded
    }
}

impl TestSystem {
    /// What the simulated gateway has in its books for a booking: operation, times asked, done or not.
    pub async fn ledger(&self, booking: &str) -> Vec<(String, u32, bool)> {
        let operations: Vec<(String, String)> = sqlx::query_as(
            "select o.gateway_key, o.kind from payment.operation o
             join payment.payment p on p.id = o.payment_id
             where p.booking_id = $1 order by o.opened_at, o.id",
        )
        .bind(crate::uuid_of(booking))
        .fetch_all(&self.database.sql)
        .await
        .expect("the operations");
        let known = operations.into_iter().filter_map(|(key, kind)| Some((kind, self.simulator.find(&key)?)));
        known.map(|(kind, row)| (kind, row.tries, row.reference().is_some())).collect()
    }

    /// How many operations of a kind the simulated gateway has done.
    pub fn done_by_gateway(&self, kind: Kind) -> usize {
        self.simulator.entries(0, usize::MAX).entries.iter().filter(|row| row.call.kind == kind).count()
    }

    /// What the gateway's own books say otherwise than ours: money moved twice, or without our knowing, or not at all.
    /// What a saga under way or an operator's case accounts for is left out.
    pub async fn gateway_faults(&self) -> Vec<String> {
        let rows = self.simulator.entries(0, usize::MAX).entries;
        if rows.is_empty() {
            // The test plays the gateway itself.
            return Vec::new();
        }
        let ours = self.our_operations().await;
        let mut standings: BTreeMap<String, Standing> = BTreeMap::new();
        for row in &rows {
            standings.entry(row.about().unwrap_or_default().to_owned()).or_default().note(row);
        }
        let mut faults = double_captures(&standings);
        let operators = self.in_operators_hands(&rows).await;
        for row in rows.iter().filter(|row| !operators.contains(row.about().unwrap_or_default())) {
            let given_back =
                standings.get(row.about().unwrap_or_default()).is_some_and(Standing::is_given_back);
            faults.extend(not_in_our_books(row, ours.get(&row.call.key)).filter(|_| !given_back));
        }
        for (key, our) in ours.iter().filter(|(_, our)| our.is_done && !our.is_accounted_for) {
            if self.simulator.find(key).and_then(|row| row.reference().map(str::to_owned)).is_none() {
                faults.push(format!("{} {key} is done by our books alone", our.kind));
            }
        }
        faults.extend(self.nets_that_differ(&rows, &ours).await);
        faults
    }

    /// The authorizations whose stray money could not be given back, and stands in the operators' inbox.
    async fn in_operators_hands(&self, rows: &[Row]) -> HashSet<String> {
        let failed: Vec<(String,)> = sqlx::query_as(
            "select s.reference from payment.stray s
             join saga.saga g on g.subject_id = s.id
             join saga.dead_letter d on d.saga_id = g.id and d.state = 'OPEN'
             where s.state = 'FAILED'",
        )
        .fetch_all(&self.database.sql)
        .await
        .expect("the strays");
        let is_failed =
            |row: &&Row| failed.iter().any(|(reference,)| row.reference() == Some(reference.as_str()));
        rows.iter().filter(is_failed).filter_map(|row| row.about().map(str::to_owned)).collect()
    }

    async fn our_operations(&self) -> HashMap<String, Ours> {
        let operations: Vec<Ours> = sqlx::query_as(
            "select o.gateway_key, o.kind, o.amount_minor, o.state = 'SUCCEEDED' as is_done, o.payment_id,
                    p.id is null or saga.is_accounted_for(p.booking_id) as is_accounted_for
             from payment.operation o left join payment.payment p on p.id = o.payment_id",
        )
        .fetch_all(&self.database.sql)
        .await
        .expect("the operations");
        operations.into_iter().map(|operation| (operation.gateway_key.clone(), operation)).collect()
    }

    async fn nets_that_differ(&self, rows: &[Row], ours: &HashMap<String, Ours>) -> Vec<String> {
        let mut nets: HashMap<Uuid, i64> = HashMap::new();
        let mut excused = Vec::new();
        for row in rows {
            let Some(our) = ours.get(&row.call.key) else { continue };
            let Some(payment) = our.payment_id else { continue };
            if our.is_accounted_for {
                excused.push(payment);
            }
            *nets.entry(payment).or_default() += match row.call.kind {
                Kind::Capture => row.call.amount_minor,
                Kind::Refund => -row.call.amount_minor,
                Kind::Authorize | Kind::Void => 0,
            };
        }
        let paid: Vec<Paid> =
            sqlx::query_as("select id, captured_minor, refunded_minor from payment.payment")
                .fetch_all(&self.database.sql)
                .await
                .expect("the payments");
        let differs = |paid: &Paid| {
            let theirs = nets.get(&paid.id).copied()?;
            let net = paid.captured_minor - paid.refunded_minor;
            (net != theirs && !excused.contains(&paid.id))
                .then(|| format!("payment {} has a net of {net}, and of {theirs} at the gateway", paid.id))
        };
        paid.iter().filter_map(differs).collect()
    }
}

fn double_captures(standings: &BTreeMap<String, Standing>) -> Vec<String> {
    let twice = standings.iter().filter(|(_, standing)| standing.captures > 1);
    twice.map(|(about, standing)| format!("{about} was captured {} times", standing.captures)).collect()
}

/// Why a line of the gateway's is a fault, if it is one.
fn not_in_our_books(row: &Row, our: Option<&Ours>) -> std::option::IntoIter<String> {
    let what = format!("{:?} {} of {}", row.call.kind, row.call.key, row.call.amount_minor);
    let fault = match our {
        None => Some(format!("{what} is none of ours")),
        Some(our) if our.is_accounted_for => None,
        Some(our) if !our.is_done => Some(format!("{what} is not done by our books")),
        Some(our) if our.amount_minor != row.call.amount_minor => {
            Some(format!("{what} is one of {} by our books", our.amount_minor))
        }
        Some(_) => None,
    };
    fault.into_iter()
}
