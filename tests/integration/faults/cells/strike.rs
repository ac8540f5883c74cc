//! Faults inside a transaction of the database: a trigger on the history of sagas that strikes once.

use tests::Database;

use super::cell::{Edge, Fault, Step};

/// What the trigger says before it strikes is kept by a sequence, which no rollback takes back.
const COUNTER: &str = "create sequence public.strikes";

/// Lets the transaction that writes this step down fail, once.
pub(super) async fn arm(database: &Database, step: &Step, edge: Edge, fault: Fault) {
    let (when, timing) = match edge {
        Edge::Before => ("before", "for each row"),
        // At the end of the transaction, with everything written that it writes.
        Edge::After | Edge::Told => ("after", "deferrable initially deferred for each row"),
    };
    let constraint = if edge == Edge::Before { "" } else { "constraint" };
    let act = match fault {
        Fault::Error => "raise exception 'an error was injected' using errcode = 'XX000'",
        Fault::Timeout => "raise exception 'a time-out was injected' using errcode = '57014'",
        // The function goes on until the signal is seen.
        Fault::Abort => "perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(5)",
    };
    database.execute(COUNTER).await;
    database
        .execute(format!(
            "create function public.strike() returns trigger language plpgsql security definer as $$
             begin
                 if new.step = '{step}'
                    and exists (select from saga.saga s where s.id = new.saga_id and s.kind = '{kind}')
                    and nextval('public.strikes') = 1 then
                     {act};
                 end if;
                 return new;
             end $$",
            step = step.name,
            kind = step.kind,
        ))
        .await;
    database
        .execute(format!(
            "create {constraint} trigger strike {when} insert on saga.step {timing} execute function public.strike()"
        ))
        .await;
}

/// Whether it struck.
pub(super) async fn struck(database: &Database) -> bool {
    database.value("select is_called from public.strikes").await
}
