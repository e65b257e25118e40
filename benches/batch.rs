//! A batch of 500 workbooks, 25 of them hostile, with a bank of 10,000 answers: questions per second with one thread and with two, memory, and a batch that is killed and goes on.
//!
//! `cargo bench --bench batch` makes the workbooks from the fixtures and the bank from a generator with a fixed seed, with the sample bank's answers among the others.
//! It ends with an error where not all honest files are filled, not all hostile ones named, or not all runs give the same bytes.
#![allow(clippy::expect_used, clippy::cast_precision_loss, clippy::cast_sign_loss, missing_docs)]

mod generated;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use generated::make_bank;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const ANSWERS: usize = 10_000;
const HONEST: usize = 475;
const HOSTILE: usize = 25;
const DATE: &str = "2026-11-21";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The fixtures that ask something.
fn fixtures() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("fixtures")).expect("the fixtures");
    let texts = entries.map(|entry| entry.expect("a fixture").path()).filter(|path| path.to_string_lossy().ends_with(".questions.txt"));
    let stems = texts.filter(|path| fs::metadata(path).is_ok_and(|text| text.len() > 0));
    let kinds = ["xlsx", "xlsm", "ods", "xls", "csv"];
    let paths = stems.flat_map(|path| kinds.map(|kind| PathBuf::from(path.to_string_lossy().replace("questions.txt", kind))));
    let mut paths: Vec<PathBuf> = paths.filter(|path| path.exists()).collect();
    paths.sort();
    paths
}

fn make_workbooks(folder: &Path) {
    let fixtures = fixtures();
    for number in 0..HONEST {
        let fixture = &fixtures[number % fixtures.len()];
        let team = folder.join(format!("team-{}", number % 7));
        fs::create_dir_all(&team).expect("a folder");
        fs::copy(fixture, team.join(format!("{number:03}-{}", fixture.file_name().expect("a name").display()))).expect("a workbook");
    }
    let honest = fs::read(root().join("fixtures/harbour-bank-vendor-assessment.xlsx")).expect("a fixture");
    let (bomb, deep) = (bomb(), deep());
    for number in 0..HOSTILE {
        let bytes = match number % 8 {
            0 => honest[..honest.len() * (number + 2) / (HOSTILE + 3)].to_vec(),
            1 => bomb.clone(),
            2 => deep.clone(),
            3 => Vec::new(),
            4 => (0..20_000u32).map(|at| at.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect(),
            5 => b"<html><table><tr><td>Question</td></tr></table></html>".to_vec(),
            6 => [&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1][..], &[0xFF; 4_096]].concat(),
            _ => flipped(&honest, number),
        };
        fs::write(folder.join(format!("team-{}/hostile-{number:02}.xlsx", number % 7)), bytes).expect("a hostile file");
    }
}

/// A workbook in which every sheet's part is a bomb: 200 MB of nothing.
fn bomb() -> Vec<u8> {
    package("xl/worksheets/sheet1.xml", &vec![b' '; 200 << 20])
}

/// A workbook with a sheet of 100,000 elements inside each other.
fn deep() -> Vec<u8> {
    package("xl/worksheets/sheet1.xml", "<a>".repeat(100_000).as_bytes())
}

fn package(part: &str, bytes: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [("[Content_Types].xml", &b"<Types/>"[..]), ("xl/workbook.xml", b"<workbook/>"), (part, bytes)] {
        zip.start_file(name, SimpleFileOptions::default()).expect("a part");
        zip.write_all(bytes).expect("a part");
    }
    zip.finish().expect("a package").into_inner()
}

/// A workbook with wrong bytes in the middle of its parts.
fn flipped(honest: &[u8], seed: usize) -> Vec<u8> {
    let mut bytes = honest.to_vec();
    for at in (200 + seed..bytes.len()).step_by(97) {
        bytes[at] ^= 0x5A;
    }
    bytes
}

/// The generated bank, with the sample bank in it: so that real questions have real answers.
fn bank(folder: &Path) -> PathBuf {
    let bank = folder.join("bank");
    make_bank(&bank, ANSWERS, ANSWERS, jiff::civil::date(2026, 11, 1));
    copy(&root().join("answer-bank"), &bank);
    bank
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file");
        }
    }
}

fn start(folder: &Path, out: &str, threads: usize) -> Child {
    Command::new(env!("CARGO_BIN_EXE_answerbank"))
        .current_dir(folder)
        .args(["batch", "received", "--bank", "bank", "--cache", "cache", "--model", "none", "--audience", "nda", "--product", "cloud"])
        .args(["--date", DATE, "--out", out, "--threads", &threads.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program runs")
}

/// Peaks in MiB: of the batch alone, and of it together with the processes that open workbooks, looked at every few milliseconds.
#[derive(Default)]
struct Memory {
    own: f64,
    all: f64,
}

impl Memory {
    fn look(&mut self, process: u32) {
        let status = |process: &str, field: &str| {
            let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
            let line = status.lines().find_map(|line| line.strip_prefix(field).map(str::to_owned))?;
            line.trim().trim_end_matches(" kB").parse::<f64>().ok()
        };
        let tasks = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
        let children: Vec<String> = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok()).collect();
        let children = children.iter().flat_map(|children| children.split_whitespace());
        let own = process.to_string();
        let all: f64 = children.chain([own.as_str()]).filter_map(|process| status(process, "VmRSS:")).sum();
        self.own = self.own.max(status(&own, "VmHWM:").unwrap_or_default() / 1024.0);
        self.all = self.all.max(all / 1024.0);
    }
}

/// Seconds and memory of a whole run.
fn run(folder: &Path, out: &str, threads: usize) -> (f64, Memory) {
    let begun = Instant::now();
    let mut memory = Memory::default();
    let mut child = start(folder, out, threads);
    let status = loop {
        if let Some(status) = child.try_wait().expect("the program ends") {
            break status;
        }
        memory.look(child.id());
        std::thread::sleep(Duration::from_millis(5));
    };
    assert_eq!(status.code(), Some(1), "all files are done but for the hostile ones");
    (begun.elapsed().as_secs_f64(), memory)
}

fn log(folder: &Path, out: &str) -> serde_json::Value {
    let log = fs::read(folder.join(out).join("batch.json")).expect("a log");
    serde_json::from_slice(&log).expect("a log")
}

/// Every file of a folder with its bytes.
fn tree(folder: &Path, root: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            tree(&path, root, files);
        } else {
            files.insert(path.strip_prefix(root).expect("inside").to_owned(), fs::read(&path).expect("a file"));
        }
    }
}

fn same(folder: &Path, one: &str, other: &str) {
    let [one, other] = [one, other].map(|out| {
        let mut files = BTreeMap::new();
        tree(&folder.join(out), &folder.join(out), &mut files);
        files
    });
    assert!(one == other, "{} and {} files, and not the same bytes", one.len(), other.len());
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    make_workbooks(&folder.join("received"));
    bank(folder);
    // The first run builds the index of the bank, which all others find.
    run(folder, "first", 2);
    println!("{} workbooks, {HOSTILE} of them hostile; {ANSWERS} generated answers and the sample bank's", HONEST + HOSTILE);
    println!("{:>8} {:>9} {:>14} {:>11} {:>18}", "threads", "seconds", "questions/s", "peak MiB", "with workers MiB");
    let mut seconds = Vec::new();
    for (threads, out) in [(1, "one"), (2, "two")] {
        let (took, memory) = run(folder, out, threads);
        let log = log(folder, out);
        assert_eq!((log["done"].as_u64(), log["failed"].as_u64()), (Some(HONEST as u64), Some(HOSTILE as u64)));
        let failed = log["files"].as_array().expect("files").iter().filter(|file| file["status"] == "failed");
        assert!(failed.into_iter().all(|file| file["file"].as_str().is_some_and(|name| name.contains("hostile")) && file["why"] != ""));
        let questions = log["found"].as_u64().expect("a count") as f64;
        println!("{threads:>8} {took:>9.1} {:>14.0} {:>11.0} {:>18.0}", questions / took, memory.own, memory.all);
        seconds.push(took);
        same(folder, "first", out);
    }
    println!("two threads are {:.2} times as fast as one", seconds[0] / seconds[1]);
    let mut child = start(folder, "killed", 2);
    std::thread::sleep(Duration::from_secs_f64(seconds[1] / 2.0));
    child.kill().expect("a kill");
    child.wait().expect("an end");
    let finished = fs::read_dir(folder.join("killed"))
        .map_or(0, |teams| teams.flatten().filter_map(|team| fs::read_dir(team.path()).ok()).map(Iterator::count).sum::<usize>());
    let (took, _) = run(folder, "killed", 2);
    same(folder, "first", "killed");
    println!("killed after {:.1} s with {finished} files done, gone on with for {took:.1} s: the same bytes", seconds[1] / 2.0);
}
