//! Compiles dates and money, which have options for how they are written.

use longhu_files::number::{Form, Forms, NumberStyle};
use toml::Spanned;

use super::compiler::Compiler;
use super::rows::Scope;
use crate::date::{DateFormat, DateOptions};
use crate::model::{DateField, MoneyField, OneOr, Plain, Text};
use crate::money::{MoneyStyle, SCALE_MAX};
use crate::plan::{DateRule, MoneyRule};
use crate::problem::{Reason, nearest};
use crate::template::{Ready, Template};

impl Compiler<'_> {
    /// A date; with `whole`, it must give an instant too.
    pub(super) fn date(
        &mut self,
        scope: &Scope,
        place: &str,
        field: &Spanned<OneOr<DateField>>,
        whole: bool,
    ) -> Option<DateRule> {
        let shared = self.model.dates.clone();
        let (value, own) = match field.get_ref() {
            OneOr::One(text) => (self.one(scope, place, field, text), None),
            OneOr::Table(own) => (self.template(scope, &format!("{place}.value"), &own.value), Some(own)),
        };
        let format = own.and_then(|own| own.format.clone()).or(shared.format);
        let century = own.and_then(|own| own.century.clone()).or(shared.century);
        let zone = own.and_then(|own| own.zone.clone()).or(shared.zone);
        let own_time = own.and_then(|own| own.time.clone());
        // A format with its own time of day does not use the common `time`.
        let takes_time = format.as_ref().is_none_or(|format| DateFormat::takes_time(format.get_ref()));
        let time = own_time.or(shared.time.filter(|_| takes_time));
        let options = DateOptions {
            format: format.as_ref().map_or("%Y-%m-%d", |format| format.get_ref()),
            century: century.as_ref().map(|century| *century.get_ref()),
            time: time.as_ref().map(|time| time.get_ref().as_str()),
            zone: zone.as_ref().map(|zone| zone.get_ref().as_str()),
        };
        let made = DateFormat::new(options).map_err(Reason::from);
        let format = match &format {
            Some(format) => self.noted(format, place, made)?,
            None => self.noted(field, place, made)?,
        };
        match format.lacks() {
            Some(lacks) if whole => {
                let reason = format!("it does not say when on that day; add {lacks}, here or in `[dates]`");
                self.problem(field, place, reason);
                None
            }
            _ => Some(DateRule { value, format }),
        }
    }

    /// A day that a section may leave out.
    pub(super) fn day(
        &mut self,
        scope: &Scope,
        place: &str,
        field: Option<&Spanned<OneOr<DateField>>>,
    ) -> Option<DateRule> {
        self.date(scope, place, field?, false)
    }

    pub(super) fn money(
        &mut self,
        scope: &Scope,
        place: &str,
        field: &Spanned<OneOr<MoneyField>>,
    ) -> Option<MoneyRule> {
        let shared = self.model.money.clone();
        let (value, own) = match field.get_ref() {
            OneOr::One(text) => (self.one(scope, place, field, text), None),
            OneOr::Table(own) => (self.template(scope, &format!("{place}.value"), &own.value), Some(own)),
        };
        let Some(currency) = own.and_then(|own| own.currency.clone()).or(shared.currency) else {
            let reason = "it has no currency; add `currency`, here or in `[money]`, such as \"CNY\"";
            self.problem(field, place, reason);
            return None;
        };
        let scale = own.and_then(|own| own.scale.clone()).or(shared.scale);
        if let Some(scale) = scale.as_ref().filter(|scale| *scale.get_ref() > SCALE_MAX) {
            let reason = format!("scale {} is out of range; give 0 to {SCALE_MAX}", scale.get_ref());
            self.problem(scale, place, reason);
        }
        let decimal = own.and_then(|own| own.decimal.clone()).or(shared.decimal);
        let group = own.and_then(|own| own.group.clone()).or(shared.group);
        let decimal = self.sign(place, decimal.as_ref()).unwrap_or('.');
        let group_sign = self.sign(place, group.as_ref());
        if let Some(group) = group.filter(|_| group_sign == Some(decimal)) {
            self.problem(&group, place, "`group` and `decimal` are the same character; change one");
        }
        let currency_rule = self.template(scope, &format!("{place}.currency"), &currency);
        let bad = currency_rule
            .literal()
            .filter(|code| longhu_core::types::money::Currency::parse(code).is_none() && !code.is_empty());
        if let Some(code) = bad {
            let reason = format!("`{code}` is not a currency; give the ISO 4217 code, such as \"CNY\"");
            self.problem(&currency, &format!("{place}.currency"), reason);
        }
        let styles = own.and_then(|own| own.styles.clone()).or(shared.styles);
        let forms = self.forms(place, &styles.unwrap_or_default());
        let number = NumberStyle { decimal, group: group_sign, forms };
        let style = MoneyStyle { scale: scale.map_or(0, Spanned::into_inner), number };
        Some(MoneyRule { value, currency: currency_rule, style })
    }

    /// The styles of numbers that are allowed.
    fn forms(&mut self, place: &str, names: &[Spanned<String>]) -> Forms {
        names.iter().fold(Forms::NONE, |forms, name| {
            let found = Form::ALL.into_iter().find(|form| form.name() == name.get_ref());
            if found.is_none() {
                let hint = nearest(name.get_ref(), Form::ALL.into_iter().map(Form::name));
                let reason = format!("`{}` is not a number style; {hint}", name.get_ref());
                self.problem(name, &format!("{place}.styles"), reason);
            }
            found.map_or(forms, |form| forms.with(form))
        })
    }

    fn one<T>(&mut self, scope: &Scope, place: &str, field: &Spanned<T>, text: &Plain) -> Ready {
        let text: Text = Spanned::new(field.span(), text.clone());
        self.template(scope, place, &text)
    }

    fn sign(&mut self, place: &str, text: Option<&Spanned<String>>) -> Option<char> {
        let text = text?;
        let mut characters = text.get_ref().chars();
        match (characters.next(), characters.next()) {
            (Some(sign), None) if !sign.is_ascii_digit() && !"+-".contains(sign) => Some(sign),
            _ => {
                let reason = format!("`{}` is not one character between digits; use one", text.get_ref());
                self.problem(text, place, reason);
                None
            }
        }
    }

    /// The text of a template without columns.
    pub(super) fn literal(template: Option<&Template<crate::template::At>>) -> Option<&str> {
        template.and_then(Template::literal).filter(|text| !text.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_names_every_style_format_and_word_of_a_file() {
        let manual = include_str!("../format.txt");
        let formats = ["iso", "epoch_seconds", "epoch_millis", "excel"];
        let words = ["escape", "columns", "skip_lines", "header", "footer", "fill_down", "sheet"];
        for word in Form::ALL.into_iter().map(Form::name).chain(formats).chain(words) {
            assert!(manual.contains(word), "{word}");
        }
    }
}
