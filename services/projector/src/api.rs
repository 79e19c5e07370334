//! The projector's gRPC services. Each checks what is asked, waits for the position that the caller wants, and hands the
//! call to `query` or `replay`. Nothing is computed here.

pub mod log;
pub mod operations;
pub mod organisation;
pub mod plans;
pub mod standings;
