create or replace function saga.give_back_or_finish(saga_id uuid, booking_id uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    source constant uuid := payment.open_refund(booking_id);
    is_through boolean;
begin
    if source is not null then
        -- What is to come back may be more than one payment took, or have grown while this saga was at work.
        update saga.saga s set payment_id = source where s.id = give_back_or_finish.saga_id;
        perform saga.stand_at(saga_id, 'REFUND');
        return;
    end if;
    -- It got where it was going when it confirmed something, and that still stands.
    select s.kind = 'refund'
           or booking.status_of(s.booking_id) <> 'CANCELLED' and exists (
               select from saga.step p
               where p.organiser_id = s.organiser_id and p.saga_id = s.id and p.step = 'confirm')
    into is_through
    from saga.saga s where s.id = give_back_or_finish.saga_id;
    perform saga.finish(saga_id, case when is_through then 'SUCCEEDED' else 'UNWOUND' end);
end
$$;
comment on function saga.give_back_or_finish(uuid, uuid) is 'Goes on with the next refund while more is captured than is owed; else the saga is at its end.';
