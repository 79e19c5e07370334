//! The part of compiling that is about files: their dialects and columns.

use std::path::Path;

use encoding_rs::{Encoding, UTF_8};
use longhu_files::csv_file::{Dialect, Input};
use longhu_files::error::Error;
use toml::Spanned;

use super::Compiler;
use crate::model;

impl Compiler<'_> {
    /// Opens every file that is used and reads the names of its columns.
    pub(super) fn open_files(&mut self, input_dir: &Path) {
        let model = self.model;
        for name in self.names.clone() {
            let Some(file) = model.files.get(name) else { continue };
            let place = format!("files.{name}");
            let Some(dialect) = self.dialect(&place, file) else { continue };
            let path = input_dir.join(file.path.get_ref());
            match Input::open(&path, file.path.get_ref(), dialect, file.columns.clone()) {
                Ok(input) => self.inputs.push(input),
                Err(error) => self.problem(&file.path, &format!("{place}.path"), told(&error)),
            }
        }
    }

    fn dialect(&mut self, place: &str, file: &model::File) -> Option<Dialect> {
        let shared = &self.model.csv;
        let delimiter = file.delimiter.as_ref().or(shared.delimiter.as_ref());
        let quote = file.quote.as_ref().or(shared.quote.as_ref());
        let encoding = file.encoding.as_ref().or(shared.encoding.as_ref());
        let null = file.null.as_ref().or(shared.null.as_ref());
        let trim = file.trim.or(shared.trim);
        Some(Dialect {
            delimiter: self.character(place, "delimiter", delimiter, b',')?,
            quote: self.character(place, "quote", quote, b'"')?,
            null: null.cloned().unwrap_or_default(),
            encoding: self.encoding(place, encoding)?,
            trim: trim.unwrap_or(false),
        })
    }

    fn character(
        &mut self,
        place: &str,
        field: &str,
        text: Option<&Spanned<String>>,
        default: u8,
    ) -> Option<u8> {
        let Some(text) = text else { return Some(default) };
        match text.get_ref().as_bytes() {
            [byte] if byte.is_ascii() && *byte != b'\n' && *byte != b'\r' => Some(*byte),
            _ => {
                let reason = format!("`{}` is not one ASCII character; use one", text.get_ref());
                self.problem(text, &format!("{place}.{field}"), reason);
                None
            }
        }
    }

    fn encoding(&mut self, place: &str, name: Option<&Spanned<String>>) -> Option<&'static Encoding> {
        let Some(name) = name else { return Some(UTF_8) };
        let encoding = Encoding::for_label(name.get_ref().as_bytes());
        if encoding.is_none() {
            let advice = "use a name such as \"utf-8\", \"gb18030\", \"big5\" or \"windows-1250\"";
            let reason = format!("`{}` is not an encoding; {advice}", name.get_ref());
            self.problem(name, &format!("{place}.encoding"), reason);
        }
        encoding
    }
}

/// An error with its cause, on one line.
fn told(error: &Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error} ({source})"),
        None => error.to_string(),
    }
}
