//! What every service needs around its own work: principals, the server and its layers, telemetry, shutdown. It knows no
//! event, no contest and no log; what a principal may do to which data is decided by the services.

mod principal;
mod principal_file;
mod principal_layer;
mod principals;
pub mod serve;
pub mod shutdown;
pub mod telemetry;
pub mod wire_errors;

pub use principal::{Principal, Role, require, require_any};
pub use principal_file::PrincipalFileError;
pub use principal_layer::PrincipalLayer;
pub use principals::Principals;
pub use serve::{ServeError, Services, serve};
