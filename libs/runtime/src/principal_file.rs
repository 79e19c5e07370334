//! Reading the principals file. Every error names the file, the line and what to do; no error ever shows a
//! token.

mod token;

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use longhu_core::types::violation::check_id;
use serde::Deserialize;
use toml::Spanned;

use crate::jwt::Jwt;
use crate::principal::{Principal, Role, overlap};
use crate::private_file::{NotPrivate, check_owners};

use token::{PlainToken, Tokens};
pub use token::{TOKEN_BYTES_MIN, written_hash};

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
    /// Others can read the file.
    #[error(transparent)]
    NotPrivate(#[from] NotPrivate),
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

/// By what a caller shows who it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Credential {
    /// The hash of a token.
    Token(blake3::Hash),
    /// A name in a client certificate.
    Certificate(String),
    /// The subject of a JSON Web Token.
    Subject(String),
}

/// What a principals file says.
#[derive(Debug)]
pub(crate) struct Roster {
    /// The principal of each credential.
    pub(crate) known: HashMap<Credential, Arc<Principal>>,
    /// Whose JSON Web Tokens are believed.
    pub(crate) jwt: Option<Jwt>,
    /// The file with their keys.
    pub(crate) key_file: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    principal: Vec<Entry>,
    jwt: Option<JwtEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JwtEntry {
    issuer: Spanned<String>,
    audience: Spanned<String>,
    /// The provider's keys, a JWK set; a path from the folder of this file.
    keys: Spanned<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: Spanned<String>,
    /// The form of older files.
    token: Option<Spanned<PlainToken>>,
    tokens: Option<Spanned<Tokens>>,
    #[serde(default)]
    certificates: Vec<Spanned<String>>,
    #[serde(default)]
    subjects: Vec<Spanned<String>>,
    roles: Spanned<BTreeSet<Role>>,
    #[serde(default)]
    sources: Vec<Spanned<String>>,
}

/// Reads a principals file.
pub(crate) fn read(path: &Path) -> Result<Roster, PrincipalFileError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| PrincipalFileError::Read { path: path.to_owned(), source })?;
    check_owners(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    parse(&text, folder).map_err(|fault| PrincipalFileError::Invalid {
        path: path.to_owned(),
        line: line_of(&text, fault.at),
        reason: fault.reason,
    })
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

/// What is wrong, and at which byte of the text.
struct Fault {
    at: usize,
    reason: String,
}

fn fault<T>(span: Range<usize>, reason: impl Into<String>) -> Result<T, Fault> {
    Err(Fault { at: span.start, reason: reason.into() })
}

fn parse(text: &str, folder: &Path) -> Result<Roster, Fault> {
    let file: File = toml::from_str(text).map_err(|error| Fault {
        at: error.span().map_or(0, |span| span.start),
        reason: error.message().to_owned(),
    })?;
    if file.principal.is_empty() {
        return fault(0..0, "the file names no principal; add a [[principal]] with name, tokens and roles");
    }
    let (mut jwt, mut key_file) = (None, None);
    if let Some(JwtEntry { issuer, audience, keys }) = &file.jwt {
        for named in [issuer, audience] {
            if named.get_ref().is_empty() {
                return fault(
                    named.span(),
                    "it is empty, and would be in no token; write what the provider does",
                );
            }
        }
        let path = folder.join(keys.get_ref());
        let read = Jwt::read(issuer.get_ref(), audience.get_ref(), &path);
        jwt = Some(read.map_err(|error| Fault { at: keys.span().start, reason: error.to_string() })?);
        key_file = Some(path);
    }
    let mut reading = Reading { text, names: BTreeSet::new(), known: HashMap::new(), granted: Vec::new() };
    for entry in file.principal {
        reading.add(entry, jwt.is_some())?;
    }
    Ok(Roster { known: reading.known, jwt, key_file })
}

struct Reading<'a> {
    text: &'a str,
    names: BTreeSet<String>,
    known: HashMap<Credential, Arc<Principal>>,
    granted: Vec<(String, Arc<Principal>)>,
}

impl Reading<'_> {
    fn add(&mut self, entry: Entry, has_jwt: bool) -> Result<(), Fault> {
        let (at_name, name) = (entry.name.span(), entry.name.into_inner());
        check_id("name", &name).map_err(|violation| Fault { at: at_name.start, reason: violation.reason })?;
        if !self.names.insert(name.clone()) {
            return fault(at_name, format!("`{name}` is named twice; keep one"));
        }
        if entry.roles.get_ref().is_empty() {
            return fault(entry.roles.span(), "a principal without roles can do nothing; give it one");
        }
        let sources = entry.sources.iter().map(|source| source.get_ref().clone()).collect();
        let principal = Arc::new(Principal { name, roles: entry.roles.into_inner(), sources });
        for source in entry.sources {
            self.grant(source, &principal)?;
        }
        let before = self.known.len();
        if let Some(token) = entry.token {
            self.plain(token, &principal)?;
        }
        if let Some(tokens) = entry.tokens {
            let at = tokens.span();
            for hash in tokens.into_inner().0 {
                self.know(Credential::Token(hash), "token", at.clone(), &principal)?;
            }
        }
        for name in entry.certificates {
            let at = name.span();
            self.know(Credential::Certificate(name.into_inner()), "certificate", at, &principal)?;
        }
        for subject in entry.subjects {
            let at = subject.span();
            if !has_jwt {
                return fault(
                    at,
                    "subjects are of JSON Web Tokens; add a [jwt] with issuer, audience and keys",
                );
            }
            self.know(Credential::Subject(subject.into_inner()), "subject", at, &principal)?;
        }
        if self.known.len() == before {
            let reason = "nobody can be this principal; give it `tokens`, `certificates` or `subjects`";
            return fault(at_name, reason);
        }
        Ok(())
    }

    /// A token in plain text, as older files have it.
    fn plain(&mut self, token: Spanned<PlainToken>, principal: &Arc<Principal>) -> Result<(), Fault> {
        let (at, PlainToken { hash, bytes }) = (token.span(), token.into_inner());
        if bytes < TOKEN_BYTES_MIN {
            let reason = format!("the token has fewer than {TOKEN_BYTES_MIN} characters; make a longer one");
            return fault(at, reason);
        }
        tracing::warn!(
            principal = principal.name,
            line = line_of(self.text, at.start),
            "the principals file has a token in plain text; replace the line by what `longhu token hash` prints"
        );
        self.know(Credential::Token(hash), "token", at, principal)
    }

    fn know(
        &mut self,
        credential: Credential,
        what: &str,
        at: Range<usize>,
        principal: &Arc<Principal>,
    ) -> Result<(), Fault> {
        if matches!(&credential, Credential::Certificate(text) | Credential::Subject(text) if text.is_empty())
        {
            return fault(at, format!("an empty {what} shows nothing; write its name"));
        }
        if let Some(other) = self.known.insert(credential, principal.clone()) {
            let reason = format!("`{}` has the same {what}; give each principal its own", other.name);
            return fault(at, reason);
        }
        Ok(())
    }

    /// Sources are granted without overlap, so that each has one owner whoever comes first.
    fn grant(&mut self, source: Spanned<String>, principal: &Arc<Principal>) -> Result<(), Fault> {
        let (at, source) = (source.span(), source.into_inner());
        if source.is_empty() {
            return fault(at, "an empty pattern allows no source; write one, or `*` for all");
        }
        if source.trim_end_matches('*').contains('*') || source.ends_with("**") {
            let reason = format!("`{source}` is neither a name nor a beginning; write a `*` at its end only");
            return fault(at, reason);
        }
        let other = self.granted.iter().find(|(other, owner)| owner != principal && overlap(other, &source));
        if let Some((other, owner)) = other {
            let reason = format!(
                "`{}` has `{source}`, and `{}` has `{other}`, so some source would belong to both; divide them",
                principal.name, owner.name
            );
            return fault(at, reason);
        }
        self.granted.push((source, principal.clone()));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[[principal]]\nname = \"core-cards\"\ntoken = \"0123456789abcdef\"\nroles = [\"adapter\"]\n\
                        sources = [\"core-*\"]\n\n[[principal]]\nname = \"hq\"\ntoken = \"fedcba9876543210\"\n\
                        roles = [\"admin\", \"viewer\"]\n";

    fn error_of(text: &str) -> String {
        let fault = parse(text, Path::new("")).expect_err("it should be refused");
        format!(":{}: {}", line_of(text, fault.at), fault.reason)
    }

    #[test]
    fn mistakes_are_named_by_line_and_no_token_is_ever_shown() {
        let tokens = |value: &str| GOOD.replace("token = \"fedcba9876543210\"", &format!("tokens = {value}"));
        let cases = [
            (
                GOOD.replace("\"fedcba9876543210\"", "\"0123456789abcdef\""),
                ":9: `core-cards` has the same token",
            ),
            (GOOD.replace("\"hq\"", "\"core-cards\""), ":8: `core-cards` is named twice"),
            (GOOD.replace("\"fedcba9876543210\"", "\"fedcba98\""), ":9: the token has fewer than 16"),
            (GOOD.replace("\"fedcba9876543210\"", "6543210987654321"), ":9: a token is a text"),
            (tokens("6543210987654321"), ":9: a hash is a text"),
            (tokens("\"fedcba9876543210\""), ":9: a hash of a token is `blake3:` and 64"),
            (tokens("[\"fedcba9876543210\"]"), ":9: a hash of a token is `blake3:` and 64"),
            (tokens("[]"), ":8: nobody can be this principal"),
            (
                GOOD.replace("token = \"fedcba9876543210\"", "subjects = [\"li\"]"),
                ":9: subjects are of JSON Web",
            ),
            (
                GOOD.replace("token = \"fedcba9876543210\"", "certificates = [\"\"]"),
                ":9: an empty certificate",
            ),
            (GOOD.replace("sources", "source"), ":5: unknown field `source`"),
            (GOOD.replace("viewer", "watcher"), ":10: unknown variant `watcher`"),
            (GOOD.replace("\"core-*\"", "\"\""), ":5: an empty pattern"),
            (GOOD.replace("\"core-*\"", "\"core-*-x\""), ":5: `core-*-x` is neither a name nor a beginning"),
            (GOOD.replace("\"core-*\"", "\"core-**\""), ":5: `core-**` is neither a name nor a beginning"),
            (GOOD.replace("roles = [\"adapter\"]", "roles = []"), ":4: a principal without roles"),
            (GOOD.replace("name = \"hq\"", "name = \" hq\""), ":8: "),
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
    fn a_source_that_would_belong_to_two_is_refused_with_both_names() {
        let with = |sources: &str| {
            GOOD.replace("roles = [\"admin\"", &format!("sources = [{sources}]\nroles = [\"admin\""))
        };
        for sources in ["\"core-cards\"", "\"core-1*\"", "\"co*\"", "\"*\"", "\"x\", \"core-*\""] {
            let error = error_of(&with(sources));
            let both = error.contains("`hq` has") && error.contains("`core-cards` has `core-*`");
            assert!(error.starts_with(":10: ") && both, "{error}");
        }
        assert!(parse(&with("\"loans\", \"loan*\", \"cor\""), Path::new("")).is_ok());
    }

    #[test]
    fn one_principal_has_several_credentials() {
        let hash = |token: &str| format!("blake3:{}", blake3::hash(token.as_bytes()));
        let text = format!(
            "[[principal]]\nname = \"q\"\ntokens = [\"{}\", \"{}\"]\ncertificates = [\"q.bank.example\"]\nroles = [\"service\"]\n",
            hash("old"),
            hash("new")
        );
        let known = parse(&text, Path::new("")).ok().unwrap().known;
        for credential in [
            Credential::Token(blake3::hash(b"old")),
            Credential::Token(blake3::hash(b"new")),
            Credential::Certificate("q.bank.example".to_owned()),
        ] {
            assert_eq!(known[&credential].name, "q");
        }
        assert_eq!(known.len(), 3);
    }
}
