//! The projector's gRPC services. Each checks the request, waits for the position that the caller asks for,
//! and passes the call on to `query` or `replay`. Nothing is computed here.

pub mod log;
pub mod operations;
pub mod organisation;
pub mod plans;
pub mod standings;
