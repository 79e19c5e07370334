//! Sealed results.

mod seals;
