create or replace function booking.waitlist_document(entry booking.waitlist_entry) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
    return jsonb_build_object(
        'id', entry.id, 'organiser_id', entry.organiser_id, 'slot_id', entry.slot_id, 'listing_id', entry.listing_id,
        'customer_id', entry.customer_id, 'quantity', entry.quantity, 'rate_plan', entry.rate_plan,
        'status', booking.waitlist_status(entry), 'reason', entry.reason,
        'position', case when entry.status = 'WAITING' then booking.place_in_queue(entry) end,
        'booking_id', entry.booking_id, 'version', entry.version, 'joined_at', entry.joined_at,
        'updated_at', entry.updated_at);
end
$$;
comment on function booking.waitlist_document(booking.waitlist_entry) is 'An entry of the waiting list as the API reads it.';
grant execute on function booking.waitlist_document(booking.waitlist_entry) to holdfast_reader;
