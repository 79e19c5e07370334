//! Compiles events: each field is the event's own or, if it has none, the section's common one.

use toml::Spanned;

use super::compiler::Compiler;
use super::rows::Scope;
use crate::model::{Credit, Event, Reversal, Text};
use crate::plan::{CreditRule, EventRule, ReversalRule};
use crate::template::{Ready, Template};

impl Compiler<'_> {
    pub(super) fn event(
        &mut self,
        scope: &Scope,
        place: &str,
        spanned: &Spanned<Event>,
        common: &Event,
    ) -> Option<EventRule> {
        let own = spanned.get_ref();
        // A field of the event, or else the section's common one, as a template.
        macro_rules! field {
            ($field:ident, $name:expr) => {{
                let text = own.$field.as_ref().or(common.$field.as_ref());
                self.optional(scope, &format!("{place}.{}", $name), text)
            }};
        }
        let source = field!(source, "source");
        let id = field!(id, "id");
        let kind = field!(r#type, "type");
        for (name, missing) in [("source", source.is_none()), ("id", id.is_none()), ("type", kind.is_none())]
        {
            if missing {
                self.problem(spanned, place, format!("it has no `{name}`; add it here or in `common`"));
            }
        }
        let source_sequence = field!(source_sequence, "source_sequence");
        self.check_kind(spanned, place, own.r#type.as_ref().or(common.r#type.as_ref()), kind.as_ref());
        self.check_source(spanned, place, source.as_ref(), source_sequence.is_some());

        let business_date = own.business_date.as_ref().or(common.business_date.as_ref());
        let occurred_time = own.occurred_time.as_ref().or(common.occurred_time.as_ref());
        if business_date.is_none() && occurred_time.is_none() {
            let reason = "it has no date; add `business_date` or `occurred_time` here or in `common`";
            self.problem(spanned, place, reason);
        }
        let business_date = business_date.and_then(|field| {
            self.date(scope, &format!("{place}.business_date"), field, occurred_time.is_none())
        });
        let occurred_time =
            occurred_time.and_then(|field| self.date(scope, &format!("{place}.occurred_time"), field, true));
        let amount = own.amount.as_ref().or(common.amount.as_ref());
        let credits = own.credits.as_ref().or(common.credits.as_ref());
        let reverses = own.reverses.as_ref().or(common.reverses.as_ref());
        Some(EventRule {
            place: place.to_owned(),
            when: self.condition(scope, &format!("{place}.when"), own.when.as_ref()),
            business_date,
            occurred_time,
            source_sequence,
            branch: field!(branch, "branch"),
            customer: field!(customer, "customer"),
            subject: field!(subject, "subject"),
            product: field!(product, "product"),
            channel: field!(channel, "channel"),
            segment: field!(segment, "segment"),
            quantity: field!(quantity, "quantity"),
            revision: field!(revision, "revision"),
            amount: amount.and_then(|field| self.money(scope, &format!("{place}.amount"), field)),
            credits: self.credits(scope, place, credits.map_or(&[], Vec::as_slice)),
            reverses: reverses.map(|reversal| self.reversal(scope, place, reversal)),
            attributes: self.attributes(scope, place, own, common),
            source: source?,
            id: id?,
            kind: kind?,
        })
    }

    fn check_kind(&mut self, event: &Spanned<Event>, place: &str, text: Option<&Text>, kind: Option<&Ready>) {
        let Some(kind) = Self::literal(kind).filter(|kind| !self.catalogue.knows(kind)) else { return };
        let hint = match self.catalogue.nearest(kind) {
            Some(nearest) => format!("did you mean `{nearest}`? "),
            None => String::new(),
        };
        let reason = format!(
            "`{kind}` is not in the catalogue; {hint}A type that the bank added goes into `event_types`"
        );
        match text {
            Some(text) => self.problem(text, &format!("{place}.type"), reason),
            None => self.problem(event, &format!("{place}.type"), reason),
        }
    }

    /// A mapping that declares sources must declare the one that an event names; a mapping that declares none
    /// relies on the server's sources.
    fn check_source(&mut self, event: &Spanned<Event>, place: &str, source: Option<&Ready>, numbers: bool) {
        let Some(name) = Self::literal(source).map(str::to_owned) else { return };
        let declared = &self.model.sources;
        if declared.is_empty() {
            return;
        }
        let reason = match declared.iter().find(|source| *source.name.get_ref() == name) {
            None => {
                let known = declared.iter().map(|source| source.name.get_ref().as_str());
                let hint = crate::problem::nearest(&name, known);
                format!("source `{name}` is not among `[[sources]]`; {hint}")
            }
            Some(source) if source.numbered && !numbers => {
                format!("source `{name}` is numbered; add `source_sequence`")
            }
            Some(source) if !source.numbered && numbers => {
                format!("source `{name}` is not numbered; remove `source_sequence` or declare it `numbered`")
            }
            Some(_) => return,
        };
        self.problem(event, place, reason);
    }

    fn credits(&mut self, scope: &Scope, place: &str, credits: &[Spanned<Credit>]) -> Vec<CreditRule> {
        let rule = |(index, credit): (usize, &Spanned<Credit>)| {
            let (place, credit) = (format!("{place}.credits[{index}]"), credit.get_ref());
            CreditRule {
                when: self.condition(scope, &format!("{place}.when"), credit.when.as_ref()),
                employee: self.template(scope, &format!("{place}.employee"), &credit.employee),
                role: self.optional(scope, &format!("{place}.role"), credit.role.as_ref()),
                share: self.optional(scope, &format!("{place}.share"), credit.share.as_ref()),
            }
        };
        credits.iter().enumerate().map(rule).collect()
    }

    fn reversal(&mut self, scope: &Scope, place: &str, reversal: &Spanned<Reversal>) -> ReversalRule {
        let (place, own) = (format!("{place}.reverses"), reversal.get_ref());
        if own.id.is_none() && own.source_sequence.is_none() {
            self.problem(reversal, &place, "it names no original; add `id` or `source_sequence`");
        }
        ReversalRule {
            id: self.optional(scope, &format!("{place}.id"), own.id.as_ref()),
            source_sequence: self.optional(
                scope,
                &format!("{place}.source_sequence"),
                own.source_sequence.as_ref(),
            ),
            quantity: self.optional(scope, &format!("{place}.quantity"), own.quantity.as_ref()),
            amount: own
                .amount
                .as_ref()
                .and_then(|field| self.money(scope, &format!("{place}.amount"), field)),
            dated: own.dated,
        }
    }

    /// The section's common attributes; the event's own replace those with the same name.
    fn attributes(
        &mut self,
        scope: &Scope,
        place: &str,
        own: &Event,
        common: &Event,
    ) -> Vec<(String, Template<crate::template::At>)> {
        let mut texts = common.attributes.iter().collect::<std::collections::BTreeMap<_, _>>();
        texts.extend(&own.attributes);
        texts
            .into_iter()
            .map(|(key, text)| {
                (key.clone(), self.template(scope, &format!("{place}.attributes.{key}"), text))
            })
            .collect()
    }
}
