#![forbid(unsafe_code)]
// On Windows a release build opens no console beside its window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    tickwire_shell::run()
}
