create or replace function notification.new_secret() returns text
language plpgsql volatile set search_path = '' as $$
begin
    return 'whsec_' || encode(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), 'base64');
end
$$;
comment on function notification.new_secret() is 'What webhooks are signed with, in the form of Standard Webhooks: 32 bytes, 244 bits of them random.';
