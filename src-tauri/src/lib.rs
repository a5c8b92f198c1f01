#![forbid(unsafe_code)]
mod ipc;
