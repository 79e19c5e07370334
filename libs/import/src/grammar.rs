//! Why a template or a condition cannot be read: the errors of both grammars, each with a stable code.

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrammarError {
    /// A quoted text without its end.
    #[error("a {quote} is not closed; close it or escape it with a backslash")]
    OpenQuote { quote: char },
    /// A backslash at the end.
    #[error("the text ends in a backslash; remove it")]
    EndsInBackslash,
    /// A character that is not allowed there.
    #[error("there is `{found}` where {wanted} should stand")]
    Unexpected { found: char, wanted: &'static str },
    /// The text ends too early.
    #[error("it ends where {wanted} should stand")]
    Ends { wanted: &'static str },
    /// A closing brace without an opening one.
    #[error("a `}}` closes nothing; write `}}}}` for a brace that is text")]
    LoneBrace,
    /// Something other than a column in braces where one is needed.
    #[error("a column in braces should stand here")]
    NoBrace,
    /// Something other than a filter after a column.
    #[error("there is `{found}` after `{name}`; use `|` or `}}`")]
    AfterColumn { name: String, found: char },
    /// A brace without its end.
    #[error("the brace of `{{{name}` is not closed; add `}}`")]
    OpenBrace { name: String },
    /// A name of more than two parts.
    #[error("`{name}.` goes too deep; write `lookup.column`, names with dots in quotes")]
    NameTooDeep { name: String },
    /// Arguments without their end.
    #[error("the arguments of `{filter}` are not closed; add `)`")]
    OpenArguments { filter: String },
    #[error("there is no filter `{name}`; {hint}")]
    UnknownFilter { name: String, hint: String },
    /// Arguments that a filter does not take.
    #[error("`{name}` is used wrongly; write `{usage}`")]
    MisusedFilter { name: String, usage: &'static str },
    #[error("there is no table `[maps.{name}]`; {hint}")]
    UnknownTable { name: String, hint: String },
    /// Text after a complete condition.
    #[error("there is `{rest}` after the condition; join conditions with `and` or `or`")]
    AfterCondition { rest: String },
    /// Too many nested parentheses.
    #[error("it is nested more than {most} deep; write it flatter")]
    NestedTooDeep { most: usize },
    /// A parenthesis without its end.
    #[error("a parenthesis is not closed; add `)`")]
    OpenParenthesis,
    /// `not` without `in`.
    #[error("`{name}` is followed by `not` alone; write `not in [a, b]`")]
    LoneNot { name: String },
    /// A column without a test.
    #[error("no operator follows `{name}`; use one of ==, !=, <, <=, >, >=, in, not in, present, absent")]
    NoOperator { name: String },
    /// A comparison with something that is not a number.
    #[error("`{operator}` compares numbers and `{text}` is not a number; correct it, or compare with `==`")]
    NoNumber { operator: &'static str, text: String },
    /// `in` without a list.
    #[error("`in` needs a list; write `in [a, b]`")]
    NoList,
    /// A list without its end.
    #[error("the list is not closed; write `[a, b]`")]
    OpenList,
}

impl GrammarError {
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
