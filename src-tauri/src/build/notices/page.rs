//! The packages that are in the page's bundle.

use std::path::Path;

use serde_json::Value;

use super::Work;

/// Those of which the bundler takes something in; the others of the lock file only help to build.
const BUNDLED: [&str; 11] = [
    "@tauri-apps/api",
    "bits-ui",
    "clsx",
    "fancy-canvas",
    "inline-style-parser",
    "lightweight-charts",
    "runed",
    "style-to-object",
    "svelte",
    "svelte-toolbelt",
    "tabbable",
];

pub(super) fn bundled() -> Vec<Work> {
    let packages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules");
    let work = |name: &&str| {
        let folder = packages.join(name);
        let text = std::fs::read(folder.join("package.json")).unwrap();
        let package: Value = serde_json::from_slice(&text).unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let author = &package["author"];
        Work {
            name: (*name).to_owned(),
            version: text(&package["version"]),
            licence: text(&package["license"]),
            authors: if author.is_object() {
                text(&author["name"])
            } else {
                text(author)
            },
            address: format!("https://www.npmjs.com/package/{name}"),
            folder,
        }
    };
    BUNDLED.iter().map(work).collect()
}
