//! What is kept of one account or one customer across events: dossiers, balances, the n-th product.

pub mod balance_reports;
pub mod balances;
pub mod closed_balances;
pub mod dossier_change;
pub mod dossiers;
pub mod gathered_kinds;
pub mod nth_product;
pub mod reported_days;
