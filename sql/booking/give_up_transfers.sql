create or replace function booking.give_up_transfers(
    organiser_id uuid, booking_id uuid, currency text, given_up_minor bigint, kept_minor bigint)
returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
    common constant jsonb := jsonb_build_object(
        'organiser_id', organiser_id, 'booking_id', booking_id, 'currency', currency);
begin
    return jsonb_build_array(
        common || jsonb_build_object('debit', 'refunds', 'credit', 'customer', 'amount_minor', given_up_minor),
        common || jsonb_build_object('debit', 'revenue', 'credit', 'fees', 'amount_minor', coalesce(kept_minor, 0)));
end
$$;
comment on function booking.give_up_transfers(uuid, uuid, text, bigint, bigint) is 'The transfers of a confirmed booking that owes less than before: what the customer no longer owes, and what a policy keeps.';
