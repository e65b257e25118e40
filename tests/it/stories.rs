//! Stories through the engine: a received questionnaire from upload to hand-back, decisions taken in the report, what never happens.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use answerbank::domain::bank::Audience;
use answerbank::domain::cell::CellRef;
use answerbank::domain::standing::Scope;
use answerbank::engine::BankPlace;
use answerbank::engine::fill::{Done, Order, fill};
use serde_json::Value;

use crate::table::check_rows;

fn sample_bank() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("answer-bank")
}

fn hand(by: &str, on: jiff::civil::Date) -> answerbank::engine::curate::Hand {
    answerbank::engine::curate::Hand { by: by.into(), on, seen: None }
}

fn order(file: &Path, bank: &Path, out: &Path) -> Order {
    Order {
        worker: answerbank::workbook::Worker::default(),
        layout: answerbank::engine::mapping::LayoutFrom::default(),
        file: file.to_owned(),
        bank: BankPlace::new(bank),
        out: Some(out.to_owned()),
        decisions: None,
        customer: Some("Harbour Bank".into()),
        deal: None,
        scope: Scope {
            date: jiff::civil::date(2026, 11, 21),
            audience: Audience::Nda,
            products: vec!["cloud".into()],
            regions: Vec::new(),
        },
        overwrite: false,
        force: false,
        include_review: false,
    }
}

fn harbour() -> PathBuf {
    crate::fixtures::folder().join("harbour-bank-vendor-assessment.xlsx")
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// The parts of a workbook; separated text is its own only part.
fn parts(path: &Path) -> BTreeMap<String, Vec<u8>> {
    if path.extension().is_some_and(|ending| ending == "csv") {
        return BTreeMap::from([(String::new(), fs::read(path).unwrap())]);
    }
    let mut archive = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let mut parts = BTreeMap::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        parts.insert(entry.name().unwrap().into_owned(), bytes);
    }
    parts
}

/// What a workbook holds, cell by cell.
fn cells(path: &Path) -> BTreeMap<String, String> {
    let workbook = answerbank::workbook::read("book.xlsx", &fs::read(path).unwrap(), &answerbank::workbook::Limits::default()).unwrap();
    workbook
        .sheets
        .iter()
        .flat_map(|sheet| sheet.cells.iter().map(move |(at, cell)| (format!("{}!{at}", sheet.name), cell.text.clone())))
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

#[test]
fn a_questionnaire_comes_back_with_answers_in_the_listed_cells_alone() {
    let folder = tempfile::tempdir().unwrap();
    let done = fill(&order(&harbour(), &sample_bank(), &folder.path().join("out"))).unwrap();
    assert!(done.counts.filled >= 20, "{:?}", done.counts);
    let sum = done.counts.filled + done.counts.kept + done.counts.review + done.counts.rejected + done.counts.gap;
    assert_eq!(sum, done.counts.found, "every question is accounted for");
    let receipt = json(&folder.path().join("out/internal/receipt.json"));
    let (before, after) = (cells(&harbour()), cells(&done.workbook));
    let mut expected = before.clone();
    for written in receipt["written"].as_array().unwrap() {
        let place = format!("{}!{}", written["sheet"].as_str().unwrap(), written["cell"].as_str().unwrap());
        assert_eq!(before.get(&place).map_or("", String::as_str), written["old"].as_str().unwrap(), "{place}");
        expected.insert(place, written["new"].as_str().unwrap().to_owned());
    }
    assert_eq!(after, expected);
    let untouched: Vec<&str> = receipt["untouched_parts"].as_array().unwrap().iter().map(|part| part["name"].as_str().unwrap()).collect();
    let (old, new) = (parts(&harbour()), parts(&done.workbook));
    assert!(untouched.iter().all(|name| old[*name] == new[*name]));
    assert_eq!(old.keys().collect::<Vec<_>>(), new.keys().collect::<Vec<_>>());
    assert_eq!(receipt["questions"].as_array().unwrap().len(), done.counts.found);
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let run = |name: &str| fill(&order(&harbour(), &sample_bank(), &folder.path().join(name))).unwrap();
    let (one, two): (Done, Done) = (run("one"), run("two"));
    for file in [
        "customer/harbour-bank-vendor-assessment.xlsx",
        "internal/receipt.json",
        "internal/report.xlsx",
        "internal/work-items.json",
        "internal/work-items.csv",
    ] {
        assert!(fs::read(one.out.join(file)).unwrap() == fs::read(two.out.join(file)).unwrap(), "{file}");
    }
}

#[test]
fn an_empty_bank_gives_back_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let bank = folder.path().join("bank");
    fs::create_dir(&bank).unwrap();
    fs::write(bank.join("bank.toml"), "version = 1\nname = \"empty\"\n").unwrap();
    for (number, file) in crate::fixtures::workbooks().iter().enumerate() {
        match fill(&order(file, &bank, &folder.path().join(number.to_string()))) {
            // Kinds that are not edited in place come back as a list of answers.
            Ok(done) if done.workbook.file_name() != file.file_name() => assert!(done.notices[0].contains("not edited in place")),
            Ok(done) => assert!(fs::read(file).unwrap() == fs::read(done.workbook).unwrap(), "{}", file.display()),
            Err(failure) => assert_eq!(failure.kind, answerbank::engine::FailureKind::NoQuestion),
        }
    }
}

#[test]
fn nothing_internal_reaches_the_customer() {
    let folder = tempfile::tempdir().unwrap();
    let bank = answerbank::bank::folder::read(&sample_bank()).unwrap();
    let secret: Vec<&str> = bank
        .answers
        .iter()
        .filter(|answer| answer.audience == Audience::Internal)
        .flat_map(|answer| answer.wording.split(". "))
        .filter(|sentence| sentence.len() > 30)
        .collect();
    assert!(secret.len() > 20, "the sample bank has internal answers");
    for (number, file) in crate::fixtures::workbooks().iter().enumerate() {
        let Ok(done) = fill(&order(file, &sample_bank(), &folder.path().join(number.to_string()))) else { continue };
        let text: String = parts(&done.workbook).values().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
        for sentence in &secret {
            assert!(!text.contains(sentence), "{}: {sentence}", file.display());
        }
        for name in ["j.lind", "m.okafor", "## Internal", "platform-security", &*folder.path().to_string_lossy()] {
            assert!(!text.contains(name), "{}: {name}", file.display());
        }
    }
}

#[test]
fn a_public_reader_gets_only_public_answers() {
    let folder = tempfile::tempdir().unwrap();
    let mut public = order(&harbour(), &sample_bank(), &folder.path().join("out"));
    public.scope.audience = Audience::Public;
    let done = fill(&public).unwrap();
    let bank = answerbank::bank::folder::read(&sample_bank()).unwrap();
    let receipt = json(&done.out.join("internal/receipt.json"));
    let written = receipt["written"].as_array().unwrap();
    assert!(!written.is_empty());
    for cell in written.iter().filter(|cell| cell["ground"] != "policy: profile") {
        assert_eq!(bank.answer(cell["answer"].as_str().unwrap()).unwrap().audience, Audience::Public);
    }
    assert!(done.work_items.iter().any(|item| item.kind.name() == "audience"));
}

/// Writes decisions into a report's review sheet: for each row, the word that `decide` gives.
pub fn decide(report: &Path, decided: &Path, decide: impl Fn(usize, &BTreeMap<String, String>) -> Option<String>) -> usize {
    use answerbank::workbook::{CellEdit, edit, read};
    let bytes = fs::read(report).unwrap();
    let workbook = read("book.xlsx", &bytes, &answerbank::workbook::Limits::default()).unwrap();
    let sheet = workbook.sheet("Review").unwrap();
    let heads: BTreeMap<u32, String> = sheet.row(0).map(|(at, cell)| (at.col, cell.text.clone())).collect();
    let decision = *heads.iter().find(|(_, title)| *title == "Decision").unwrap().0;
    let mut edits = Vec::new();
    let rows = sheet.cells.keys().map(|at| at.row).max().unwrap();
    for row in 1..=rows {
        let texts = sheet.row(row).map(|(at, cell)| (heads[&at.col].clone(), cell.text.clone())).collect();
        if let Some(word) = decide(row as usize - 1, &texts) {
            let mut edit = |col: u32, text: &str| {
                let cell = answerbank::domain::cell::CellRef::new(row, col);
                edits.push(CellEdit { sheet: "Review".into(), cell, value: text.into() });
            };
            edit(decision, &word);
            edit(decision + 1, "r.ellis");
            edit(decision + 2, "asked of the hosting provider");
        }
    }
    fs::write(decided, edit("book.xlsx", &bytes, &edits, &answerbank::workbook::Limits::default()).unwrap().bytes).unwrap();
    rows as usize
}

#[test]
fn decisions_taken_in_the_report_are_obeyed() {
    let folder = tempfile::tempdir().unwrap();
    let first = fill(&order(&harbour(), &sample_bank(), &folder.path().join("first"))).unwrap();
    assert!(first.counts.review >= 3);
    let decided = folder.path().join("decided.xlsx");
    let words = ["accept", "reject", "leave"];
    let rows = decide(&first.out.join("internal/report.xlsx"), &decided, |row, _| words.get(row).map(|word| (*word).to_owned()));
    assert_eq!(rows, first.counts.review);
    let mut second = order(&harbour(), &sample_bank(), &folder.path().join("second"));
    second.decisions = Some(decided);
    let second = fill(&second).unwrap();
    assert_eq!(second.counts.filled, first.counts.filled + 1);
    assert_eq!(second.counts.rejected, 1);
    assert_eq!(second.counts.review, first.counts.review - 2);
    let receipt = json(&second.out.join("internal/receipt.json"));
    assert!(receipt["written"].as_array().unwrap().iter().any(|cell| cell["ground"] == "decision by r.ellis"));
}

#[test]
fn a_decision_cannot_let_out_what_may_not_be_given() {
    let folder = tempfile::tempdir().unwrap();
    let first = fill(&order(&harbour(), &sample_bank(), &folder.path().join("first"))).unwrap();
    let decided = folder.path().join("decided.xlsx");
    decide(&first.out.join("internal/report.xlsx"), &decided, |_, _| Some("accept".into()));
    let mut second = order(&harbour(), &sample_bank(), &folder.path().join("second"));
    second.decisions = Some(decided);
    // Between review and release everything goes out of date.
    second.scope.date = jiff::civil::date(2031, 1, 1);
    let second = fill(&second).unwrap();
    assert_eq!(second.counts.filled, 0);
    let receipt = json(&second.out.join("internal/receipt.json"));
    assert!(receipt["written"].as_array().unwrap().iter().all(|cell| cell["ground"] == "policy: profile"));
}

#[test]
fn a_decision_for_a_question_that_is_not_there_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let first = fill(&order(&harbour(), &sample_bank(), &folder.path().join("first"))).unwrap();
    let decided = folder.path().join("decided.xlsx");
    decide(&first.out.join("internal/report.xlsx"), &decided, |row, _| (row == 0).then(|| "accept".into()));
    let mut other = order(&crate::fixtures::folder().join("marlowe-university-rfi.xlsx"), &sample_bank(), &folder.path().join("second"));
    other.decisions = Some(decided);
    let done = fill(&other).unwrap();
    assert!(done.notices.iter().any(|notice| notice.contains("was not used")), "{:?}", done.notices);
}

#[test]
fn the_report_and_the_lists_of_work_open_as_what_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let done = fill(&order(&harbour(), &sample_bank(), &folder.path().join("out"))).unwrap();
    let report = answerbank::workbook::read(
        "report.xlsx",
        &fs::read(done.out.join("internal/report.xlsx")).unwrap(),
        &answerbank::workbook::Limits::default(),
    )
    .unwrap();
    let names: Vec<&str> = report.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(names, ["Summary", "Answers", "Review", "Gaps", "Work items", "All questions", "Left out"]);
    let all = report.sheet("All questions").unwrap();
    assert_eq!(all.cells.keys().map(|at| at.row).max().unwrap() as usize, done.counts.found);
    let mut csv = csv::Reader::from_path(done.out.join("internal/work-items.csv")).unwrap();
    let rows: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), done.work_items.len());
    assert!(rows.iter().all(|row| row.iter().all(|field| !field.starts_with(['=', '+', '-', '@']))));
    assert!(done.work_items.iter().all(|item| !item.owner.is_empty() && !item.to_do.is_empty() && !item.waiting.is_empty()));
}

/// A bank with one approved answer, in a folder, and what its profile says.
fn bank_of_one(folder: &Path, question: &str, body: &str) -> PathBuf {
    let bank = folder.join("bank");
    fs::create_dir_all(bank.join("answers")).unwrap();
    fs::write(bank.join("bank.toml"), "version = 1\nname = \"one\"\n[profile]\ncompany_name = \"Fernway\"\nemployees = 240\n").unwrap();
    let head =
        format!("id = \"one\"\nquestion = {question:?}\nverdict = \"info\"\nowner = \"a\"\naudience = \"public\"\nreview_by = 2099-01-01");
    fs::write(bank.join("answers/one.md"), format!("+++\n{head}\n+++\n{body}\n")).unwrap();
    let place = BankPlace::new(bank.clone());
    answerbank::engine::curate::approve(&place, &["one".into()], &hand("a", jiff::civil::date(2026, 6, 30))).unwrap();
    bank
}

#[test]
fn a_cell_that_several_questions_share_is_left_to_a_person_and_a_number_is_written_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let bank = bank_of_one(folder.path(), "Where are your data centres?", "Bern and Graz.");
    let (form, mut book) = (folder.path().join("form.xlsx"), rust_xlsxwriter::Workbook::new());
    let (sheet, format) = (book.add_worksheet(), rust_xlsxwriter::Format::new());
    let asked =
        ["Question", "Where are your data centres?", "Is there a security policy?", "Are backups tested?", "Where are your data centres?"];
    for (row, text) in ["Vendor name", "Number of employees", ""].iter().chain(&asked).enumerate() {
        sheet.write(row as u32, 0, *text).unwrap();
    }
    sheet.write(3, 1, "Answer").unwrap();
    sheet.merge_range(4, 1, 5, 1, "", &format).unwrap();
    book.save(&form).unwrap();
    let done = fill(&order(&form, &bank, &folder.path().join("out"))).unwrap();
    let written = json(&done.out.join("internal/receipt.json"))["written"].clone();
    let told: Vec<String> = written.as_array().unwrap().iter().map(|one| format!("{} {}", one["cell"], one["new"])).collect();
    assert_eq!(told, ["\"B1\" \"Fernway\"", "\"B2\" \"240\"", "\"B8\" \"Bern and Graz.\""]);
    assert_eq!(done.counts.review, 1, "the merged cell would answer its other question too");
    assert!(String::from_utf8_lossy(&parts(&done.workbook)["xl/worksheets/sheet1.xml"]).contains("<v>240</v>"));
}

#[test]
fn an_answer_that_could_become_a_formula_is_told_where_it_is_written_as_separated_text() {
    let folder = tempfile::tempdir().unwrap();
    let bank = bank_of_one(folder.path(), "Where are your data centres?", "- Bern\n- Graz");
    let form = folder.path().join("form.csv");
    fs::write(&form, "Question;Answer\r\nWhere are your data centres?;\r\nIs there a security policy?;\r\nAre backups tested?;\r\n")
        .unwrap();
    let done = fill(&order(&form, &bank, &folder.path().join("out"))).unwrap();
    assert_eq!(done.notices, ["written with ' in front, so that no program takes the text for a formula: B2"]);
    let text = fs::read_to_string(&done.workbook).unwrap();
    assert_eq!(text.lines().nth(1), Some("Where are your data centres?;\"'- Bern"));
}

#[test]
fn an_answer_that_the_files_encoding_cannot_hold_is_a_gap_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let form = folder.path().join("form.csv");
    let text = "Question;Answer\r\nWhere are your data centres?;\r\nIs there a security policy? Na\u{EF}ve \u{201C}yes\u{201D}?;\r\nAre backups tested?;\r\n";
    let western: Vec<u8> = text
        .chars()
        .map(|c| match c {
            '\u{201C}' => 0x93,
            '\u{201D}' => 0x94,
            c => c as u8,
        })
        .collect();
    fs::write(&form, &western).unwrap();
    for (wording, filled, gaps) in [("In \u{141}\u{F3}d\u{17A}.\n", 0, 3), ("In \u{201C}K\u{F6}ln\u{201D}, for \u{20AC}.\n", 1, 2)] {
        let bank = bank_of_one(folder.path(), "Where are your data centres?", wording);
        let mut order = order(&form, &bank, &folder.path().join("out"));
        order.force = true;
        let done = fill(&order).unwrap();
        assert_eq!((done.counts.filled, done.counts.gap), (filled, gaps), "{wording}");
        let told = done.work_items.iter().any(|item| item.title == "Write one by hand" && item.why.contains("which has no 'Ł'"));
        assert_eq!(told, filled == 0, "{:?}", done.work_items);
    }
}

#[test]
fn an_old_workbook_comes_back_as_a_list_of_answers_with_their_cells() {
    let folder = tempfile::tempdir().unwrap();
    let old = order(&harbour().with_extension("xls"), &sample_bank(), &folder.path().join("old"));
    let (done, twin) = (fill(&old).unwrap(), fill(&order(&harbour(), &sample_bank(), &folder.path().join("new"))).unwrap());
    assert_eq!(done.workbook.file_name().unwrap(), "harbour-bank-vendor-assessment.answers.xlsx");
    assert!(done.notices[0].starts_with(".xls workbooks are not edited in place"), "{:?}", done.notices);
    let (receipt, twins) = (json(&done.out.join("internal/receipt.json")), json(&twin.out.join("internal/receipt.json")));
    assert_eq!(receipt["written"], twins["written"], "the same form in another kind of file gets the same answers");
    assert_eq!(receipt["output"]["name"], "harbour-bank-vendor-assessment.answers.xlsx");
    assert!(receipt["notice"].is_string() && receipt["changed_parts"].as_array().unwrap().is_empty());
    let list =
        answerbank::workbook::read("list.xlsx", &fs::read(&done.workbook).unwrap(), &answerbank::workbook::Limits::default()).unwrap();
    let sheet = list.sheet("Answers").unwrap();
    assert!(sheet.text(CellRef::new(1, 0)).starts_with("harbour-bank-vendor-assessment.xls is a workbook of a kind (.xls)"));
    let head = sheet.cells.iter().find(|(_, cell)| cell.text == "Question cell").unwrap().0.row;
    let fields = receipt["identity"].as_array().unwrap().iter().filter(|field| field["outcome"] == "filled").count();
    let rows: Vec<[&str; 8]> = (head + 1..head + 1 + (done.counts.found + fields) as u32)
        .map(|row| std::array::from_fn(|col| sheet.text(CellRef::new(row, col as u32))))
        .collect();
    assert_eq!(sheet.cells.keys().map(|at| at.row).max().unwrap() as usize, head as usize + rows.len());
    assert!(fields > 0 && rows.iter().all(|row| !row[0].is_empty()));
    let asked = rows.iter().filter(|row| !row[1].is_empty() && !row[3].is_empty()).count();
    assert_eq!(asked, done.counts.found, "every question is there");
    let mut listed: Vec<(String, &str)> =
        rows.iter().flat_map(|row| [(format!("{}!{}", row[0], row[4]), row[5]), (format!("{}!{}", row[0], row[6]), row[7])]).collect();
    listed.retain(|(_, text)| !text.is_empty());
    for written in receipt["written"].as_array().unwrap() {
        let place = format!("{}!{}", written["sheet"].as_str().unwrap(), written["cell"].as_str().unwrap());
        assert!(listed.contains(&(place.clone(), written["new"].as_str().unwrap())), "{place}");
    }
    assert_eq!(listed.len(), receipt["written"].as_array().unwrap().len() + done.counts.kept);
    assert!(sheet.cells.values().all(|cell| !cell.formula));
    let again = fill(&Order { out: Some(folder.path().join("again")), ..old }).unwrap();
    assert!(fs::read(again.workbook).unwrap() == fs::read(done.workbook).unwrap(), "the same bytes again");
}

#[test]
fn the_answers_to_several_questions_in_one_cell_follow_each_other_once_a_person_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let bank = bank_of_one(folder.path(), "Where are your data centres?", "In Bern and Graz.");
    let first = fs::read_to_string(bank.join("answers/one.md")).unwrap();
    let head = first.split("approved").next().unwrap().trim_end();
    let second = head.replace("\"one\"", "\"two\"").replace("Where are your data centres?", "Who runs your data centres?");
    fs::write(bank.join("answers/two.md"), format!("{second}\n+++\nWe do.\n")).unwrap();
    let place = BankPlace::new(bank.clone());
    answerbank::engine::curate::approve(&place, &["two".into()], &hand("a", jiff::civil::date(2026, 6, 30))).unwrap();
    let (form, mut book) = (folder.path().join("form.xlsx"), rust_xlsxwriter::Workbook::new());
    let sheet = book.add_worksheet();
    let both = "1. Where are your data centres?\n2. Who runs your data centres?";
    for (row, text) in ["Question", both, "Is there a security policy?", "Are backups tested?"].iter().enumerate() {
        sheet.write(row as u32, 0, *text).unwrap();
    }
    sheet.write(0, 1, "Answer").unwrap();
    book.save(&form).unwrap();
    let waiting = fill(&order(&form, &bank, &folder.path().join("first"))).unwrap();
    assert_eq!((waiting.counts.filled, waiting.counts.review), (0, 2), "each part alone is asked in the bank's words, and still waits");
    let decided = folder.path().join("decided.xlsx");
    decide(&waiting.out.join("internal/report.xlsx"), &decided, |_, _| Some("accept".into()));
    let mut second = order(&form, &bank, &folder.path().join("second"));
    second.decisions = Some(decided);
    let done = fill(&second).unwrap();
    assert_eq!(done.counts.filled, 2);
    let written = json(&done.out.join("internal/receipt.json"))["written"].clone();
    assert_eq!((written[0]["new"].as_str(), written[0]["answer"].as_str()), (Some("In Bern and Graz.\n\nWe do."), Some("one, two")));
}

#[test]
fn the_wording_is_as_long_as_its_cell_allows() {
    let folder = tempfile::tempdir().unwrap();
    let long = "In Bern and in Graz, in two buildings each, behind guards and under cameras. ".repeat(4);
    let bank = bank_of_one(folder.path(), "Where are your data centres?", &format!("{}\n\n## Short\nIn Bern and Graz.\n", long.trim()));
    check_rows(
        "
        Answer                                | 60  | whole
        Answer                                | 12  | short
        Answer                                | 25  | short
        Answer                                | 31  | whole
        Answer (max. 100 characters)          | 60  | short
        Answer in no more than 20 words       | 60  | short
        Answer (max. 1,000 characters)        | 60  | whole
        Answer (at least 100 characters)      | 60  | whole
        Answer, with up to 12 words           | 60  | short
        Answer (limit: 400 chars)             | 12  | short
        ",
        |cells| {
            let (form, mut book) = (folder.path().join("form.xlsx"), rust_xlsxwriter::Workbook::new());
            let sheet = book.add_worksheet();
            for (row, text) in
                ["Question", "Where are your data centres?", "Is there a security policy?", "Are backups tested?"].iter().enumerate()
            {
                sheet.write(row as u32, 0, *text).unwrap();
            }
            sheet.write(0, 1, cells[0]).unwrap();
            sheet.set_column_width(1, cells[1].parse::<f64>().unwrap()).unwrap();
            book.save(&form).unwrap();
            let mut order = order(&form, &bank, &folder.path().join("out"));
            order.force = true;
            let done = fill(&order).unwrap();
            let written = json(&done.out.join("internal/receipt.json"))["written"].clone();
            match written[0]["new"].as_str() {
                Some("In Bern and Graz.") => "short".into(),
                Some(text) if text == long.trim() => "whole".into(),
                other => format!("{other:?}"),
            }
        },
    );
}

#[test]
fn a_form_that_allows_less_than_the_wording_says_why_it_stays_empty() {
    let folder = tempfile::tempdir().unwrap();
    let bank = bank_of_one(folder.path(), "Where are your data centres?", &"In Bern and in Graz, in two buildings each. ".repeat(4));
    let form = folder.path().join("form.csv");
    fs::write(&form, "Question;Answer (max. 100 characters)\r\nWhere are your data centres?;\r\nIs there a security policy?;\r\nAre backups tested?;\r\n")
        .unwrap();
    let done = fill(&order(&form, &bank, &folder.path().join("out"))).unwrap();
    let receipt = json(&done.out.join("internal/receipt.json"));
    assert_eq!(receipt["written"].as_array().map(Vec::len), Some(0));
    let items = fs::read_to_string(done.out.join("internal/work-items.json")).unwrap();
    assert!(items.contains("cell-cannot-hold"), "{items}");
    let report = cells(&done.out.join("internal/report.xlsx"));
    let said = report.values().any(|text| text.contains("the form allows 100 characters in B2, which the wording exceeds"));
    assert!(said, "{report:?}");
}
