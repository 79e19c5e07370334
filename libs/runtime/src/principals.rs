//! All principals, and which of them a caller is. Tokens are kept as hashes and never printed. The file is read again
//! when it changes: whoever is no longer in it, or may now do something else, loses what was open.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use longhu_proto::status::refusal;
use parking_lot::RwLock;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status};

use crate::principal::{Principal, Role, token_missing};
use crate::principal_file::{self, Credential, PrincipalFileError, Roster};
use crate::tls::CertificateNames;

/// All principals. Cheap to clone; all clones change together.
#[derive(Clone)]
pub struct Principals {
    known: Arc<Known>,
}

enum Known {
    Local(Grant),
    File { path: PathBuf, in_force: RwLock<InForce> },
}

/// A file as it was read, and whether each credential in it still holds.
struct InForce {
    roster: Roster,
    holds: HashMap<Credential, CancellationToken>,
}

/// That a caller is a principal, as long as it holds.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The caller.
    pub principal: Arc<Principal>,
    /// Cancelled when the credential is no longer in the file, or its principal may do something else.
    revoked: CancellationToken,
    /// When the credential ends by itself.
    end: Option<SystemTime>,
}

impl Grant {
    /// Waits until it no longer holds, and says why.
    pub(crate) async fn ended(self) -> Status {
        let expired = async {
            match self.end {
                Some(end) => {
                    tokio::time::sleep(end.duration_since(SystemTime::now()).unwrap_or_default()).await
                }
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = self.revoked.cancelled() => {
                let message = "the principals file no longer grants this; connect again, or ask for it";
                refusal(Code::Unauthenticated, "GRANT_ENDED", message)
            }
            () = expired => {
                refusal(Code::Unauthenticated, "TOKEN_EXPIRED", "the token has expired; get a new one")
            }
        }
    }
}

impl Principals {
    /// Every caller is this principal, with all roles and all sources. Only for use on one's own machine.
    pub fn local(name: impl Into<String>) -> Principals {
        let principal =
            Principal { name: name.into(), roles: Role::ALL.into(), sources: vec!["*".to_owned()] };
        let grant = Grant { principal: Arc::new(principal), revoked: CancellationToken::new(), end: None };
        Principals { known: Arc::new(Known::Local(grant)) }
    }

    /// Reads a principals file; the manual describes it.
    ///
    /// # Errors
    /// [`PrincipalFileError`], which names the file and the line and never shows a token.
    pub fn from_file(path: &Path) -> Result<Principals, PrincipalFileError> {
        let roster = principal_file::read(path)?;
        let holds = roster.known.keys().map(|known| (known.clone(), CancellationToken::new())).collect();
        let in_force = RwLock::new(InForce { roster, holds });
        Ok(Principals { known: Arc::new(Known::File { path: path.to_owned(), in_force }) })
    }

    /// Reads the file again. What is no longer granted ends; after an error everything stays as it was.
    ///
    /// # Errors
    /// As [`Principals::from_file`].
    pub fn reload(&self) -> Result<(), PrincipalFileError> {
        let Known::File { path, in_force } = &*self.known else { return Ok(()) };
        let roster = principal_file::read(path)?;
        let mut in_force = in_force.write();
        let same_keys = match (&in_force.roster.jwt, &roster.jwt) {
            (Some(before), Some(after)) => after.extends(before),
            _ => false,
        };
        let mut held = std::mem::take(&mut in_force.holds);
        let mut holds = HashMap::with_capacity(roster.known.len());
        for (credential, principal) in &roster.known {
            let is_believed = same_keys || !matches!(credential, Credential::Subject(_));
            let is_same = is_believed && in_force.roster.known.get(credential) == Some(principal);
            let kept = held.remove(credential).filter(|hold| is_same || revoke(hold));
            holds.insert(credential.clone(), kept.unwrap_or_default());
        }
        held.values().for_each(CancellationToken::cancel);
        *in_force = InForce { roster, holds };
        Ok(())
    }

    /// The files that it was read from.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        match &*self.known {
            Known::Local(_) => Vec::new(),
            Known::File { path, in_force } => {
                let keys = in_force.read().roster.key_file.clone();
                std::iter::once(path.clone()).chain(keys).collect()
            }
        }
    }

    /// The principal to whom an `authorization` header belongs or, without one, the names of a client certificate.
    ///
    /// # Errors
    /// UNAUTHENTICATED with reason TOKEN_MISSING, TOKEN_UNKNOWN, TOKEN_EXPIRED, TOKEN_NOT_BELIEVED,
    /// CERTIFICATE_UNKNOWN or CERTIFICATE_AMBIGUOUS.
    pub fn authenticate(
        &self,
        authorization: Option<&[u8]>,
        certificate: Option<&CertificateNames>,
    ) -> Result<Grant, Status> {
        let in_force = match &*self.known {
            Known::Local(grant) => return Ok(grant.clone()),
            Known::File { in_force, .. } => in_force.read(),
        };
        match (authorization, certificate) {
            (Some(authorization), _) => {
                in_force.of_token(bearer_token(authorization).ok_or_else(token_missing)?)
            }
            (None, Some(names)) => in_force.of_certificate(names),
            (None, None) => Err(token_missing()),
        }
    }
}

/// Ends what a credential opened. Returns false, for a filter.
fn revoke(hold: &CancellationToken) -> bool {
    hold.cancel();
    false
}

impl InForce {
    fn of_token(&self, token: &[u8]) -> Result<Grant, Status> {
        // What is looked up is a hash: the time that it takes says nothing about a token that exists.
        if let Some(grant) = self.grant(&Credential::Token(blake3::hash(token)), None) {
            return Ok(grant);
        }
        match &self.roster.jwt {
            Some(jwt) if token.iter().filter(|byte| **byte == b'.').count() == 2 => {
                let claims = jwt.verify(token)?;
                let end = claims.end();
                self.grant(&Credential::Subject(claims.sub.clone()), end).ok_or_else(|| {
                    let message = format!(
                        "the token is believed, but no principal has the subject `{}`; have it added",
                        claims.sub
                    );
                    refusal(Code::Unauthenticated, "TOKEN_UNKNOWN", message)
                })
            }
            _ => {
                let message = "the token is not in the principals file; check it, or have it added";
                Err(refusal(Code::Unauthenticated, "TOKEN_UNKNOWN", message))
            }
        }
    }

    fn of_certificate(&self, names: &CertificateNames) -> Result<Grant, Status> {
        let grants =
            names.iter().filter_map(|name| self.grant(&Credential::Certificate(name.to_owned()), None));
        let mut found: Option<Grant> = None;
        for grant in grants {
            if found.as_ref().is_some_and(|other| other.principal.name != grant.principal.name) {
                let message =
                    "the client certificate has names of several principals; use one that names one";
                return Err(refusal(Code::Unauthenticated, "CERTIFICATE_AMBIGUOUS", message));
            }
            found = Some(grant);
        }
        found.ok_or_else(|| {
            let names: Vec<&str> = names.iter().collect();
            let message = format!(
                "no principal has a name of the client certificate ({}); have one added, or send a token",
                names.join(", ")
            );
            refusal(Code::Unauthenticated, "CERTIFICATE_UNKNOWN", message)
        })
    }

    fn grant(&self, credential: &Credential, end: Option<SystemTime>) -> Option<Grant> {
        let principal = self.roster.known.get(credential)?.clone();
        Some(Grant { principal, revoked: self.holds.get(credential)?.clone(), end })
    }
}

impl fmt::Debug for Principals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.known {
            Known::Local(grant) => f.debug_tuple("Local").field(&grant.principal.name).finish(),
            Known::File { in_force, .. } => {
                let in_force = in_force.read();
                let mut names: Vec<&String> =
                    in_force.roster.known.values().map(|principal| &principal.name).collect();
                names.sort();
                names.dedup();
                f.debug_list().entries(names).finish()
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
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    struct File(tempfile::TempDir);

    impl File {
        fn new(text: &str) -> File {
            let file = File(tempfile::tempdir().unwrap());
            file.write(text);
            file
        }

        fn path(&self) -> PathBuf {
            self.0.path().join("principals.toml")
        }

        fn write(&self, text: &str) {
            std::fs::write(self.path(), text).unwrap();
            std::fs::set_permissions(self.path(), std::fs::Permissions::from_mode(0o600)).unwrap();
        }
    }

    fn entry(name: &str, credential: &str, role: &str) -> String {
        format!("[[principal]]\nname = \"{name}\"\n{credential}\nroles = [\"{role}\"]\n")
    }

    fn token(text: &str) -> String {
        format!("tokens = \"blake3:{}\"", blake3::hash(text.as_bytes()))
    }

    fn names(names: &[&str]) -> CertificateNames {
        CertificateNames::new(names.iter().map(ToString::to_string))
    }

    #[test]
    fn local_principal_may_do_everything() {
        let grant = Principals::local("me").authenticate(None, None).unwrap();
        assert!(Role::ALL.into_iter().all(|role| grant.principal.has(role)));
        assert!(grant.principal.may_open("anything"));
    }

    #[test]
    fn bearer_is_read_in_any_case_and_nothing_else_is() {
        assert_eq!(bearer_token(b"Bearer abc"), Some(&b"abc"[..]));
        assert_eq!(bearer_token(b"bearer  abc "), Some(&b"abc"[..]));
        for wrong in [&b"Basic abc"[..], b"Bearer", b"Bearer  ", b""] {
            assert_eq!(bearer_token(wrong), None);
        }
    }

    #[test]
    fn a_caller_is_who_its_token_or_else_its_certificate_says() {
        let both = "certificates = [\"q.bank.example\", \"q2.bank.example\"]";
        let file = File::new(&format!(
            "{}{}{}",
            entry("hq", &token("of-hq"), "admin"),
            entry("old", "token = \"0123456789abcdef\"", "viewer"),
            entry("q", both, "service") + &entry("p", "certificates = [\"p.bank.example\"]", "service")
        ));
        let principals = Principals::from_file(&file.path()).unwrap();
        let name = |token: Option<&str>, certificate: &[&str]| {
            let header = token.map(|token| format!("Bearer {token}"));
            let certificate = (!certificate.is_empty()).then(|| names(certificate));
            let grant = principals.authenticate(header.as_deref().map(str::as_bytes), certificate.as_ref());
            grant.map(|grant| grant.principal.name.clone()).ok()
        };
        assert_eq!(name(Some("of-hq"), &[]).as_deref(), Some("hq"));
        assert_eq!(name(Some("0123456789abcdef"), &[]).as_deref(), Some("old"));
        assert_eq!(name(Some("of-hq"), &["q.bank.example"]).as_deref(), Some("hq"));
        assert_eq!(name(None, &["other", "q.bank.example", "q2.bank.example"]).as_deref(), Some("q"));
        for (token, certificate) in [
            (None, &[][..]),
            (Some("nonsense"), &[]),
            (Some("nonsense"), &["q.bank.example"]),
            (None, &["other"]),
            (None, &["q.bank.example", "p.bank.example"]),
        ] {
            assert_eq!(name(token, certificate), None, "{token:?} {certificate:?}");
        }
        assert_eq!(format!("{principals:?}"), "[\"hq\", \"old\", \"p\", \"q\"]");
        assert_eq!(format!("{:?}", Principals::local("me")), "Local(\"me\")");
    }

    #[test]
    fn what_a_new_file_no_longer_grants_ends_and_the_rest_goes_on() {
        let (hq, wall) = (entry("hq", &token("of-hq"), "admin"), entry("wall", &token("of-wall"), "viewer"));
        let file = File::new(&format!("{hq}{wall}"));
        let principals = Principals::from_file(&file.path()).unwrap();
        let grant = |token: &str| principals.authenticate(Some(format!("Bearer {token}").as_bytes()), None);
        let (of_hq, of_wall) = (grant("of-hq").unwrap(), grant("of-wall").unwrap());

        file.write("nonsense");
        principals.reload().unwrap_err();
        assert!(grant("of-wall").is_ok() && !of_wall.revoked.is_cancelled());

        file.write(&hq);
        principals.reload().unwrap();
        assert!(grant("of-wall").is_err() && of_wall.revoked.is_cancelled());
        assert!(grant("of-hq").is_ok() && !of_hq.revoked.is_cancelled());

        file.write(&hq.replace("admin", "viewer"));
        principals.reload().unwrap();
        assert!(of_hq.revoked.is_cancelled(), "it may do something else now");
        assert!(!grant("of-hq").unwrap().revoked.is_cancelled());
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        let file = File::new(&entry("hq", &token("of-hq"), "admin"));
        for mode in [0o640, 0o604, 0o660] {
            std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(mode)).unwrap();
            let refused = Principals::from_file(&file.path()).unwrap_err().to_string();
            assert!(refused.contains("chmod 0600") && refused.contains("FILE_NOT_PRIVATE"), "{refused}");
        }
        std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o400)).unwrap();
        Principals::from_file(&file.path()).unwrap();
    }
}
