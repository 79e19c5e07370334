//! Results that a seal fixed.

mod seals;
