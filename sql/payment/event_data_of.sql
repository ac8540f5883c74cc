create or replace function payment.event_data_of(payment_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return (select payment.event_data(p) from payment.payment p where p.id = event_data_of.payment_id);
end
$$;
comment on function payment.event_data_of(uuid) is 'payment.event_data, by the payment''s id.';
