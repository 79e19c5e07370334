//! The caller: the principal's name, its roles, and the sources for which it may send events as an adapter.

use std::collections::BTreeSet;
use std::sync::Arc;

use longhu_proto::status::refusal;
use tonic::{Code, Status};

/// What a principal may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sends events for its own sources.
    Adapter,
    /// Makes decisions: organisation, contests, sources, event types.
    Admin,
    /// Reads standings.
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

/// The caller of a request. It is in the extensions of every request that passed
/// [`PrincipalLayer`](crate::PrincipalLayer).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// Its name, which is recorded with its decisions and sources.
    pub name: String,
    /// What it may do.
    pub roles: BTreeSet<Role>,
    /// Patterns of the sources for which it may send events; `*` stands for any characters.
    pub sources: Vec<String>,
}

impl Principal {
    /// Whether it has this role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether one of its patterns matches this source.
    pub fn may_open(&self, source: &str) -> bool {
        self.sources.iter().any(|pattern| matches_pattern(pattern, source))
    }

    /// Returns an error if the principal has none of the roles.
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
/// PERMISSION_DENIED with reason ROLE_MISSING; UNAUTHENTICATED with reason TOKEN_MISSING if the service was
/// mounted without [`PrincipalLayer`](crate::PrincipalLayer).
pub fn require_any<T>(request: &tonic::Request<T>, roles: &[Role]) -> Result<Arc<Principal>, Status> {
    let Some(principal) = request.extensions().get::<Arc<Principal>>() else {
        return Err(token_missing());
    };
    principal.check_any(roles)?;
    Ok(principal.clone())
}

/// The principal of a request, if it has the role. Errors are those of [`require_any`].
pub fn require<T>(request: &tonic::Request<T>, role: Role) -> Result<Arc<Principal>, Status> {
    require_any(request, &[role])
}

pub(crate) fn token_missing() -> Status {
    let message = "the call has no token; send the metadata `authorization: Bearer <token>`";
    refusal(Code::Unauthenticated, "TOKEN_MISSING", message)
}

/// Whether `text` matches `pattern`, in which `*` stands for zero or more characters.
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
}
