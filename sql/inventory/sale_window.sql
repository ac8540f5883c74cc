create or replace function inventory.sale_window(
    s inventory.slot, l inventory.listing, out opens_at timestamptz, out closes_at timestamptz)
language plpgsql stable parallel safe set search_path = '' as $$
begin
    opens_at := coalesce(s.sale_opens_at, s.starts_at - make_interval(days => l.sales_window_days));
    closes_at := coalesce(s.sale_closes_at, s.starts_at - make_interval(mins => l.sales_close_minutes));
end
$$;
comment on function inventory.sale_window(inventory.slot, inventory.listing) is 'When a slot is on sale: from the first moment until just before the second.';
grant execute on function inventory.sale_window(inventory.slot, inventory.listing) to holdfast_reader;
