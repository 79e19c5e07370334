//! Turns rows into events, checked against the catalogue. Either the whole event is right or the row is
//! rejected; nothing is guessed or rounded.

use longhu_core::catalogue::Catalogue;
use longhu_core::types::money::Amount;
use longhu_core::types::violation::Violation;
use longhu_files::number::{share_ppm, whole};
use longhu_proto::scalar::{date_to_wire, money_to_wire, time_to_wire};
use longhu_proto::wire::event::v1 as wire;

use crate::date::Moment;
use crate::plan::{CreditRule, DateRule, EventRule, MoneyRule, ReversalRule};
use crate::template::Ready;
use crate::values::Context;

type Checked<T> = Result<T, Violation>;

impl EventRule {
    /// The event of one row; `None` when its `when` does not hold.
    pub fn event(&self, row: &Context, catalogue: &Catalogue) -> Checked<Option<wire::Event>> {
        if let Some(when) = &self.when
            && !when.holds(row).map_err(|fault| fault.at("when"))?
        {
            return Ok(None);
        }
        let event = self.build(row)?;
        check(&event, catalogue)?;
        Ok(Some(event))
    }

    fn build(&self, row: &Context) -> Checked<wire::Event> {
        let (day, occurred_time) = self.dates(row)?;
        let mut credits = Vec::with_capacity(self.credits.len());
        for (index, credit) in self.credits.iter().enumerate() {
            credits.extend(credit.credit(&format!("credits[{index}]"), row)?);
        }
        let mut attributes = std::collections::BTreeMap::new();
        for (key, template) in &self.attributes {
            let value = render(&format!("attributes[{key:?}]"), template, row)?;
            attributes.extend(value.map(|value| (key.clone(), value)));
        }
        Ok(wire::Event {
            source: needed("source", &self.source, row)?,
            id: needed("id", &self.id, row)?,
            source_sequence: number("source_sequence", self.source_sequence.as_ref(), row)?,
            r#type: needed("type", &self.kind, row)?,
            occurred_time: Some(occurred_time),
            business_date: day.map(date_to_wire),
            branch: text("branch", self.branch.as_ref(), row)?,
            credits,
            customer: text("customer", self.customer.as_ref(), row)?,
            subject: text("subject", self.subject.as_ref(), row)?,
            product: text("product", self.product.as_ref(), row)?,
            channel: text("channel", self.channel.as_ref(), row)?,
            segment: text("segment", self.segment.as_ref(), row)?,
            quantity: number("quantity", self.quantity.as_ref(), row)?,
            amount: self
                .amount
                .as_ref()
                .map_or(Ok(None), |money| money.amount("amount", row))?
                .map(money_to_wire),
            revision: number("revision", self.revision.as_ref(), row)?,
            reverses: self.reverses.as_ref().map(|reversal| reversal.reversal(row)).transpose()?,
            attributes,
            recorded_time: None,
        })
    }

    /// The accounting day and the instant, from one column or from two. A day that no text gives stays empty:
    /// ingest takes it from the instant, in the bank's zone.
    fn dates(&self, row: &Context) -> Checked<(Option<jiff::civil::Date>, prost_types::Timestamp)> {
        let day = self.business_date.as_ref().map(|rule| rule.moment("business_date", row)).transpose()?;
        let instant =
            self.occurred_time.as_ref().map(|rule| rule.moment("occurred_time", row)).transpose()?;
        let time = match (&instant, &day) {
            (Some(instant), _) => instant.time,
            (None, Some(day)) => day.time,
            (None, None) => None,
        };
        let date = day.and_then(|moment| moment.date);
        time.map(|time| (date, time_to_wire(time))).ok_or_else(|| {
            let reason = "the text has no time of day or no offset; say `time` and `zone` in the mapping";
            Violation::new("occurred_time", "MISSING_FIELD", reason)
        })
    }
}

impl DateRule {
    fn moment(&self, field: &str, row: &Context) -> Checked<Moment> {
        let text = needed(field, &self.value, row)?;
        self.format.read(&text).map_err(|fault| fault.at(field))
    }

    /// A day in the organisation, if there is one.
    pub(super) fn day(&self, field: &str, row: &Context) -> Checked<Option<jiff::civil::Date>> {
        let Some(text) = render(field, &self.value, row)? else { return Ok(None) };
        let day = self.format.read(&text).map_err(|fault| fault.at(field))?.date;
        let day = day.ok_or_else(|| {
            let reason =
                format!("`{text}` is an instant, which has no day without a zone; say `zone` in the mapping");
            Violation::new(field, "MISSING_ZONE", reason)
        })?;
        if (1900..2200).contains(&day.year()) {
            return Ok(Some(day));
        }
        let reason = format!(
            "{day} is not in the years 1900 to 2199; correct it, or list it in `null` if it means without bound"
        );
        Err(Violation::new(field, "OUT_OF_RANGE", reason))
    }
}

impl MoneyRule {
    fn amount(&self, field: &str, row: &Context) -> Checked<Option<Amount>> {
        let Some(text) = render(field, &self.value, row)? else { return Ok(None) };
        let currency = needed(&format!("{field}.currency_code"), &self.currency, row)?;
        self.style.read(&text, &currency).map(Some).map_err(|fault| fault.at(field))
    }
}

impl CreditRule {
    fn credit(&self, field: &str, row: &Context) -> Checked<Option<wire::Credit>> {
        if let Some(when) = &self.when
            && !when.holds(row).map_err(|fault| fault.at(format!("{field}.when")))?
        {
            return Ok(None);
        }
        let share_field = format!("{field}.share");
        let share = self.share.as_ref().map_or(Ok(None), |share| render(&share_field, share, row))?;
        let share =
            share.map(|share| share_ppm(&share).map_err(|fault| fault.at(share_field))).transpose()?;
        Ok(Some(wire::Credit {
            employee: needed(&format!("{field}.employee"), &self.employee, row)?,
            role: text(&format!("{field}.role"), self.role.as_ref(), row)?,
            share,
        }))
    }
}

impl ReversalRule {
    fn reversal(&self, row: &Context) -> Checked<wire::Reversal> {
        let quantity = number("reverses.part.quantity", self.quantity.as_ref(), row)?;
        let money = self.amount.as_ref();
        let amount = money.map_or(Ok(None), |money| money.amount("reverses.part.amount", row))?;
        let part = wire::ReversalPart { quantity, amount: amount.map(money_to_wire) };
        let mode = if self.dated { wire::ReversalMode::Dated } else { wire::ReversalMode::Void };
        Ok(wire::Reversal {
            id: text("reverses.id", self.id.as_ref(), row)?,
            source_sequence: number("reverses.source_sequence", self.source_sequence.as_ref(), row)?,
            part: (part != wire::ReversalPart::default()).then_some(part),
            mode: mode.into(),
        })
    }
}

/// Checks an event as ingest does, except for what only the server knows.
fn check(event: &wire::Event, catalogue: &Catalogue) -> Checked<()> {
    let core = longhu_proto::event::from_wire(event, |_| jiff::civil::Date::ZERO)?;
    catalogue.check(&core)
}

fn render(field: &str, template: &Ready, row: &Context) -> Checked<Option<String>> {
    template.render(row).map_err(|fault| fault.at(field))
}

fn text(field: &str, template: Option<&Ready>, row: &Context) -> Checked<String> {
    let text = template.map_or(Ok(None), |template| render(field, template, row))?;
    Ok(text.unwrap_or_default())
}

fn number<T: TryFrom<i128>>(field: &str, template: Option<&Ready>, row: &Context) -> Checked<Option<T>> {
    let text = template.map_or(Ok(None), |template| render(field, template, row))?;
    text.map(|text| whole(&text).map_err(|fault| fault.at(field))).transpose()
}

fn needed(field: &str, template: &Ready, row: &Context) -> Checked<String> {
    if let Some(text) = render(field, template, row)? {
        return Ok(text);
    }
    let absent = template.absent(row);
    let reason = match absent.as_slice() {
        [] => format!("`{field}` is empty; give the mapping a value for it"),
        names => {
            let names = names.join("`, `");
            format!("`{field}` needs `{names}`, which is absent in this row; fill it in or use `default(…)`")
        }
    };
    Err(Violation::new(field, "MISSING_FIELD", reason))
}
