//! Everything that crosses to the page.
mod code;
mod frame;
mod lane;
mod pace;
mod stream;
mod views;

#[cfg(test)]
mod bindings;
#[cfg(test)]
mod golden;
