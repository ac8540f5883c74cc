create or replace function payment.handling_of(line payment.statement) returns text
language plpgsql stable set search_path = '' as $$
declare
    state_of_stray constant text := (
        select s.state from payment.stray s
        where s.gateway = line.gateway and s.reference = line.reference and s.kind = line.kind);
    state_of_case constant text := saga.state_of_case('RECONCILIATION', line.gateway, line.reference);
begin
    return case
        when line.verdict in ('MATCHED', 'FOREIGN') then 'NONE'
        when state_of_stray is not null then state_of_stray
        when state_of_case = 'OPEN' then 'CASE'
        when state_of_case = 'RESOLVED' then 'RESOLVED'
        when line.verdict <> 'ORPHANED' then 'WAITING'
        when exists (
            select from payment.operation o
            where o.id = line.operation_id and o.closed_at is null) then 'UNDER_WAY'
        when line.kind = 'AUTHORIZE' and exists (
            select from payment.statement l
            where l.gateway = line.gateway and l."authorization" = line."authorization"
              and l.kind in ('CAPTURE', 'VOID')) then 'COVERED'
        when line.kind = 'CAPTURE' and payment.excess_of(line.gateway, line."authorization") <= 0 then 'COVERED'
        else 'WAITING'
    end;
end
$$;
comment on function payment.handling_of(payment.statement) is 'What is done about a line that differs: NONE (nothing has to be), WAITING (for the next round), UNDER_WAY (its operation is being looked up), COVERED (later lines have taken it back), FOUND, GIVEN_BACK or FAILED (stray money), CASE or RESOLVED (an operator''s).';
grant execute on function payment.handling_of(payment.statement) to holdfast_reader;
