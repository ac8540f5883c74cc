-- The books of the simulated gateway.

create table simulator.ledger (
    key text primary key,
    operation text not null,
    amount_minor bigint not null,
    currency text not null,
    payment_method text not null,
    "authorization" text,
    reference text,
    decline_code text,
    tries integer not null,
    first_at timestamptz not null default clock_timestamp(),
    done_at timestamptz,
    constraint operation_is_known check (operation in ('AUTHORIZE', 'CAPTURE', 'VOID', 'REFUND')),
    constraint done_or_declined check (reference is null or decline_code is null)
);
comment on table simulator.ledger is 'One row per idempotency key: what the simulated gateway did for it, however often it was asked.';
create index ledger_by_authorization on simulator.ledger ("authorization");
create index ledger_by_reference on simulator.ledger (reference);
