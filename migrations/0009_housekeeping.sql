-- When tables are vacuumed. Postgres waits for a fifth of a table to change, which is right for none of these: a queue is
-- nearly empty and turned over all the time, and a fifth of all bookings of years is months of them.

-- Small, and turned over: readers of a queue step over every dead row until it is vacuumed.
do $$
declare
    queue text;
begin
    for queue in select q.queue_name from pgmq.list_queues() q loop
        execute format('alter table pgmq.%I set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0,
            autovacuum_vacuum_threshold = 1000, autovacuum_analyze_scale_factor = 0,
            autovacuum_analyze_threshold = 10000, autovacuum_vacuum_cost_delay = 0)', 'q_' || queue);
    end loop;
end
$$;

-- A few rows that are written again and again. What of it is not pruned on the way is pruned early.
alter table inventory.slot set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
alter table inventory.seat set (autovacuum_vacuum_scale_factor = 0.02);

-- Long, and changed at their young end alone.
alter table booking.booking set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01);
alter table booking.line set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01);
alter table payment.payment set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01);
alter table payment.operation set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01);
alter table saga.saga set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01);
alter table notification.delivery set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01);
alter table outbox.subject set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01);
