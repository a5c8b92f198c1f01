//! What a process uses of the machine, as the kernel counts it.

use std::time::Duration;

use anyhow::{Context, Result, bail};

/// The time that a process has had on a processor, all its threads together.
pub fn cpu(process: u32) -> Result<Duration> {
    let mut sum = 0;
    for task in std::fs::read_dir(format!("/proc/{process}/task"))? {
        let text = std::fs::read_to_string(task?.path().join("schedstat"))?;
        let first = text.split_whitespace().next();
        let nanoseconds: u64 = first.context("schedstat is empty")?.parse()?;
        sum += nanoseconds;
    }
    Ok(Duration::from_nanos(sum))
}

/// The memory of a process, in bytes: what it has for itself, and its share of
/// what it has with others.
pub fn memory(process: u32) -> Result<u64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
    let kibibytes: u64 = line
        .and_then(|line| line.split_whitespace().next())
        .context("smaps_rollup does not say how much")?
        .parse()?;
    Ok(kibibytes * 1024)
}

/// The same as [`cpu`] for the process that asks.
#[cfg(unix)]
pub fn own_cpu() -> Duration {
    time_of(rustix::time::ClockId::ProcessCPUTime)
}

/// The same for the thread that asks alone.
#[cfg(unix)]
pub fn thread_cpu() -> Duration {
    time_of(rustix::time::ClockId::ThreadCPUTime)
}

#[cfg(unix)]
fn time_of(clock: rustix::time::ClockId) -> Duration {
    let time = rustix::time::clock_gettime(clock);
    Duration::new(
        u64::try_from(time.tv_sec).unwrap_or_default(),
        u32::try_from(time.tv_nsec).unwrap_or_default(),
    )
}

/// Lets this process, and those that it starts, have so many files and sockets open.
#[cfg(unix)]
pub fn may_open(files: u64) -> Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= files) {
        return Ok(());
    }
    if limit.maximum.is_some_and(|maximum| maximum < files) {
        bail!("{files} open files are needed and {limit:?} allows fewer: ulimit -n {files} as root");
    }
    let wanted = Rlimit {
        current: Some(files),
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, wanted).context("the limit of open files stays where it is")
}

#[cfg(not(unix))]
pub fn own_cpu() -> Duration {
    Duration::ZERO
}

#[cfg(not(unix))]
pub fn thread_cpu() -> Duration {
    Duration::ZERO
}

#[cfg(not(unix))]
pub fn may_open(_files: u64) -> Result<()> {
    bail!("only measured on Unix")
}
