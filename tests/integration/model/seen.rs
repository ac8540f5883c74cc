//! What the database says a universe looks like, read past all routines.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use sqlx::{PgPool, types::Json};
use uuid::Uuid;

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SeenSlot {
    pub(crate) capacity: i32,
    pub(crate) taken: i32,
    pub(crate) aside: i32,
    pub(crate) waiting: i32,
    pub(crate) state: db::SlotState,
    pub(crate) version: i32,
    /// By number: a booking's id, `queue`, or nothing.
    pub(crate) seats: Option<BTreeMap<i32, String>>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SeenLine {
    pub(crate) no: i32,
    pub(crate) slot: Uuid,
    pub(crate) quantity: i32,
    pub(crate) plan: String,
    pub(crate) policy: Vec<db::PolicyStep>,
    pub(crate) unit: i64,
    pub(crate) seats: Option<Vec<i32>>,
    pub(crate) active: bool,
    pub(crate) since: Option<i32>,
    pub(crate) until: Option<i32>,
}

/// How many places of a line, and which seats.
pub(crate) type Gone = (i32, Option<Vec<i32>>);

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SeenBooking {
    pub(crate) customer: String,
    pub(crate) status: db::BookingStatus,
    pub(crate) reason: Option<String>,
    pub(crate) total: i64,
    pub(crate) owed: i64,
    pub(crate) extensions: i32,
    pub(crate) version: i32,
    pub(crate) events: i32,
    pub(crate) captured: i64,
    pub(crate) refunded: i64,
    pub(crate) asked: Option<(db::OperationKind, i64)>,
    pub(crate) in_progress: bool,
    pub(crate) under_way: bool,
    /// What the change under way will let go of: number of the line, places, seats.
    pub(crate) dropped: Vec<(i32, Gone)>,
    pub(crate) lines: Vec<SeenLine>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SeenEntry {
    pub(crate) status: String,
    pub(crate) reason: Option<String>,
    pub(crate) version: i32,
    pub(crate) booking: Option<Uuid>,
}

/// Everything of one organiser.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Seen {
    pub(crate) slots: HashMap<Uuid, SeenSlot>,
    pub(crate) bookings: HashMap<Uuid, SeenBooking>,
    pub(crate) entries: HashMap<Uuid, SeenEntry>,
}

impl SeenLine {
    /// Whether it is part of the booking.
    pub(crate) fn is_part(&self) -> bool {
        self.since.is_some() && self.until.is_none()
    }

    /// Whether it is part of a change under way.
    pub(crate) fn is_coming(&self) -> bool {
        self.since.is_none() && self.until.is_none() && self.active
    }
}

const QUERY: &str = "
    select jsonb_build_object(
        'slots', (select coalesce(jsonb_object_agg(s.id, jsonb_build_object(
            'capacity', s.capacity, 'taken', s.taken, 'aside', s.set_aside, 'waiting', s.waiting,
            'state', s.state, 'version', s.version,
            'seats', (select jsonb_object_agg(t.seat_no, coalesce(t.booking_id::text,
                          case when t.set_aside then 'queue' else '' end))
                      from inventory.seat t where t.slot_id = s.id))), '{}')
            from inventory.slot s where s.organiser_id = $1),
        'bookings', (select coalesce(jsonb_object_agg(b.id, jsonb_build_object(
            'customer', b.customer_id, 'status', b.status, 'reason', b.reason, 'total', b.total_minor,
            'owed', b.owed_minor, 'extensions', b.extensions, 'version', b.version,
            'events', (select count(*) from booking.event e where e.booking_id = b.id),
            'captured', coalesce(p.captured, 0), 'refunded', coalesce(p.refunded, 0),
            'asked', (select jsonb_build_array(o.kind, o.amount_minor)
                      from payment.operation o join payment.payment q on q.id = o.payment_id
                      where q.booking_id = b.id and o.closed_at is null),
            'in_progress', exists (select from saga.saga s where s.booking_id = b.id and s.ended_at is null),
            'under_way', exists (select from booking.change c where c.booking_id = b.id and c.state = 'UNDER_WAY'),
            'dropped', (select coalesce(jsonb_agg(jsonb_build_array(d -> 'line_no', jsonb_build_array(
                d -> 'quantity', d -> 'seats'))), '[]')
                from booking.change c cross join lateral jsonb_array_elements(c.dropped) d
                where c.booking_id = b.id and c.state = 'UNDER_WAY'),
            'lines', (select coalesce(jsonb_agg(jsonb_build_object(
                'no', l.line_no, 'slot', l.slot_id, 'quantity', l.quantity, 'plan', l.rate_plan,
                'policy', l.policy, 'unit', l.unit_price_minor, 'seats', to_jsonb(l.seats), 'active', l.active,
                'since', l.since_version, 'until', l.until_version) order by l.line_no), '[]')
                from booking.line l where l.booking_id = b.id))), '{}')
            from booking.booking b
            left join lateral (
                select sum(q.captured_minor) as captured, sum(q.refunded_minor) as refunded
                from payment.payment q where q.booking_id = b.id) p on true
            where b.organiser_id = $1),
        'entries', (select coalesce(jsonb_object_agg(w.id, jsonb_build_object(
            'status', w.status, 'reason', w.reason, 'version', w.version, 'booking', w.booking_id)), '{}')
            from booking.waitlist_entry w where w.organiser_id = $1))";

/// Reads it in one snapshot.
pub(crate) async fn look(sql: &PgPool, organiser: Uuid) -> Seen {
    let (Json(seen),): (Json<Seen>,) =
        sqlx::query_as(QUERY).bind(organiser).fetch_one(sql).await.expect("the universe can be read");
    seen
}
