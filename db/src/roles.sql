-- The roles of the cluster. Idempotent, and safe when two databases of one
-- cluster are migrated at the same moment.
do $$
declare
    role_name text;
begin
    foreach role_name in array array['holdfast_owner', 'holdfast_api', 'holdfast_worker', 'holdfast_report', 'holdfast_reader'] loop
        begin
            if not exists (select from pg_catalog.pg_roles where rolname = role_name) then
                execute format('create role %I nologin', role_name);
            end if;
        exception when duplicate_object or unique_violation then
            null; -- another migration was faster
        end;
        -- A superuser may take any role; another administrator needs the grant.
        if not pg_catalog.pg_has_role(current_user, role_name, 'member') then
            execute format('grant %I to current_user', role_name);
        end if;
    end loop;
    -- The owner makes the routines that then run as the reader.
    begin
        if not pg_catalog.pg_has_role('holdfast_owner', 'holdfast_reader', 'member') then
            grant holdfast_reader to holdfast_owner;
        end if;
    exception when duplicate_object or unique_violation then
        null;
    end;
    execute format('grant create, connect on database %I to holdfast_owner', current_database());
    -- sqlx and pgmq keep their lists of what they applied in these schemas.
    grant create, usage on schema public to holdfast_owner;
end
$$;
