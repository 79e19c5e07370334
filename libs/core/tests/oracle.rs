//! What the oracle says of taking back, of seals, of ways up the tree, of names and of everything that a contest may count,
//! each line worked out by hand. The fold is not asked here: it is compared with the oracle elsewhere, and a common mistake
//! would show in neither.

#[allow(dead_code, reason = "each test target uses its own part of it")]
#[path = "support/given.rs"]
mod given;

mod oracle_cases {
    pub mod averages;
    pub mod caps;
    pub mod customers;
    pub mod ledger;
    pub mod naming;
    pub mod net_changes;
    pub mod nth_products;
    pub mod ranking;
    pub mod reversals;
    pub mod rounds;
    pub mod seals;
    pub mod targets;
    pub mod tiers;
    pub mod ways;
    pub mod words;
}
