//! Rules about which files there are and what they say.

use std::collections::BTreeSet;

use super::Source;

const TOP_LEVEL: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "README.md",
    "icons",
    "src-tauri",
    "tests",
    "ui",
];

/// Time, files and sockets come into these crates as arguments.
const PURE: &[&str] = &[
    "src-tauri/crates/model/src/",
    "src-tauri/crates/provider/src/",
    "src-tauri/crates/market/src/",
];
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::thread",
    "SystemTime",
    "Instant::now",
    "Utc::now",
    "Local::now",
];

pub(super) fn top_level(sources: &[Source]) -> Vec<String> {
    let seen: BTreeSet<&str> = sources
        .iter()
        .filter_map(|source| source.path.split('/').next())
        .filter(|name| !name.starts_with('.'))
        .collect();
    let planned: BTreeSet<&str> = TOP_LEVEL.iter().copied().collect();
    let extra = seen
        .difference(&planned)
        .map(|name| format!("{name} does not belong there"));
    extra
        .chain(planned.difference(&seen).map(|name| format!("{name} is missing")))
        .collect()
}

pub(super) fn impure(sources: &[Source]) -> Vec<String> {
    let pure = sources.iter().filter(|source| {
        PURE.iter().any(|folder| source.path.starts_with(folder)) && !source.path.ends_with("tests.rs")
    });
    pure.flat_map(|source| {
        // A test may read a file of recorded payloads, so what follows the first test module is let be.
        let code = source.text.split("#[cfg(test)]").next().unwrap_or_default();
        lines_with(source, code, |line| IMPURE.iter().any(|word| line.contains(word)))
    })
    .collect()
}

pub(super) fn tauri_in_page(sources: &[Source]) -> Vec<String> {
    let page = sources
        .iter()
        .filter(|source| source.path.starts_with("ui/src/") && source.path != "ui/src/ipc/tauri.ts");
    page.flat_map(|source| lines_with(source, &source.text, |line| line.contains("@tauri-apps/")))
        .collect()
}

pub(super) fn unused_shared(sources: &[Source]) -> Vec<String> {
    let Some(workspace) = sources.iter().find(|source| source.path == "Cargo.toml") else {
        return Vec::new();
    };
    let shared = section(&workspace.text, "[workspace.dependencies]");
    let names = shared
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name.trim());
    let manifests: Vec<&Source> = sources
        .iter()
        .filter(|source| source.path.ends_with("/Cargo.toml"))
        .collect();
    let used = |name: &str| {
        manifests
            .iter()
            .flat_map(|manifest| manifest.text.lines())
            .any(|line| line.split(['.', ' ', '=']).next() == Some(name) && line.contains("workspace"))
    };
    names
        .filter(|name| !used(name))
        .map(|name| format!("nobody uses {name}"))
        .collect()
}

pub(super) fn unsafe_allowed(sources: &[Source]) -> Vec<String> {
    let roots = sources.iter().filter(|source| {
        let folder = source
            .path
            .strip_suffix("/src/lib.rs")
            .or_else(|| source.path.strip_suffix("/src/main.rs"));
        folder.is_some_and(|folder| {
            folder == "tests" || folder == "src-tauri" || folder.starts_with("src-tauri/crates/")
        })
    });
    roots
        .filter(|source| {
            !source
                .text
                .lines()
                .any(|line| line.trim() == "#![forbid(unsafe_code)]")
        })
        .map(|source| source.path.clone())
        .collect()
}

pub(super) fn ignored_tests(sources: &[Source]) -> Vec<String> {
    let rust = sources.iter().filter(|source| source.path.ends_with(".rs"));
    rust.flat_map(|source| {
        lines_with(source, &source.text, |line| {
            line.trim_start().starts_with("#[ignore")
        })
    })
    .collect()
}

pub(super) fn machine_paths(sources: &[Source], root: &str) -> Vec<String> {
    // The words are put together here, so that this file does not complain of itself.
    let homes = [["/ho", "me/"], ["/Us", "ers/"], ["/ro", "ot/"]].map(|parts| parts.concat());
    let names_one = |line: &str| {
        homes.iter().any(|home| {
            line.match_indices(home.as_str()).any(|(at, _)| {
                let before = line[..at].chars().next_back();
                let after = line[at + home.len()..].chars().next();
                let starts_a_path =
                    before.is_none_or(|c| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '}')));
                starts_a_path && after.is_some_and(|c| c.is_alphanumeric() || c == '.')
            })
        })
    };
    // A checkout at a path of one folder, such as `/app`, would be found everywhere.
    let root = Some(root).filter(|root| root.matches('/').count() > 1);
    let known = |line: &str| names_one(line) || root.is_some_and(|root| line.contains(root));
    sources
        .iter()
        .flat_map(|source| lines_with(source, &source.text, known))
        .collect()
}

pub(super) fn locked_addresses(sources: &[Source]) -> Vec<String> {
    let locks = sources
        .iter()
        .filter(|source| source.path.ends_with("package-lock.json"));
    let complaint = |source: &Source| format!("{} says \"resolved\"; ui/.npmrc leaves it out", source.path);
    locks
        .filter(|source| source.text.contains("\"resolved\": \"http"))
        .map(complaint)
        .collect()
}

pub(super) fn unlisted_decisions(sources: &[Source]) -> Vec<String> {
    const FOLDER: &str = "src-tauri/decisions/";
    let index = sources
        .iter()
        .find(|source| source.path == format!("{FOLDER}README.md"));
    let listed = index.map_or("", |index| index.text.as_str());
    let pages = sources
        .iter()
        .filter_map(|source| source.path.strip_prefix(FOLDER));
    pages
        // A picture belongs to the page that shows it.
        .filter(|page| page.ends_with(".md"))
        .filter(|page| *page != "README.md" && !listed.contains(&format!("({page})")))
        .map(|page| format!("{FOLDER}README.md does not lead to {page}"))
        .collect()
}

pub(super) fn long_files(sources: &[Source], limit: usize) -> Vec<String> {
    let code = sources.iter().filter(|source| {
        [".rs", ".ts", ".svelte", ".css", ".mjs"]
            .iter()
            .any(|end| source.path.ends_with(end))
    });
    code.map(|source| (source, source.text.lines().count()))
        .filter(|(_, lines)| *lines > limit)
        .map(|(source, lines)| format!("{} ({lines})", source.path))
        .collect()
}

fn lines_with(source: &Source, text: &str, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| wanted(line))
        .map(|(index, line)| {
            format!(
                "{}:{}: {}",
                source.path,
                index + 1,
                line.trim().chars().take(100).collect::<String>()
            )
        })
        .collect()
}

fn section<'a>(text: &'a str, head: &str) -> &'a str {
    let after = text.split_once(head).map_or("", |(_, after)| after);
    after.split("\n[").next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn the_top_level_is_exactly_the_plan_and_hidden_names_do_not_count() {
        let planned = || TOP_LEVEL.iter().map(|name| source(name, ""));
        assert!(top_level(&planned().chain([source(".ci/run", "")]).collect::<Vec<_>>()).is_empty());
        let extra = top_level(&planned().chain([source("docs/a.md", "")]).collect::<Vec<_>>());
        assert_eq!(extra, ["docs does not belong there"]);
        let missing = top_level(&planned().filter(|source| source.path != "ui").collect::<Vec<_>>());
        assert_eq!(missing, ["ui is missing"]);
    }

    #[test]
    fn a_pure_crate_reads_no_clock_but_its_tests_may_read_a_file() {
        let path = "src-tauri/crates/model/src/price.rs";
        assert_eq!(impure(&[source(path, "let now = Utc::now();\n")]).len(), 1);
        assert!(impure(&[source(path, "#[cfg(test)]\nmod tests { use std::fs; }\n")]).is_empty());
        assert!(impure(&[source("src-tauri/crates/feed/src/line.rs", "use std::net;\n")]).is_empty());
    }

    #[test]
    fn only_one_file_of_the_page_imports_tauri() {
        let import = "import { invoke } from '@tauri-apps/api/core';\n";
        assert!(tauri_in_page(&[source("ui/src/ipc/tauri.ts", import)]).is_empty());
        assert_eq!(
            tauri_in_page(&[source("ui/src/view/App.svelte", import)]).len(),
            1
        );
    }

    #[test]
    fn finds_a_shared_dependency_that_nobody_uses() {
        let workspace = source(
            "Cargo.toml",
            "[workspace.dependencies]\n# a comment = x\nurl = \"2\"\nhttp = \"1\"\n\n[workspace.lints.rust]\n",
        );
        let user = source(
            "src-tauri/crates/feed/Cargo.toml",
            "[dependencies]\nurl.workspace = true\n",
        );
        assert_eq!(unused_shared(&[workspace, user]), ["nobody uses http"]);
    }

    #[test]
    fn finds_a_crate_root_that_may_be_unsafe() {
        let safe = source(
            "src-tauri/crates/feed/src/lib.rs",
            "//! Feeds.\n#![forbid(unsafe_code)]\n",
        );
        let other = source("src-tauri/src/lib.rs", "//! The shell.\n");
        assert_eq!(unsafe_allowed(&[safe, other]), ["src-tauri/src/lib.rs"]);
    }

    #[test]
    fn finds_the_path_of_one_machine() {
        let home = ["/ho", "me/ada/x"].concat();
        assert_eq!(
            machine_paths(&[source("a.md", &format!("see {home}\n"))], "/srv/a/b").len(),
            1
        );
        assert_eq!(
            machine_paths(&[source("a.md", "see /srv/a/b/c\n")], "/srv/a/b").len(),
            1
        );
        let innocent = ["https://example.org/ho", "me/page and ", "/ho", "me/<name>"].concat();
        assert!(machine_paths(&[source("a.md", &innocent)], "/srv/a/b").is_empty());
    }

    #[test]
    fn a_decision_that_the_index_does_not_lead_to_is_found() {
        let page = || source("src-tauri/decisions/tools.md", "");
        let index = source("src-tauri/decisions/README.md", "- [tools](tools.md)\n");
        assert!(unlisted_decisions(&[page(), index]).is_empty());
        assert_eq!(unlisted_decisions(&[page()]).len(), 1);
    }

    #[test]
    fn finds_ignored_tests_addresses_in_locks_and_long_files() {
        let ignored = ["#[ig", "nore]\nfn a() {}\n"].concat();
        assert_eq!(ignored_tests(&[source("a.rs", &ignored)]).len(), 1);
        assert_eq!(
            locked_addresses(&[source("ui/package-lock.json", "\"resolved\": \"https://x\"")]).len(),
            1
        );
        assert_eq!(
            long_files(&[source("a.rs", &"x\n".repeat(401)), source("b.rs", "x\n")], 400),
            ["a.rs (401)"]
        );
    }
}
