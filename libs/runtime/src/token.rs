//! New tokens, and how a principals file has them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub use crate::principal_file::{TOKEN_BYTES_MIN, written_hash};

/// What a token begins with, so that it is recognised where it should not be, for example in a log.
const PREFIX: &str = "lh_";
/// How many random bytes a token has.
const RANDOM_BYTES: usize = 32;

/// A new token: 256 random bits, as visible ASCII.
///
/// # Errors
/// The system has no random numbers.
pub fn new() -> Result<String, getrandom::Error> {
    let mut random = [0; RANDOM_BYTES];
    getrandom::fill(&mut random)?;
    Ok(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_different_and_one_word() {
        let (one, other) = (new().unwrap(), new().unwrap());
        assert!(one.len() == 46 && one != other, "{one} {other}");
        assert!(one.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)));
    }
}
