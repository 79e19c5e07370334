//! English or Chinese.

use crate::contest::explain::Lang;

/// The text in a language.
pub fn pick<T>(lang: Lang, en: T, zh: T) -> T {
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}
