//! The process that opens workbooks: it answers as this process would, whatever happens to it is one error in time, and it can do nothing else.

use std::path::{Path, PathBuf};

use super::one;
use answerbank::workbook::error::Stop;
use answerbank::workbook::{Limits, ReadError, Worker};

fn real(limits: Limits) -> Worker {
    Worker::new(env!("CARGO_BIN_EXE_answerbank").into(), limits)
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)).unwrap()
}

#[test]
fn the_process_answers_as_this_one_does() {
    let (apart, here) = (real(Limits::default()), Worker::default());
    let harbour = fixture("harbour-bank-vendor-assessment.xlsx");
    for (name, bytes) in [("a.xlsx", &harbour[..]), ("a.xls", &harbour), ("a.xlsx", &harbour[..harbour.len() / 2]), ("a.xlsx", b"")] {
        assert_eq!(format!("{:?}", apart.read(name, bytes)), format!("{:?}", here.read(name, bytes)), "{name}, {} bytes", bytes.len());
    }
    let sheet = &here.read("a.xlsx", &harbour).unwrap().sheets[0].name.clone();
    for edits in [vec![], vec![one(&format!("{sheet}!ZZ9"), "an answer")], vec![one("No such sheet!A1", "x")]] {
        let (apart, here) = (apart.edit("a.xlsx", &harbour, &edits), here.edit("a.xlsx", &harbour, &edits));
        assert!(format!("{apart:?}") == format!("{here:?}"), "{edits:?}");
    }
    assert!(cfg!(not(target_os = "linux")) || !apart.unconfined(), "Linux limits all of it");
}

#[test]
fn a_limit_that_is_too_small_is_named_with_what_to_type() {
    let harbour = fixture("harbour-bank-vendor-assessment.xlsx");
    let limits = Limits::default();
    let cases = [
        (Limits { memory: 1 << 20, ..limits }, "more than 1 MiB of memory", "--limit memory=2M"),
        (Limits { seconds: 0, ..limits }, "more than 0 seconds", "--limit seconds=1"),
    ];
    for (limits, words, hint) in cases {
        let error = real(limits).read("a.xlsx", &harbour).unwrap_err();
        assert!(error.to_string().contains(words) && error.hint().contains(hint), "{error}, {}", error.hint());
    }
}

#[test]
fn limits_are_set_as_they_are_typed() {
    let mut limits = Limits::default();
    let typed = limits.typed();
    assert_eq!(typed.len(), 13);
    for setting in &typed {
        limits.set(setting).unwrap();
    }
    assert_eq!(limits, Limits::default(), "{typed:?}");
    for (setting, as_shown) in [("file=1k", "file=1k"), ("memory=1536M", "memory=1536M"), ("text=2048", "text=2k"), ("cells=7", "cells=7")]
    {
        limits.set(setting).unwrap();
        assert!(limits.typed().iter().any(|typed| typed == as_shown), "{setting}: {:?}", limits.typed());
    }
    for (setting, message) in [
        ("fil=1", "the limits are file=32M, entries=1000"),
        ("cells", "expected NAME=NUMBER"),
        ("file=129M", "at most 128M"),
        ("cells=2k", "a whole number"),
        ("text=2MB", "a number of bytes"),
        ("memory=-1", "a number of bytes"),
        ("memory=99999999999G", "a number of bytes"),
    ] {
        let told = Limits::default().set(setting).unwrap_err();
        assert!(told.contains(message), "{setting}: {told}");
    }
}

#[test]
fn a_program_that_does_not_start_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().join("plain");
    std::fs::write(&plain, "no program").unwrap();
    for program in [plain, folder.path().join("missing")] {
        let error = Worker::new(program, Limits::default()).read("a.xlsx", b"PK").unwrap_err();
        assert!(matches!(&error, ReadError::Stopped(Stop::Start(_))), "{error:?}");
    }
}

#[cfg(target_os = "linux")]
mod on_linux {
    use std::io::Write;
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    use super::*;
    use answerbank::domain::cell::CellRef;
    use answerbank::domain::workbook::{Cell, Sheet, Workbook};
    use answerbank::workbook::worker::confine;

    /// An executable script. Another process writes it: a descriptor of this one could be open in a child, and the script busy.
    fn script(folder: &Path, name: &str, text: &str) -> PathBuf {
        let path = folder.join(name);
        let mut shell =
            Command::new("/bin/sh").args(["-c", "cat > \"$0\"; chmod 700 \"$0\""]).arg(&path).stdin(Stdio::piped()).spawn().unwrap();
        shell.stdin.take().unwrap().write_all(format!("#!/bin/sh\n{text}\n").as_bytes()).unwrap();
        assert!(shell.wait().unwrap().success());
        path
    }

    /// What a program in the place of ours does → how that ends; in time, and with no process left.
    #[test]
    fn whatever_the_process_does_is_one_error_in_time() {
        let limits = Limits { file: 0, text: 0, cells: 0, ..Limits::default() };
        let cases = [
            ("sleep 30", Stop::Time(1)),
            ("trap '' TERM INT HUP; sleep 30; sleep 30", Stop::Time(1)),
            ("sleep 30 & echo $! >> PIDS", Stop::Time(1)),
            ("exec >&-; sleep 30", Stop::Crash),
            ("exec <&-; echo nonsense", Stop::Crash),
            ("cat; exit 0", Stop::Crash),
            ("yes", Stop::Answer(64 << 20)),
            ("yes >&2", Stop::Crash),
            ("exit 0", Stop::Crash),
            ("exit 3", Stop::Crash),
            ("kill -KILL $$", Stop::Crash),
            ("kill -SEGV $$", Stop::Crash),
            ("kill -XCPU $$", Stop::Processor(10)),
            ("echo error: out of memory >&2; exit 1", Stop::Memory(1 << 30)),
            ("echo memory allocation of 9 bytes failed >&2; kill -ABRT $$", Stop::Memory(1 << 30)),
        ];
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for (number, (does, stop)) in cases.into_iter().enumerate() {
                // Only what must run into the limit gets a small one: the machine may be busy.
                let limits = Limits { seconds: if stop == Stop::Time(1) { 1 } else { 20 }, ..limits };
                let (pids, folder) = (folder.path().join(format!("{number}.pids")), folder.path());
                scope.spawn(move || {
                    let does = format!("echo $$ >> PIDS; {does}").replace("PIDS", pids.to_str().unwrap());
                    let worker = Worker::new(script(folder, &number.to_string(), &does), limits);
                    let begun = Instant::now();
                    let ended = worker.read("a.xlsx", &vec![0; 1 << 20]);
                    assert_eq!(ended.unwrap_err(), ReadError::Stopped(stop), "{does}");
                    assert!(begun.elapsed() < Duration::from_secs(15), "{does}: {:?}", begun.elapsed());
                    for pid in std::fs::read_to_string(&pids).unwrap().lines() {
                        assert!(is_gone(pid), "{does}: process {pid} is left");
                    }
                });
            }
        });
    }

    /// A process that somebody else has to bury may still have its number; it runs no more.
    fn is_gone(pid: &str) -> bool {
        let state = || std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?.rsplit(") ").next()?.chars().next();
        (0..100).any(|_| {
            let gone = matches!(state(), None | Some('Z' | 'X'));
            if !gone {
                std::thread::sleep(Duration::from_millis(10));
            }
            gone
        })
    }

    #[test]
    fn an_answer_is_taken_only_if_it_can_be_one() {
        let folder = tempfile::tempdir().unwrap();
        let with_cell = |at: CellRef| {
            let sheet = Sheet { cells: [(at, Cell { text: "here".into(), ..Cell::default() })].into(), ..Sheet::default() };
            postcard::to_stdvec(&(true, Ok::<_, ReadError>(Workbook { sheets: vec![sheet], ..Workbook::default() }))).unwrap()
        };
        let whole = with_cell(CellRef::new(3, 4));
        // The number of sheets stands behind: confined, no error, kind.
        let declares_more = [&whole[..3], &[0xFF, 0xFF, 0xFF, 0xFF, 0x0F], &whole[4..]].concat();
        let cases = [
            ("whole", whole.clone(), true),
            ("cut", whole[..whole.len() - 1].to_vec(), false),
            ("outside", with_cell(CellRef::new(u32::MAX, 0)), false),
            ("declares more than it holds", declares_more, false),
        ];
        for (name, message, taken) in cases {
            let path = folder.path().join("message");
            std::fs::write(&path, message).unwrap();
            let worker = Worker::new(script(folder.path(), name, &format!("cat {}", path.display())), Limits::default());
            match worker.read("a.xlsx", b"PK") {
                Ok(book) => assert!(taken && book.sheets[0].text(CellRef::new(3, 4)) == "here", "{name}"),
                Err(error) => assert!(!taken && error == ReadError::Stopped(Stop::Crash), "{name}: {error:?}"),
            }
        }
    }

    const ROLE: &str = "ANSWERBANK_TEST_ROLE";

    /// Starts this test program again, in the part of the next test that is confined, and lets it do something there.
    fn confined(folder: &Path, role: &str) -> PathBuf {
        let test = "workbook::worker::on_linux::a_confined_process_computes_and_nothing_else";
        let program = std::env::current_exe().unwrap();
        let text = format!("cd {}; {ROLE}={role} exec {} {test} --exact --nocapture", folder.display(), program.display());
        script(folder, role, &text)
    }

    #[test]
    fn a_confined_process_computes_and_nothing_else() {
        if let Ok(role) = std::env::var(ROLE) {
            return act(&role);
        }
        let folder = tempfile::tempdir().unwrap();
        let tries = Command::new(confined(folder.path(), "tries")).output().unwrap();
        let told = String::from_utf8_lossy(&tries.stdout);
        let told: Vec<&str> = told.lines().filter(|line| line.contains(": ")).collect();
        assert_eq!(told.len(), 8, "{told:?} {}", String::from_utf8_lossy(&tries.stderr));
        for line in &told {
            let expected = if line.starts_with("compute") { "worked" } else { "refused" };
            assert!(line.ends_with(expected), "{line}");
        }
        assert!(!folder.path().join("new").exists());
        assert_eq!(std::fs::read_to_string(folder.path().join("opened before")).unwrap(), "");

        let limits = Limits { cpu_seconds: 1, ..Limits::default() };
        let ends =
            [("spin", Stop::Processor(1)), ("allocate", Stop::Memory(limits.memory)), ("recurse", Stop::Crash), ("panic", Stop::Crash)];
        std::thread::scope(|scope| {
            for (role, stop) in ends {
                let worker = Worker::new(confined(folder.path(), role), limits);
                scope.spawn(move || assert_eq!(worker.read("a.xlsx", b"PK").unwrap_err(), ReadError::Stopped(stop), "{role}"));
            }
        });
    }

    /// What the confined process does.
    fn act(role: &str) {
        use std::net::{TcpStream, UdpSocket};
        let mut before = std::fs::File::create(format!("{role} before").replace("tries", "opened")).unwrap();
        assert!(confine(512 << 20, 1));
        match role {
            "spin" => loop {
                std::hint::black_box(0);
            },
            "allocate" => drop(std::hint::black_box(vec![1u8; 1 << 30])),
            "recurse" => assert_eq!(recurse(u64::MAX), 0),
            "panic" => panic!("as a reader might"),
            _ => {
                let tell = |what: &str, worked: bool| {
                    let line = format!("{what}: {}\n", if worked { "worked" } else { "refused" });
                    std::io::stdout().write_all(line.as_bytes()).unwrap();
                };
                tell("compute", (0..1000u64).map(|n| n.to_string().len()).sum::<usize>() == 2890);
                tell("write to a file that is open", before.write_all(b"x").is_ok());
                tell("make a file", std::fs::write("new", "x").is_ok());
                tell("read a file", std::fs::read("/etc/hostname").is_ok());
                tell("remove a file", std::fs::remove_file("opened before").is_ok());
                tell(
                    "connect",
                    TcpStream::connect(("127.0.0.1", 9)).is_err_and(|error| error.kind() != std::io::ErrorKind::PermissionDenied),
                );
                tell("open a socket", UdpSocket::bind("127.0.0.1:0").is_ok());
                tell("start a program", Command::new("/bin/true").status().is_ok());
            }
        }
        // Not through the test harness, which is not confined and would want to say something.
        std::process::exit(0);
    }

    fn recurse(depth: u64) -> u64 {
        let room = std::hint::black_box([depth; 64]);
        if depth == 0 { 0 } else { recurse(depth - 1) + room[3] - room[7] }
    }
}
