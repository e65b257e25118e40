//! Our library beside what a user would script with openpyxl: load a workbook, write 261 cells, save. How long, how much memory, and what is lost.
//!
//! `cargo bench --bench peer` takes a workbook that it makes itself, or the one that `ANSWERBANK_PEER_WORKBOOK` names. Each run is a process
//! of its own that tells its processor time and its peak of memory, which Linux keeps for it. Without openpyxl only our side is measured.
#![allow(clippy::expect_used, clippy::cast_precision_loss, missing_docs)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use answerbank::domain::cell::CellRef;
use answerbank::workbook::{CellEdit, Limits, edit, read};
use regex::Regex;
use rust_xlsxwriter::{ConditionalFormatText, ConditionalFormatTextRule, DataValidation, Format, Formula, Image, Note, Workbook};

const CELLS: u32 = 261;
const ROUNDS: usize = 5;

/// What can be lost: its name, the beginning of the parts that it stands in, and what one of it looks like there.
const THINGS: &[(&str, &str, &str)] = &[
    ("lists and other rules", "xl/worksheets/", r"<dataValidation[ >]"),
    ("the same, of the newer extension", "xl/worksheets/", r"<x14:dataValidation[ >]"),
    ("conditional formats", "xl/worksheets/", r"<cfRule[ >]"),
    ("the same, of the newer extension", "xl/worksheets/", r"<x14:cfRule[ >]"),
    ("formulas", "xl/worksheets/", r"<f[ />]"),
    ("results stored with formulas", "xl/worksheets/", r"(</f>|<f[^>]*/>)<v>[^<]"),
    ("pieces of rich text", "xl/sharedStrings", r"<r>"),
    ("comments", "xl/comments", r"<comment "),
    ("pictures and shapes in drawings", "xl/drawings/", r"<(xdr:)?(sp|pic)[ >]"),
    ("image files", "xl/media/", r"^"),
    ("charts", "xl/charts/chart", r"^"),
    ("macros", "xl/vbaProject", r"^"),
];

/// Processor seconds and peak memory in MiB of one process.
#[derive(Clone, Copy)]
struct Cost {
    seconds: f64,
    memory: f64,
}

fn main() {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if let [word, source, target, cells] = arguments.as_slice()
        && word.as_os_str() == "ours"
    {
        return ours(source, target, cells);
    }
    if !Path::new("/proc/self/schedstat").exists() {
        println!("this benchmark reads processor time and memory from /proc, which is not here");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let source = std::env::var_os("ANSWERBANK_PEER_WORKBOOK").map_or_else(|| make(folder.path()), PathBuf::from);
    let cells = folder.path().join("cells.tsv");
    fs::write(&cells, choose(&source)).expect("the list of cells");
    let output = |name: &str| folder.path().join(name).with_extension(source.extension().expect("an ending"));
    let (our_file, peer_file) = (output("ours"), output("peer"));
    let mut own = Command::new(std::env::current_exe().expect("this program"));
    let our_cost = measure(own.arg("ours").args([&source, &our_file, &cells]));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peer/fill.py");
    let peer_cost = has_peer().then(|| measure(Command::new("python3").arg(script).args([&source, &peer_file, &cells])));
    println!("{}, {CELLS} cells; median of {ROUNDS} runs", source.file_name().unwrap_or_default().display());
    tell_costs(our_cost, peer_cost);
    let peer = peer_cost.map(|_| Census::of(&peer_file));
    tell_losses(&Census::of(&source), &Census::of(&our_file), peer.as_ref());
}

/// One run of ours, in a process of its own.
fn ours(source: &Path, target: &Path, cells: &Path) {
    let name = source.to_string_lossy();
    let bytes = fs::read(source).expect("the workbook");
    let workbook = read(&name, &bytes, &Limits::default()).expect("a workbook that can be read");
    let list = fs::read_to_string(cells).expect("the list of cells");
    let edits: Vec<CellEdit> = list.lines().map(one_edit).collect();
    assert!(edits.iter().all(|edit| workbook.sheet(&edit.sheet).is_some()), "the sheets are there");
    let edited = edit(&name, &bytes, &edits, &Limits::default()).expect("a workbook that can be edited");
    fs::write(target, edited.bytes).expect("the edited workbook");
    let read_own = |name: &str| fs::read_to_string(format!("/proc/self/{name}")).expect("the kernel's count");
    let nanoseconds: f64 = read_own("schedstat").split(' ').next().and_then(|field| field.parse().ok()).expect("processor time");
    let status = read_own("status");
    let memory = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("peak memory").trim().trim_end_matches(" kB");
    println!("{} {memory}", nanoseconds / 1e9);
}

fn one_edit(line: &str) -> CellEdit {
    let fields: Vec<&str> = line.split('\t').collect();
    CellEdit { sheet: fields[0].to_owned(), cell: CellRef::parse(fields[1]).expect("a cell"), value: fields[2].into() }
}

fn has_peer() -> bool {
    let there = Command::new("python3").args(["-c", "import openpyxl"]).output().is_ok_and(|output| output.status.success());
    if !there {
        println!("openpyxl is not here, so only our side is measured: python3 -m pip install -r benches/peer/requirements.txt");
    }
    there
}

/// The median of some runs; one more goes before them, so that all files are in memory.
fn measure(command: &mut Command) -> Cost {
    let costs: Vec<Cost> = (0..=ROUNDS).map(|_| run(command)).skip(1).collect();
    let median = |of: fn(&Cost) -> f64| {
        let mut all: Vec<f64> = costs.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    Cost { seconds: median(|cost| cost.seconds), memory: median(|cost| cost.memory) }
}

fn run(command: &mut Command) -> Cost {
    let output = command.output().expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<f64> = told.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    Cost { seconds: numbers[0], memory: numbers[1] / 1024.0 }
}

/// Cells right of everything in the fullest sheet: no formula, merged block or table stands there.
fn choose(source: &Path) -> String {
    let bytes = fs::read(source).expect("the workbook");
    let workbook = read(&source.to_string_lossy(), &bytes, &Limits::default()).expect("a workbook that can be read");
    let sheet = workbook.sheets.iter().max_by_key(|sheet| sheet.cells.len()).expect("a sheet");
    let filled = sheet.cells.keys().map(|at| at.col);
    let right = filled.chain(sheet.merges.iter().map(|range| range.last.col)).max().unwrap_or(0) + 1;
    let mut list = String::new();
    for row in 0..CELLS {
        let _ = writeln!(list, "{}\t{}\tYes, as described in our policy, part {row}.", sheet.name, CellRef::new(row, right));
    }
    list
}

fn tell_costs(ours: Cost, peer: Option<Cost>) {
    println!("\n{:<36} {:>10} {:>10} {:>8}", "", "ours", "openpyxl", "ratio");
    for (name, of) in [("processor seconds", (|cost| cost.seconds) as fn(&Cost) -> f64), ("peak memory, MiB", |cost| cost.memory)] {
        let (own, other) = (of(&ours), peer.as_ref().map(of));
        let (shown, ratio) = other.map_or(("-".into(), "-".into()), |other| (format!("{other:.3}"), format!("{:.1}", other / own)));
        println!("{name:<36} {own:>10.3} {shown:>10} {ratio:>8}");
    }
}

/// What a workbook holds.
struct Census {
    parts: BTreeMap<String, Vec<u8>>,
    counts: Vec<usize>,
}

impl Census {
    fn of(path: &Path) -> Self {
        let mut zip = zip::ZipArchive::new(fs::File::open(path).expect("a workbook")).expect("a container");
        let mut parts = BTreeMap::new();
        for index in 0..zip.len() {
            let mut entry = zip.by_index(index).expect("a part");
            let (name, mut bytes) = (entry.name().expect("a name").into_owned(), Vec::new());
            entry.read_to_end(&mut bytes).expect("a part");
            parts.insert(name, bytes);
        }
        let count = |(_, place, pattern): &(&str, &str, &str)| {
            let pattern = Regex::new(pattern).expect("a pattern");
            let there = parts.iter().filter(|(name, _)| name.starts_with(place) && !name.contains("/_rels/"));
            there.map(|(_, bytes)| pattern.find_iter(&String::from_utf8_lossy(bytes)).count()).sum()
        };
        let counts = THINGS.iter().map(count).collect();
        Self { parts, counts }
    }

    /// How many parts are the same bytes as in another workbook.
    fn same(&self, other: &Self) -> usize {
        self.parts.iter().filter(|(name, bytes)| other.parts.get(*name) == Some(bytes)).count()
    }
}

fn tell_losses(before: &Census, ours: &Census, peer: Option<&Census>) {
    println!("\n{:<36} {:>10} {:>10} {:>10}", "what is in the file", "received", "ours", "openpyxl");
    let row = |name: &str, count: &dyn Fn(&Census) -> usize| {
        let shown = peer.map_or("-".into(), |peer| count(peer).to_string());
        println!("{name:<36} {:>10} {:>10} {shown:>10}", count(before), count(ours));
    };
    for (place, (name, ..)) in THINGS.iter().enumerate() {
        row(name, &|census| census.counts[place]);
    }
    row("parts", &|census| census.parts.len());
    row("parts of the same bytes", &|census| census.same(before));
}

/// A PNG of one point.
const IMAGE: &[u8] = &[
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1F,
    0x15, 0xC4, 0x89, 0, 0, 0, 0x0D, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0xF8, 0xCF, 0xC0, 0xF0, 0x1F, 0, 5, 0, 1, 0xFF, 0x89, 0x99,
    0x3D, 0x1D, 0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
];

/// A large questionnaire with lists, rich text, formulas, conditional formats, comments and images.
fn make(folder: &Path) -> PathBuf {
    let (path, bold, plain) = (folder.join("made.xlsx"), Format::new().set_bold(), Format::new());
    let mut workbook = Workbook::new();
    for part in 0..6 {
        let sheet = workbook.add_worksheet();
        sheet.set_name(format!("Part {part}")).expect("a name");
        for row in 1..=2_000u32 {
            let asked = format!(" must be described for case {row} of part {part}: who does it, how often, and who is told?");
            sheet.write_string(row, 0, format!("{part}.{row}")).expect("an id");
            sheet.write_rich_string(row, 1, &[(&bold, "The measure"), (&plain, asked.as_str())]).expect("a question");
            let formula = Formula::new(format!("=IF(C{0}=\"\",\"open\",\"done\")", row + 1)).set_result("open");
            sheet.write_formula(row, 4, formula).expect("a formula");
            if row % 50 == 0 {
                sheet.insert_note(row, 1, &Note::new(format!("Ask us about case {row}."))).expect("a comment");
            }
        }
        let list = DataValidation::new().allow_list_strings(&["Yes", "No", "Partly", "Not applicable"]).expect("a list");
        sheet.add_data_validation(1, 2, 2_000, 2, &list).expect("a list");
        let red = Format::new().set_background_color("#FFC7CE");
        let open = ConditionalFormatText::new().set_rule(ConditionalFormatTextRule::Contains("open".into())).set_format(red);
        sheet.add_conditional_format(1, 4, 2_000, 4, &open).expect("a conditional format");
        sheet.insert_image(0, 7, &Image::new_from_buffer(IMAGE).expect("an image")).expect("an image");
    }
    workbook.save(&path).expect("the workbook");
    path
}
