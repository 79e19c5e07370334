//! What every service needs besides its own work: principals, the server and its layers, telemetry, shutdown.
//! It knows nothing about events, contests or the log. What a principal may do with which data is decided by
//! the services.

pub mod audit;
mod ending;
mod following;
mod jwt;
mod open_calls;
mod passed;
pub mod permissions;
mod principal;
mod principal_file;
mod principal_layer;
mod principals;
pub mod private_file;
pub mod serve;
pub mod shutdown;
mod socket;
pub mod telemetry;
pub mod tls;
pub mod token;
pub mod wire_errors;

pub use audit::{Audit, AuditError};
pub use passed::{on_behalf_of, pass_on};
pub use principal::{Principal, Role, caller};
pub use principal_file::PrincipalFileError;
pub use principal_layer::{Door, PrincipalLayer};
pub use principals::{Grant, Principals};
pub use serve::{Gate, ServeError, Services, serve};
pub use socket::Peer;
pub use tls::{ServerTls, TlsError, TlsFiles};
