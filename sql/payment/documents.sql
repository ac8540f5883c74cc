create or replace function payment.documents(organiser_id uuid, booking_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
    return (select coalesce(jsonb_agg(jsonb_build_object(
        'id', p.id, 'number', p.number, 'status', p.status, 'currency', p.currency, 'amount_minor', p.amount_minor,
        'captured_minor', p.captured_minor, 'refunded_minor', p.refunded_minor, 'attempts', p.attempts,
        'failure', p.failure) order by p.number) filter (where p.organiser_id = documents.organiser_id), '[]')
    -- By the booking alone: where nothing is known of a young table yet, its organiser looks as good a way to find them.
    from payment.payment p
    where p.booking_id = documents.booking_id);
end
$$;
comment on function payment.documents(uuid, uuid) is 'The payments of a booking as the API reads them, by number; none for a free one.';
grant execute on function payment.documents(uuid, uuid) to holdfast_reader;
