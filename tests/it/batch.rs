//! Many questionnaires at once: one bad file costs one line, a run that was killed goes on and comes to the same bytes, and nothing is written outside.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use answerbank::bank::edit::Lock;
use answerbank::domain::bank::Audience;
use answerbank::domain::cell::CellRef;
use answerbank::domain::journal::Sale;
use answerbank::domain::standing::Scope;
use answerbank::engine::batch::{FileOutcome, Heard, Log, Order, batch};
use answerbank::engine::fill;
use answerbank::engine::mapping::LayoutFrom;
use answerbank::engine::{BankPlace, Failure, FailureKind, Worker};

fn bank() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("answer-bank")
}

fn order(place: &Path, out: &Path) -> Order {
    Order {
        places: vec![place.to_owned()],
        manifest: None,
        out: out.to_owned(),
        worker: Worker::default(),
        layout: LayoutFrom::default(),
        bank: BankPlace::new(bank()),
        sale: Sale::default(),
        scope: Scope {
            date: jiff::civil::date(2026, 11, 21),
            audience: Audience::Nda,
            products: vec!["cloud".into()],
            regions: Vec::new(),
        },
        overwrite: false,
        force: false,
        threads: Some(2),
    }
}

fn sale(customer: &str, deal: &str) -> Sale {
    Sale { customer: customer.into(), deal: deal.into(), ..Sale::default() }
}

fn run(order: &Order) -> Result<(Log, Vec<Heard>), Failure> {
    let mut heard = Vec::new();
    let log = batch(order, &mut |one| {
        heard.push(one.clone());
        Ok(())
    })?;
    Ok((log, heard))
}

/// Copies fixtures into a folder under other names, which may have folders in front.
fn receive(folder: &Path, files: &[(&str, &str)]) {
    for (name, fixture) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(crate::fixtures::folder().join(fixture), path).unwrap();
    }
}

const SHORT: &str = "quillfeather-short-form.xlsm";
const OPEN: &str = "cormorant-museum-open-form.ods";
const TEXT: &str = "wendelstein-lieferantenfragebogen.csv";
const SELF: &str = "sandpiper-clinic-self-assessment.xlsx";

/// Every file in a folder with its bytes; folders that hold nothing are there too.
fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, root: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            if path.is_dir() {
                files.insert(format!("{name}/"), Vec::new());
                walk(&path, root, files);
            } else {
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    let mut files = BTreeMap::new();
    walk(root, root, &mut files);
    files
}

fn assert_same(one: &Path, other: &Path) {
    let (one, other) = (tree(one), tree(other));
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    for (name, bytes) in &one {
        assert!(*bytes == other[name], "{name} has other bytes");
    }
}

/// Name and reason of each file that could not be filled.
fn failed(log: &Log) -> Vec<(&str, &str)> {
    let failed = log.files.iter().filter_map(|file| match &file.outcome {
        FileOutcome::Failed { why, .. } => Some((file.file.as_str(), why.as_str())),
        FileOutcome::Done { .. } => None,
    });
    failed.collect()
}

#[test]
fn bad_files_cost_a_line_each_and_each_output_is_as_fill_writes_it() {
    let folder = tempfile::tempdir().unwrap();
    let (received, out) = (folder.path().join("received"), folder.path().join("out"));
    receive(
        &received,
        &[("north/form.xlsm", SHORT), ("south/form.xlsm", SHORT), ("form.ods", OPEN), ("prices.xlsx", "tidewell-price-list.xlsx")],
    );
    let honest = fs::read(crate::fixtures::folder().join(SELF)).unwrap();
    fs::write(received.join("cut.xlsx"), &honest[..honest.len() / 2]).unwrap();
    fs::write(received.join("empty.csv"), b"").unwrap();
    // None of these is a questionnaire.
    for name in [".hidden.xlsx", "~$form.ods", "notes.txt", "old.answers/internal/receipt.json", "old.answers/customer/form.xlsx"] {
        fs::create_dir_all(received.join(name).parent().unwrap()).unwrap();
        fs::write(received.join(name), b"no workbook").unwrap();
    }
    let (log, heard) = run(&order(&received, &out)).unwrap();
    let names: Vec<&str> = log.files.iter().map(|file| file.file.as_str()).collect();
    assert_eq!(names, ["cut.xlsx", "empty.csv", "form.ods", "north/form.xlsm", "prices.xlsx", "south/form.xlsm"]);
    assert_eq!(heard.iter().map(|one| one.told.file.as_str()).collect::<Vec<_>>(), names, "heard in the same order");
    let bad = failed(&log);
    assert_eq!(bad.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["cut.xlsx", "empty.csv", "prices.xlsx"]);
    for ((_, why), word) in bad.iter().zip(["damaged", "empty", "no question"]) {
        assert!(why.contains(word), "{why}");
    }
    assert_eq!((log.done, log.failed), (3, 3));
    let single = fill::fill(&fill::Order {
        include_review: false,
        file: received.join("north/form.xlsm"),
        worker: Worker::default(),
        layout: LayoutFrom::default(),
        bank: BankPlace::new(bank()),
        out: Some(folder.path().join("single")),
        decisions: None,
        customer: None,
        deal: None,
        scope: order(&received, &out).scope,
        overwrite: false,
        force: false,
    })
    .unwrap();
    assert_same(&single.out, &out.join("north/form.xlsm"));
    let top: BTreeSet<String> = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(top, ["batch.json", "form.ods", "north", "south", "summary.xlsx"].map(str::to_owned).into(), "and nothing else");
    let one = folder.path().join("one");
    run(&Order { threads: Some(1), ..order(&received, &one) }).unwrap();
    assert_same(&one, &out);
}

#[test]
fn files_that_are_named_keep_apart_by_their_folders() {
    let folder = tempfile::tempdir().unwrap();
    receive(folder.path(), &[("a/x/form.xlsm", SHORT), ("a/y/form.xlsm", SHORT)]);
    let out = folder.path().join("out");
    let places = ["a/x/form.xlsm", "a/y", "a/y/../y/form.xlsm", "a/none.xlsx"].map(|name| folder.path().join(name));
    let (log, _) = run(&Order { places: places.to_vec(), ..order(Path::new(""), &out) }).unwrap();
    assert_eq!(log.files.iter().map(|file| file.file.as_str()).collect::<Vec<_>>(), ["none.xlsx", "x/form.xlsm", "y/form.xlsm"]);
    assert!(failed(&log)[0].1.contains("there is no such file"), "{:?}", failed(&log));
    assert!(out.join("x/form.xlsm/customer/form.xlsm").is_file() && out.join("y/form.xlsm/customer/form.xlsm").is_file());
    let inside = run(&order(&folder.path().join("a"), &folder.path().join("a/../a"))).unwrap_err();
    assert!(inside.kind == FailureKind::Usage && inside.message.contains("cannot go into the folder that is read"), "{inside}");
}

#[test]
fn what_is_finished_is_not_done_again_and_what_is_half_is() {
    let folder = tempfile::tempdir().unwrap();
    let (received, out, whole) = (folder.path().join("received"), folder.path().join("out"), folder.path().join("whole"));
    receive(&received, &[("a.xlsm", SHORT), ("b.ods", OPEN), ("c.csv", TEXT), ("d.xlsx", SELF)]);
    run(&order(&received, &whole)).unwrap();
    run(&order(&received, &out)).unwrap();
    let written = |name: &str| fs::metadata(out.join(name)).unwrap().modified().unwrap();
    let before = written("a.xlsm/customer/a.xlsm");
    fs::remove_dir_all(out.join("b.ods")).unwrap();
    fs::remove_file(out.join("c.csv/internal/report.xlsx")).unwrap();
    fs::remove_dir_all(out.join("d.xlsx/internal")).unwrap();
    fs::create_dir_all(out.join(".partial-4711/0/new/customer")).unwrap();
    fs::write(out.join(".partial-4711/0/new/customer/half.xlsx"), b"half").unwrap();
    fs::remove_file(out.join("summary.xlsx")).unwrap();
    let (_, heard) = run(&order(&received, &out)).unwrap();
    let what: Vec<(bool, bool)> = heard.iter().map(|one| (one.left.is_some(), one.redone.is_some())).collect();
    assert_eq!(what, [(true, false), (false, false), (false, true), (false, true)]);
    assert_eq!(written("a.xlsm/customer/a.xlsm"), before);
    assert_same(&out, &whole);
}

#[test]
fn output_on_other_terms_is_replaced_only_when_that_is_forced() {
    let folder = tempfile::tempdir().unwrap();
    let (received, out) = (folder.path().join("received"), folder.path().join("out"));
    receive(&received, &[("a.xlsm", SHORT), ("b.csv", TEXT)]);
    let bank = folder.path().join("bank");
    crate::cli::copy(&self::bank(), &bank);
    let base = Order { bank: BankPlace::new(&bank), ..order(&received, &out) };
    run(&base).unwrap();
    let before = tree(&out);
    let scope = |change: fn(&mut Scope)| {
        let mut scope = base.scope.clone();
        change(&mut scope);
        Order { scope, ..base.clone() }
    };
    let others = [
        (scope(|scope| scope.date = jiff::civil::date(2026, 11, 22)), "the date was 2026-11-21"),
        (scope(|scope| scope.audience = Audience::Public), "the audience was nda"),
        (scope(|scope| scope.products.clear()), "the products were cloud"),
        (scope(|scope| scope.regions = vec!["eu".into()]), "the regions were none"),
        (Order { sale: sale("Harbour", ""), ..base.clone() }, "the customer was none"),
        (Order { sale: sale("", "H-1"), ..base.clone() }, "the deal was none"),
        (Order { overwrite: true, ..base.clone() }, "--overwrite was not given"),
    ];
    for (order, why) in &others {
        let refused = run(order).unwrap_err();
        assert!(refused.message.contains(&format!("a.xlsm ({why})")) && refused.hint.contains("--force"), "{refused}");
    }
    assert!(tree(&out) == before, "nothing was changed");
    receive(&received, &[("b.csv", TEXT)]);
    let mut text = fs::read(received.join("b.csv")).unwrap();
    text.extend(b"\n");
    fs::write(received.join("b.csv"), text).unwrap();
    let refused = run(&base).unwrap_err();
    assert!(refused.message.contains("b.csv (the received file has changed)") && !refused.message.contains("a.xlsm"), "{refused}");
    let (_, heard) = run(&Order { force: true, ..base.clone() }).unwrap();
    assert!(heard[0].left.is_some(), "what is as it should be is not forced");
    assert_eq!(heard[1].redone.as_deref(), Some("the received file has changed"));
    fs::write(bank.join("vocabulary.toml"), fs::read_to_string(bank.join("vocabulary.toml")).unwrap_or_default() + "\n# new\n").unwrap();
    assert!(run(&base).unwrap_err().message.contains("the bank has changed"));
    let (_, heard) = run(&Order { force: true, ..base }).unwrap();
    assert!(heard.iter().all(|one| one.redone.as_deref() == Some("the bank has changed")));
    let fresh = folder.path().join("fresh");
    run(&Order { bank: BankPlace::new(&bank), ..order(&received, &fresh) }).unwrap();
    assert_same(&out, &fresh);
}

#[test]
fn a_mapping_that_is_remembered_since_makes_other_terms() {
    let folder = tempfile::tempdir().unwrap();
    let (received, out, bank) = (folder.path().join("received"), folder.path().join("out"), folder.path().join("bank"));
    receive(&received, &[("a.xlsx", SELF), ("b.csv", TEXT)]);
    crate::cli::copy(&self::bank(), &bank);
    let order = Order { bank: BankPlace::new(&bank), ..order(&received, &out) };
    run(&order).unwrap();
    let (file, mapping) = (received.join("a.xlsx"), folder.path().join("a.toml"));
    let ask = |layout: &LayoutFrom| answerbank::engine::questions::questions(&Worker::default(), &file, layout, Some(&bank)).unwrap();
    answerbank::engine::mapping::write(&ask(&LayoutFrom::Finder), &file, &mapping, false).unwrap();
    answerbank::engine::mapping::remember(&ask(&LayoutFrom::File(mapping)), Some(&bank)).unwrap();
    let refused = run(&order).unwrap_err().message;
    assert!(refused.contains("a.xlsx (another mapping is obeyed)") && !refused.contains("b.csv"), "{refused}");
    let (_, heard) = run(&Order { force: true, ..order.clone() }).unwrap();
    assert_eq!(heard.iter().map(|one| one.redone.is_some()).collect::<Vec<_>>(), [true, false]);
    let (_, heard) = run(&order).unwrap();
    assert!(heard.iter().all(|one| one.left.is_some()));
    let refused = run(&Order { layout: LayoutFrom::Finder, ..order }).unwrap_err().message;
    assert!(refused.contains("a.xlsx (the layout was read by a mapping)"), "{refused}");
}

#[test]
fn what_people_did_with_finished_output_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (received, out) = (folder.path().join("received"), folder.path().join("out"));
    receive(&received, &[("a.xlsm", SHORT), ("b.csv", TEXT)]);
    run(&order(&received, &out)).unwrap();
    let decided = out.join("a.xlsm/internal/report.xlsx");
    let decisions = folder.path().join("decisions.xlsx");
    fs::copy(decided, &decisions).unwrap();
    fill::fill(&fill::Order {
        include_review: false,
        file: received.join("a.xlsm"),
        worker: Worker::default(),
        layout: LayoutFrom::default(),
        bank: BankPlace::new(bank()),
        out: Some(out.join("a.xlsm")),
        decisions: Some(decisions),
        customer: None,
        deal: None,
        scope: order(&received, &out).scope,
        overwrite: false,
        force: true,
    })
    .unwrap();
    fs::write(out.join("b.csv/customer/b.csv"), b"finished by hand").unwrap();
    let before = tree(&out);
    for force in [false, true] {
        let (_, heard) = run(&Order { force, ..order(&received, &out) }).unwrap();
        assert_eq!(heard[0].left, Some("finished before"));
        assert_eq!(heard[1].left, Some("finished before, and the workbook was changed since"));
        assert!(tree(&out) == before);
    }
    let other = Order { sale: sale("", "H-1"), ..order(&received, &out) };
    assert!(run(&other).unwrap_err().message.contains("b.csv (the deal was none, the workbook was changed by hand since)"));
}

#[test]
fn two_batches_do_not_write_into_one_folder() {
    let folder = tempfile::tempdir().unwrap();
    let (received, out) = (folder.path().join("received"), folder.path().join("out"));
    receive(&received, &[("a.xlsm", SHORT)]);
    fs::create_dir(&out).unwrap();
    let first = Lock::try_take(&out).unwrap();
    assert!(first.is_some());
    let refused = run(&order(&received, &out)).unwrap_err();
    assert!(refused.message.ends_with("out: another batch is writing there") && !refused.hint.is_empty(), "{refused}");
    assert!(tree(&out).is_empty());
    drop(first);
    run(&order(&received, &out)).unwrap();
}

#[test]
fn nothing_is_written_outside_of_the_output_folder_or_over_what_is_not_ours() {
    let folder = tempfile::tempdir().unwrap();
    let (received, out, outside) = (folder.path().join("received"), folder.path().join("out"), folder.path().join("outside"));
    receive(&received, &[("sub/a.xlsm", SHORT), ("b.csv", TEXT), ("summary.xlsx", SELF)]);
    fs::create_dir_all(&outside).unwrap();
    fs::create_dir_all(&out).unwrap();
    fs::write(out.join("b.csv"), b"somebody's file").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(&outside, out.join("sub")).unwrap();
    #[cfg(not(unix))]
    fs::write(out.join("sub"), b"").unwrap();
    let (log, _) = run(&order(&received, &out)).unwrap();
    let bad = failed(&log);
    assert_eq!(bad.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["b.csv", "sub/a.xlsm", "summary.xlsx"]);
    assert!(
        bad[..2].iter().all(|(_, why)| why.contains("no folder of its own")) && bad[2].1.contains("cannot have a folder of that name"),
        "{bad:?}"
    );
    assert!(tree(&outside).is_empty());
    assert_eq!(fs::read(out.join("b.csv")).unwrap(), b"somebody's file");
    let mine = folder.path().join("mine");
    fs::create_dir(&mine).unwrap();
    fs::write(mine.join("summary.xlsx"), b"somebody's summary").unwrap();
    assert!(run(&order(&received, &mine)).unwrap_err().message.contains("this file is of no batch"));
    assert_eq!(tree(&mine).len(), 1);
}

/// A manifest's text → what is wrong with it, by line; `-` where nothing is.
#[test]
fn a_manifest_is_read_or_all_that_is_wrong_is_told_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    receive(folder.path(), &[("a.xlsm", SHORT), ("in/b.csv", TEXT)]);
    let cases: [(&str, &str, &[&str]); 15] = [
        ("csv", "file\na.xlsm\n", &[]),
        (
            "csv",
            "\u{feff}File, Value ,due,product,audience\r\n\r\n./a.xlsm,1999.00,2026-12-01,cloud; cloud 4.2,nda\r\n,,,,\r\n\"in/b.csv\",,,,\r\n",
            &[],
        ),
        ("csv", "file,worth\na.xlsm,1\n", &[":1: there is no column \"worth\"; those known are file, customer"]),
        ("csv", "file;deal\na.xlsm;1\n", &[":1: the first line names the columns", ":1: there is no column \"file;deal\""]),
        ("csv", "file,deal,Deal\na.xlsm,1,2\n", &[":1: there are two columns \"deal\""]),
        ("csv", "file\n", &[":1: no file is listed"]),
        (
            "csv",
            "file,value,due,audience,deal\nc.xlsx,1,,,\n../x.xlsx,,,,\na.xlsm,12k,1.12.2026,everybody,D\n,5,,,\na.xlsm,,,,,,x\n",
            &[
                ":2: c.xlsx: there is no such file in",
                ":3: ../x.xlsx does not lie in the folder of the batch",
                ":4: audience \"everybody\" must be public or nda",
                ":4: due \"1.12.2026\" must be a day",
                ":4: value \"12k\" must be a whole number",
                ":5: no file is named here",
                ":6: a.xlsm is listed a second time; first in line 4",
                ":6: there are 7 cells, but 5 columns",
            ],
        ),
        ("csv", "file,customer,deal,value\na.xlsm,H,D,5\nin/b.csv,H,D,6\n", &[":3: deal \"D\" has another value in line 2"]),
        ("csv", "file,customer,deal,value\na.xlsm,H,D,5\nin/b.csv,I,D,6\n", &[]),
        ("csv", "file,audience\na.xlsm,internal\n", &[":2: audience \"internal\" must be public or nda"]),
        (
            "csv",
            "file,product,region\na.xlsm,toaster;cloud,atlantis\n",
            &[":2: product \"toaster\": there is no such one", ":2: region \"atlantis\": there is no such one"],
        ),
        (
            "toml",
            "[[file]]\nfile = \"a.xlsm\"\ncustomer = \"H\"\nvalue = 250_000\ndue = 2026-12-01\nproduct = [\"cloud\"]\naudience = \"nda\"\n\n[[file]]\nfile = \"in/b.csv\"\nvalue = 15.0\n",
            &[],
        ),
        (
            "toml",
            "files = 1\n[[file]]\nfile = \"a.xlsm\"\nworth = 3\nvalue = \"much\"\ndue = 3\nproduct = \"cloud\"\n\n[[file]]\ndeal = \"D\"\n",
            &[
                ":1: unknown key \"files\"",
                ":4: unknown key \"worth\"",
                ":5: value must be a number",
                ":6: due must be a day",
                ":7: product must be a list",
                ":9: no file is named here",
            ],
        ),
        ("toml", "[[file]\n", &[":1: "]),
        ("toml", "[file]\nfile = \"a.xlsm\"\n", &[":1: file must be written as [[file]]"]),
    ];
    for (ending, text, problems) in cases {
        let manifest = folder.path().join(format!("manifest.{ending}"));
        fs::write(&manifest, text).unwrap();
        let out = folder.path().join("out");
        let ran = run(&Order { places: Vec::new(), manifest: Some(manifest), ..order(Path::new(""), &out) });
        if problems.is_empty() {
            let (log, _) = ran.unwrap_or_else(|failure| panic!("{text}\n{failure}"));
            assert!(log.failed == 0 && log.done > 0, "{text}");
            fs::remove_dir_all(&out).unwrap();
            continue;
        }
        let failure = ran.unwrap_err();
        let lines: Vec<&str> = failure.message.lines().collect();
        assert_eq!(lines.len(), problems.len(), "{text}\n{failure}");
        for (line, problem) in lines.iter().zip(problems) {
            assert!(line.contains(&format!("manifest.{ending}{problem}")), "{text}\n{line}\n{problem}");
        }
        assert!(failure.kind == FailureKind::Usage && !out.exists(), "nothing was begun");
    }
    fs::write(folder.path().join("m.csv"), "file\na.xlsm\n").unwrap();
    let places = vec![folder.path().join("a.xlsm")];
    let both = Order { places, manifest: Some(folder.path().join("m.csv")), ..order(Path::new(""), &folder.path().join("out")) };
    assert!(run(&both).unwrap_err().message.contains("name one folder"));
}

/// The rows below the head of a sheet, as texts.
fn rows(workbook: &Path, sheet: &str) -> Vec<BTreeMap<String, String>> {
    let read = Worker::default().read("summary.xlsx", &fs::read(workbook).unwrap()).unwrap();
    let sheet = read.sheet(sheet).unwrap();
    let last = sheet.cells.keys().map(|at| at.row).max().unwrap();
    let heads: Vec<String> = (0..30).map(|col| sheet.text(CellRef::new(0, col)).to_owned()).collect();
    let row = |row| (0..30).map(|col| (heads[col as usize].clone(), sheet.text(CellRef::new(row, col)).to_owned())).collect();
    (1..=last).map(row).collect()
}

#[test]
fn the_summary_tells_each_gap_once_with_all_that_waits_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let (base, out) = (folder.path(), folder.path().join("out"));
    let harbour = "harbour-bank-vendor-assessment.xlsx";
    receive(base, &[("one.xlsx", harbour), ("two.xlsx", harbour), ("three.xlsx", harbour), ("four.xlsx", harbour), ("five.xlsm", SHORT)]);
    fs::write(base.join("bad.xlsx"), b"no workbook").unwrap();
    let manifest = "file,customer,deal,value,due,audience\n\
                    one.xlsx,Harbour,H-1,1000,2026-12-24,\ntwo.xlsx,Harbour,H-1,,2026-12-01,\nthree.xlsx,,,300,,\n\
                    four.xlsx,Dune,H-1,20,2027-01-01,\nfive.xlsm,Gull,,,,public\nbad.xlsx,Reef,R-1,7,2026-11-30,\n";
    fs::write(base.join("m.csv"), manifest).unwrap();
    let order = Order { places: Vec::new(), manifest: Some(base.join("m.csv")), sale: sale("Nobody", ""), ..order(Path::new(""), &out) };
    let (log, _) = run(&order).unwrap();
    let receipt = |name: &str| -> serde_json::Value {
        serde_json::from_slice(&fs::read(out.join(name).join("internal/receipt.json")).unwrap()).unwrap()
    };
    let options = |name: &str| receipt(name)["options"].clone();
    assert_eq!((&options("two.xlsx")["customer"], &options("two.xlsx")["deal"]), (&"Harbour".into(), &"H-1".into()));
    assert_eq!((&options("three.xlsx")["customer"], &options("five.xlsm")["audience"]), (&"Nobody".into(), &"public".into()));
    let items: Vec<serde_json::Value> = serde_json::from_slice(&fs::read(out.join("one.xlsx/internal/work-items.json")).unwrap()).unwrap();
    for item in &items {
        let all: Vec<_> = log.work_items.iter().filter(|one| item["id"] == one.id.as_str()).collect();
        assert_eq!(all.len(), 1, "each once");
        let waiting = item["waiting"].as_array().unwrap().len();
        if all[0].files == ["four.xlsx", "one.xlsx", "three.xlsx", "two.xlsx"] {
            assert!(all[0].value == 1320, "1000 once, 300 alone, 20 of another customer: {}", all[0].value);
            assert_eq!((all[0].questions, all[0].due), (4 * waiting, Some(jiff::civil::date(2026, 12, 1))));
        }
    }
    assert!(log.work_items.iter().filter(|one| one.files.len() == 4).count() > 3);
    assert!(log.work_items.windows(2).all(|two| (two[0].value, two[0].questions) >= (two[1].value, two[1].questions)));
    assert_eq!(log.counts.gap, log.work_items.iter().map(|one| one.questions).sum::<usize>());
    let summary = out.join("summary.xlsx");
    let files = rows(&summary, "Files");
    assert_eq!(
        files.iter().map(|row| row["File"].as_str()).collect::<Vec<_>>(),
        ["five.xlsm", "four.xlsx", "one.xlsx", "three.xlsx", "two.xlsx"]
    );
    let one = &files[2];
    assert_eq!([&one["Customer"], &one["Deal"], &one["Value"], &one["Due"]], ["Harbour", "H-1", "1000", "2026-12-24"]);
    assert_eq!(one["Questions"], receipt("one.xlsx")["counts"]["found"].to_string());
    let told = rows(&summary, "Work items");
    assert_eq!(told.len(), log.work_items.len());
    assert_eq!(
        [&told[0]["Value at stake"], &told[0]["Earliest due"], &told[0]["Deals"]],
        ["1320", "2026-12-01", "Dune: H-1, Harbour: H-1, Nobody"]
    );
    assert_eq!((&told[0]["Id"], &told[0]["Owner"]), (&log.work_items[0].id, &log.work_items[0].owner));
    let bad = rows(&summary, "Failed");
    assert_eq!((bad.len(), bad[0]["File"].as_str(), bad[0]["Deal"].as_str()), (1, "bad.xlsx", "R-1"));
    assert!(bad[0]["Why"].contains("a text file"), "{:?}", bad[0]);
    let written: serde_json::Value = serde_json::from_slice(&fs::read(out.join("batch.json")).unwrap()).unwrap();
    assert_eq!(written, serde_json::to_value(&log).unwrap());
}

fn command(folder: &Path, out: &str, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_answerbank"));
    command.current_dir(folder).args(["batch", "--audience", "nda", "--product", "cloud", "--date", "2026-11-21", "--out", out]);
    command.args(more).arg("--bank").arg(bank());
    command.env_remove("ANSWERBANK_BANK").env_remove("ANSWERBANK_LIMITS").env("ANSWERBANK_MODEL", "none");
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

#[test]
fn the_exit_code_and_the_lines_of_a_batch_are_for_pipelines() {
    let folder = tempfile::tempdir().unwrap();
    let ends = |out: &str, more: &[&str]| command(folder.path(), out, more).status().unwrap().code();
    receive(folder.path(), &[("open/a.xlsm", SHORT), ("bad/a.xlsm", SHORT)]);
    fs::create_dir(folder.path().join("whole")).unwrap();
    fs::write(folder.path().join("whole/a.csv"), "Question,Answer\nIs customer data encrypted at rest?,\n").unwrap();
    fs::write(folder.path().join("bad/b.xlsx"), b"no workbook").unwrap();
    fs::write(folder.path().join("m.csv"), "file,due\na.xlsm,soon\n").unwrap();
    assert_eq!(ends("out-whole", &["whole"]), Some(0));
    assert_eq!(ends("out-open", &["open"]), Some(10));
    assert_eq!(ends("out-bad", &["bad"]), Some(1));
    assert_eq!(ends("out-small", &["open", "--limit", "file=1k"]), Some(1), "limits hold for each file");
    assert_eq!(ends("out", &["open", "--manifest", "m.csv"]), Some(2));
    assert_eq!(ends("out", &["whole", "--product", "toaster"]), Some(2));
    assert_eq!(ends("out", &[]), Some(2));
    assert!(!folder.path().join("out").exists());
    let told = command(folder.path(), "out-bad", &["bad", "--json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
    let lines: Vec<serde_json::Value> =
        String::from_utf8(told.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[0]["status"], &lines[0]["left"]), (&"done".into(), &"finished before".into()));
    assert!(lines[1]["status"] == "failed" && lines[1]["why"].as_str().unwrap().contains("b.xlsx"), "{}", lines[1]);
    let errors = String::from_utf8(told.stderr).unwrap();
    assert_eq!(errors.lines().filter(|line| line.starts_with("error: ")).count(), 1, "one line a bad file: {errors}");
}

/// Kills a batch with the signal that nobody can catch, at so many random moments.
fn killed_at_random_comes_to_the_same(kills: u32, seed: u64) {
    let folder = tempfile::tempdir().unwrap();
    let received = folder.path().join("received");
    receive(&received, &[("a.xlsm", SHORT), ("b/b.ods", OPEN), ("b/c.csv", TEXT), ("d.xlsx", SELF), ("e.xlsm", SHORT), ("f.csv", TEXT)]);
    fs::write(received.join("bad.xlsx"), b"PK\x03\x04 no workbook").unwrap();
    let begun = Instant::now();
    assert_eq!(command(folder.path(), "whole", &["received"]).status().unwrap().code(), Some(1));
    let whole = begun.elapsed();
    let expected = tree(&folder.path().join("whole"));
    let mut random = seed;
    let (mut killed, mut half) = (0, 0);
    while killed < kills {
        let out = folder.path().join("out");
        // A run is killed again and again, until it comes to its end in between.
        loop {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let moment = whole.mul_f64((random >> 33) as f64 / (1u64 << 31) as f64);
            let mut child: Child = command(folder.path(), "out", &["received"]).spawn().unwrap();
            std::thread::sleep(moment);
            let ended = child.try_wait().unwrap();
            if ended.is_none() {
                child.kill().unwrap();
                child.wait().unwrap();
                killed += 1;
            }
            let now = if out.exists() { tree(&out) } else { BTreeMap::new() };
            for (name, bytes) in now.iter().filter(|(name, _)| !name.starts_with(".partial-")) {
                assert!(expected.get(name) == Some(bytes), "after {killed} kills of seed {seed}: {name} is not whole");
            }
            for name in expected.keys().filter(|name| name.ends_with("/customer/")) {
                let file = name.trim_end_matches("customer/");
                let there = now.keys().filter(|name| name.starts_with(file)).count();
                let all = expected.keys().filter(|name| name.starts_with(file)).count();
                assert!(there == 0 || there == all, "after {killed} kills of seed {seed}: {file} is half there");
            }
            half += usize::from(now.keys().any(|name| name.ends_with("/customer/")) && now.len() < expected.len());
            if ended.is_some() || killed >= kills {
                break;
            }
        }
        assert_eq!(command(folder.path(), "out", &["received"]).status().unwrap().code(), Some(1));
        assert_same(&out, &folder.path().join("whole"));
        fs::remove_dir_all(&out).unwrap();
    }
    println!("{killed} kills over runs of {} ms; {half} left some files done and some not", whole.as_millis());
}

/// Output of another day is replaced, and killed while it is: where there is a receipt, the workbook beside it is the one that it tells of.
fn killed_while_replacing_mixes_nothing(kills: u32, seed: u64) {
    let folder = tempfile::tempdir().unwrap();
    let received = folder.path().join("received");
    receive(&received, &[("a.xlsm", SHORT), ("b.csv", TEXT), ("c.csv", TEXT), ("d.xlsm", SHORT)]);
    let fill = |out: &str, more: &[&str]| command(folder.path(), out, &[&["received"], more].concat());
    assert_eq!(fill("old", &["--customer", "Old"]).status().unwrap().code(), Some(10));
    let begun = Instant::now();
    assert_eq!(fill("whole", &["--customer", "New"]).status().unwrap().code(), Some(10));
    let whole = begun.elapsed();
    let out = folder.path().join("out");
    let mut random = seed;
    for _ in 0..kills {
        if !out.exists() {
            crate::cli::copy(&folder.path().join("old"), &out);
        }
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut child = fill("out", &["--customer", "New", "--force"]).spawn().unwrap();
        std::thread::sleep(whole.mul_f64((random >> 33) as f64 / (1u64 << 31) as f64));
        let _ = child.kill();
        child.wait().unwrap();
        for name in ["a.xlsm", "b.csv", "c.csv", "d.xlsm"] {
            let Ok(receipt) = fs::read(out.join(name).join("internal/receipt.json")) else { continue };
            let receipt: serde_json::Value = serde_json::from_slice(&receipt).unwrap();
            let workbook = fs::read(out.join(name).join("customer").join(name)).unwrap();
            assert_eq!(receipt["output"]["sha256"], answerbank::domain::digest::sha256_hex(&workbook), "{name}, seed {seed}");
        }
        if random.is_multiple_of(2) {
            assert_eq!(fill("out", &["--customer", "New", "--force"]).status().unwrap().code(), Some(10));
            assert_same(&out, &folder.path().join("whole"));
            fs::remove_dir_all(&out).unwrap();
        }
    }
}

#[test]
fn a_batch_that_is_killed_goes_on_and_comes_to_the_same_bytes() {
    killed_at_random_comes_to_the_same(5, 20_261_121);
    killed_while_replacing_mixes_nothing(3, 20_261_121);
}

/// `cargo test --test it -- --ignored --nocapture 200_kills`
#[test]
#[ignore = "minutes long"]
fn a_batch_survives_200_kills() {
    killed_at_random_comes_to_the_same(200, 4_711);
    killed_while_replacing_mixes_nothing(100, 4_711);
}
