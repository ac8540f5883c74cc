create or replace function saga.cases_of_queue(queue text, page integer) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return (
        select coalesce(jsonb_agg(c.id), '[]') from (
            select d.id from saga.dead_letter d
            where d.state = 'OPEN' and d.source = 'MESSAGE' and d.queue = cases_of_queue.queue
            order by d.id limit page
        ) c);
end
$$;
comment on function saga.cases_of_queue(text, integer) is 'The oldest open cases about messages of a queue.';
