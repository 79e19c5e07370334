//! The most that something may be worth.

mod contest;
mod customer;
mod day;
mod event;
mod round;
