//! Who calls: names, roles, and the sources that an adapter may open. It never keeps, prints or compares a token as
//! text: only its hash, in constant time.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use longhu_proto::status::refusal;
use tonic::{Code, Status};

use crate::principal_file::{self, PrincipalFileError};

/// What a principal may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sends events of its own sources.
    Adapter,
    /// Takes decisions: organisation, contests, sources, event types.
    Admin,
    /// Looks at standings.
    Viewer,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 3] = [Role::Adapter, Role::Admin, Role::Viewer];

    /// Its name in the principals file.
    pub fn name(self) -> &'static str {
        match self {
            Role::Adapter => "adapter",
            Role::Admin => "admin",
            Role::Viewer => "viewer",
        }
    }
}

/// The caller of a request; in the extensions of every request that passed [`PrincipalLayer`](crate::PrincipalLayer).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// Its name: what decisions are signed with and sources belong to.
    pub name: String,
    /// What it may do.
    pub roles: BTreeSet<Role>,
    /// Patterns of the sources that it may open, `*` for any run of characters.
    pub sources: Vec<String>,
}

impl Principal {
    /// Whether it has the role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether one of its patterns allows it to open a source of that name.
    pub fn may_open(&self, source: &str) -> bool {
        self.sources.iter().any(|pattern| matches_pattern(pattern, source))
    }

    /// Refuses a principal that has none of the roles.
    ///
    /// # Errors
    /// PERMISSION_DENIED with reason ROLE_MISSING.
    pub fn check_any(&self, roles: &[Role]) -> Result<(), Status> {
        if roles.iter().any(|role| self.has(*role)) {
            return Ok(());
        }
        let names: Vec<&str> = roles.iter().map(|role| role.name()).collect();
        let message = format!(
            "`{}` needs the role {}; give it to this principal in the principals file",
            self.name,
            names.join(" or ")
        );
        Err(refusal(Code::PermissionDenied, "ROLE_MISSING", message))
    }
}

/// The principal of a request, if it has one of the roles.
///
/// # Errors
/// PERMISSION_DENIED with reason ROLE_MISSING; UNAUTHENTICATED with reason TOKEN_MISSING when the service is mounted
/// without [`PrincipalLayer`](crate::PrincipalLayer).
pub fn require_any<T>(request: &tonic::Request<T>, roles: &[Role]) -> Result<Arc<Principal>, Status> {
    let Some(principal) = request.extensions().get::<Arc<Principal>>() else {
        return Err(token_missing());
    };
    principal.check_any(roles)?;
    Ok(principal.clone())
}

/// The principal of a request, if it has the role. Errors as [`require_any`].
pub fn require<T>(request: &tonic::Request<T>, role: Role) -> Result<Arc<Principal>, Status> {
    require_any(request, &[role])
}

/// Everybody who may call. Cheap to clone.
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
    /// Everybody is this principal, with all roles and all sources. For one's own machine only.
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

    /// The caller that an `authorization` header names.
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
            let message = "the token is not one of the principals file; check it, or have it added";
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

fn token_missing() -> Status {
    let message = "the call has no token; send the metadata `authorization: Bearer <token>`";
    refusal(Code::Unauthenticated, "TOKEN_MISSING", message)
}

fn bearer_token(authorization: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = authorization.split_at_checked(7)?;
    let token = token.trim_ascii();
    (scheme.eq_ignore_ascii_case(b"bearer ") && !token.is_empty()).then_some(token)
}

/// Whether `text` is what `pattern` says, `*` standing for any run of characters, also none.
fn matches_pattern(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(head) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let tail = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = text.find(part) else { return false };
        text = &text[at + part.len()..];
    }
    text.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn star_stands_for_any_run_of_characters() {
        for (pattern, text) in [
            ("*", ""),
            ("*", "x"),
            ("core-*", "core-cards"),
            ("a*b*c", "a1b2b3c"),
            ("x", "x"),
            ("龙*", "龙虎"),
        ] {
            assert!(matches_pattern(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("", "x"), ("core-*", "score-a"), ("a*a", "a"), ("*b", "ba"), ("a*b*c", "ac")]
        {
            assert!(!matches_pattern(pattern, text), "{pattern} {text}");
        }
    }

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
