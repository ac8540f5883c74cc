create or replace function saga.resume(booking_id uuid, ends_at timestamptz) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    woken uuid;
begin
    update saga.saga s set state = 'RUNNING', deadline = saga.deadline_of(s.kind)
    where s.booking_id = resume.booking_id and s.state = 'WAITING'
    returning s.id into woken;
    if woken is null then
        raise exception 'booking % has no waiting saga', booking_id using errcode = 'HF003';
    end if;
    perform saga.put_off(resume.booking_id, ends_at);
    perform pgmq.send('saga', jsonb_build_object('saga_id', woken));
end
$$;
comment on function saga.resume(uuid, timestamptz) is 'Sets a saga going that waited for a payment method; its booking is cancelled at `ends_at` if it has come to nothing by then.';
