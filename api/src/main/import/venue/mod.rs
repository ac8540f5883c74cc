//! The plans of halls, from the seats of a table or the rows of a JSON file.

mod rows;
mod seating;
mod table;
#[cfg(test)]
mod tests;

pub(super) use rows::plan;
pub(super) use table::read;
