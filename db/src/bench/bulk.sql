-- Copies of a booking for a benchmark: all that the system has written of it, under ids and in times of their own. Columns
-- are taken from the catalogue, so that a new one is copied, too; only what names a row, or must be unique, is said here.
create schema if not exists bench;

-- An id of version 7, as if made at that time.
create or replace function bench.id(kind text, n bigint, at timestamptz) returns uuid
language sql immutable as $$
    select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(h, 1, 3)
            || '8' || substr(h, 4, 15))::uuid
    from (select md5(kind || n)) m (h)
$$;

-- Copies the rows `t` of a table that meet a condition for each row `c` of pg_temp.copy (bulk_copy.sql), not older than `oldest`: times are moved,
-- columns that `instead` names are what it says.
create or replace function bench.copy_rows(
    relation regclass, condition text, instead jsonb, oldest timestamptz default '-infinity')
returns void
language plpgsql as $$
declare
    columns text;
    expressions text;
begin
    select string_agg(quote_ident(a.attname), ', ' order by a.attnum),
           string_agg(coalesce(instead ->> a.attname, case
               when a.atttypid = 'timestamptz'::regtype then format('t.%I + c.since', a.attname)
               else format('t.%I', a.attname) end), ', ' order by a.attnum)
    into columns, expressions
    from pg_attribute a
    where a.attrelid = relation and a.attnum > 0 and not a.attisdropped and a.attidentity = '' and a.attgenerated = '';
    -- The template's rows are named before the copies of an earlier part can be taken for them.
    execute format(
        'insert into %s (%s) select %s from (select * from %s t where %s) t join pg_temp.copy c on c.at >= %L order by c.n',
        relation, columns, expressions, relation, condition, oldest);
end
$$;

create or replace function bench.copy_booking(template uuid, first bigint, last bigint, total bigint) returns void
language plpgsql as $$
declare
    now constant timestamptz := clock_timestamp();
    original booking.booking;
    payment uuid;
    saga uuid;
    -- Of an operation that `t` names, the copy's.
    operation constant text :=
        '(select bench.id(o.kind, c.n, c.at) from payment.operation o where o.id = t.operation_id)';
    slots bigint;
begin
    select * into strict original from booking.booking b where b.id = template;
    select p.id into strict payment from payment.payment p where p.booking_id = template;
    select s.id into strict saga from saga.saga s where s.booking_id = template;
    select count(*) into slots from bench.slot;

    truncate pg_temp.copy;
    insert into pg_temp.copy
    select g.n, t.at, t.at - original.created_at, bench.id('booking', g.n, t.at), bench.id('payment', g.n, t.at),
           bench.id('saga', g.n, t.at), s.id
    from generate_series(first, last) g (n)
    cross join lateral (select now - (total - g.n + 1) * (interval '365 days' / total)) t (at)
    join bench.slot s on s.n = 1 + g.n % slots;
    analyze pg_temp.copy;

    perform bench.copy_rows('booking.booking', format('t.id = %L', template), jsonb_build_object(
        'id', 'c.booking_id', 'reference', '''OLD'' || c.n', 'key', 't.key || ''-'' || c.n',
        'customer_id', '''customer-'' || c.n % 100000', 'key_scope', '''customer-'' || c.n % 100000',
        -- Its events tell it again with the end of its hold as it was.
        'hold_expires_at', 't.hold_expires_at'));
    -- Keys are kept for 30 days.
    perform bench.copy_rows('holdfast.idempotency_key', format(
        't.scope = %L and t.key = %L', original.key_scope, original.key), jsonb_build_object(
        'scope', '''customer-'' || c.n % 100000', 'key', 't.key || ''-'' || c.n',
        'outcome', 'jsonb_set(t.outcome, ''{id}'', to_jsonb(c.booking_id))'), now - interval '30 days');
    perform bench.copy_rows('booking.line', format('t.booking_id = %L', template), jsonb_build_object(
        'booking_id', 'c.booking_id', 'slot_id', 'c.slot_id', 'starts_at', 't.starts_at'));
    perform bench.copy_rows('booking.event', format('t.booking_id = %L', template), jsonb_build_object(
        'booking_id', 'c.booking_id'));
    perform bench.copy_rows('inventory.transfer', format('t.booking_id = %L', template), jsonb_build_object(
        'booking_id', 'c.booking_id', 'slot_id', 'c.slot_id'));

    perform bench.copy_rows('payment.payment', format('t.id = %L', payment), jsonb_build_object(
        'id', 'c.payment_id', 'booking_id', 'c.booking_id', 'authorization', 't."authorization" || ''-'' || c.n'));
    -- Those that name operations come first, while the only ones there are, are the template's and earlier copies'.
    perform bench.copy_rows('payment.statement', format(
        't.operation_id in (select o.id from payment.operation o where o.payment_id = %L)', payment), jsonb_build_object(
        'reference', 't.reference || ''-'' || c.n', 'operation_id', operation,
        'operation_key', '''hf-'' || ' || operation, 'authorization', 't."authorization" || ''-'' || c.n'));
    perform bench.copy_rows('payment.transfer', format('t.booking_id = %L', template), jsonb_build_object(
        'booking_id', 'c.booking_id', 'operation_id', operation));
    perform bench.copy_rows('payment.operation', format('t.payment_id = %L', payment), jsonb_build_object(
        'id', 'bench.id(t.kind, c.n, c.at)', 'payment_id', 'c.payment_id',
        'gateway_key', '''hf-'' || bench.id(t.kind, c.n, c.at)', 'gateway_ref', 't.gateway_ref || ''-'' || c.n'));

    perform bench.copy_rows('saga.saga', format('t.id = %L', saga), jsonb_build_object(
        'id', 'c.saga_id', 'subject_id', 'c.booking_id', 'booking_id', 'c.booking_id', 'payment_id', 'c.payment_id'));
    perform bench.copy_rows('saga.step', format('t.saga_id = %L', saga), jsonb_build_object('saga_id', 'c.saga_id'));
    perform bench.copy_rows('outbox.subject', format('t.kind = ''BOOKING'' and t.id = %L', template),
        jsonb_build_object('id', 'c.booking_id'));

    -- One at a time: each changes all slots, in whatever order.
    perform pg_advisory_xact_lock(hashtextextended('bench.copy_booking', 0));
    update inventory.slot s set taken = s.taken + sold.places
    from (
        select c.slot_id, sum(l.quantity)::integer as places
        from pg_temp.copy c join booking.line l on l.booking_id = c.booking_id
        group by c.slot_id
    ) sold
    where s.id = sold.slot_id and s.admission = 'QUOTA';
end
$$;
