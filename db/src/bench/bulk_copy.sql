-- What one connection copies next.
create temp table copy (
    n bigint primary key,
    at timestamptz not null,
    since interval not null,
    booking_id uuid not null,
    payment_id uuid not null,
    saga_id uuid not null,
    slot_id uuid not null
);
-- Copies are written past triggers and foreign keys, which the original has passed.
set session_replication_role = replica;
