create or replace function payment.judge_entry(line payment.statement) returns payment.statement
language plpgsql stable security definer set search_path = '' as $$
declare
    ours record;
begin
    line.operation_id := payment.match_entry(line);
    select o.id, o.state, o.amount_minor, o.gateway_ref, coalesce(p.currency, s.currency) as currency into ours
    from payment.operation o
    left join payment.payment p on p.organiser_id = o.organiser_id and p.id = o.payment_id
    left join payment.stray s on s.organiser_id = o.organiser_id and s.id = o.stray_id
    where o.id = line.operation_id;

    line.verdict := case
        when ours.id is null then case when line.operation_key like 'hf-%' then 'ORPHANED' else 'FOREIGN' end
        when ours.state <> 'SUCCEEDED' then 'ORPHANED'
        -- Done twice under one key: the one that we know of is listed, too.
        when ours.gateway_ref <> line.reference and exists (
            select from payment.statement t
            where t.operation_id = ours.id and t.kind = line.kind and t.reference = ours.gateway_ref) then 'ORPHANED'
        -- Letting go moves nothing.
        when line.kind = 'VOID' then 'MATCHED'
        when line.amount_minor > ours.amount_minor or line.currency <> ours.currency then 'OVER'
        when line.amount_minor < ours.amount_minor then 'UNDER'
        else 'MATCHED'
    end;
    return line;
end
$$;
comment on function payment.judge_entry(payment.statement) is 'A line of a gateway''s list with the operation it is about, and what our books say of it. A currency that is not ours counts as OVER, whatever the amount.';
