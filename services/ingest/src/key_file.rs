//! The file with the pseudonym keys. It is never overwritten, and no error shows its content.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::pseudonym::{Key, Keyring, random_key};

/// Why a key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file cannot be read.
    #[error("cannot read the key file {}; check the path and its permissions (FILE_UNREADABLE)", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file cannot be created.
    #[error("cannot create the key file {}; check the folder and its permissions (FILE_UNWRITABLE)", path.display())]
    Create {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The operating system provided no random numbers.
    #[error("the operating system provided no random numbers for a key (NO_RANDOMNESS)")]
    Random(#[from] getrandom::Error),
    /// The content of the file is not valid.
    #[error("{}:{line}: {reason} (INVALID_KEYS)", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong and what to do.
        reason: &'static str,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    #[serde(default)]
    epoch: Vec<Epoch>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Epoch {
    number: u32,
    key: toml::Spanned<String>,
}

impl Keyring {
    /// Reads a key file: an `[[epoch]]` with `number` and `key` (64 hexadecimal digits) for each key.
    ///
    /// # Errors
    /// [`KeyFileError`].
    pub fn from_file(path: &Path) -> Result<Keyring, KeyFileError> {
        let read = |source| KeyFileError::Read { path: path.to_owned(), source };
        let text = std::fs::read_to_string(path).map_err(read)?;
        let mode = std::fs::metadata(path).map_err(read)?.permissions().mode();
        if mode & 0o077 != 0 {
            tracing::warn!(path = %path.display(), "others can read the key file; run `chmod 600` on it");
        }
        let keys = parse(&text).map_err(|(at, reason)| KeyFileError::Invalid {
            path: path.to_owned(),
            line: 1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count(),
            reason,
        })?;
        Keyring::new(&keys).ok_or_else(|| KeyFileError::Invalid {
            path: path.to_owned(),
            line: 1,
            reason: "the file has no key; add an [[epoch]], or remove the file to create one",
        })
    }

    /// A key that is stored nowhere, for a check of everything else before there is a key file.
    ///
    /// # Errors
    /// [`KeyFileError::Random`].
    pub fn temporary() -> Result<Keyring, KeyFileError> {
        let key = random_key()?;
        Keyring::new(&BTreeMap::from([(1, key)])).ok_or(KeyFileError::Invalid {
            path: PathBuf::new(),
            line: 0,
            reason: "there is no key",
        })
    }

    /// Reads a key file. If there is none, creates it with one new key, readable by its owner only.
    ///
    /// # Errors
    /// [`KeyFileError`].
    pub fn open_or_create(path: &Path) -> Result<Keyring, KeyFileError> {
        let key = random_key()?;
        match create(path, &key) {
            Ok(()) => tracing::info!(path = %path.display(), "a new pseudonym key was made; back it up"),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(source) => return Err(KeyFileError::Create { path: path.to_owned(), source }),
        }
        Keyring::from_file(path)
    }
}

/// Writes a temporary file and links it to its name, so that nobody reads half a file and no file is
/// replaced.
fn create(path: &Path, key: &Key) -> io::Result<()> {
    if path.exists() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let draft = folder.join(format!(".longhu-keys-{}", uuid::Uuid::now_v7().simple()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let digits: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let written = write!(
        file,
        "# Keys of the pseudonyms of customers and subjects. Keep it secret, and back it up: without it, the same\n\
         # customer gets another pseudonym. The greatest number is used. To make a customer's past unreachable,\n\
         # add a new epoch and destroy the old one's key.\n[[epoch]]\nnumber = 1\nkey = \"{digits}\"\n"
    )
    .and_then(|()| file.sync_all())
    .and_then(|()| std::fs::hard_link(&draft, path));
    std::fs::remove_file(&draft)?;
    written?;
    File::open(folder)?.sync_all()
}

type Fault = (usize, &'static str);

fn parse(text: &str) -> Result<BTreeMap<u32, Key>, Fault> {
    let contents: Contents = toml::from_str(text).map_err(|error| {
        // The parser's own message could contain a key.
        let reason = "this is not a key file; a key file has [[epoch]] tables with `number` and `key` and nothing else";
        (error.span().map_or(0, |span| span.start), reason)
    })?;
    let mut keys = BTreeMap::new();
    for epoch in contents.epoch {
        let at = epoch.key.span().start;
        let key = hex(epoch.key.get_ref())
            .ok_or((at, "a key has 64 hexadecimal digits; restore it from a backup"))?;
        if keys.insert(epoch.number, key).is_some() {
            return Err((at, "two keys have the same number; keep the one that was used"));
        }
    }
    Ok(keys)
}

fn hex(text: &str) -> Option<Key> {
    let mut key = Key::default();
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (place, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * place..2 * place + 2], 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_file_is_made_once_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.toml");
        let made = Keyring::open_or_create(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let again = Keyring::open_or_create(&path).unwrap();
        assert_eq!(made.customer("C"), again.customer("C"));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn mistakes_are_named_by_line_and_no_key_is_ever_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.toml");
        let key = "ab".repeat(32);
        let cases = [
            (format!("[[epoch]]\nnumber = 1\nkey = \"{}\"\n", &key[1..]), ":3: a key has 64"),
            (format!("[[epoch]]\nnumber = 1\nkey = {key}\n"), ":3: this is not a key file"),
            (format!("[[epoch]]\nnumber = 1\nkey = \"{key}\"\nold = 1\n"), ":4: this is not a key file"),
            (format!("[[epoch]]\nnumber = 1\nkey = \"{key}\"\n").repeat(2), ":6: two keys"),
            (String::new(), ":1: the file has no key"),
        ];
        for (text, expected) in cases {
            std::fs::write(&path, text).unwrap();
            let error = Keyring::from_file(&path).unwrap_err().to_string();
            assert!(error.contains(expected) && !error.contains("abab"), "{error}");
        }
    }
}
