//! The text of the terms that a work comes under.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::Work;

/// Terms, word for word. Apache's are the same for all that offer them and
/// stand here once; the others name their holder in the text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Terms {
    Apache,
    Own(String),
}

/// How the files of a package begin that hold its terms.
const FILES: [&str; 5] = ["license", "licence", "copying", "copyright", "notice"];

const MIT: &str = "\
Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the \"Software\"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.";

impl Terms {
    pub(super) fn text(&self, works: &BTreeSet<Work>) -> String {
        match self {
            Self::Apache => {
                let charts = works
                    .iter()
                    .find(|work| work.name == "lightweight-charts")
                    .unwrap();
                files(&charts.folder).pop().unwrap()
            }
            Self::Own(text) => text.clone(),
        }
    }
}

pub(super) fn of(work: &Work, works: &BTreeSet<Work>) -> Vec<Terms> {
    if offers_apache(&work.licence) {
        let notice = files_that_begin_with(&work.folder, &["notice"]);
        return notice
            .into_iter()
            .map(Terms::Own)
            .chain([Terms::Apache])
            .collect();
    }
    let own = files(&work.folder);
    let own = if own.is_empty() {
        vec![stand_in(work, works)]
    } else {
        own
    };
    own.into_iter().map(Terms::Own).collect()
}

/// Several terms that hold together are told apart by `AND`; then all count.
fn offers_apache(licence: &str) -> bool {
    !licence.contains(" AND ")
        && licence.split([' ', '/']).any(|word| word == "Apache-2.0")
        && !licence.contains(" WITH ")
}

/// For a package that was published without its terms.
fn stand_in(work: &Work, works: &BTreeSet<Work>) -> String {
    if work.licence == "MIT" {
        return format!("Copyright (c) {}\n\n{MIT}", work.authors);
    }
    let alike = works.iter().filter(|other| other.licence == work.licence);
    // The Mozilla licence names no holder; any other must be of the same project.
    let mut alike = alike.filter(|other| work.licence == "MPL-2.0" || other.address == work.address);
    let found = alike.find_map(|other| files(&other.folder).pop());
    found.unwrap_or_else(|| panic!("{} {} comes without its terms", work.name, work.licence))
}

fn files(folder: &Path) -> Vec<String> {
    files_that_begin_with(folder, &FILES)
}

fn files_that_begin_with(folder: &Path, beginnings: &[&str]) -> Vec<String> {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let is_wanted = |path: &Path| {
        let name = path.file_name().unwrap().to_string_lossy().to_lowercase();
        path.is_file() && beginnings.iter().any(|beginning| name.starts_with(beginning))
    };
    let paths = paths.into_iter().filter(|path| is_wanted(path));
    paths
        .map(|path| tidy(&String::from_utf8_lossy(&fs::read(path).unwrap())))
        .collect()
}

/// The same terms with other line ends or margins are the same terms.
fn tidy(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}
