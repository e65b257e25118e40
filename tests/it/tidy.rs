//! The rules of the house: who imports whom, where crates live, what each file begins with. Prints the offending line.

use std::fs;
use std::path::{Path, PathBuf};

const ROOMS: &[&str] = &["domain", "bank", "workbook", "store", "engine", "cli", "web"];

/// Room → rooms that it may import.
fn may_import(room: &str) -> &'static [&'static str] {
    match room {
        "domain" => &["domain"],
        "bank" => &["bank", "domain"],
        "workbook" => &["workbook", "domain"],
        "store" => &["store", "domain"],
        "engine" => &["engine", "bank", "workbook", "store", "domain"],
        "cli" => &["cli", "engine", "domain"],
        "web" => &["web", "engine", "domain"],
        _ => &[],
    }
}

/// Crate (as it is written in code) → the places that may name it.
const HOMES: &[(&str, &[&str])] = &[
    ("tantivy", &["src/bank/index.rs"]),
    ("calamine", &["src/workbook/"]),
    ("quick_xml", &["src/workbook/"]),
    // A wheel that holds a sentence model is a zip file too.
    ("zip", &["src/workbook/", "src/bank/meaning/model.rs"]),
    ("rten", &["src/bank/meaning/model.rs"]),
    ("rten_tensor", &["src/bank/meaning/model.rs"]),
    ("rust_xlsxwriter", &["src/workbook/report.rs", "src/workbook/answer_list.rs"]),
    ("clap", &["src/cli/"]),
    ("clap_complete", &["src/cli/"]),
    // A manifest is no file of the bank.
    ("toml", &["src/bank/", "src/engine/batch/manifest.rs"]),
    ("toml_edit", &["src/bank/edit.rs"]),
    // Our own room for separated text is named in src/workbook/mod.rs.
    ("csv", &["src/engine/output.rs", "src/workbook/mod.rs", "src/engine/batch/manifest.rs"]),
    // The trust page is a file that the terminal writes too.
    ("askama", &["src/engine/publish.rs", "src/web/"]),
    ("axum", &["src/web/"]),
    ("axum_extra", &["src/web/"]),
    ("hyper", &["src/web/"]),
    ("hyper_util", &["src/web/"]),
    ("tower_http", &["src/web/"]),
    ("rust_embed", &["src/engine/demo.rs"]),
    ("tokio_stream", &["src/web/"]),
    ("utoipa", &["src/web/api/"]),
    ("pulldown_cmark", &["src/engine/publish.rs"]),
    ("similar", &["src/domain/changes.rs"]),
    ("sha2", &["src/domain/digest.rs", "src/bank/folder.rs"]),
    ("argon2", &["src/engine/accounts/secrets.rs"]),
    ("getrandom", &["src/engine/accounts/secrets.rs"]),
    ("zxcvbn", &["src/domain/account.rs"]),
    ("frostem", &["src/domain/wording.rs"]),
    ("unicode_normalization", &["src/domain/wording.rs", "src/bank/meaning/wordpiece.rs"]),
    ("encoding_rs", &["src/workbook/csv/"]),
    ("tempfile", &["src/bank/", "src/engine/", "src/cli/bank/curate.rs"]),
    ("postcard", &["src/workbook/worker/"]),
    ("sqlx", &["src/store/"]),
    ("tokio", &["src/store/", "src/web/"]),
    ("rustix", &["src/workbook/worker/", "src/store/folder.rs", "src/store/room.rs"]),
    ("libc", &["src/workbook/worker/confine.rs"]),
    ("seccompiler", &["src/workbook/worker/confine.rs"]),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// (path from the root with `/`, text) of every source file.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    rust_files(&root().join(folder), &mut files);
    files.sort();
    let name = |path: &Path| path.strip_prefix(root()).unwrap().iter().map(|part| part.to_str().unwrap()).collect::<Vec<_>>().join("/");
    files.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

fn room_of(file: &str) -> Option<&str> {
    let inside = file.strip_prefix("src/")?;
    let room = inside.split(['/', '.']).next()?;
    ROOMS.contains(&room).then_some(room)
}

/// Words behind `crate::` in a line.
fn crate_paths(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices("crate::")
        .map(|(at, found)| line[at + found.len()..].split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or(""))
}

fn report(offences: Vec<String>) {
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}

#[test]
fn rooms_import_only_what_they_may() {
    let mut offences = Vec::new();
    for (file, text) in sources("src") {
        let Some(room) = room_of(&file) else { continue };
        for (number, line) in text.lines().enumerate() {
            for target in crate_paths(line).filter(|target| ROOMS.contains(target) && !may_import(room).contains(target)) {
                offences.push(format!("{file}:{}: {room} may not import {target}: {}", number + 1, line.trim()));
            }
        }
    }
    report(offences);
}

#[test]
fn domain_files_import_only_earlier_ones() {
    let map = fs::read_to_string(root().join("src/domain/mod.rs")).unwrap();
    let order: Vec<&str> = map.lines().filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';')).collect();
    assert!(order.len() > 10, "the reading order is read from src/domain/mod.rs");
    let mut offences = Vec::new();
    for (place, module) in order.iter().enumerate() {
        let text = fs::read_to_string(root().join(format!("src/domain/{module}.rs"))).unwrap();
        for (number, line) in text.lines().enumerate() {
            let named = line.match_indices("super::").map(|(at, found)| &line[at + found.len()..]);
            for target in named.map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("")) {
                if order.iter().position(|other| *other == target).is_some_and(|other| other >= place) {
                    offences.push(format!("src/domain/{module}.rs:{}: {target} stands later: {}", number + 1, line.trim()));
                }
            }
        }
    }
    report(offences);
}

#[test]
fn crates_live_in_their_rooms() {
    let mut offences = Vec::new();
    for (file, text) in sources("src") {
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            for (name, homes) in HOMES {
                let named =
                    [format!("use {name}::"), format!(" {name}::"), format!("({name}::"), format!("<{name}::"), format!("[{name}::")];
                if named.iter().any(|named| code.contains(named)) && !homes.iter().any(|home| file.starts_with(home)) {
                    offences.push(format!("{file}:{}: {name} lives in {}: {}", number + 1, homes.join(", "), line.trim()));
                }
            }
        }
    }
    report(offences);
}

#[test]
fn the_clock_and_the_environment_are_asked_in_the_face_alone() {
    let mut offences = Vec::new();
    for (file, text) in sources("src") {
        for (number, line) in text.lines().enumerate() {
            let asks = ["Zoned::now", "Timestamp::now", "SystemTime::now", "Instant::now", "env::var", "env::vars"];
            if asks.iter().any(|asks| line.contains(asks)) && !["src/cli/", "src/web/app.rs"].iter().any(|face| file.starts_with(face)) {
                offences.push(format!("{file}:{}: pass it in from the face: {}", number + 1, line.trim()));
            }
        }
    }
    report(offences);
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut offences = Vec::new();
    for folder in ["src", "tests", "benches"] {
        for (file, text) in sources(folder) {
            if !text.lines().next().is_some_and(|line| line.starts_with("//! ") && line.len() > 20) {
                offences.push(format!("{file}:1: begins without a line that says what it is for"));
            }
        }
    }
    report(offences);
}

#[test]
fn no_file_is_called_after_nothing() {
    let empty = ["util", "utils", "helper", "helpers", "common", "manager", "service", "types", "misc"];
    let offences = sources("src")
        .into_iter()
        .filter(|(file, _)| empty.contains(&file.rsplit('/').next().unwrap().trim_end_matches(".rs")))
        .map(|(file, _)| format!("{file}: the name says nothing"));
    report(offences.collect());
}

#[test]
fn files_stay_readable() {
    let long = sources("src").into_iter().filter(|(_, text)| text.lines().count() > 620);
    report(long.map(|(file, text)| format!("{file}: {} lines; a word is missing", text.lines().count())).collect());
}

#[test]
fn nothing_is_left_for_later() {
    let mut offences = Vec::new();
    for (file, text) in sources("src") {
        for (number, line) in text.lines().enumerate() {
            let marks = ["TO", "FIX", "XX"].map(|start| {
                format!(
                    "{start}{}",
                    if start == "TO" {
                        "DO"
                    } else if start == "FIX" {
                        "ME"
                    } else {
                        "X"
                    }
                )
            });
            if marks.iter().any(|mark| line.contains(mark.as_str())) || line.contains("unimplemented!") || line.contains("todo!") {
                offences.push(format!("{file}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    report(offences);
}
