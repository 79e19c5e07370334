//! What every command needs that talks to a server: where it is, how its answers and failures are shown, and which exit
//! code a failure has. It knows no command.

pub mod bar;
pub mod failure;
pub mod output;
pub mod problems;
pub mod proto_json;
pub mod server;
pub mod stderr;
