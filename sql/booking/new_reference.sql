create or replace function booking.new_reference() returns text
language sql volatile set search_path = '' as $$
    -- Ten random letters of Crockford's alphabet, which has none that people take for another: 50 bits. Bytes 6 to 9
    -- of a version 4 id are left out, because some of their bits are fixed.
    select string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (get_byte(random.bytes, i) & 31) + 1, 1), '')
    from (select uuid_send(gen_random_uuid()) as bytes) random,
         unnest(array[0, 1, 2, 3, 4, 5, 10, 11, 12, 13]) i
$$;
comment on function booking.new_reference() is 'A booking reference that people can read to one another; a collision is refused by the constraint and the batch written again.';
