//! One window for each profile: a second start brings the first to the front.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use tauri::{Builder, Wry};
use tracing::info;

use crate::{APPLICATION, window};

/// Two profiles are two instances, so that a try-out does not end up in the
/// window of everyday. Where the system cannot tell them apart, a profile that
/// was named runs beside any other.
pub(crate) fn only_one(builder: Builder<Wry>, named_profile: Option<&Path>) -> Builder<Wry> {
    if named_profile.is_some() && !cfg!(target_os = "linux") {
        return builder;
    }
    let name = named_profile.map_or_else(|| APPLICATION.to_owned(), name_for);
    let single = tauri_plugin_single_instance::Builder::new()
        .dbus_id(name)
        .callback(|app, _, _| {
            info!("a second start brings the window to the front");
            window::show(app);
        });
    builder.plugin(single.build())
}

/// A name on the bus has few characters to choose from, so it holds a digest of the path.
fn name_for(folder: &Path) -> String {
    // What is not there yet would be called otherwise once it is. If it cannot
    // be made, the profile says so as it opens.
    let _unmade = std::fs::create_dir_all(folder);
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let mut digest = DefaultHasher::new();
    folder.hash(&mut digest);
    format!("{APPLICATION}.profile{:016x}", digest.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_has_one_name_however_it_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let other_way = folder
            .path()
            .join(".")
            .join("..")
            .join(folder.path().file_name().unwrap());
        assert_eq!(name_for(folder.path()), name_for(&other_way));
        assert_ne!(name_for(folder.path()), name_for(folder.path().parent().unwrap()));
    }

    #[test]
    fn a_profile_keeps_its_name_once_its_folder_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let profile = folder.path().join("made").join("..").join("later");
        let first = name_for(&profile);
        std::fs::create_dir_all(&profile).unwrap();
        assert_eq!(name_for(&profile), first);
    }
}
