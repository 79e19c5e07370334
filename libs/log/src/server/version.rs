//! Versions of nats-server: the one that is installed, and the oldest one that does what the log needs.

/// The version that is installed.
pub const INSTALLED_VERSION: &str = "2.15.1";
/// The oldest version that does what the log needs.
pub const VERSION_MIN: Version = Version(2, 12);

/// A version: major, minor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32, pub u32);

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}
