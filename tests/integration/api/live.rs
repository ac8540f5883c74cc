//! How changes find those who watch: within a process, from one to another, and when what carries them breaks.

mod availability;
mod bus;
mod cache;
mod operations;
mod shared;
mod slow;

use tests::TestSystem;

/// Counts from now on how often a routine is called, under the name of a sequence.
async fn count_calls(system: &TestSystem, routine: &str, name: &str) {
    system.database.execute(format!("create sequence public.{name}")).await;
    system.database.execute(format!("grant usage on sequence public.{name} to public")).await;
    let counted = format!("begin\n    perform nextval('public.{name}');\n    return query");
    system.plant(routine, "begin\n    return query", &counted).await;
}

/// How often it was called.
async fn calls(system: &TestSystem, name: &str) -> i64 {
    let query = format!("select case when is_called then last_value else 0 end from public.{name}");
    system.database.value(query).await
}
