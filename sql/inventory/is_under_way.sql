create or replace function inventory.is_under_way(row_xid xid) returns boolean
language plpgsql volatile parallel safe set search_path = '' as $$
declare
    era constant bigint := 4294967296;
    newest constant bigint := pg_snapshot_xmax(pg_current_snapshot())::text;
    -- A row keeps the last 32 bits of the id; what would lie well ahead is of the era before.
    id bigint := newest / era * era + row_xid::text::bigint;
begin
    if id > newest + 1000000 then
        id := id - era;
    end if;
    return id > 2 and coalesce(pg_xact_status(id::text::xid8) = 'in progress', false);
end
$$;
comment on function inventory.is_under_way(xid) is 'Whether the transaction that a row names in xmin or xmax is still open. Where xmax is and xmin is not, another transaction has the row locked. Only a hint, for those who look for rows that nobody else is after: by the time they lock, it may be otherwise.';
