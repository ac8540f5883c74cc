drop view if exists invariant.unbalanced_ledger;
create view invariant.unbalanced_ledger as
with lines as (
    select l.slot_id,
           -- The places of a change under way are held beside a booking that is confirmed.
           coalesce(sum(l.quantity) filter (where b.status = 'PENDING' or l.since_version is null), 0) as held,
           coalesce(sum(l.quantity) filter (where b.status <> 'PENDING' and l.since_version is not null), 0) as sold
    from booking.line l
    join booking.booking b on b.organiser_id = l.organiser_id and b.id = l.booking_id
    where l.active
    group by l.slot_id
), aside as (
    select s.slot_id, count(*) as seats from inventory.seat s where s.set_aside group by s.slot_id
), capacity as (
    select t.slot_id,
           sum(case 'capacity' when t.debit then t.quantity when t.credit then -t.quantity else 0 end) as capacity,
           sum(case 'available' when t.debit then t.quantity when t.credit then -t.quantity else 0 end) as available,
           sum(case 'aside' when t.debit then t.quantity when t.credit then -t.quantity else 0 end) as aside,
           sum(case 'held' when t.debit then t.quantity when t.credit then -t.quantity else 0 end) as held,
           sum(case 'sold' when t.debit then t.quantity when t.credit then -t.quantity else 0 end) as sold
    from inventory.transfer t
    group by t.slot_id
), places as (
    select s.organiser_id, s.id, a.account, a.balance, a.expected
    from inventory.slot s
    left join lines l on l.slot_id = s.id
    left join aside e on e.slot_id = s.id
    left join capacity c on c.slot_id = s.id
    cross join lateral (
        select coalesce(l.held, 0) as held, coalesce(l.sold, 0) as sold,
               s.set_aside + coalesce(e.seats, 0) as aside
    ) is_now
    cross join lateral (values
        ('capacity', coalesce(c.capacity, 0), -s.capacity::bigint),
        ('available', coalesce(c.available, 0), s.capacity - is_now.aside - is_now.held - is_now.sold),
        ('aside', coalesce(c.aside, 0), is_now.aside),
        ('held', coalesce(c.held, 0), is_now.held),
        ('sold', coalesce(c.sold, 0), is_now.sold)
    ) a (account, balance, expected)
    where a.balance <> a.expected
), money as (
    select t.booking_id,
           sum(case 'customer' when t.debit then t.amount_minor when t.credit then -t.amount_minor else 0 end) as customer,
           sum(case 'clearing' when t.debit then t.amount_minor when t.credit then -t.amount_minor else 0 end) as clearing,
           count(distinct t.currency) as currencies, min(t.currency) as currency
    from payment.transfer t
    group by t.booking_id
), payments as (
    select p.booking_id, sum(p.captured_minor - p.refunded_minor) as net_minor from payment.payment p group by p.booking_id
), sums as (
    select b.organiser_id, b.id, a.account, a.balance, a.expected
    from booking.booking b
    left join money m on m.booking_id = b.id
    left join payments p on p.booking_id = b.id
    cross join lateral (values
        ('customer', coalesce(m.customer, 0), 0::numeric),
        ('clearing', coalesce(m.clearing, 0), coalesce(p.net_minor, 0)),
        ('currency', coalesce((m.currencies > 1 or m.currency <> b.currency)::integer, 0), 0)
    ) a (account, balance, expected)
    where a.balance <> a.expected and not saga.is_accounted_for(b.id)
)
select p.organiser_id, 'capacity' as ledger, p.id, p.account, p.balance, p.expected from places p
union all
select s.organiser_id, 'money', s.id, s.account, s.balance, s.expected from sums s;
comment on view invariant.unbalanced_ledger is 'What the ledgers add up to is what slots, seats, bookings and payments say: places by slot and account, and nothing open between us and the customer of a settled booking.';
grant select on invariant.unbalanced_ledger to holdfast_report;
