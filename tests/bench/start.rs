//! From the start of the program to the first simulated price in the page,
//! beside the first paint of an empty window of the same kind, in turn.
//!
//! `cargo xtask bench start` builds both programs as they are shipped, brings
//! a screen, and names them in `TICKWIRE_APP` and `TICKWIRE_EMPTY`.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tokio::time::Instant;

const ROUNDS: usize = 10;
/// What the app writes into its log when the page has taken the first frame with a price.
const FIRST_PRICE: &str = "the page has its first price";
const LOOK_EVERY: Duration = Duration::from_millis(2);
const PATIENCE: Duration = Duration::from_secs(60);

fn main() -> Result<()> {
    let (Some(app), Some(empty)) = (program("TICKWIRE_APP"), program("TICKWIRE_EMPTY")) else {
        tests::not_run("the start was not measured: cargo xtask bench start names the programs");
        return Ok(());
    };
    // The first start of each fills the caches of the disk and is not counted.
    time_empty(&empty)?;
    time_app(&app)?;
    let (mut emptys, mut apps) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        emptys.push(time_empty(&empty)?);
        apps.push(time_app(&app)?);
    }
    let differences = emptys
        .iter()
        .zip(&apps)
        .map(|(empty, app)| app.saturating_sub(*empty))
        .collect();
    println!(
        "{ROUNDS} starts of each in turn, after one that is not counted; milliseconds from the start of the process"
    );
    println!("{:<44} {:>6} {:>6} {:>6}", "", "min", "median", "max");
    row("an empty window's first paint", emptys);
    row("the first simulated price in the page", apps);
    row("the second after the first, round by round", differences);
    Ok(())
}

fn program(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_file())
}

fn row(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |index: usize| times.get(index).copied().unwrap_or_default().as_millis();
    println!(
        "{what:<44} {:>6} {:>6} {:>6}",
        at(0),
        at(times.len() / 2),
        at(times.len() - 1)
    );
}

fn time_empty(program: &Path) -> Result<Duration> {
    let folder = tempfile::tempdir()?;
    let began = Instant::now();
    let mut child = start(program, &[], folder.path())?;
    let output = child.stdout.take().context("no output")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let took = began.elapsed();
    end(child)?;
    ensure!(line.trim() == "painted", "the empty window said {line:?}");
    Ok(took)
}

/// Every start is a first one: a new profile, a new log.
fn time_app(program: &Path) -> Result<Duration> {
    let folder = tempfile::tempdir()?;
    let profile = folder.path().join("profile");
    let began = Instant::now();
    let child = start(
        program,
        &["--profile".as_ref(), profile.as_os_str()],
        folder.path(),
    )?;
    let found = loop {
        if logged(folder.path()) {
            break Some(began.elapsed());
        }
        if began.elapsed() > PATIENCE {
            break None;
        }
        std::thread::park_timeout(LOOK_EVERY);
    };
    end(child)?;
    found.with_context(|| format!("the log never said {FIRST_PRICE:?}"))
}

fn start(program: &Path, arguments: &[&std::ffi::OsStr], folder: &Path) -> Result<Child> {
    let mut command = Command::new(program);
    for place in [
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_STATE_HOME",
        "XDG_CACHE_HOME",
    ] {
        command.env(place, folder.join(place));
    }
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))
}

/// Whether any log below the folder has the line.
fn logged(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return false;
    };
    entries.flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return logged(&path);
        }
        let mut text = String::new();
        path.extension().is_some_and(|ending| ending == "log")
            && File::open(&path)
                .and_then(|mut file| file.read_to_string(&mut text))
                .is_ok()
            && text.contains(FIRST_PRICE)
    })
}

fn end(mut child: Child) -> Result<()> {
    let asked = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()?;
    if !asked.success() {
        bail!("process {} could not be asked to end", child.id());
    }
    child.wait()?;
    Ok(())
}
