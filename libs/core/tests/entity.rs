//! What takes many events of one account or customer to see.

mod balance_reports;
