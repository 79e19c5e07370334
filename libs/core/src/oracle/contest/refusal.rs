//! The reasons why an event gives no credits.

/// Why an event gives no credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// Its business date is before all days that count.
    TooEarly,
    /// Its business date is after all days that count.
    TooLate,
    /// Its business date is in the period but in no round, or between the base period and the period.
    BetweenSpans,
    /// It was recorded at or after the deadline.
    AfterDeadline,
    /// The indicator does not count its type.
    OtherType,
    /// The filter wants another product.
    Product,
    /// The filter wants another channel.
    Channel,
    /// The filter wants another segment.
    Segment,
    /// The filter wants a greater amount.
    AmountBelow,
    /// The filter wants a smaller amount.
    AmountAbove,
    /// The filter wants other attributes.
    Attribute,
    /// An amount is required and it has none.
    NoAmount,
    /// An amount is required and its amount is in another currency.
    OtherCurrency,
    /// Customers are counted and it has none.
    NoCustomer,
    /// All of it was reversed on its own date.
    TakenBack,
    /// It is a reversal of an event that counts, for a day that counts, recorded at or after the deadline.
    ReversalAfterDeadline,
}
