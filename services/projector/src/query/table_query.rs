//! Which table a query is about.

/// A table of a contest, as a request names it.
#[derive(Clone, Copy, Debug, Default)]
pub struct TableQuery<'q> {
    pub contest: &'q str,
    /// A unit kind, or `employee`.
    pub board: &'q str,
    /// A round's id; empty for the whole contest.
    pub round: &'q str,
    /// The id of an indicator to rank by; empty for the contest's own ranking.
    pub indicator: &'q str,
    /// For a sealed contest: how it would stand if it had not been sealed.
    pub unsealed: bool,
}
