//! Rules that need many events of one account or customer.

mod balance_reports;
