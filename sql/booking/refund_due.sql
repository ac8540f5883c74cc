create or replace function booking.refund_due(organiser_id uuid, booking_id uuid) returns bigint
language plpgsql volatile set search_path = '' as $$
begin
    return (
        select coalesce(sum(booking.refund_for(l, l.quantity)), 0)
        from booking.line l
        where l.organiser_id = refund_due.organiser_id and l.booking_id = refund_due.booking_id and l.active
          and l.since_version is not null);
end
$$;
comment on function booking.refund_due(uuid, uuid) is 'What cancelling now gives back by the policy snapshots, in minor units.';
grant execute on function booking.refund_due(uuid, uuid) to holdfast_reader;
