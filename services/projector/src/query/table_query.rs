//! Which table a query is about.

/// A table of a contest, as a request names it.
#[derive(Clone, Copy, Debug, Default)]
pub struct TableQuery<'q> {
    pub contest: &'q str,
    /// A unit kind, or `employee`.
    pub board: &'q str,
    /// A round's id; empty: the whole.
    pub round: &'q str,
    /// The id of an indicator to rank by; empty: as the contest says.
    pub indicator: &'q str,
    /// Of a sealed contest: how it would stand had it not been sealed.
    pub unsealed: bool,
}
