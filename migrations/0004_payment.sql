-- Payments, and the operations asked of the gateway, each written down before the call.

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
    "authorization" text,
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
comment on column payment.payment."authorization" is 'The gateway''s name for the authorization that stands.';
comment on column payment.payment.failure is 'The gateway''s code for the last refusal.';

create table payment.operation (
    organiser_id uuid not null,
    id uuid not null,
    payment_id uuid not null,
    kind text not null,
    amount_minor bigint not null,
    gateway_key text not null,
    state text not null,
    gateway_ref text,
    error text,
    failures integer not null default 0,
    unknowns integer not null default 0,
    opened_at timestamptz not null,
    closed_at timestamptz,
    primary key (organiser_id, id),
    foreign key (organiser_id, payment_id) references payment.payment (organiser_id, id),
    constraint operation_id_is_unique unique (id),
    constraint gateway_key_is_unique unique (gateway_key),
    constraint kind_is_known check (kind in ('AUTHORIZE', 'CAPTURE', 'VOID', 'REFUND')),
    constraint state_is_known check (state in ('OPEN', 'UNKNOWN', 'SUCCEEDED', 'DECLINED', 'FAILED')),
    constraint open_until_closed check ((state in ('OPEN', 'UNKNOWN')) = (closed_at is null)),
    constraint amount_is_positive check (amount_minor > 0)
) with (fillfactor = 70);
comment on table payment.operation is 'One call to the gateway, written down before it is made; sent again under the same key until its outcome is known.';
comment on column payment.operation.state is 'OPEN and UNKNOWN wait for an outcome; SUCCEEDED, DECLINED and FAILED (nothing done, given up) are outcomes.';
comment on column payment.operation.failures is 'Answers that said nothing was done and it may be tried again; kills and redeliveries do not count.';
comment on column payment.operation.unknowns is 'Times that nobody knew whether it was done.';
create unique index one_open_operation_per_payment on payment.operation (payment_id) where closed_at is null;
create index operation_by_payment on payment.operation (payment_id);

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
    primary key (organiser_id, id),
    constraint from_one_account_to_another check (debit <> credit),
    constraint accounts_are_known check (
        debit in ('customer', 'clearing', 'revenue', 'refunds', 'fees')
        and credit in ('customer', 'clearing', 'revenue', 'refunds', 'fees')),
    constraint amount_is_positive check (amount_minor > 0)
);
comment on table payment.transfer is 'The money ledger: each row debits one account and credits another, so that it balances by construction. Never changed.';
comment on column payment.transfer.debit is 'customer: owes us more; clearing: the gateway owes us more; refunds: revenue given up.';
comment on column payment.transfer.credit is 'customer: owes us less; clearing: the gateway paid out; revenue: sold; fees: kept by a policy.';
create index transfer_by_booking on payment.transfer (booking_id);
create trigger transfer_is_immutable before update or delete on payment.transfer
    for each row execute function holdfast.refuse_change();
create trigger transfer_is_kept before truncate on payment.transfer
    for each statement execute function holdfast.refuse_change();
