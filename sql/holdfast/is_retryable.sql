create or replace function holdfast.is_retryable(outcome jsonb) returns boolean
language sql immutable parallel safe set search_path = '' as $$
    select coalesce(
        outcome #>> '{refusal,code}' in ('SOLD_OUT', 'CONTENDED', 'IDEMPOTENCY_KEY_IN_USE', 'CHANGE_IN_PROGRESS',
            'PAYMENT_UNAVAILABLE'), false)
$$;
comment on function holdfast.is_retryable(jsonb) is 'Whether the same command may succeed later; such an outcome is not stored under its key.';
