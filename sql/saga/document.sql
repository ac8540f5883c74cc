create or replace function saga.document(s saga.saga) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
    return jsonb_build_object(
        'id', s.id, 'kind', s.kind, 'booking_id', s.booking_id, 'state', s.state, 'step', s.step,
        'failures', s.failures, 'unknowns', s.unknowns, 'in_doubt', s.in_doubt, 'deadline', s.deadline,
        'created_at', s.created_at, 'ended_at', s.ended_at, 'last_error', s.last_error,
        'worker', case when s.lease_until > clock_timestamp() then s.worker end,
        'steps', (
            select coalesce(jsonb_agg(jsonb_build_object(
                'seq', p.seq, 'step', p.step, 'action', d.action, 'undo', d.undo, 'result', p.result,
                'detail', p.detail, 'worker', p.worker, 'began_at', p.began_at, 'at', p.at) order by p.seq), '[]')
            from saga.step p
            left join saga.definition d on d.kind = s.kind and d.step = p.step
            where p.organiser_id = s.organiser_id and p.saga_id = s.id));
end
$$;
comment on function saga.document(saga.saga) is 'A saga as operators read it, with its history.';
grant execute on function saga.document(saga.saga) to holdfast_reader;
