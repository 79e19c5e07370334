//! Why a template or a condition cannot be read: the errors of both grammars, each with a stable code.

/// What is wrong with the text of a template or of a condition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrammarError {
    /// A text in quotes without its end.
    #[error("a {quote} is not closed; close it or escape it with a backslash")]
    OpenQuote {
        /// The quote.
        quote: char,
    },
    /// A backslash with nothing behind it.
    #[error("the text ends in a backslash; remove it")]
    EndsInBackslash,
    /// Another character than one that can stand there.
    #[error("there is `{found}` where {wanted} should stand")]
    Unexpected {
        /// The character.
        found: char,
        /// What can stand there.
        wanted: &'static str,
    },
    /// The text ends too early.
    #[error("it ends where {wanted} should stand")]
    Ends {
        /// What is missing.
        wanted: &'static str,
    },
    /// A closing brace alone.
    #[error("a `}}` closes nothing; write `}}}}` for a brace that is text")]
    LoneBrace,
    /// No column in braces where one is needed.
    #[error("a column in braces should stand here")]
    NoBrace,
    /// Something behind the name of a column that is no filter.
    #[error("there is `{found}` after `{name}`; use `|` or `}}`")]
    AfterColumn {
        /// The column.
        name: String,
        /// The character.
        found: char,
    },
    /// A brace without its end.
    #[error("the brace of `{{{name}` is not closed; add `}}`")]
    OpenBrace {
        /// The column.
        name: String,
    },
    /// A name of more than two parts.
    #[error("`{name}.` goes too deep; write `lookup.column`, names with dots in quotes")]
    NameTooDeep {
        /// Its first two parts.
        name: String,
    },
    /// Arguments without their end.
    #[error("the arguments of `{filter}` are not closed; add `)`")]
    OpenArguments {
        /// The filter.
        filter: String,
    },
    /// No filter of that name.
    #[error("there is no filter `{name}`; {hint}")]
    UnknownFilter {
        /// The name.
        name: String,
        /// What there is.
        hint: String,
    },
    /// Arguments that a filter does not take.
    #[error("`{name}` is used wrongly; write `{usage}`")]
    MisusedFilter {
        /// The filter.
        name: String,
        /// How it is written.
        usage: &'static str,
    },
    /// No table of that name.
    #[error("there is no table `[maps.{name}]`; {hint}")]
    UnknownTable {
        /// The name.
        name: String,
        /// What there is.
        hint: String,
    },
    /// Text behind a whole condition.
    #[error("there is `{rest}` after the condition; join conditions with `and` or `or`")]
    AfterCondition {
        /// The text.
        rest: String,
    },
    /// Too many parentheses within one another.
    #[error("it is nested more than {most} deep; write it flatter")]
    NestedTooDeep {
        /// How deep it may be.
        most: usize,
    },
    /// A parenthesis without its end.
    #[error("a parenthesis is not closed; add `)`")]
    OpenParenthesis,
    /// `not` without `in`.
    #[error("`{name}` is followed by `not` alone; write `not in [a, b]`")]
    LoneNot {
        /// The column.
        name: String,
    },
    /// A column and nothing that is asked of it.
    #[error("no operator follows `{name}`; use one of ==, !=, <, <=, >, >=, in, not in, present, absent")]
    NoOperator {
        /// The column.
        name: String,
    },
    /// A comparison with what is no number.
    #[error("`{operator}` compares numbers and `{text}` is none")]
    NoNumber {
        /// The operator.
        operator: &'static str,
        /// The text.
        text: String,
    },
    /// `in` without a list.
    #[error("`in` needs a list; write `in [a, b]`")]
    NoList,
    /// A list without its end.
    #[error("the list is not closed; write `[a, b]`")]
    OpenList,
}

impl GrammarError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            GrammarError::OpenQuote { .. }
            | GrammarError::EndsInBackslash
            | GrammarError::Unexpected { .. }
            | GrammarError::Ends { .. }
            | GrammarError::LoneBrace
            | GrammarError::NoBrace
            | GrammarError::AfterColumn { .. }
            | GrammarError::OpenBrace { .. }
            | GrammarError::NameTooDeep { .. }
            | GrammarError::OpenArguments { .. }
            | GrammarError::AfterCondition { .. }
            | GrammarError::NestedTooDeep { .. }
            | GrammarError::OpenParenthesis
            | GrammarError::LoneNot { .. }
            | GrammarError::NoOperator { .. }
            | GrammarError::NoList
            | GrammarError::OpenList => "BAD_SYNTAX",
            GrammarError::UnknownFilter { .. } => "UNKNOWN_FILTER",
            GrammarError::MisusedFilter { .. } => "MISUSED_FILTER",
            GrammarError::UnknownTable { .. } => "UNKNOWN_TABLE",
            GrammarError::NoNumber { .. } => "NOT_A_NUMBER",
        }
    }
}
