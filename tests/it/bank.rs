//! The bank on disk: its format, its folder, approvals, the linter, the index, and the sample bank that is shipped.

mod approve;
mod attacks;
mod curate;
mod entries;
mod evidence;
mod health;
mod history;
mod import;
mod merge;
mod publish;
mod folder;
mod format;
mod index;
mod meaning;
mod sample;

use std::path::{Path, PathBuf};

use answerbank::bank::{edit, format as text};
use answerbank::domain::bank::{Answer, Problem};
use answerbank::engine::BankPlace;
use answerbank::engine::curate::Hand;
use jiff::civil::Date;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("{problem}\n")).collect()
}

/// A bank in a temporary folder, of files as `(path, text)`; `bank.toml` is there unless given.
fn folder_of(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "bank.toml", "version = 1\nname = \"test\"\n");
    for (path, text) in files {
        put(folder.path(), path, text);
    }
    folder
}

pub fn put(root: &Path, path: &str, text: impl AsRef<[u8]>) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn place(root: &Path) -> BankPlace {
    BankPlace::new(root)
}

/// Somebody who does something on a day, whatever the file says now.
fn hand(by: &str, on: &str) -> Hand {
    Hand { by: by.into(), on: day(on), seen: None }
}

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("answer-bank")
}

/// An answer as its file says it, which must be without problems.
fn read(text: &str) -> Answer {
    let mut problems = Vec::new();
    let answer = text::answer("answers/x.md", text, &mut problems).unwrap();
    assert!(problems.is_empty(), "{}", lines(&problems));
    answer
}

/// A file's text with the approval that it needs to stand.
pub fn approved(text: &str) -> String {
    let id = text.split("id = \"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let digest = text::answer(&format!("{id}.md"), text, &mut Vec::new()).unwrap().digest();
    edit::approved_text(text, "m.okafor", day("2026-01-05"), &digest).unwrap()
}
