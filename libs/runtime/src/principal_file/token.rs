//! Tokens in a principals file. Whatever stands in their place, it is refused without being shown.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};

/// The shortest token allowed; a shorter one could be guessed.
pub const TOKEN_BYTES_MIN: usize = 16;
/// What a hash begins with.
const SCHEME: &str = "blake3:";

/// The hash of a token as the principals file has it.
pub fn written_hash(token: &[u8]) -> String {
    format!("{SCHEME}{}", blake3::hash(token).to_hex())
}

fn read_hash(text: &str) -> Option<blake3::Hash> {
    blake3::Hash::from_hex(text.strip_prefix(SCHEME)?).ok()
}

/// A token in plain text. Only its hash is kept.
pub(super) struct PlainToken {
    pub(super) hash: blake3::Hash,
    pub(super) bytes: usize,
}

impl<'de> Deserialize<'de> for PlainToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = PlainToken;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a token in quotes")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<PlainToken, E> {
                Ok(PlainToken { hash: blake3::hash(text.as_bytes()), bytes: text.len() })
            }

            fn visit_i64<E: de::Error>(self, _: i64) -> Result<PlainToken, E> {
                Err(E::custom("a token is a text; put it in quotes"))
            }

            fn visit_f64<E: de::Error>(self, _: f64) -> Result<PlainToken, E> {
                Err(E::custom("a token is a text; put it in quotes"))
            }
        }
        deserializer.deserialize_any(Text)
    }
}

/// The hashes of tokens: one, or a list while a token is exchanged for another.
pub(super) struct Tokens(pub(super) Vec<blake3::Hash>);

impl<'de> Deserialize<'de> for Tokens {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Hashes;
        impl<'de> Visitor<'de> for Hashes {
            type Value = Tokens;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("hashes of tokens in quotes")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Tokens, E> {
                let hash = read_hash(text).ok_or_else(|| {
                    E::custom(
                        "a hash of a token is `blake3:` and 64 hexadecimal digits; `longhu token new` makes a token, \
                         and `longhu token hash` prints the hash of one that exists",
                    )
                })?;
                Ok(Tokens(vec![hash]))
            }

            fn visit_i64<E: de::Error>(self, _: i64) -> Result<Tokens, E> {
                Err(E::custom("a hash is a text; put it in quotes"))
            }

            fn visit_f64<E: de::Error>(self, _: f64) -> Result<Tokens, E> {
                Err(E::custom("a hash is a text; put it in quotes"))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Tokens, A::Error> {
                let mut hashes = Vec::new();
                while let Some(Tokens(one)) = list.next_element()? {
                    hashes.extend(one);
                }
                Ok(Tokens(hashes))
            }
        }
        deserializer.deserialize_any(Hashes)
    }
}
