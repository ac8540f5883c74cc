create or replace function booking.told_payments(payments jsonb, currency text) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
    p jsonb;
    told jsonb := '[]';
begin
    for n in 0 .. jsonb_array_length(payments) - 1 loop
        p := payments -> n;
        told := told || jsonb_build_object(
            'payment_id', p -> 'id', 'number', p -> 'number', 'status', p -> 'status',
            'amount', jsonb_build_object('amount_minor', p -> 'amount_minor', 'currency', currency),
            'captured', jsonb_build_object('amount_minor', p -> 'captured_minor', 'currency', currency),
            'refunded', jsonb_build_object('amount_minor', p -> 'refunded_minor', 'currency', currency));
    end loop;
    return told;
end
$$;
comment on function booking.told_payments(jsonb, text) is 'The payments of a booking (booking.payments_at) as the outside is told of them.';
