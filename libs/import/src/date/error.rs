//! Why a mapping's date options are wrong.

/// What is wrong with a format, a century, a time or a zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// A two-digit year without `century`.
    #[error(
        "`{format}` has a two-digit year; say `century`, the first of the hundred years that it falls into, such as 1900"
    )]
    TwoDigitYear { format: String },
    /// A century outside of the years that a bank's dates have.
    #[error("century {century} is out of range; give 1900 to 2100")]
    Century { century: i16 },
    /// A time of day both in the text and in the mapping.
    #[error("`{format}` has a time of day, and `time` fixes another; remove one of them")]
    TwoTimes { format: String },
    #[error("`{text}` is not a time of day; write it like \"12:00\"")]
    TimeOfDay { text: String },
    #[error("`{name}` is not a time zone; give an IANA name, such as \"Asia/Shanghai\" or \"UTC\"")]
    Zone { name: String },
    #[error("`{format}` is not a date format ({said}); {ADVICE}")]
    NoFormat { format: String, said: String },
    /// A format that writes dates but cannot read them.
    #[error("`{format}` cannot be read back ({said}); {ADVICE}")]
    NotReadBack { format: String, said: String },
    /// A format without a year, a month or a day.
    #[error("`{format}` gives no whole date; it needs year, month and day; {ADVICE}")]
    NotWhole { format: String },
}

const ADVICE: &str = "use strftime's signs, such as `%Y-%m-%d` or `%d.%m.%Y %H:%M:%S`, or one of `iso`, `epoch_seconds`, \
                      `epoch_millis` and `excel`";

impl FormatError {
    pub fn code(&self) -> &'static str {
        match self {
            FormatError::TwoDigitYear { .. } => "MISSING_CENTURY",
            FormatError::Century { .. } => "OUT_OF_RANGE",
            FormatError::TwoTimes { .. } => "CONTRADICTION",
            FormatError::TimeOfDay { .. } => "BAD_TIME_OF_DAY",
            FormatError::Zone { .. } => "UNKNOWN_ZONE",
            FormatError::NoFormat { .. } | FormatError::NotReadBack { .. } | FormatError::NotWhole { .. } => {
                "BAD_DATE_FORMAT"
            }
        }
    }
}
