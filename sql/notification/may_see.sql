create or replace function notification.may_see(actor jsonb, target notification.delivery) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
    return case actor ->> 'role'
        when 'CUSTOMER' then target.recipient_kind = 'CUSTOMER' and target.recipient_id = actor ->> 'subject'
        else holdfast.may_act_for(actor, target.organiser_id)
    end;
end
$$;
comment on function notification.may_see(jsonb, notification.delivery) is 'Whether an actor may see a delivery: a customer what was meant for it, an organiser what its own sales brought about, an operator all.';
grant execute on function notification.may_see(jsonb, notification.delivery) to holdfast_reader;
