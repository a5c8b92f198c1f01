mod frame;
#[cfg(test)]
mod golden;
