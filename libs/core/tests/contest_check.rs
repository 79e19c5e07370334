//! What a definition must not say: each contradiction is refused with its field and code, and what is just
//! within the limits is accepted.

mod counting;
mod doubts;
mod given;
mod schedule_and_ranking;
