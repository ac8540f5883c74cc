create or replace function holdfast.refuse(code text, message text, path text[] default '{}', id uuid default null)
returns jsonb
language sql immutable parallel safe set search_path = '' as $$
    select jsonb_build_object(
        'id', id,
        'refusal', jsonb_build_object('code', code, 'message', message, 'path', to_jsonb(path)))
$$;
comment on function holdfast.refuse(text, text, text[], uuid) is 'The outcome of a command that was refused: a code for programs, a sentence for people, and the part of the input it is about.';
grant execute on function holdfast.refuse(text, text, text[], uuid) to holdfast_reader;
