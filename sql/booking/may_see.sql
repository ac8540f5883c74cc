create or replace function booking.may_see(actor jsonb, organiser_id uuid, customer_id text) returns boolean
language plpgsql immutable parallel safe set search_path = '' as $$
begin
    -- Who is not known to may not: null is no answer to a guard.
    return coalesce((select case actor ->> 'role'
        when 'CUSTOMER' then customer_id = actor ->> 'subject'
        else holdfast.may_act_for(actor, organiser_id)
    end), false);
end
$$;
comment on function booking.may_see(jsonb, uuid, text) is 'Whether an actor may see, pay and cancel a booking: the customer its own, an organiser those of its listings, an operator all.';
grant execute on function booking.may_see(jsonb, uuid, text) to holdfast_reader;
