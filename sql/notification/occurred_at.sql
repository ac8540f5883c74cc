create or replace function notification.occurred_at(organiser_id uuid, delivery_id uuid, version integer) returns timestamptz
language plpgsql stable security definer set search_path = '' as $$
begin
    return (select e.occurred_at from notification.delivery_event e
            where e.organiser_id = occurred_at.organiser_id and e.delivery_id = occurred_at.delivery_id
              and e.version = occurred_at.version);
end
$$;
comment on function notification.occurred_at(uuid, uuid, integer) is 'When an event of a delivery happened; null when there is none of this version.';
