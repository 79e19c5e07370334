//! Reading the principals file. Every error names the file, the line and what to do; no error ever shows a
//! token.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};
use toml::Spanned;

use crate::principal::{Principal, Role};

/// The shortest token allowed; a shorter one could be guessed.
pub const TOKEN_BYTES_MIN: usize = 16;

/// Why a principals file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PrincipalFileError {
    /// The file cannot be read.
    #[error("cannot read the principals file {}; check the path and its permissions (FILE_UNREADABLE)", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The content of the file is not valid.
    #[error("{}:{line}: {reason} (INVALID_PRINCIPALS)", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong and what to do.
        reason: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    principal: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: Spanned<String>,
    token: Spanned<Token>,
    roles: Spanned<BTreeSet<Role>>,
    #[serde(default)]
    sources: Vec<Spanned<String>>,
}

/// A token, before it is hashed. If something else is in its place, it is refused without being shown.
struct Token {
    hash: blake3::Hash,
    bytes: usize,
}

impl<'de> Deserialize<'de> for Token {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Token;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a token in quotes")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Token, E> {
                Ok(Token { hash: blake3::hash(text.as_bytes()), bytes: text.len() })
            }

            fn visit_i64<E: de::Error>(self, _: i64) -> Result<Token, E> {
                Err(E::custom("a token is a text; put it in quotes"))
            }

            fn visit_f64<E: de::Error>(self, _: f64) -> Result<Token, E> {
                Err(E::custom("a token is a text; put it in quotes"))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// The principals of a file, with the hashes of their tokens.
pub(crate) fn read(path: &Path) -> Result<Vec<(blake3::Hash, Arc<Principal>)>, PrincipalFileError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| PrincipalFileError::Read { path: path.to_owned(), source })?;
    parse(&text).map_err(|fault| PrincipalFileError::Invalid {
        path: path.to_owned(),
        line: 1 + text.bytes().take(fault.at).filter(|byte| *byte == b'\n').count(),
        reason: fault.reason,
    })
}

/// What is wrong, and at which byte of the text.
struct Fault {
    at: usize,
    reason: String,
}

fn fault<T>(span: Range<usize>, reason: impl Into<String>) -> Result<T, Fault> {
    Err(Fault { at: span.start, reason: reason.into() })
}

fn parse(text: &str) -> Result<Vec<(blake3::Hash, Arc<Principal>)>, Fault> {
    let file: File = toml::from_str(text).map_err(|error| Fault {
        at: error.span().map_or(0, |span| span.start),
        reason: error.message().to_owned(),
    })?;
    if file.principal.is_empty() {
        return fault(0..0, "the file names no principal; add a [[principal]] with name, token and roles");
    }
    let mut principals: Vec<(blake3::Hash, Arc<Principal>)> = Vec::new();
    for entry in file.principal {
        check(&entry, &principals)?;
        let principal = Principal {
            name: entry.name.into_inner(),
            roles: entry.roles.into_inner(),
            sources: entry.sources.into_iter().map(Spanned::into_inner).collect(),
        };
        principals.push((entry.token.into_inner().hash, Arc::new(principal)));
    }
    Ok(principals)
}

fn check(entry: &Entry, before: &[(blake3::Hash, Arc<Principal>)]) -> Result<(), Fault> {
    let name = entry.name.get_ref();
    if name.is_empty() || name.len() > 128 || name.chars().any(char::is_control) || name.trim() != name {
        return fault(
            entry.name.span(),
            "a name has 1 to 128 bytes and no blanks at its ends; choose another",
        );
    }
    if before.iter().any(|(_, other)| other.name == *name) {
        return fault(entry.name.span(), format!("`{name}` is named twice; keep one"));
    }
    let token = entry.token.get_ref();
    if token.bytes < TOKEN_BYTES_MIN {
        let reason = format!("the token has fewer than {TOKEN_BYTES_MIN} characters; make a longer one");
        return fault(entry.token.span(), reason);
    }
    if let Some((_, other)) = before.iter().find(|(hash, _)| *hash == token.hash) {
        let reason = format!("`{}` has the same token; give each principal its own", other.name);
        return fault(entry.token.span(), reason);
    }
    if entry.roles.get_ref().is_empty() {
        return fault(entry.roles.span(), "a principal without roles can do nothing; give it one");
    }
    match entry.sources.iter().find(|pattern| pattern.get_ref().is_empty()) {
        Some(empty) => fault(empty.span(), "an empty pattern allows no source; write one, or `*` for all"),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Principals;

    const GOOD: &str = "[[principal]]\nname = \"core-cards\"\ntoken = \"0123456789abcdef\"\nroles = [\"adapter\"]\n\
                        sources = [\"core-*\"]\n\n[[principal]]\nname = \"hq\"\ntoken = \"fedcba9876543210\"\n\
                        roles = [\"admin\", \"viewer\"]\n";

    fn error_of(text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("principals.toml");
        std::fs::write(&path, text).unwrap();
        Principals::from_file(&path).unwrap_err().to_string()
    }

    #[test]
    fn each_token_is_its_own_principal_and_others_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("principals.toml");
        std::fs::write(&path, GOOD).unwrap();
        let principals = Principals::from_file(&path).unwrap();
        let cards = principals.authenticate(Some(b"Bearer 0123456789abcdef")).unwrap();
        assert_eq!(cards.name, "core-cards");
        assert!(cards.may_open("core-1") && !cards.may_open("loans") && !cards.has(Role::Admin));
        assert_eq!(principals.authenticate(Some(b"Bearer fedcba9876543210")).unwrap().name, "hq");
        let unknown = principals.authenticate(Some(b"Bearer nonsense")).unwrap_err();
        assert_eq!(unknown.code(), tonic::Code::Unauthenticated);
        assert!(principals.authenticate(None).is_err());
    }

    #[test]
    fn mistakes_are_named_by_line_and_no_token_is_ever_shown() {
        let cases = [
            (
                GOOD.replace("\"fedcba9876543210\"", "\"0123456789abcdef\""),
                ":9: `core-cards` has the same token",
            ),
            (GOOD.replace("\"hq\"", "\"core-cards\""), ":8: `core-cards` is named twice"),
            (GOOD.replace("\"fedcba9876543210\"", "\"fedcba98\""), ":9: the token has fewer than 16"),
            (GOOD.replace("\"fedcba9876543210\"", "6543210987654321"), ":9: a token is a text"),
            (GOOD.replace("sources", "source"), ":5: unknown field `source`"),
            (GOOD.replace("viewer", "watcher"), ":10: unknown variant `watcher`"),
            (GOOD.replace("\"core-*\"", "\"\""), ":5: an empty pattern"),
            (GOOD.replace("roles = [\"adapter\"]", "roles = []"), ":4: a principal without roles"),
            (String::new(), ":1: the file names no principal"),
        ];
        for (text, expected) in cases {
            let error = error_of(&text);
            assert!(error.contains(expected), "{error} should contain {expected}");
            for secret in ["0123456789abcdef", "fedcba98", "6543210987654321"] {
                assert!(!error.contains(secret), "{error}");
            }
        }
    }

    #[test]
    fn secrets_are_not_printed() {
        let principals = Principals::local("me");
        assert_eq!(format!("{principals:?}"), "Local(\"me\")");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("principals.toml");
        std::fs::write(&path, GOOD).unwrap();
        let shown = format!("{:?}", Principals::from_file(&path).unwrap());
        assert_eq!(shown, "[\"core-cards\", \"hq\"]");
    }
}
