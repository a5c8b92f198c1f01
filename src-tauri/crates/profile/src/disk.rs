//! Files that are either whole or not there.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use tempfile::NamedTempFile;

/// `None` when there is no such file. One of more than `bytes_max` was not made by us.
pub(crate) fn read(path: &Path, bytes_max: u64) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(bytes_max + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_max {
        let why = format!("the file is larger than {} MiB", bytes_max >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, why));
    }
    Ok(Some(bytes))
}

/// Puts `text` in the file's place, readable by its owner only: a reader, and a
/// start after a power cut, sees the old file or the new one.
pub(crate) fn replace(path: &Path, text: &str) -> io::Result<()> {
    // A person who keeps this file elsewhere and linked it here wants it kept there.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    sync_folder(folder);
    Ok(())
}

/// As [`replace`], for what is written again in a moment: a reader, and whoever
/// comes after a crash of this program, sees the old file or the new one. After a
/// power cut it may be damaged, and nothing waits for the disk.
pub(crate) fn put(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

/// Gives the file a name that tells what became of it, and when.
pub(crate) fn keep_aside(path: &Path, what: &str, now: DateTime<Utc>) -> io::Result<PathBuf> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let time = now.format("%Y-%m-%dT%H-%M-%SZ");
    let aside = (1..=FILES_A_SECOND_MAX)
        .map(|count| match count {
            1 => format!("{stem}.{what}-{time}.toml"),
            _ => format!("{stem}.{what}-{time}-{count}.toml"),
        })
        .map(|name| path.with_file_name(name))
        .find(|aside| !aside.exists())
        .ok_or(io::ErrorKind::AlreadyExists)?;
    fs::rename(path, &aside)?;
    Ok(aside)
}

/// Whoever breaks a file more often than this in one second is not a person.
const FILES_A_SECOND_MAX: u32 = 20;

/// Not every system can; where it cannot, the rename is as safe as it gets.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder)
        && let Err(error) = folder.sync_all()
    {
        tracing::debug!(%error, "the folder could not be synced");
    }
}
