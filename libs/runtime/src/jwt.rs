//! JSON Web Tokens of the bank's identity provider: signed by a key of its key set, for this audience, not expired.

mod ring_provider;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, Validation, decode, decode_header};
use longhu_proto::status::refusal;
use serde::Deserialize;
use tonic::{Code, Status};

/// How far the clocks of the provider and of this machine may differ, in seconds.
const LEEWAY: u64 = 30;

/// Whom tokens are believed from, and which are for this installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Jwt {
    issuer: String,
    audience: String,
    keys: Vec<Key>,
}

/// A key of the provider.
#[derive(Clone, Debug)]
struct Key {
    id: Option<String>,
    algorithms: Vec<Algorithm>,
    key: DecodingKey,
    /// What the key was read from, to tell whether it is still there after a change.
    source: blake3::Hash,
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        self.source == other.source
    }
}

impl Eq for Key {}

impl Key {
    fn read(jwk: &Jwk) -> Result<Key, KeyFault> {
        let key = DecodingKey::from_jwk(jwk)?;
        if key.family() == AlgorithmFamily::Hmac {
            return Err(KeyFault::Secret);
        }
        let algorithms = algorithms(jwk.common.key_algorithm, &jwk.algorithm, &key)?;
        let source = blake3::hash(&serde_json::to_vec(jwk)?);
        Ok(Key { id: jwk.common.key_id.clone(), algorithms, key, source })
    }
}

/// What a token says; other claims are not looked at.
#[derive(Deserialize)]
pub(crate) struct Claims {
    /// The principal, as the provider calls it.
    pub(crate) sub: String,
    /// The end, in seconds since 1970.
    exp: u64,
}

impl Claims {
    /// When it is no longer believed.
    pub(crate) fn end(&self) -> Option<SystemTime> {
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(self.exp.saturating_add(LEEWAY)))
    }
}

/// Why a provider's key set cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeySetError {
    #[error("cannot read {}: {source}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{} is no set of keys (JWKS): {source}; get it from the provider again", path.display())]
    NoSet { path: PathBuf, source: serde_json::Error },
    #[error("{} has no key for signatures; get it from the provider again", path.display())]
    Empty { path: PathBuf },
    #[error("key {index} of {}: {fault}", path.display())]
    Key { path: PathBuf, index: usize, fault: KeyFault },
}

/// What is wrong with a key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyFault {
    #[error("it cannot be read ({0})")]
    Unreadable(#[from] jsonwebtoken::errors::Error),
    #[error("it cannot be read ({0})")]
    Json(#[from] serde_json::Error),
    #[error(
        "it is a shared secret, with which whoever reads this file could make tokens; use RS256, PS256, ES256, ES384 or \
         EdDSA"
    )]
    Secret,
    #[error("`alg` {0:?} does not fit it")]
    OtherAlgorithm(KeyAlgorithm),
    #[error("its curve is neither P-256 nor P-384")]
    OtherCurve,
}

impl Jwt {
    /// Reads the provider's keys, a JWK set.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub(crate) fn read(issuer: &str, audience: &str, path: &Path) -> Result<Jwt, KeySetError> {
        ring_provider::install();
        let path = path.to_owned();
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(source) => return Err(KeySetError::Read { path, source }),
        };
        let set: JwkSet = match serde_json::from_slice(&bytes) {
            Ok(set) => set,
            Err(source) => return Err(KeySetError::NoSet { path, source }),
        };
        let mut keys = Vec::new();
        for (index, jwk) in set.keys.iter().enumerate() {
            if jwk.common.public_key_use == Some(PublicKeyUse::Encryption) {
                continue;
            }
            match Key::read(jwk) {
                Ok(key) => keys.push(key),
                Err(fault) => return Err(KeySetError::Key { path, index, fault }),
            }
        }
        if keys.is_empty() {
            return Err(KeySetError::Empty { path });
        }
        Ok(Jwt { issuer: issuer.to_owned(), audience: audience.to_owned(), keys })
    }

    /// Whether every token that `before` believes is believed by this, too: keys may have come, but none has gone.
    pub(crate) fn extends(&self, before: &Jwt) -> bool {
        self.issuer == before.issuer
            && self.audience == before.audience
            && before.keys.iter().all(|key| self.keys.contains(key))
    }

    /// The claims of a token.
    ///
    /// # Errors
    /// UNAUTHENTICATED with reason TOKEN_EXPIRED or TOKEN_NOT_BELIEVED.
    pub(crate) fn verify(&self, token: &[u8]) -> Result<Claims, Status> {
        let not_believed = |why: &str| {
            let message = format!("the token is not believed: {why}");
            refusal(Code::Unauthenticated, "TOKEN_NOT_BELIEVED", message)
        };
        let header = decode_header(token).map_err(|_| not_believed("it is no JSON Web Token"))?;
        let fits = |key: &&Key| match (&header.kid, &key.id) {
            (Some(named), Some(id)) => named == id,
            (Some(_), None) | (None, Some(_)) => self.keys.len() == 1,
            (None, None) => true,
        };
        let key = self.keys.iter().filter(fits).find(|key| key.algorithms.contains(&header.alg));
        let key = key.ok_or_else(|| not_believed("no key of the key set signed it"))?;
        let mut validation = Validation::new(header.alg);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        decode::<Claims>(token, &key.key, &validation).map(|data| data.claims).map_err(|error| {
            match error.kind() {
                ErrorKind::ExpiredSignature => {
                    refusal(Code::Unauthenticated, "TOKEN_EXPIRED", "the token has expired; get a new one")
                }
                ErrorKind::InvalidAudience => not_believed("it is for another audience; get one for Longhu"),
                ErrorKind::InvalidIssuer => not_believed("another issuer made it"),
                ErrorKind::ImmatureSignature => not_believed("it is not valid yet; compare the clocks"),
                ErrorKind::InvalidSignature => not_believed("its signature is wrong"),
                ErrorKind::MissingRequiredClaim(claim) => not_believed(&format!("it has no claim `{claim}`")),
                _ => not_believed("it cannot be read"),
            }
        })
    }
}

/// The algorithms that a key may be used with: the one it names, or those of its kind.
fn algorithms(
    named: Option<KeyAlgorithm>,
    parameters: &AlgorithmParameters,
    key: &DecodingKey,
) -> Result<Vec<Algorithm>, KeyFault> {
    if let Some(named) = named {
        return match format!("{named:?}").parse::<Algorithm>() {
            Ok(algorithm) if key.family().algorithms().contains(&algorithm) => Ok(vec![algorithm]),
            _ => Err(KeyFault::OtherAlgorithm(named)),
        };
    }
    match parameters {
        AlgorithmParameters::EllipticCurve(curve) => match curve.curve {
            EllipticCurve::P256 => Ok(vec![Algorithm::ES256]),
            EllipticCurve::P384 => Ok(vec![Algorithm::ES384]),
            _ => Err(KeyFault::OtherCurve),
        },
        _ => Ok(key.family().algorithms().to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use ring::signature::{Ed25519KeyPair, KeyPair};
    use tonic_types::StatusExt;

    use super::*;

    fn key(seed: u8) -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
    }

    fn set(keys: &[(&str, &Ed25519KeyPair)]) -> String {
        let jwk = |(id, key): &(&str, &Ed25519KeyPair)| {
            let x = URL_SAFE_NO_PAD.encode(key.public_key().as_ref());
            format!(r#"{{"kty":"OKP","crv":"Ed25519","use":"sig","alg":"EdDSA","kid":"{id}","x":"{x}"}}"#)
        };
        let keys: Vec<String> = keys.iter().map(jwk).collect();
        format!(r#"{{"keys":[{}]}}"#, keys.join(","))
    }

    fn read(text: &str) -> Result<Jwt, KeySetError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        Jwt::read("https://idp.bank.example", "longhu", file.path())
    }

    fn token(key: &Ed25519KeyPair, header: &str, claims: &str) -> Vec<u8> {
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes()));
        format!("{message}.{signature}").into_bytes()
    }

    const HEADER: &str = r#"{"alg":"EdDSA","kid":"a"}"#;

    fn claims(change: impl Fn(&mut serde_json::Value)) -> String {
        let now = jiff::Timestamp::now().as_second();
        let mut claims = serde_json::json!({
            "iss": "https://idp.bank.example", "aud": "longhu", "sub": "li", "exp": now + 300,
        });
        change(&mut claims);
        claims.to_string()
    }

    #[test]
    fn a_token_of_the_issuer_for_this_audience_is_believed_until_it_expires() {
        let jwt = read(&set(&[("a", &key(1)), ("b", &key(2))])).unwrap();
        let now = jiff::Timestamp::now().as_second();
        assert_eq!(jwt.verify(&token(&key(1), HEADER, &claims(|_| {}))).unwrap().sub, "li");
        let with_many = claims(|claims| claims["aud"] = serde_json::json!(["other", "longhu"]));
        jwt.verify(&token(&key(1), HEADER, &with_many)).unwrap();
        let cases: [(&str, serde_json::Value, &str); 6] = [
            ("exp", (now - 60).into(), "TOKEN_EXPIRED"),
            ("aud", "another".into(), "TOKEN_NOT_BELIEVED"),
            ("iss", "https://evil.example".into(), "TOKEN_NOT_BELIEVED"),
            ("nbf", (now + 120).into(), "TOKEN_NOT_BELIEVED"),
            ("nbf", "tomorrow".into(), "TOKEN_NOT_BELIEVED"),
            ("exp", "never".into(), "TOKEN_NOT_BELIEVED"),
        ];
        for (claim, value, reason) in cases {
            let changed = claims(|claims| claims[claim] = value.clone());
            let status = jwt.verify(&token(&key(1), HEADER, &changed)).err().unwrap();
            assert_eq!(status.get_details_error_info().unwrap().reason, reason, "{changed}");
        }
        for claim in ["exp", "aud", "iss", "sub"] {
            let without = claims(|claims| drop(claims.as_object_mut().unwrap().remove(claim)));
            assert!(jwt.verify(&token(&key(1), HEADER, &without)).is_err(), "{claim}");
        }
    }

    #[test]
    fn a_token_that_no_key_of_the_set_signed_is_not_believed() {
        let jwt = read(&set(&[("a", &key(1)), ("b", &key(2))])).unwrap();
        let good = claims(|_| {});
        for (signer, header) in [
            (key(2), HEADER),
            (key(3), HEADER),
            (key(1), r#"{"alg":"EdDSA","kid":"c"}"#),
            (key(1), r#"{"alg":"EdDSA"}"#),
            (key(1), r#"{"alg":"none","kid":"a"}"#),
            (key(1), r#"{"alg":"HS256","kid":"a"}"#),
        ] {
            assert!(jwt.verify(&token(&signer, header, &good)).is_err(), "{header}");
        }
        for nonsense in [&b"a.b.c"[..], b"..", b"", b"\xff.\xff.\xff"] {
            assert!(jwt.verify(nonsense).is_err());
        }
    }

    #[test]
    fn key_sets_are_compared_by_what_they_believe() {
        let jwt = |keys: &[(&str, &Ed25519KeyPair)]| read(&set(keys)).unwrap();
        let (one, two) = (jwt(&[("a", &key(1))]), jwt(&[("a", &key(1)), ("b", &key(2))]));
        assert!(two.extends(&one) && !one.extends(&two) && one.extends(&one));
    }

    #[test]
    fn key_sets_that_prove_nothing_are_refused() {
        for (text, expected) in [
            ("{}", "is no set of keys"),
            (r#"{"keys":[]}"#, "has no key for signatures"),
            (r#"{"keys":[{"kty":"oct","k":"c2VjcmV0","kid":"a"}]}"#, "a shared secret"),
        ] {
            let refused = read(text).unwrap_err().to_string();
            assert!(refused.contains(expected), "{refused} should contain {expected}");
        }
    }
}
