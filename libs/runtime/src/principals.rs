//! All principals, and which of them a token belongs to. Tokens are kept as hashes, compared in constant
//! time, and never printed.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use longhu_proto::status::refusal;
use tonic::{Code, Status};

use crate::principal::{Principal, Role, token_missing};
use crate::principal_file::{self, PrincipalFileError};

/// All principals. Cheap to clone.
#[derive(Clone)]
pub struct Principals {
    known: Known,
}

#[derive(Clone)]
enum Known {
    Local(Arc<Principal>),
    Tokens(Arc<[(blake3::Hash, Arc<Principal>)]>),
}

impl Principals {
    /// Every caller is this principal, with all roles and all sources. Only for use on one's own machine.
    pub fn local(name: impl Into<String>) -> Principals {
        let principal =
            Principal { name: name.into(), roles: Role::ALL.into(), sources: vec!["*".to_owned()] };
        Principals { known: Known::Local(Arc::new(principal)) }
    }

    /// Reads a principals file:
    ///
    /// ```toml
    /// [[principal]]
    /// name = "core-cards"
    /// token = "at least sixteen characters"
    /// roles = ["adapter"]
    /// sources = ["core-*"]
    /// ```
    ///
    /// # Errors
    /// [`PrincipalFileError`], which names the file and the line and never shows a token.
    pub fn from_file(path: &Path) -> Result<Principals, PrincipalFileError> {
        let tokens = principal_file::read(path)?;
        Ok(Principals { known: Known::Tokens(tokens.into()) })
    }

    /// The principal to whom an `authorization` header belongs.
    ///
    /// # Errors
    /// UNAUTHENTICATED with reason TOKEN_MISSING or TOKEN_UNKNOWN.
    pub fn authenticate(&self, authorization: Option<&[u8]>) -> Result<Arc<Principal>, Status> {
        let tokens = match &self.known {
            Known::Local(principal) => return Ok(principal.clone()),
            Known::Tokens(tokens) => tokens,
        };
        let token = authorization.and_then(bearer_token).ok_or_else(token_missing)?;
        let hash = blake3::hash(token);
        // `blake3::Hash` compares in constant time, and the search does not stop at the first match.
        let mut found = None;
        for (known, principal) in tokens.iter() {
            if *known == hash {
                found = Some(principal);
            }
        }
        found.cloned().ok_or_else(|| {
            let message = "the token is not in the principals file; check it, or have it added";
            refusal(Code::Unauthenticated, "TOKEN_UNKNOWN", message)
        })
    }
}

impl fmt::Debug for Principals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.known {
            Known::Local(principal) => f.debug_tuple("Local").field(&principal.name).finish(),
            Known::Tokens(tokens) => {
                f.debug_list().entries(tokens.iter().map(|(_, principal)| &principal.name)).finish()
            }
        }
    }
}

fn bearer_token(authorization: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = authorization.split_at_checked(7)?;
    let token = token.trim_ascii();
    (scheme.eq_ignore_ascii_case(b"bearer ") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_principal_may_do_everything() {
        let principal = Principals::local("me").authenticate(None).unwrap();
        assert!(Role::ALL.into_iter().all(|role| principal.has(role)));
        assert!(principal.may_open("anything"));
    }

    #[test]
    fn bearer_is_read_in_any_case_and_nothing_else_is() {
        assert_eq!(bearer_token(b"Bearer abc"), Some(&b"abc"[..]));
        assert_eq!(bearer_token(b"bearer  abc "), Some(&b"abc"[..]));
        for wrong in [&b"Basic abc"[..], b"Bearer", b"Bearer  ", b""] {
            assert_eq!(bearer_token(wrong), None);
        }
    }
}
