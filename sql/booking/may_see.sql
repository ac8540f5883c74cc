create or replace function booking.may_see(actor jsonb, organiser_id uuid, customer_id text) returns boolean
language plpgsql immutable parallel safe set search_path = '' as $$
begin
    return (select case actor ->> 'role'
        when 'CUSTOMER' then customer_id = actor ->> 'subject'
        else holdfast.may_act_for(actor, organiser_id)
    end);
end
$$;
comment on function booking.may_see(jsonb, uuid, text) is 'Whether an actor may see, pay and cancel a booking: the customer its own, an organiser those of its listings, an operator all.';
