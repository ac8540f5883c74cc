create or replace function outbox.take_word(queue text, subjects integer)
returns table (kind text, organiser_id uuid, id uuid)
language plpgsql volatile security definer set search_path = '' as $$
declare
    -- A slot that sells all the time is named by message after message; past this many the next turn goes on.
    messages constant integer := 40 * subjects;
    word record;
    named uuid[] := '{}';
    -- A message names one subject or a hundred: only taking them tells. The widest so far says how many to take.
    widest integer := 100;
    read integer := 0;
    before integer;
begin
    while cardinality(named) < subjects and read < messages loop
        before := read;
        for word in
            select m.msg_id, m.message
            from pgmq.pop(take_word.queue, greatest(1, (subjects - cardinality(named)) / widest)) m
        loop
            widest := case when read = before then 1 else widest end;
            read := read + 1;
            if outbox.is_word(word.message) then
                widest := greatest(widest, jsonb_array_length(word.message -> 'subjects'));
                named := named || array(
                    select (s ->> 'id')::uuid from jsonb_array_elements(word.message -> 'subjects') s);
                return query
                select word.message ->> 'kind', (s ->> 'organiser_id')::uuid, (s ->> 'id')::uuid
                from jsonb_array_elements(word.message -> 'subjects') s;
            else
                perform saga.park(take_word.queue, word.msg_id, word.message, 'It names nothing that could be told of.');
            end if;
        end loop;
        exit when read = before;
        named := array(select distinct n from unnest(named) n);
    end loop;
end
$$;
comment on function outbox.take_word(text, integer) is 'Takes messages off a queue of the outbox until they name about so many different subjects, and gives those, each as often as it was named; what can''t be read becomes an operator''s case.';
