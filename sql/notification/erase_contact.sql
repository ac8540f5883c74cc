create or replace function notification.erase_contact(customer text) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
    insert into notification.contact as c (subject, erased_at) values (customer, clock_timestamp())
    on conflict (subject) do update
    set email = null, phone = null, push_token = null, language = 'en', version = c.version + 1,
        erased_at = clock_timestamp(), updated_at = clock_timestamp();
    delete from notification.preference p where p.subject = customer;
    -- What a mail server or a gateway answered may quote the address.
    update notification.attempt a set detail = null
    from notification.delivery d
    where d.recipient_kind = 'CUSTOMER' and d.recipient_id = customer and a.organiser_id = d.organiser_id
      and a.delivery_id = d.id and a.detail is not null;
    update notification.delivery d set last_error = null
    where d.recipient_kind = 'CUSTOMER' and d.recipient_id = customer and d.last_error is not null;
    return jsonb_build_object('id', null, 'refusal', null);
end
$$;
comment on function notification.erase_contact(text) is 'Forgets where somebody can be reached, what it wanted to hear, and what was answered to messages sent there. What is planned already finds no address, and is skipped.';
