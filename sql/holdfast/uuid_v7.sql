create or replace function holdfast.uuid_v7() returns uuid
language plpgsql volatile parallel safe set search_path = '' as $$
begin
    -- 48 bits of milliseconds, then random bits of a version 4 id with the version raised from 4 to 7. An expression and
    -- no query, and seconds that are no numeric: this is called for every row that is written.
    return encode(
        set_bit(set_bit(
            overlay(uuid_send(gen_random_uuid())
                placing substring(int8send((date_part('epoch', clock_timestamp()) * 1000)::bigint) from 3)
                from 1 for 6),
            52, 1), 53, 1),
        'hex')::uuid;
end
$$;
comment on function holdfast.uuid_v7() is 'A time-ordered id (RFC 9562, version 7) by the database''s clock, so that tables can be partitioned by id range.';
