//! What is kept of one account or one customer across events: dossiers, balances, the n-th product.
//!
//! In come counted events and what takes them back, by account or customer; out come credits that follow from several
//! events together. What holds: a dossier has every counted event of its types, and what it gives depends on their business
//! dates and never on the order in which they came.

pub mod balance_reports;
pub mod balances;
pub mod closed_balances;
pub mod dossier_change;
pub mod dossiers;
pub mod gathered_kinds;
pub mod nth_product;
pub mod reported_days;
