-- The bounded contexts, each a schema, and what everything else stands on.

create schema holdfast;
comment on schema holdfast is 'What all contexts share: ids, idempotency keys, and the list of applied routines.';
create schema inventory;
comment on schema inventory is 'Listings, rate plans and slots: what is for sale, and how much of it is taken.';
create schema booking;
comment on schema booking is 'Bookings, their lines and their events.';
create schema payment;
comment on schema payment is 'Payments and the operations asked of the gateway.';
create schema saga;
comment on schema saga is 'Sagas, their steps and their queue.';
create schema notification;
comment on schema notification is 'Contact data, in one erasable place; events name only the customer''s id.';
create schema reporting;
comment on schema reporting is 'Views for those who report.';
create schema invariant;
comment on schema invariant is 'Views that are always empty; a row in one of them is a defect.';
create schema partitions;
comment on schema partitions is 'The partitions of tables of the other schemas. Nobody but their owner may look in: what may be seen of a table is seen through it.';

-- Routines are called by those they are granted to, and by nobody else.
alter default privileges revoke execute on functions from public;

grant usage on schema holdfast, inventory, booking, payment, saga, invariant to holdfast_api;
grant usage on schema holdfast, inventory, booking, payment, saga, invariant to holdfast_worker;
grant usage on schema reporting, invariant to holdfast_report;
-- For the one routine of it that the API calls.
grant usage on schema reporting to holdfast_api;
-- So that a starting server can see whether the database is of its schema.
grant select on public._sqlx_migrations to holdfast_api, holdfast_worker, holdfast_report;

create table holdfast.routine (
    path text primary key,
    checksum bytea not null,
    applied_at timestamptz not null
);
comment on table holdfast.routine is 'The files of sql/ that were applied, by checksum.';

create table holdfast.partitioned (
    relation text primary key,
    months_kept integer,
    constraint months_kept_are_1_or_more check (months_kept >= 1)
);
comment on table holdfast.partitioned is 'Tables that grow with every booking and are divided by month: by a time, or by an id that begins with one (UUIDv7). holdfast.tend_partitions adds the months to come.';
comment on column holdfast.partitioned.months_kept is 'For how many whole months past rows are kept; null for ever.';
insert into holdfast.partitioned (relation, months_kept) values
    ('booking.event', null), ('inventory.transfer', null), ('payment.transfer', null), ('saga.step', 24);

create table holdfast.invariant_check (
    name text primary key,
    violations bigint not null,
    checked_at timestamptz not null,
    seconds double precision not null
);
comment on table holdfast.invariant_check is 'What the workers found in each view under invariant when they last looked.';

create function holdfast.refuse_change() returns trigger
language plpgsql volatile set search_path = '' as $$
begin
    raise exception 'a row of % is never changed', tg_table_name using errcode = 'HF002';
end
$$;
comment on function holdfast.refuse_change() is 'Keeps a history append-only, its owner included.';

create table holdfast.audit (
    id uuid primary key,
    at timestamptz not null default clock_timestamp(),
    actor_role text not null,
    actor_id text not null,
    action text not null,
    subject text,
    argument jsonb not null,
    outcome jsonb not null
);
comment on table holdfast.audit is 'What operators did: every command of theirs that had an effect, or was refused. Never changed.';
create trigger audit_is_immutable before update or delete on holdfast.audit
    for each row execute function holdfast.refuse_change();
create trigger audit_is_kept before truncate on holdfast.audit
    for each statement execute function holdfast.refuse_change();
