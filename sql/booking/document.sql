create or replace function booking.document(b booking.booking, at_version integer default null) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
    payments jsonb := payment.documents(b.organiser_id, b.id);
    in_progress boolean;
begin
    if at_version is null then
        in_progress := saga.is_moving(b.organiser_id, b.id);
    else
        b := booking.as_of(b, at_version);
        payments := booking.payments_as_of(b, at_version, payments);
        in_progress := booking.was_in_progress(b, payments);
    end if;
    return jsonb_build_object(
        'id', b.id, 'organiser_id', b.organiser_id, 'reference', b.reference, 'customer_id', b.customer_id,
        'status', b.status, 'reason', b.reason, 'currency', b.currency, 'total_minor', b.total_minor,
        'owed_minor', b.owed_minor, 'note', b.note, 'hold_expires_at', b.hold_expires_at, 'version', b.version,
        'extensions', b.extensions, 'extensions_left', booking.extensions_left(b),
        'created_at', b.created_at, 'updated_at', b.updated_at, 'in_progress', in_progress,
        'payment', payment.document(payments), 'payments', payments,
        'change', booking.change_document(b, at_version),
        'lines', (
            -- The row's version is the time that lines are told by.
            select coalesce(jsonb_agg(booking.line_document(l) order by l.line_no), '[]')
            from booking.line l
            where l.organiser_id = b.organiser_id and l.booking_id = b.id
              and l.since_version <= b.version and (l.until_version is null or l.until_version > b.version)));
end
$$;
comment on function booking.document(booking.booking, integer) is 'A booking as the API reads it, with lines and payments: as it stands, or as it was at a version.';
grant execute on function booking.document(booking.booking, integer) to holdfast_reader;
