//! What the fold has to do for a rule. A measure has the same class whatever its parameters are. The fold asks a measure for
//! its class and for its evaluation (`evaluation.rs`), never which measure it is, so another measure of a known class needs
//! no change in the fold.

/// How the value of an indicator comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Each event adds its own part.
    Additive,
    /// Events refer to customers and products, each of which counts once, however many events refer to it.
    Distinct,
    /// All events of one account or customer are evaluated together.
    Grouped(GroupKey),
    /// Computed from the values of other indicators, without looking at events.
    Derived,
}

/// What events are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupKey {
    /// The account whose balances are reported. It can contribute on every day, also on days without a report.
    Account,
    /// The customer. Single events of the group are counted.
    Customer,
}

impl Class {
    /// Whether single events are counted, so that each can have points of its own.
    pub fn is_by_event(self) -> bool {
        match self {
            Class::Additive | Class::Grouped(GroupKey::Customer) => true,
            Class::Distinct | Class::Grouped(GroupKey::Account) | Class::Derived => false,
        }
    }

    /// Whether events before the contest's first day can matter.
    pub fn looks_back(self) -> bool {
        match self {
            Class::Grouped(_) => true,
            Class::Additive | Class::Distinct | Class::Derived => false,
        }
    }
}

/// How a participant's credits under an indicator are kept apart, where a rule needs more than their sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Apart {
    /// By business date.
    Days,
    /// By customer.
    Customers,
    /// By customer and product.
    Products,
}

/// Which sum of points a cap limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A creditor's part of one event, before it is added up.
    Event,
    /// The sum of a day, or of a customer.
    Apart(Apart),
    /// The sum of a round.
    Round,
    /// The sum of the whole contest, over its rounds if it has any.
    Contest,
}

impl Scope {
    /// Whether it limits sums of single events, so that each event must have points of its own.
    pub fn is_of_events(self) -> bool {
        match self {
            Scope::Event | Scope::Apart(_) => true,
            Scope::Round | Scope::Contest => false,
        }
    }
}

/// What the points of an indicator are computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Each counted unit. Where the measure counts single events, each event has points of its own.
    Unit,
    /// The value of the participant as a whole.
    Value,
    /// How much of a target was reached.
    Completion,
}
