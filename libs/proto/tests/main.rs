//! Stored bytes of the protos, and what definitions on the wire must have. One binary: the contests that both need are
//! compiled once.

mod contests;
mod definitions;
mod golden;
