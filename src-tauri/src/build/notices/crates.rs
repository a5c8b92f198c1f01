//! The crates that are linked into the program, as cargo resolves them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::Work;

pub(super) fn this_system() -> String {
    let output = Command::new("rustc").arg("-vV").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap()
        .to_owned()
}

/// All but those that only help to build or to test.
pub(super) fn linked(system: &str) -> BTreeSet<Work> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--offline",
            "--locked",
            "--format-version",
            "1",
            "--filter-platform",
            system,
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let by_id = |list: &Value| -> BTreeMap<String, Value> {
        let entries = list.as_array().unwrap().iter();
        entries
            .map(|entry| (entry["id"].as_str().unwrap().to_owned(), entry.clone()))
            .collect()
    };
    let (packages, nodes) = (by_id(&metadata["packages"]), by_id(&metadata["resolve"]["nodes"]));
    let root = packages
        .iter()
        .find(|(_, package)| package["name"] == "tickwire")
        .unwrap()
        .0
        .clone();
    let (mut found, mut open) = (BTreeSet::new(), vec![root]);
    while let Some(id) = open.pop() {
        if found.insert(id.clone()) {
            open.extend(needed_at_run_time(&nodes[&id]).filter(|id| !is_proc_macro(&packages[id])));
        }
    }
    // Our own crates come from no registry.
    found
        .iter()
        .map(|id| &packages[id])
        .filter(|package| !package["source"].is_null())
        .map(work)
        .collect()
}

fn needed_at_run_time(node: &Value) -> impl Iterator<Item = String> + '_ {
    let dependencies = node["deps"].as_array().unwrap().iter();
    dependencies
        .filter(|dependency| {
            dependency["dep_kinds"]
                .as_array()
                .unwrap()
                .iter()
                .any(|kind| kind["kind"].is_null())
        })
        .map(|dependency| dependency["pkg"].as_str().unwrap().to_owned())
}

/// Runs in the compiler, and with it all that only it needs.
fn is_proc_macro(package: &Value) -> bool {
    let targets = package["targets"].as_array().unwrap().iter();
    targets
        .flat_map(|target| target["kind"].as_array().unwrap())
        .any(|kind| kind == "proc-macro")
}

fn work(package: &Value) -> Work {
    let text = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
    let authors = package["authors"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str);
    let folder: PathBuf = Path::new(package["manifest_path"].as_str().unwrap())
        .parent()
        .unwrap()
        .to_owned();
    let name = text("name");
    let address = [
        text("repository"),
        text("homepage"),
        format!("https://crates.io/crates/{name}"),
    ];
    Work {
        version: text("version"),
        licence: text("license"),
        authors: authors.collect::<Vec<_>>().join(", "),
        address: address.into_iter().find(|address| !address.is_empty()).unwrap(),
        folder,
        name,
    }
}
