create or replace function booking.new_reference() returns text
language plpgsql volatile set search_path = '' as $$
declare
    -- Crockford's alphabet, which has none that people take for another.
    letters constant text := '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    bytes constant bytea := uuid_send(gen_random_uuid());
begin
    -- Ten random letters: 50 bits. Bytes 6 to 9 of a version 4 id are left out, because some of their bits are fixed. One
    -- expression and no query: this is called for every booking.
    return concat(
        substr(letters, (get_byte(bytes, 0) & 31) + 1, 1), substr(letters, (get_byte(bytes, 1) & 31) + 1, 1),
        substr(letters, (get_byte(bytes, 2) & 31) + 1, 1), substr(letters, (get_byte(bytes, 3) & 31) + 1, 1),
        substr(letters, (get_byte(bytes, 4) & 31) + 1, 1), substr(letters, (get_byte(bytes, 5) & 31) + 1, 1),
        substr(letters, (get_byte(bytes, 10) & 31) + 1, 1), substr(letters, (get_byte(bytes, 11) & 31) + 1, 1),
        substr(letters, (get_byte(bytes, 12) & 31) + 1, 1), substr(letters, (get_byte(bytes, 13) & 31) + 1, 1));
end
$$;
comment on function booking.new_reference() is 'A booking reference that people can read to one another; a collision is refused by the constraint and the batch written again.';
