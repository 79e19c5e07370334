//! What people read about a rule, in Chinese and English. Both are written side by side, so that neither is forgotten. A
//! sentence is composed of phrases; the language is chosen at the very end.

use jiff::civil::Date;

use crate::types::localized::LocalizedText;
use crate::types::money::Currency;
use crate::types::period::Period;
use crate::types::score::{SCALE, Score};

/// A language that people read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// The same words in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrase {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Phrase {
    /// A text that is the same in both languages: a number, an id, a date.
    pub fn same(text: impl Into<String>) -> Phrase {
        let en: String = text.into();
        Phrase { zh: en.clone(), en }
    }

    /// A name in each language. A missing one is replaced by the other; without any name it is the id.
    pub fn name(id: &str, name: &LocalizedText) -> Phrase {
        let first = |texts: [&String; 2]| texts.into_iter().find(|text| !text.is_empty()).cloned();
        let or_id = |texts| first(texts).unwrap_or_else(|| id.to_owned());
        Phrase { zh: or_id([&name.zh, &name.en]), en: or_id([&name.en, &name.zh]) }
    }

    /// Phrases one after the other, separated by `between`.
    pub fn joined(items: impl IntoIterator<Item = Phrase>, between: &Phrase) -> Phrase {
        let (zh, en): (Vec<String>, Vec<String>) = items.into_iter().map(|item| (item.zh, item.en)).unzip();
        Phrase { zh: zh.join(&between.zh), en: en.join(&between.en) }
    }

    /// A list.
    pub fn list(items: impl IntoIterator<Item = Phrase>) -> Phrase {
        Phrase::joined(items, &say!(", ", "、"))
    }

    /// A list of texts that are the same in both languages.
    pub fn list_of(items: &[String]) -> Phrase {
        Phrase::list(items.iter().map(Phrase::same))
    }

    /// The text in a language.
    pub fn in_lang(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// What can be put into a sentence.
pub trait Said {
    /// Its text in a language.
    fn said(&self, lang: Lang) -> String;
}

impl Said for Phrase {
    fn said(&self, lang: Lang) -> String {
        self.in_lang(lang).to_owned()
    }
}

/// Types whose text is the same in both languages.
macro_rules! said_alike {
    ($($kind:ty),*) => {
        $(impl Said for $kind {
            fn said(&self, _: Lang) -> String {
                self.to_string()
            }
        })*
    };
}

said_alike!(&str, String, Date, u32, usize);

/// A phrase of two format strings, English then Chinese. The names in braces are the variables that follow; each must
/// appear in both.
macro_rules! say {
    ($en:literal, $zh:literal $(, $name:ident)* $(,)?) => {{
        #[allow(unused_imports, reason = "plain words have no names in them")]
        use $crate::rule::phrase::{Lang, Phrase, Said};
        let en = {
            $(let $name = $name.said(Lang::En);)*
            format!($en)
        };
        let zh = {
            $(let $name = $name.said(Lang::Zh);)*
            format!($zh)
        };
        Phrase { zh, en }
    }};
}

pub(crate) use say;

/// A number of 1/10,000, with commas between thousands and a minus sign (U+2212), as people write arithmetic.
pub fn number(value_e4: i128) -> String {
    let plain = Score(value_e4).to_string();
    let (sign, plain) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("−", rest));
    let (whole, fraction) =
        plain.split_once('.').map_or((plain, String::new()), |(w, f)| (w, format!(".{f}")));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{fraction}")
}

/// A share in 1/10,000, as a percentage.
pub fn percent(value_e4: i128) -> String {
    format!("{} %", number(value_e4 * 100))
}

/// A number of points in 1/10,000.
pub fn points(points_e4: i128) -> Phrase {
    let number = number(points_e4);
    match points_e4.abs() == SCALE {
        true => say!("{number} point", "{number} 分", number),
        false => say!("{number} points", "{number} 分", number),
    }
}

/// What points in 1/10,000 do to a score: they are given, or, below zero, taken off (扣分).
pub fn given(points_e4: i128) -> Phrase {
    let points = points(points_e4.abs());
    match points_e4 < 0 {
        true => say!("{points} off", "扣 {points}", points),
        false => say!("{points}", "计 {points}", points),
    }
}

/// Terms added up; one that begins with a minus sign is subtracted.
pub fn sum(terms: &[String]) -> String {
    let mut text = String::new();
    for (at, term) in terms.iter().enumerate() {
        match (at, term.strip_prefix('−')) {
            (0, _) => text.push_str(term),
            (_, Some(less)) => text.extend([" − ", less]),
            (_, None) => text.extend([" + ", term]),
        }
    }
    text
}

/// Money in 1/10,000 of a major unit. `XXX` stands for the bank's currency where a file names none; it is not shown.
pub fn money(value_e4: i128, currency: Currency) -> Phrase {
    let number = number(value_e4);
    match currency.as_str() {
        "XXX" => Phrase::same(number),
        code => {
            let unit = currency_name(code);
            say!("{number} {unit}", "{number} {unit}", number, unit)
        }
    }
}

/// A currency: its code in English, and the word that banks in China use in Chinese.
pub fn currency_name(code: &str) -> Phrase {
    let zh = match code {
        "CNY" => "元",
        "USD" => "美元",
        "EUR" => "欧元",
        "HKD" => "港元",
        "JPY" => "日元",
        "GBP" => "英镑",
        code => code,
    };
    Phrase { en: code.to_owned(), zh: zh.to_owned() }
}

/// Days from a first to a last.
pub fn days(Period { start, end }: Period) -> Phrase {
    match start == end {
        true => Phrase::same(start.to_string()),
        false => say!("{start} to {end}", "{start} 至 {end}", start, end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_thousands_apart_and_no_zeros_at_the_end() {
        assert_eq!(number(12_345_678_900), "1,234,567.89");
        assert_eq!(number(-10_000_000), "−1,000");
        assert_eq!(percent(9_050), "90.5 %");
    }

    #[test]
    fn a_negative_term_is_subtracted_and_negative_points_are_taken_off() {
        let terms = [35_000, -70_000, 20_000].map(number);
        assert_eq!(sum(&terms), "3.5 − 7 + 2");
        assert_eq!(sum(&[number(-10_000)]), "−1");
        assert_eq!((given(-20_000).en, given(-20_000).zh), ("2 points off".into(), "扣 2 分".into()));
        assert_eq!((given(10_000).en, given(10_000).zh), ("1 point".into(), "计 1 分".into()));
    }

    #[test]
    fn a_name_that_is_missing_in_a_language_is_said_in_the_other() {
        let name = LocalizedText { zh: "发卡".into(), en: String::new() };
        assert_eq!(Phrase::name("cards", &name).en, "发卡");
        assert_eq!(Phrase::name("cards", &LocalizedText::default()), Phrase::same("cards"));
    }
}
