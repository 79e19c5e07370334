//! What the fold has to do for a rule. A rule says its class, once and for all its parameters; the fold asks for the class
//! and never for the rule, so that another rule of a known class costs the fold nothing.

/// How what an indicator counts comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Each event has a part of its own, and the parts add up.
    Additive,
    /// Events refer to customers and products, each of which counts once however often it is referred to.
    Distinct,
    /// All events of one account or customer are looked at together.
    Grouped(Key),
    /// It follows from what other indicators counted, and looks at no event.
    Derived,
}

/// By what events are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The account, whose balances are reported. It may give something on every day, reported or not.
    Account,
    /// The customer. What counts is single events of the group.
    Customer,
}

impl Class {
    /// Whether what counts is single events, each of which can have points of its own.
    pub fn is_by_event(self) -> bool {
        match self {
            Class::Additive | Class::Grouped(Key::Customer) => true,
            Class::Distinct | Class::Grouped(Key::Account) | Class::Derived => false,
        }
    }

    /// Whether what happened before the contest's first day may matter.
    pub fn looks_back(self) -> bool {
        match self {
            Class::Grouped(_) => true,
            Class::Additive | Class::Distinct | Class::Derived => false,
        }
    }
}

/// By what an indicator's credits of a participant are kept apart, because more than their sum is asked for.
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
    /// A creditor's part of one event, before anybody adds it up.
    Event,
    /// What is kept apart by day or by customer.
    Apart(Apart),
    /// What a round gives.
    Round,
    /// What the whole contest gives: the sum over its rounds, if it has rounds.
    Contest,
}

impl Scope {
    /// Whether single events are added up for it, so that each must have points of its own.
    pub fn is_of_events(self) -> bool {
        match self {
            Scope::Event | Scope::Apart(_) => true,
            Scope::Round | Scope::Contest => false,
        }
    }
}

/// What the points of an indicator follow from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// From each unit that is counted: from each event alone, where the measure is by event.
    Unit,
    /// From the value of the participant as a whole.
    Value,
    /// From how much of a target was reached.
    Completion,
}
