create or replace function payment.event_data(p payment.payment) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
    return case when p.number = 1 then '{}'::jsonb else jsonb_build_object('paymentNumber', p.number) end;
end
$$;
comment on function payment.event_data(payment.payment) is 'What the data of an event says about whose payment it is: nothing for the first of a booking.';
