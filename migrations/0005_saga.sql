-- Sagas: how a booking and its money get from accepted to settled, or back.

create table saga.saga (
    organiser_id uuid not null,
    id uuid not null,
    kind text not null,
    booking_id uuid not null,
    payment_id uuid not null,
    state text not null,
    step text not null,
    lease integer not null default 0,
    lease_until timestamptz,
    worker text,
    deadline timestamptz not null,
    steps integer not null default 0,
    last_error text,
    created_at timestamptz not null,
    ended_at timestamptz,
    primary key (organiser_id, id),
    foreign key (organiser_id, booking_id) references booking.booking (organiser_id, id),
    foreign key (organiser_id, payment_id) references payment.payment (organiser_id, id),
    constraint saga_id_is_unique unique (id),
    constraint kind_is_known check (kind in ('booking', 'refund', 'reschedule')),
    constraint state_is_known check (state in ('WAITING', 'RUNNING', 'COMPENSATING', 'SUCCEEDED', 'UNWOUND', 'DEAD')),
    constraint step_is_known check (step in ('reserve', 'authorize', 'confirm', 'capture', 'void', 'refund', 'cancel', 'notify')),
    constraint ended_when_it_says_so check ((state in ('SUCCEEDED', 'UNWOUND', 'DEAD')) = (ended_at is not null))
) with (fillfactor = 60);
comment on table saga.saga is 'One run of a saga. A booking has at most one that has not ended.';
comment on column saga.saga.payment_id is 'The payment whose operation it carries out; a refund of several payments goes from one to the next.';
comment on column saga.saga.lease is 'Fencing version: grows with every claim; what is recorded under an older one changes nothing.';
comment on column saga.saga.steps is 'Rows in its history.';
comment on column saga.saga.deadline is 'By when it should have ended; past it, it is an alert.';
create unique index one_open_saga_per_booking on saga.saga (booking_id) where ended_at is null;
create index saga_by_booking on saga.saga (booking_id);

create table saga.step (
    organiser_id uuid not null,
    saga_id uuid not null,
    seq integer not null,
    from_step text,
    step text not null,
    result text not null,
    detail text,
    at timestamptz not null,
    primary key (organiser_id, saga_id, seq),
    foreign key (organiser_id, saga_id) references saga.saga (organiser_id, id),
    constraint result_is_known check (result in ('DONE', 'DECLINED', 'FAILED', 'UNKNOWN'))
);
comment on table saga.step is 'The history of a saga: each step that came to a result, in order.';
create index step_by_saga on saga.step (saga_id, seq);

create table saga.transition (
    id integer primary key generated always as identity,
    kind text not null,
    from_step text,
    step text not null,
    constraint one_row_per_transition unique nulls not distinct (kind, from_step, step)
);
comment on table saga.transition is 'Which step may follow which; invariant.illegal_transition holds the histories against it.';
insert into saga.transition (kind, from_step, step) values
    -- forwards
    ('booking', null, 'reserve'),
    ('booking', 'reserve', 'authorize'),
    ('booking', 'authorize', 'authorize'),
    ('booking', 'authorize', 'confirm'),
    ('booking', 'confirm', 'capture'),
    ('booking', 'capture', 'capture'),
    ('booking', 'capture', 'notify'),
    -- the booking is cancelled, whatever step is under way
    ('booking', 'reserve', 'cancel'),
    ('booking', 'authorize', 'cancel'),
    ('booking', 'confirm', 'cancel'),
    ('booking', 'capture', 'cancel'),
    ('booking', 'cancel', 'notify'),
    -- the step under way ends after all, and what it did is given back
    ('booking', 'cancel', 'authorize'),
    ('booking', 'cancel', 'capture'),
    ('booking', 'cancel', 'void'),
    ('booking', 'authorize', 'notify'),
    ('booking', 'authorize', 'void'),
    ('booking', 'capture', 'void'),
    ('booking', 'capture', 'refund'),
    ('booking', 'void', 'void'),
    ('booking', 'void', 'cancel'),
    ('booking', 'void', 'notify'),
    ('booking', 'cancel', 'refund'),
    ('booking', 'refund', 'cancel'),
    ('booking', 'refund', 'refund'),
    ('booking', 'refund', 'notify'),
    -- a change that costs more: its places are reserved, its charge follows the booking's own way
    ('reschedule', null, 'reserve'),
    ('reschedule', 'reserve', 'authorize'),
    ('reschedule', 'authorize', 'authorize'),
    ('reschedule', 'authorize', 'confirm'),
    ('reschedule', 'confirm', 'capture'),
    ('reschedule', 'capture', 'capture'),
    ('reschedule', 'capture', 'notify'),
    ('reschedule', 'authorize', 'cancel'),
    ('reschedule', 'reserve', 'cancel'),
    ('reschedule', 'cancel', 'authorize'),
    ('reschedule', 'cancel', 'void'),
    ('reschedule', 'cancel', 'notify'),
    ('reschedule', 'authorize', 'void'),
    ('reschedule', 'authorize', 'notify'),
    -- given up, then its booking cancelled or a refund granted, while the gateway has yet to answer
    ('reschedule', 'cancel', 'cancel'),
    ('reschedule', 'authorize', 'refund'),
    ('reschedule', 'void', 'cancel'),
    ('reschedule', 'void', 'refund'),
    -- what it was to cost is not owed any more, and its capture fails
    ('reschedule', 'capture', 'void'),
    ('reschedule', 'confirm', 'cancel'),
    ('reschedule', 'capture', 'cancel'),
    ('reschedule', 'cancel', 'capture'),
    ('reschedule', 'cancel', 'refund'),
    ('reschedule', 'capture', 'refund'),
    ('reschedule', 'refund', 'refund'),
    ('reschedule', 'refund', 'cancel'),
    ('reschedule', 'refund', 'notify'),
    ('reschedule', 'void', 'void'),
    ('reschedule', 'void', 'notify'),
    ('refund', null, 'refund'),
    ('refund', 'refund', 'refund'),
    ('refund', 'refund', 'notify');

select pgmq.create('saga');
