//! The caller: the principal's name, its roles, and the sources for which it may send events as an adapter.

use std::collections::BTreeSet;
use std::sync::Arc;

use longhu_proto::status::refusal;
use tonic::{Code, Status};

/// What a principal may do; [`permissions`](crate::permissions) says which calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sends events for its own sources.
    Adapter,
    /// Reads standings.
    Viewer,
    /// Makes contests, targets, calendars and event types.
    Designer,
    /// Seals results.
    Approver,
    /// Runs Longhu: the organisation, sources, the log, verification, rebuilds.
    Operator,
    /// Does whatever the others may, except what services do.
    Admin,
    /// Another service of this bank, which calls for its own callers.
    Service,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 7] = [
        Role::Adapter,
        Role::Viewer,
        Role::Designer,
        Role::Approver,
        Role::Operator,
        Role::Admin,
        Role::Service,
    ];

    /// Its name in the principals file.
    pub fn name(self) -> &'static str {
        match self {
            Role::Adapter => "adapter",
            Role::Viewer => "viewer",
            Role::Designer => "designer",
            Role::Approver => "approver",
            Role::Operator => "operator",
            Role::Admin => "admin",
            Role::Service => "service",
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
    /// The sources for which it may send events: names, or beginnings of names that end with `*`.
    pub sources: Vec<String>,
}

impl Principal {
    /// Whether it has this role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether this source was granted to it.
    pub fn may_open(&self, source: &str) -> bool {
        self.sources.iter().any(|granted| match granted.strip_suffix('*') {
            Some(beginning) => source.starts_with(beginning),
            None => source == granted,
        })
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

/// Whether some source could be granted by both.
pub(crate) fn overlap(one: &str, other: &str) -> bool {
    match (one.strip_suffix('*'), other.strip_suffix('*')) {
        (Some(one), Some(other)) => one.starts_with(other) || other.starts_with(one),
        (Some(one), None) => other.starts_with(one),
        (None, Some(other)) => one.starts_with(other),
        (None, None) => one == other,
    }
}

/// The principal who made a request. Whether it may was checked before the request was read.
///
/// # Errors
/// UNAUTHENTICATED with reason TOKEN_MISSING if the service was mounted without
/// [`PrincipalLayer`](crate::PrincipalLayer).
pub fn caller<T>(request: &tonic::Request<T>) -> Result<Arc<Principal>, Status> {
    request.extensions().get::<Arc<Principal>>().cloned().ok_or_else(token_missing)
}

pub(crate) fn token_missing() -> Status {
    let message =
        "the call has neither a token nor a client certificate; send `authorization: Bearer <token>`";
    refusal(Code::Unauthenticated, "TOKEN_MISSING", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_granted_by_its_name_or_its_beginning() {
        let granted = |pattern: &str, source: &str| {
            let sources = vec![pattern.to_owned()];
            Principal { name: "x".to_owned(), roles: BTreeSet::new(), sources }.may_open(source)
        };
        for (pattern, source) in
            [("*", "x"), ("core-*", "core-cards"), ("core-*", "core-"), ("x", "x"), ("龙*", "龙虎")]
        {
            assert!(granted(pattern, source), "{pattern} {source}");
        }
        for (pattern, source) in [("core-*", "score-a"), ("x", "xy"), ("xy", "x"), ("core-*", "core")] {
            assert!(!granted(pattern, source), "{pattern} {source}");
        }
    }

    #[test]
    fn two_grants_overlap_if_one_source_could_have_both() {
        for (one, other) in [("a", "a"), ("a*", "ab"), ("a*", "ab*"), ("*", "x"), ("*", "*"), ("a*", "a")] {
            assert!(overlap(one, other) && overlap(other, one), "{one} {other}");
        }
        for (one, other) in [("a", "b"), ("a", "ab"), ("a-*", "b-*"), ("ab*", "a"), ("core-1*", "core-2*")] {
            assert!(!overlap(one, other) && !overlap(other, one), "{one} {other}");
        }
    }
}
