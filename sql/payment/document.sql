create or replace function payment.document(organiser_id uuid, booking_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return (select jsonb_build_object(
        'id', p.id, 'status', p.status, 'currency', p.currency, 'amount_minor', p.amount_minor,
        'captured_minor', p.captured_minor, 'refunded_minor', p.refunded_minor, 'attempts', p.attempts,
        'failure', p.failure)
    from payment.payment p
    where p.organiser_id = document.organiser_id and p.booking_id = document.booking_id);
end
$$;
comment on function payment.document(uuid, uuid) is 'The payment of a booking as the API reads it; null for a free one.';
