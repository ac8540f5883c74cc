create or replace function payment.excess_of(gateway text, "authorization" text) returns bigint
language plpgsql stable set search_path = '' as $$
begin
    return (
        select coalesce(sum(l.amount_minor) filter (where l.kind = 'CAPTURE' and l.verdict = 'ORPHANED'), 0)
            -- Given back by hand, or under keys that our books do not have as done.
            - coalesce(sum(l.amount_minor) filter (where l.kind = 'REFUND' and l.verdict in ('ORPHANED', 'FOREIGN')), 0)
            - coalesce(sum(s.amount_minor), 0)
        from payment.statement l
        left join payment.stray s on s.gateway = l.gateway and s.reference = l.reference and s.kind = l.kind
                                 and s.kind = 'CAPTURE'
        where l.gateway = excess_of.gateway and l."authorization" = excess_of."authorization");
end
$$;
comment on function payment.excess_of(text, text) is 'What a gateway has taken of an authorization that our books do not have, and that nobody has given back or is giving back, in minor units.';
grant execute on function payment.excess_of(text, text) to holdfast_reader;
