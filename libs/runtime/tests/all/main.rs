//! What every service needs around its work, as a caller meets it.

mod refusals;
