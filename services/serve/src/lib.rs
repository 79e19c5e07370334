//! The services put together: all in one process as `longhu dev` runs them, or each in a process of its own. They start in
//! order and end in the reverse order.

pub mod bank;
mod detached;
pub mod dev;
pub mod listen;
pub mod ready;
pub mod single;
pub mod stack;
