//! What is given for what was counted.

mod completion;
mod per_amount;
mod per_unit;
mod tiers;
