-- Payments, the operations asked of the gateways, each written down before the call, and what the gateways say of them.

create table payment.gateway (
    code text primary key,
    weight integer not null default 1,
    currencies text[],
    paused_at timestamptz,
    paused_by text,
    registered_at timestamptz not null default clock_timestamp(),
    constraint weight_is_in_range check (weight between 0 and 1000),
    constraint paused_by_somebody check ((paused_at is null) = (paused_by is null))
);
comment on table payment.gateway is 'The gateways that workers have registered, and how new payments are shared out among them.';
comment on column payment.gateway.weight is 'Its share of new payments among those that take the currency; 0 gets none, and still finishes what it began.';
comment on column payment.gateway.currencies is 'What it takes; null is everything.';

create table payment.gateway_health (
    gateway text not null references payment.gateway (code),
    worker text not null,
    state text not null,
    calls_allowed_at timestamptz,
    reported_at timestamptz not null,
    primary key (gateway, worker),
    constraint state_is_known check (state in ('CLOSED', 'OPEN', 'HALF_OPEN'))
);
comment on table payment.gateway_health is 'What the circuit breaker of each worker says of each gateway; a report that is not renewed counts for nothing.';
comment on column payment.gateway_health.calls_allowed_at is 'When an open breaker lets the next call through.';

create table payment.payment (
    organiser_id uuid not null,
    id uuid not null,
    booking_id uuid not null,
    number integer not null default 1,
    currency text not null,
    amount_minor bigint not null,
    captured_minor bigint not null default 0,
    refunded_minor bigint not null default 0,
    status text not null,
    method text,
    attempts integer not null default 0,
    gateway text,
    "authorization" text,
    authorization_expires_at timestamptz,
    failure text,
    version integer not null default 1,
    updated_at timestamptz not null default clock_timestamp(),
    primary key (organiser_id, id),
    foreign key (organiser_id, booking_id) references booking.booking (organiser_id, id),
    constraint payment_id_is_unique unique (id),
    constraint payments_of_a_booking_are_numbered unique (booking_id, number),
    constraint status_is_known check (status in (
        'REQUIRES_METHOD', 'AUTHORIZING', 'AUTHORIZED', 'CAPTURING', 'CAPTURED',
        'PARTIALLY_REFUNDED', 'REFUNDED', 'VOIDED', 'FAILED', 'UNKNOWN')),
    constraint up_to_3_attempts check (attempts between 0 and 3),
    constraint money_is_in_range check (amount_minor between 1 and 1000000000000),
    constraint captures_at_most_its_amount check (captured_minor between 0 and amount_minor),
    constraint refunds_at_most_what_was_captured check (refunded_minor between 0 and captured_minor)
) with (fillfactor = 70);
comment on table payment.payment is 'One charge of a booking: the first for the booking itself, each further one for a change that costs more. A free booking has none.';
comment on column payment.payment.number is 'Counts the charges of a booking: 1 is its own, further ones are those of its changes.';
comment on column payment.payment.method is 'Token of the method tried last; card numbers never enter the system.';
comment on column payment.payment.gateway is 'Which gateway has it; once authorized, all that follows is asked of the same. Without a foreign key: every payment would lock that one row.';
comment on column payment.payment.authorization_expires_at is 'By when it has to be captured; 7 days with most gateways.';
comment on column payment.payment."authorization" is 'The gateway''s name for the authorization that stands.';
comment on column payment.payment.failure is 'The gateway''s code for the last refusal.';


create table payment.stray (
    organiser_id uuid not null,
    id uuid not null,
    payment_id uuid,
    gateway text not null,
    reference text not null,
    kind text not null,
    amount_minor bigint not null,
    currency text not null,
    state text not null default 'FOUND',
    found_at timestamptz not null,
    ended_at timestamptz,
    primary key (organiser_id, id),
    foreign key (organiser_id, payment_id) references payment.payment (organiser_id, id),
    constraint stray_id_is_unique unique (id),
    constraint found_once unique (gateway, reference, kind),
    constraint kind_is_known check (kind in ('AUTHORIZE', 'CAPTURE')),
    constraint state_is_known check (state in ('FOUND', 'GIVEN_BACK', 'FAILED')),
    constraint ended_when_it_says_so check ((state = 'FOUND') = (ended_at is null))
);
comment on table payment.stray is 'Money that a gateway has moved under one of our keys, and that our books say it has not: found by reconciliation, given back by a saga of its own.';

create table payment.operation (
    organiser_id uuid not null,
    id uuid not null,
    payment_id uuid,
    stray_id uuid,
    gateway text,
    kind text not null,
    amount_minor bigint not null,
    attempt integer not null default 0,
    gateway_key text not null,
    state text not null,
    gateway_ref text,
    expires_at timestamptz,
    error text,
    failures integer not null default 0,
    unknowns integer not null default 0,
    opened_at timestamptz not null,
    closed_at timestamptz,
    primary key (organiser_id, id),
    foreign key (organiser_id, payment_id) references payment.payment (organiser_id, id),
    foreign key (organiser_id, stray_id) references payment.stray (organiser_id, id),
    constraint of_a_payment_or_of_a_stray check (num_nonnulls(payment_id, stray_id) = 1),
    constraint operation_id_is_unique unique (id),
    constraint gateway_key_is_unique unique (gateway_key),
    constraint kind_is_known check (kind in ('AUTHORIZE', 'CAPTURE', 'VOID', 'REFUND')),
    constraint state_is_known check (state in ('OPEN', 'UNKNOWN', 'SUCCEEDED', 'DECLINED', 'FAILED')),
    constraint open_until_closed check ((state in ('OPEN', 'UNKNOWN')) = (closed_at is null)),
    constraint amount_is_positive check (amount_minor > 0)
) with (fillfactor = 70);
comment on table payment.operation is 'One call to the gateway, written down before it is made; sent again under the same key until its outcome is known.';
comment on column payment.operation.state is 'OPEN and UNKNOWN wait for an outcome; SUCCEEDED, DECLINED and FAILED (nothing done, given up) are outcomes.';
comment on column payment.operation.attempt is 'Of an authorization: which of the customer''s attempts it belongs to; one attempt may go from gateway to gateway.';
comment on column payment.operation.failures is 'Answers that said nothing was done and it may be tried again; kills and redeliveries do not count.';
comment on column payment.operation.unknowns is 'Times that nobody knew whether it was done.';
create unique index one_open_operation_per_payment on payment.operation (payment_id) where closed_at is null;
create index operation_by_payment on payment.operation (payment_id);
create index operation_by_stray on payment.operation (stray_id) where stray_id is not null;
create index operation_by_end on payment.operation (closed_at) where state = 'SUCCEEDED';
create index operation_by_reference on payment.operation (gateway_ref) where gateway_ref is not null;
comment on column payment.operation.gateway is 'Which gateway it is asked of; null until one can take it. The same operation is never asked of two.';

create table payment.webhook (
    gateway text not null,
    event_id text not null,
    id uuid not null,
    type text not null,
    operation_key text,
    reference text,
    is_exceptional boolean not null default false,
    occurred_at timestamptz,
    received_at timestamptz not null,
    state text not null default 'RECEIVED',
    detail text,
    worked_at timestamptz,
    primary key (gateway, event_id),
    constraint webhook_id_is_unique unique (id),
    constraint state_is_known check (state in ('RECEIVED', 'APPLIED', 'IGNORED', 'QUARANTINED'))
);
comment on table payment.webhook is 'What gateways told of their own accord, each event once. None is believed: what it is about is looked up.';
comment on column payment.webhook.state is 'APPLIED: the operation it is about was open and is being looked up; IGNORED: known already, or of no concern; QUARANTINED: it is about nothing that we know, or against what we know.';
comment on column payment.webhook.is_exceptional is 'It tells of something that no operation of ours asks for, such as a dispute: somebody has to look.';
create index webhook_by_age on payment.webhook (received_at);

create table payment.statement (
    gateway text not null,
    reference text not null,
    kind text not null,
    operation_key text,
    "authorization" text,
    amount_minor bigint not null,
    currency text not null,
    happened_at timestamptz not null,
    fetched_at timestamptz not null default clock_timestamp(),
    operation_id uuid,
    verdict text not null,
    primary key (gateway, reference, kind),
    constraint kind_is_known check (kind in ('AUTHORIZE', 'CAPTURE', 'VOID', 'REFUND')),
    constraint verdict_is_known check (verdict in ('MATCHED', 'OVER', 'UNDER', 'ORPHANED', 'FOREIGN'))
);
comment on table payment.statement is 'What the gateways'' own lists say that they did, line by line, held against our operations.';
comment on column payment.statement.verdict is 'ORPHANED bears one of our keys, and our books do not have it as done; FOREIGN bears none and is left alone: the account may have other users.';
create index statement_unsettled on payment.statement (fetched_at) where verdict in ('OVER', 'UNDER', 'ORPHANED');
create index statement_by_operation on payment.statement (operation_id);
create index statement_by_authorization on payment.statement (gateway, "authorization");

create table payment.statement_cursor (
    gateway text primary key references payment.gateway (code),
    cursor text,
    complete_until timestamptz not null default '-infinity',
    judged_until timestamptz not null default '-infinity',
    read_at timestamptz,
    worker text,
    lease_until timestamptz,
    constraint leased_to_somebody check ((worker is null) = (lease_until is null))
);
comment on table payment.statement_cursor is 'How far the list of each gateway was read; what happened before `complete_until` is in payment.statement.';
comment on column payment.statement_cursor.judged_until is 'Of what we had done before, it is known whether the gateway lists it.';
comment on column payment.statement_cursor.lease_until is 'Until then one worker reads the list; two would do no harm, and twice the work.';

create table payment.transfer (
    organiser_id uuid not null,
    id bigint generated always as identity,
    booking_id uuid not null,
    operation_id uuid,
    debit text not null,
    credit text not null,
    currency text not null,
    amount_minor bigint not null,
    at timestamptz not null default clock_timestamp(),
    primary key (organiser_id, booking_id, id),
    constraint from_one_account_to_another check (debit <> credit),
    constraint accounts_are_known check (
        debit in ('customer', 'clearing', 'revenue', 'refunds', 'fees')
        and credit in ('customer', 'clearing', 'revenue', 'refunds', 'fees')),
    constraint amount_is_positive check (amount_minor > 0)
) partition by range (booking_id);
comment on table payment.transfer is 'The money ledger: each row debits one account and credits another, so that it balances by construction. Never changed.';
comment on column payment.transfer.debit is 'customer: owes us more; clearing: the gateway owes us more; refunds: revenue given up.';
comment on column payment.transfer.credit is 'customer: owes us less; clearing: the gateway paid out; revenue: sold; fees: kept by a policy.';
create index transfer_by_booking on payment.transfer (booking_id);
create trigger transfer_is_immutable before update or delete on payment.transfer
    for each row execute function holdfast.refuse_change();
create trigger transfer_is_kept before truncate on payment.transfer
    for each statement execute function holdfast.refuse_change();

select pgmq.create('webhook');
