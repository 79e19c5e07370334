//! Compiles files: their dialects and columns.

use std::path::Path;

use encoding_rs::Encoding;
use longhu_files::csv_file::{Dialect, Input, Layout, Pattern, Quote, pattern};
use longhu_files::error::Error;
use toml::Spanned;

use super::compiler::Compiler;
use super::name::{NameError, column_of};
use crate::model;
use crate::problem::Reason;

impl Compiler<'_> {
    /// Opens every file that is used and reads its column names.
    pub(super) fn open_files(&mut self, input_dir: &Path) {
        let model = self.model;
        for name in self.names.clone() {
            let Some(file) = model.files.get(name) else { continue };
            let place = format!("files.{name}");
            let Some(dialect) = self.dialect(&place, file) else { continue };
            let Some(layout) = self.layout(&place, file) else { continue };
            let path = input_dir.join(file.path.get_ref());
            match Input::open(&path, file.path.get_ref(), dialect, layout) {
                Ok(mut input) => {
                    input.fill_down = self.fill_down(&place, file, &input);
                    self.inputs.push(input);
                }
                Err(error) => self.problem_of(&file.path, &format!("{place}.path"), reason(&error)),
            }
        }
    }

    fn dialect(&mut self, place: &str, file: &model::File) -> Option<Dialect> {
        let shared = &self.model.csv;
        let delimiter = file.delimiter.as_ref().or(shared.delimiter.as_ref());
        let quote = file.quote.as_ref().or(shared.quote.as_ref());
        let escape = file.escape.as_ref().or(shared.escape.as_ref());
        let encoding = file.encoding.as_ref().or(shared.encoding.as_ref());
        let null = file.null.as_ref().or(shared.null.as_ref());
        let trim = file.trim.or(shared.trim);
        Some(Dialect {
            delimiter: self.character(place, "delimiter", delimiter)?,
            quote: match quote {
                Some(quote) if quote.get_ref().is_empty() => Quote::None,
                quote => self.character(place, "quote", quote)?.map_or(Quote::Usual, Quote::Sign),
            },
            escape: self.character(place, "escape", escape)?,
            null: null.cloned().unwrap_or_default(),
            encoding: self.encoding(place, encoding)?,
            trim: trim.unwrap_or(false),
        })
    }

    fn layout(&mut self, place: &str, file: &model::File) -> Option<Layout> {
        Some(Layout {
            columns: file.columns.clone(),
            skip_lines: file.skip_lines.unwrap_or(0),
            header: self.pattern(place, "header", file.header.as_ref())?,
            footer: self.pattern(place, "footer", file.footer.as_ref())?,
            sheet: file.sheet.clone(),
        })
    }

    /// The pattern, if there is one and it is right.
    fn pattern(
        &mut self,
        place: &str,
        field: &str,
        text: Option<&Spanned<String>>,
    ) -> Option<Option<Pattern>> {
        let Some(text) = text else { return Some(None) };
        match pattern(text.get_ref()) {
            Ok(pattern) => Some(Some(pattern)),
            Err(error) => {
                let said = error.to_string();
                let last = said.lines().last().unwrap_or_default().trim_start_matches("error: ");
                let reason = format!("`{}` is not a regular expression: {last}", text.get_ref());
                self.problem(text, &format!("{place}.{field}"), reason);
                None
            }
        }
    }

    fn fill_down(&mut self, place: &str, file: &model::File, input: &Input) -> Vec<usize> {
        let mut columns = Vec::new();
        for name in &file.fill_down {
            let place = format!("{place}.fill_down");
            columns.extend(self.noted(
                name,
                &place,
                column_of(input, name.get_ref()).map_err(|error: NameError| error.into()),
            ));
        }
        columns
    }

    fn character(&mut self, place: &str, field: &str, text: Option<&Spanned<String>>) -> Option<Option<u8>> {
        let Some(text) = text else { return Some(None) };
        match text.get_ref().as_bytes() {
            [byte] if byte.is_ascii() && *byte != b'\n' && *byte != b'\r' => Some(Some(*byte)),
            _ => {
                let reason = format!("`{}` is not one ASCII character; use one", text.get_ref());
                self.problem(text, &format!("{place}.{field}"), reason);
                None
            }
        }
    }

    fn encoding(&mut self, place: &str, name: Option<&Spanned<String>>) -> Option<Option<&'static Encoding>> {
        let Some(name) = name else { return Some(None) };
        let encoding = Encoding::for_label(name.get_ref().as_bytes());
        if encoding.is_none() {
            let advice = "use a name such as \"utf-8\", \"gb18030\", \"big5\" or \"windows-1250\"";
            let reason = format!("`{}` is not an encoding; {advice}", name.get_ref());
            self.problem(name, &format!("{place}.encoding"), reason);
        }
        encoding.map(Some)
    }
}

/// An error and its cause on one line, with its code.
fn reason(error: &Error) -> Reason {
    let code = error.code();
    let text = error.to_string().replace(&format!(" ({code})"), "");
    match std::error::Error::source(error) {
        Some(source) => Reason { code, text: format!("{text} ({source})") },
        None => Reason { code, text },
    }
}
