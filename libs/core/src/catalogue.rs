//! The catalogue of event types: which fields each type requires, and the check of an event against it. It
//! refuses what is wrong and never repairs it.

pub mod names;

use std::collections::BTreeMap;

use crate::event::{Event, WHOLE_PPM};
use crate::types::date::days_between;
use crate::types::violation::{Violation, check_id, check_text};

/// The fields that a type can require, besides those that every event has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Field {
    /// `branch`
    Branch,
    /// `credits`
    Credits,
    /// `customer`
    Customer,
    /// `subject`
    Subject,
    /// `product`
    Product,
    /// `channel`
    Channel,
    /// `segment`
    Segment,
    /// `quantity`
    Quantity,
    /// `amount`
    Amount,
}

impl Field {
    /// Every field that a type can require.
    pub const ALL: [Field; 9] = [
        Field::Branch,
        Field::Credits,
        Field::Customer,
        Field::Subject,
        Field::Product,
        Field::Channel,
        Field::Segment,
        Field::Quantity,
        Field::Amount,
    ];

    /// The field's name in an event.
    pub fn name(self) -> &'static str {
        match self {
            Field::Branch => "branch",
            Field::Credits => "credits",
            Field::Customer => "customer",
            Field::Subject => "subject",
            Field::Product => "product",
            Field::Channel => "channel",
            Field::Segment => "segment",
            Field::Quantity => "quantity",
            Field::Amount => "amount",
        }
    }

    /// The field of that name.
    pub fn parse(name: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|field| field.name() == name)
    }

    fn is_present(self, event: &Event) -> bool {
        match self {
            Field::Branch => !event.branch.is_empty(),
            Field::Credits => !event.credits.is_empty(),
            Field::Customer => !event.customer.is_empty(),
            Field::Subject => !event.subject.is_empty(),
            Field::Product => !event.product.is_empty(),
            Field::Channel => !event.channel.is_empty(),
            Field::Segment => !event.segment.is_empty(),
            Field::Quantity => event.quantity.is_some(),
            Field::Amount => event.amount.is_some(),
        }
    }
}

use Field::{Amount, Customer, Subject};

/// The types that every bank has.
pub const BUILT_IN: [(&str, &[Field]); 26] = [
    ("account.opened", &[Subject]),
    ("account.closed", &[Subject]),
    ("account.balance_reported", &[Subject, Amount]),
    ("ebanking.signed", &[Customer]),
    ("ebanking.activated", &[Customer]),
    ("mobile_banking.signed", &[Customer]),
    ("mobile_banking.activated", &[Customer]),
    ("phone_banking.signed", &[Customer]),
    ("sms_banking.signed", &[Customer]),
    ("card.issued", &[Subject]),
    ("card.activated", &[Subject]),
    ("card.cancelled", &[Subject]),
    ("wealth.sold", &[Amount]),
    ("fund.sold", &[Amount]),
    ("insurance.sold", &[Amount]),
    ("loan.disbursed", &[Subject, Amount]),
    ("loan.repaid", &[Subject, Amount]),
    ("loan.defaulted", &[Subject]),
    ("payroll.signed", &[Customer]),
    ("merchant.signed", &[Customer]),
    ("transaction.posted", &[]),
    ("fee.posted", &[Amount]),
    ("referral.made", &[Customer]),
    ("customer.claimed", &[Customer]),
    ("visit.made", &[]),
    ("complaint.received", &[]),
];

/// The most creditors of one event.
pub const CREDITS_MAX: usize = 16;
/// The most attributes of one event.
pub const ATTRIBUTES_MAX: usize = 32;
/// The longest role of a creditor, in bytes.
pub const ROLE_BYTES_MAX: usize = 64;

/// The types in force: the built-in ones and those added by the bank.
#[derive(Clone, Debug)]
pub struct Catalogue {
    types: BTreeMap<String, Vec<Field>>,
}

impl Default for Catalogue {
    fn default() -> Self {
        let types = BUILT_IN.iter().map(|(name, fields)| ((*name).to_owned(), fields.to_vec())).collect();
        Catalogue { types }
    }
}

impl Catalogue {
    /// Adds a type, or changes an added one.
    pub fn define(&mut self, name: &str, required: Vec<Field>) {
        self.types.insert(name.to_owned(), required);
    }

    /// Whether the type is known.
    pub fn knows(&self, name: &str) -> bool {
        self.types.contains_key(name)
    }

    /// Whether the type requires the field.
    pub fn requires(&self, name: &str, field: Field) -> bool {
        self.types.get(name).is_some_and(|required| required.contains(&field))
    }

    /// Names of all types, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.types.keys().map(String::as_str)
    }

    /// A known type that looks like `name`, for "did you mean".
    pub fn nearest(&self, name: &str) -> Option<&str> {
        let (distance, nearest) =
            self.names().map(|known| (edit_distance(name, known), known)).min_by_key(|(d, _)| *d)?;
        (distance <= 4).then_some(nearest)
    }

    /// Checks everything about an event that needs neither the organisation nor a clock. A reversal needs
    /// none of the fields that its type requires, nor a branch or credits: it takes back what the original
    /// gave, so they follow from the original.
    pub fn check(&self, event: &Event) -> Result<(), Violation> {
        check_id("source", &event.source)?;
        check_id("id", &event.id)?;
        self.check_type(event)?;
        check_texts(event)?;
        check_credits(event)?;
        check_numbers(event)?;
        check_currencies(event)?;
        check_attributes(event)?;
        check_reversal(event)
    }

    fn check_type(&self, event: &Event) -> Result<(), Violation> {
        check_id("type", &event.kind)?;
        let Some(required) = self.types.get(event.kind.as_ref()) else {
            let hint = match self.nearest(&event.kind) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => "add it to the catalogue first".to_owned(),
            };
            let reason = format!("`{}` is not in the catalogue; {hint}", event.kind);
            return Err(Violation::new("type", "UNKNOWN_TYPE", reason));
        };
        for field in required {
            if event.reverses.is_none() && !field.is_present(event) {
                let reason = format!("`{}` needs `{}`; give it a value", event.kind, field.name());
                return Err(Violation::new(field.name(), "MISSING_FIELD", reason));
            }
        }
        Ok(())
    }
}

/// Checks that a business date is not after today in the bank's time zone.
pub fn check_not_future(event: &Event, today: jiff::civil::Date) -> Result<(), Violation> {
    if event.business_date <= today {
        return Ok(());
    }
    let reason = format!(
        "{} is after today in the bank's time zone, {today}; send it on or after that day",
        event.business_date
    );
    Err(Violation::new("business_date", "FUTURE_DATE", reason))
}

/// Checks that an event was recorded within its source's horizon: the recorded day minus the business date.
pub fn check_horizon(
    event: &Event,
    today: jiff::civil::Date,
    horizon_days: Option<u32>,
) -> Result<(), Violation> {
    let Some(horizon_days) = horizon_days else { return Ok(()) };
    let age_days = days_between(event.business_date, today);
    if age_days <= i64::from(horizon_days) {
        return Ok(());
    }
    let reason = format!(
        "{} is {age_days} days ago and source `{}` accepts events for {horizon_days} days only; extend its horizon",
        event.business_date, event.source
    );
    Err(Violation::new("business_date", "BEYOND_HORIZON", reason))
}

fn check_currencies(event: &Event) -> Result<(), Violation> {
    let part = event.reverses.as_ref().and_then(|reversal| reversal.amount);
    let amounts = [("amount.currency_code", event.amount), ("reverses.part.amount.currency_code", part)];
    let mut given = amounts.into_iter().filter_map(|(field, amount)| Some((field, amount?.currency)));
    given.try_for_each(|(field, currency)| currency.check(field))
}

fn check_texts(event: &Event) -> Result<(), Violation> {
    let texts = [
        ("branch", &event.branch),
        ("customer", &event.customer),
        ("subject", &event.subject),
        ("product", &event.product),
        ("channel", &event.channel),
        ("segment", &event.segment),
    ];
    for (field, text) in texts {
        check_text(field, text, crate::types::violation::ID_BYTES_MAX)?;
    }
    Ok(())
}

fn check_credits(event: &Event) -> Result<(), Violation> {
    let needs_branch = event.branch.is_empty() && event.reverses.is_none();
    if needs_branch && event.credits.is_empty() {
        let reason = "an event without credits needs the branch where it happened; give one of them";
        return Err(Violation::new("branch", "MISSING_FIELD", reason));
    }
    if event.credits.len() > CREDITS_MAX {
        let reason = format!("it has {} creditors; at most {CREDITS_MAX} are allowed", event.credits.len());
        return Err(Violation::new("credits", "TOO_MANY", reason));
    }
    let mut total_ppm = 0u64;
    for (index, credit) in event.credits.iter().enumerate() {
        // The path with the index is only built if something is wrong.
        let named = |field: &str| format!("credits[{index}].{field}");
        check_id("employee", &credit.employee).or_else(|_| check_id(&named("employee"), &credit.employee))?;
        check_text("role", &credit.role, ROLE_BYTES_MAX)
            .or_else(|_| check_text(&named("role"), &credit.role, ROLE_BYTES_MAX))?;
        total_ppm += u64::from(credit.share_ppm.unwrap_or(0));
        let twice = event.credits[..index]
            .iter()
            .any(|other| other.employee == credit.employee && other.role == credit.role);
        if twice {
            let reason = format!("`{}` is named twice in the same role; name each once", credit.employee);
            return Err(Violation::new(format!("credits[{index}].employee"), "DUPLICATE_CREDIT", reason));
        }
    }
    let all_explicit = event.credits.iter().all(|credit| credit.share_ppm.is_some());
    let leaves_rest = !event.credits.is_empty() && all_explicit && total_ppm < u64::from(WHOLE_PPM);
    if needs_branch && leaves_rest {
        let reason = format!(
            "the shares add up to {total_ppm} parts per million and the rest stays with the branch; name the branch"
        );
        return Err(Violation::new("branch", "MISSING_FIELD", reason));
    }
    if total_ppm > u64::from(WHOLE_PPM) {
        let reason =
            format!("the shares add up to {total_ppm} parts per million; at most {WHOLE_PPM} are possible");
        return Err(Violation::new("credits", "SHARES_EXCEED_WHOLE", reason));
    }
    Ok(())
}

/// The greatest quantity of one event.
pub const QUANTITY_MAX: i64 = 1_000_000_000_000;

fn check_numbers(event: &Event) -> Result<(), Violation> {
    if let Some(quantity) = event.quantity {
        if quantity < 0 {
            let reason =
                format!("{quantity} is negative; to reverse something, send an event with `reverses`");
            return Err(Violation::new("quantity", "NEGATIVE_QUANTITY", reason));
        }
        if quantity > QUANTITY_MAX {
            let reason = format!("{quantity} is more than {QUANTITY_MAX}; check the unit");
            return Err(Violation::new("quantity", "TOO_LARGE", reason));
        }
    }
    if event.source_sequence == Some(0) {
        let reason = "numbers start at 1; leave it out if the source has none";
        return Err(Violation::new("source_sequence", "OUT_OF_RANGE", reason));
    }
    Ok(())
}

fn check_attributes(event: &Event) -> Result<(), Violation> {
    if event.attributes.len() > ATTRIBUTES_MAX {
        let reason = format!("it has {} attributes; at most {ATTRIBUTES_MAX}", event.attributes.len());
        return Err(Violation::new("attributes", "TOO_MANY", reason));
    }
    for (key, value) in &event.attributes {
        let field = format!("attributes[{key:?}]");
        if key.is_empty() {
            return Err(Violation::new(field, "MISSING_FIELD", "an attribute needs a key; give it one"));
        }
        check_text(&field, key, 64)?;
        check_text(&field, value, 256)?;
    }
    Ok(())
}

/// Whether the original is named by number or by id depends on the source, so that is checked with the
/// source.
fn check_reversal(event: &Event) -> Result<(), Violation> {
    let Some(reversal) = &event.reverses else { return Ok(()) };
    check_text("reverses.id", &reversal.id, crate::types::violation::ID_BYTES_MAX)?;
    let own = "an event cannot reverse itself; name the original";
    match (event.source_sequence, reversal.source_sequence) {
        (_, Some(0)) => {
            let reason = "numbers start at 1; give the original's number";
            return Err(Violation::new("reverses.source_sequence", "OUT_OF_RANGE", reason));
        }
        (Some(number), Some(original)) if number == original => {
            return Err(Violation::new("reverses.source_sequence", "SELF_REVERSAL", own));
        }
        (None, None) if reversal.id == event.id => {
            return Err(Violation::new("reverses.id", "SELF_REVERSAL", own));
        }
        _ => {}
    }
    let quantity = |code, reason: String| Err(Violation::new("reverses.part.quantity", code, reason));
    match reversal.quantity {
        Some(..0) => quantity(
            "NEGATIVE_QUANTITY",
            "the part to take back is given as a positive number; remove the sign".to_owned(),
        ),
        Some(0) => {
            let reason =
                "a part of 0 takes nothing back; give 1 or more, or leave `part` out to take everything back";
            quantity("EMPTY_PART", reason.to_owned())
        }
        Some(more) if more > QUANTITY_MAX => {
            quantity("TOO_LARGE", format!("{more} is more than {QUANTITY_MAX}; check the unit"))
        }
        _ if reversal.amount.is_some_and(|amount| amount.minor == 0) => {
            let reason = "an amount of 0 takes nothing back; give the amount, or leave `part` out to take everything back";
            Err(Violation::new("reverses.part.amount", "EMPTY_PART", reason))
        }
        _ => Ok(()),
    }
}

/// Levenshtein distance, for "did you mean".
pub(crate) fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.chars().take(64).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, r) in right.iter().enumerate() {
            let substituted = diagonal + usize::from(l != *r);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests;
