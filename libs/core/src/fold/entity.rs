//! What is kept of one account or one customer across events: dossiers, balances, the n-th product.
//!
//! Input: counted events and their reversals, by account or customer. Output: credits that depend on several
//! events together. Invariant: a dossier contains every counted event of its types, and its credits depend on
//! business dates, never on the order of arrival.

pub mod balance_reports;
pub mod balances;
pub mod closed_balances;
pub mod dossier_change;
pub mod dossiers;
pub mod gathered_kinds;
pub mod nth_product;
pub mod reported_days;
