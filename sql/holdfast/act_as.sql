create or replace function holdfast.act_as(actor jsonb) returns void
language plpgsql volatile set search_path = '' as $$
begin
    perform set_config('holdfast.actor_role', coalesce(actor ->> 'role', ''), true),
            set_config('holdfast.actor_subject', coalesce(actor ->> 'subject', ''), true),
            set_config('holdfast.actor_organiser', coalesce(actor ->> 'organiser_id', ''), true);
end
$$;
comment on function holdfast.act_as(jsonb) is 'Says who asks, until this transaction ends: what holdfast_reader sees, it sees on behalf of {role, subject, organiser_id}; of null, only what is public.';
grant execute on function holdfast.act_as(jsonb) to holdfast_api;
