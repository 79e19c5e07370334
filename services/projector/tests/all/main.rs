//! Tests of the projector with a real broker and a real store, in one binary. What they share is in `common`.

mod as_known;
mod common;
mod rooms;
mod same_everywhere;
mod seal_waits;
mod tables;
mod verify;
