//! The reasons why the oracle gives nothing for an event.

/// Why an event counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// Its business date is before everything that counts.
    TooEarly,
    /// Its business date is after everything that counts.
    TooLate,
    /// Its business date is within the period and in no round, or between the period and the one before.
    BetweenSpans,
    /// It was recorded at or after the deadline.
    AfterDeadline,
    /// The indicator counts other types.
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
    /// An amount is needed and there is none.
    NoAmount,
    /// An amount is needed and it is in another currency.
    OtherCurrency,
    /// Customers are counted and it names none.
    NoCustomer,
    /// All of it was taken back on its own date.
    TakenBack,
    /// It takes back an event of a type that counts, on a day that counts, and was recorded at or after the
    /// deadline.
    ReversalAfterDeadline,
}
