//! Why what a mapping says of dates cannot be meant.

/// What is wrong with a format, a century, a time or a zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// A two-digit year, and nothing that says of which hundred years.
    #[error(
        "`{format}` has a two-digit year; say `century`, the first of the hundred years that it falls into, such as 1900"
    )]
    TwoDigitYear {
        /// The format.
        format: String,
    },
    /// Hundred years that no date of a bank falls into.
    #[error("century {century} is out of range; give 1900 to 2100")]
    Century {
        /// The first year.
        century: i16,
    },
    /// A time of day in the text and another in the mapping.
    #[error("`{format}` has a time of day, and `time` fixes another; remove one of them")]
    TwoTimes {
        /// The format.
        format: String,
    },
    /// No time of day.
    #[error("`{text}` is not a time of day; write it like \"12:00\"")]
    TimeOfDay {
        /// What stands there.
        text: String,
    },
    /// No zone.
    #[error("`{name}` is not a time zone; give an IANA name, such as \"Asia/Shanghai\" or \"UTC\"")]
    Zone {
        /// What stands there.
        name: String,
    },
    /// No format.
    #[error("`{format}` is not a date format ({said}); {ADVICE}")]
    NoFormat {
        /// The format.
        format: String,
        /// Why.
        said: String,
    },
    /// A format by which nothing can be read.
    #[error("`{format}` cannot be read back ({said}); {ADVICE}")]
    NotReadBack {
        /// The format.
        format: String,
        /// Why.
        said: String,
    },
    /// A format without a year, a month or a day.
    #[error("`{format}` gives no whole date; it needs year, month and day; {ADVICE}")]
    NotWhole {
        /// The format.
        format: String,
    },
}

const ADVICE: &str = "use strftime's signs, such as `%Y-%m-%d` or `%d.%m.%Y %H:%M:%S`, or one of `iso`, `epoch_seconds`, \
                      `epoch_millis` and `excel`";

impl FormatError {
    /// A stable code.
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
