//! What a definition must not say: each contradiction is refused at its field with its code, and what lies just this side
//! of it is not.

mod counting;
mod doubts;
mod given;
mod schedule_and_ranking;
