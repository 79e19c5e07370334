//! What every command that talks to a server needs: the server's address, how answers and failures are shown,
//! and the exit code of a failure.

pub mod bar;
pub mod failure;
pub mod instant;
pub mod output;
pub mod problems;
pub mod proto_json;
pub mod server;
pub mod stderr;
pub mod tls;
pub mod token;
