//! The services put together: all in one process as in `longhu dev`, or each in its own process. They start
//! in order and end in reverse order.

pub mod bank;
mod detached;
pub mod dev;
pub mod listen;
pub mod ready;
pub mod single;
pub mod stack;
