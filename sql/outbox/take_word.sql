create or replace function outbox.take_word(queue text, subjects integer)
returns table (kind text, organiser_id uuid, id uuid)
language plpgsql volatile security definer set search_path = '' as $$
declare
    word record;
    taken integer := 0;
    was_empty boolean;
begin
    -- A message names one subject or a hundred: only taking them tells.
    while taken < subjects loop
        was_empty := true;
        for word in select m.msg_id, m.message from pgmq.pop(take_word.queue, least(subjects - taken, 20)) m loop
            was_empty := false;
            if outbox.is_word(word.message) then
                taken := taken + jsonb_array_length(word.message -> 'subjects');
                return query
                select word.message ->> 'kind', (s ->> 'organiser_id')::uuid, (s ->> 'id')::uuid
                from jsonb_array_elements(word.message -> 'subjects') s;
            else
                perform saga.park(take_word.queue, word.msg_id, word.message, 'It names nothing that could be told of.');
            end if;
        end loop;
        exit when was_empty;
    end loop;
end
$$;
comment on function outbox.take_word(text, integer) is 'Takes messages off a queue of the outbox until they name about so many subjects, and gives those; what can''t be read becomes an operator''s case.';
