//! Layouts that a person corrects: what is written is obeyed, corrections hold, a form is known again, faults are told with their line,
//! and every cell can be explained.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use answerbank::bank::mappings::{read, text};
use answerbank::domain::cell::{CellRef, Range};
use answerbank::domain::explain::explain;
use answerbank::domain::extract::{Questionnaire, questionnaire};
use answerbank::domain::map_found::map_found;
use answerbank::domain::mapping::Mapping;
use answerbank::domain::workbook::{Cell, CellRule, ListRule, Locks, Sheet, Takes, Workbook};
use answerbank::workbook::{CellEdit, Limits};

use crate::table::{check, check_rows};

fn workbook(path: &Path, bytes: &[u8]) -> Workbook {
    answerbank::workbook::read(&path.to_string_lossy(), bytes, &Limits::default()).unwrap()
}

/// Every fixture, read once.
static FIXTURES: LazyLock<Vec<(Workbook, Vec<u8>, PathBuf)>> = LazyLock::new(|| {
    let read = |path: PathBuf| {
        let bytes = std::fs::read(&path).unwrap();
        (workbook(&path, &bytes), bytes, path)
    };
    crate::fixtures::workbooks().into_iter().map(read).collect()
});

/// The mapping of what is found, through its text.
fn written(book: &Workbook) -> Mapping {
    let mapping = map_found(book, None, &questionnaire(book, None));
    read("m.toml", &text(&mapping, "book.xlsx")).unwrap_or_else(|problems| panic!("{problems:?}\n{}", text(&mapping, "book.xlsx")))
}

fn without_reasons(mut found: Questionnaire) -> Questionnaire {
    found.questions.iter_mut().for_each(|question| question.why.clear());
    found.left_out.clear();
    found
}

#[test]
fn the_unedited_mapping_of_every_fixture_asks_the_same() {
    for (book, _, path) in FIXTURES.iter() {
        let mapping = written(book);
        assert_eq!(mapping.misfits(book), [], "{}", path.display());
        let (found, obeyed) = (questionnaire(book, None), questionnaire(book, Some(&mapping)));
        assert!(obeyed.questions.iter().all(|question| question.why[0].contains("a person's mapping")), "{}", path.display());
        assert_eq!(text(&mapping, ""), text(&map_found(book, Some(&mapping), &obeyed), ""), "{}", path.display());
        assert_eq!(without_reasons(found), without_reasons(obeyed), "{}", path.display());
    }
}

#[test]
fn a_copy_that_somebody_filled_in_has_the_same_fingerprint_and_no_other_form_has() {
    let mut known = Vec::new();
    for (book, bytes, path) in FIXTURES.iter() {
        let mapping = written(book);
        let found = questionnaire(book, None);
        let Some(fingerprint) = mapping.fingerprint(book) else {
            assert!(found.questions.is_empty(), "{}", path.display());
            continue;
        };
        let cells = |question: &answerbank::domain::extract::Question| {
            let cells: Vec<CellRef> = if question.writable { question.answer.cells.clone() } else { Vec::new() };
            cells.into_iter().chain(question.comment.first().copied()).map(|cell| (question.sheet.clone(), cell)).collect::<Vec<_>>()
        };
        let mut places: Vec<(String, CellRef)> = found.questions.iter().flat_map(cells).collect();
        places.sort();
        places.dedup();
        let filled: Vec<CellEdit> =
            places.into_iter().map(|(sheet, cell)| CellEdit { sheet, cell, value: "Do you see the comment?".into() }).collect();
        if !book.kind.in_place() {
            continue;
        }
        let filled = answerbank::workbook::edit(&path.to_string_lossy(), bytes, &filled, &Limits::default()).unwrap();
        let copy = workbook(path, &filled.bytes);
        assert_eq!(mapping.fingerprint(&copy), Some(fingerprint.clone()), "{}", path.display());
        assert!(!known.contains(&fingerprint.to_string()), "{}", path.display());
        for (other, _, other_path) in FIXTURES.iter().filter(|(other, _, other_path)| other.kind.in_place() && other_path != path) {
            assert_ne!(mapping.fingerprint(other), Some(fingerprint.clone()), "{}", other_path.display());
        }
        known.push(fingerprint.to_string());
    }
    assert!(known.len() >= 9);
}

/// A workbook of `sheet!cell=text` lines; `=[a,b]` after a cell is a list there, `={text}` a formula, `=#text` a cell of another look.
fn form(cells: &str) -> Workbook {
    let mut book = Workbook::default();
    for line in cells.trim().lines() {
        let (place, content) = line.trim().split_once('=').unwrap();
        let (name, cell) = place.split_once('!').unwrap();
        let at = CellRef::parse(cell).unwrap();
        if book.sheet(name).is_none() {
            book.sheets.push(Sheet { name: name.to_owned(), ..Sheet::default() });
        }
        let sheet = book.sheets.iter_mut().find(|sheet| sheet.name == name).unwrap();
        if let Some(words) = content.strip_prefix('[') {
            let options = words.trim_end_matches(']').split(',').map(str::to_owned).collect();
            let ranges = vec![Range::between(at, at)];
            sheet.lists.push(ListRule { ranges, options, source: format!("\"{}\"", words.trim_end_matches(']')) });
        } else {
            let formula = content.starts_with('{');
            sheet.cells.insert(
                at,
                Cell { text: content.trim_matches(['{', '}', '#']).to_owned(), formula, style: content.starts_with('#').into() },
            );
        }
    }
    book
}

const FORM: &str = "
    Form!A1=Security questions of Larkfield Ltd
    Form!A3=No.
    Form!B3=Question
    Form!C3=Answer
    Form!D3=Comments
    Form!B4=#Access
    Form!A5=1
    Form!B5=Do you review access rights every year?
    Form!C5=[Yes,No]
    Form!A6=2
    Form!B6=Do you encrypt backups of customer data?
    Form!C6=[Yes,No]
    Form!A7=3
    Form!B7=Do you test the restoring of backups?
    Form!C7=[Yes,No]
    Notes!A1=Return this form to us.
";

/// Changes of FORM (`cell=text`, `-` for none) → whether a mapping of FORM knows it: as the same form, as another version, or not at all.
#[test]
fn a_form_is_known_by_its_sheets_headers_and_questions_alone() {
    let mapping = written(&form(FORM));
    let known = mapping.fingerprint(&form(FORM)).unwrap();
    let told = |row: &[&str]| {
        let change = if row[0] == "-" { String::new() } else { row[0].replace("; ", "\n") };
        let other = form(&format!("{FORM}{change}"));
        match mapping.fingerprint(&other) {
            Some(found) if found == known => "the same".to_owned(),
            Some(found) if found.heads == known.heads => "another version".to_owned(),
            _ => "unknown".to_owned(),
        }
    };
    check_rows(
        "
        - | the same
        Form!C5=Yes; Form!C6=No; Form!D6=Since 2024 | the same
        Form!A1=Security questions of Other Company | the same
        Form!B6=Do you   encrypt backups of customer data? | the same
        Notes!A1=Return this form by Friday. | the same
        More!A1=Another sheet | the same
        Form!E3=Score | unknown
        Form!B6=Do you encrypt disks? | another version
        Form!B8=Do you keep backups apart? | another version
        Form!B6={Do you encrypt backups of customer data?} | another version
        Form!C3=Response | unknown
        ",
        told,
    );
}

/// A mapping of FORM after its heading → each question with its answer cells.
fn asked(edit: &dyn Fn(String) -> String) -> String {
    let book = form(FORM);
    let plain = text(&map_found(&book, None, &questionnaire(&book, None)), "form.xlsx");
    let edited = edit(plain.clone());
    assert_ne!(edited, plain, "the edit changes nothing");
    let mapping = read("m.toml", &edited).unwrap_or_else(|problems| panic!("{problems:?}\n{edited}"));
    assert_eq!(mapping.misfits(&book), []);
    let found = questionnaire(&book, Some(&mapping));
    let cells = |cells: &[CellRef]| cells.iter().map(ToString::to_string).collect::<Vec<_>>().join("+");
    let lines = found.questions.iter().map(|question| format!("{} {}", question.cell, cells(&question.answer.cells)).trim().to_owned());
    lines.collect::<Vec<_>>().join(", ")
}

#[test]
fn corrections_by_hand_are_obeyed() {
    let change = |row: &[&str]| {
        let [from, to] = row else { panic!("{row:?}") };
        asked(&|text| text.replacen(&from.replace("¶", "\n"), &to.replace("¶", "\n"), 1).to_owned())
    };
    check_rows(
        r#"
        answer = "C" | answer = "D" | B5 D5, B6 D6, B7 D7
        ¶answer = "C" | ¶# no answer | B5, B6, B7
        ¶answer = "C" | ¶marks = { C = "Yes", D = "No" } | B5 C5+D5, B6 C6+D6, B7 C7+D7
        "4-" | "5-6" | B5 C5, B6 C6
        "4-" | "5", "7-" | B5 C5, B7 C7
        name = "Form" | name = "Form"¶questions = ["B4"] | B4 C4, B5 C5, B6 C6, B7 C7
        ¶lists_in = "C" | ¶not_questions = ["B4", "B5"] | B6 C6, B7 C7
        name = "Form" | name = "Form"¶not_questions = ["B5", "B7"] | B6 C6
        name = "Notes" | name = "Notes" # is left out | B5 C5, B6 C6, B7 C7
        "#,
        change,
    );
}

/// What is wrong in a mapping, and with it for FORM.
fn wrong(mapping: &str) -> String {
    match read("m.toml", mapping) {
        Ok(mapping) => {
            let misfits = mapping.misfits(&form(FORM));
            misfits.iter().map(|misfit| format!("{}: {}\n", misfit.line, misfit.what)).collect()
        }
        Err(problems) => problems.iter().map(|problem| format!("{}: {}\n", problem.line, problem.what)).collect(),
    }
}

#[test]
fn faults_are_told_with_their_lines_all_at_once() {
    check(
        &wrong("sheets = 1\n[[sheet]]\nnam = \"Form\"\n[[sheet.table]]\nrow = [\"4-\"]\nquestion = \"XFE\"\nanswer = 3\nid = \"A1\"\n"),
        "
        1: unknown key \"sheets\"; known keys here: sheet
        3: unknown key \"nam\"; known keys here: name, skip, reason, questions, not_questions, table
        2: name is missing: say which sheet this is
        5: unknown key \"row\"; known keys here: headers, rows, question, answer, marks, boxes, comments, id, requirements, sections, extra, columns, about, lists_in, questions, not_questions
        4: rows is missing in this table
        6: question must be the letters of one column in quotes, such as \"C\"
        7: answer must be the letters of one column in quotes, such as \"C\"
        8: id must be the letters of one column in quotes, such as \"C\"
        ",
    );
    let table = |lines: &str| format!("[[sheet]]\nname = \"Form\"\n[[sheet.table]]\nrows = [\"4-\"]\nquestion = \"B\"\n{lines}");
    let sheet =
        |lines: &str| format!("[[sheet]]\nname = \"Form\"\n{lines}\n[[sheet.table]]\nrows = [\"5-\"]\nquestion = \"B\"\nanswer = \"C\"\n");
    for (mapping, told) in [
        ("[[sheet]]\nname = \"Form".to_owned(), "2: invalid basic string, expected `\"`"),
        (
            table("answer = \"C\"\nmarks = { D = \"Yes\" }"),
            "3: answer and marks stand in one table: keep the one that says where the answers go",
        ),
        (table("marks = { D = \"Yes\" }"), "3: marks must name at least two columns"),
        (table("boxes = { mark = \"D\" }"), "6: boxes must be { mark = \"D\", option = \"C\" }"),
        (table("answer = \"B\""), "3: column B cannot both ask and be written"),
        (table("headers = [0]"), "6: headers must be a list of row numbers, such as [4]"),
        (table("extra = { 7 = \"Owner\" }"), "6: extra must be columns with what they are called, such as { D = \"Yes\", E = \"No\" }"),
        (table("id = [\"A\"]"), "6: id must be the letters of one column in quotes, such as \"C\""),
        (table("").replace("4-", "9-4"), "4: rows must be a list of rows in quotes, such as [\"5-80\", \"90-\"]"),
        (table("").replace("4-", "800-900"), "3: column B of sheet \"Form\" holds no text in these rows"),
        (table("") + &table("")["[[sheet]]\nname = \"Form\"\n".len()..], "6: B4 is asked by an earlier table of sheet \"Form\" already"),
        (table("").replace("Form", "Forms"), "1: there is no sheet \"Forms\"; the sheets are \"Form\", \"Notes\""),
        (table("") + &table(""), "6: sheet \"Form\" stands here twice"),
        (sheet("skip = true"), "1: a sheet with skip = true has no tables: take out one or the other"),
        (sheet("questions = [\"B4\"]"), "3: B4 stands in no table: it must be in the question column and in the rows of one"),
        (sheet("not_questions = [\"C5\"]"), "3: C5 stands in no table: it must be in the question column and in the rows of one"),
        (sheet("questions = [\"B99\"]"), "3: B99 is empty"),
        (sheet("questions = [\"B5\"]\nnot_questions = [\"B5\"]"), "4: B5 stands in questions and in not_questions"),
        (sheet("questions = [\"row 5\"]"), "3: questions must be a list of cells, such as [\"C17\"]"),
    ] {
        check(&wrong(&mapping), told);
    }
}

/// A place in FORM, read by the finder or by a mapping → what it was taken for, what a person said about it, what the file says.
#[test]
fn every_cell_is_explained() {
    let mut book = form(&format!("{FORM}Notes!A3={{1+1}}"));
    let (at, block) = (CellRef::new(2, 0), Range::parse("A3:B3").unwrap());
    book.sheets[1].merges.push(block);
    book.sheets[1].locks = Some(Locks { cells: [(at, false)].into(), ..Locks::default() });
    book.sheets[1].rules.push(CellRule { ranges: vec![block], takes: Takes::Whole { least: 1.0, most: f64::INFINITY } });
    book.sheets[1].hidden_rows.insert(2);
    let mapping = read(
        "m.toml",
        "[[sheet]]\nname = \"Form\"\nnot_questions = [\"B6\"]\n[[sheet.table]]\nheaders = [3]\nrows = [\"5-\"]\nquestion = \"B\"\nanswer = \"C\"\nid = \"A\"\n\
         extra = { D = \"Owner\" }\n[[sheet]]\nname = \"Notes\"\nskip = true\nreason = \"not for us\"\n",
    );
    let mapping = mapping.unwrap();
    let told = |row: &[&str]| {
        let mapping = (row[0] == "mapped").then_some(&mapping);
        let found = questionnaire(&book, mapping);
        let told = match explain(&book, mapping, &found, row[1]) {
            Ok(told) => told,
            Err(what) => return what,
        };
        let line = |one: &answerbank::domain::explain::Explained| {
            let by_person = one.why.iter().find(|reason| reason.contains("person"));
            let reasons: Vec<&str> = by_person.into_iter().chain(&one.facts).map(String::as_str).collect();
            assert!(!one.why.is_empty(), "{}", one.cell);
            let told: Vec<&str> = std::iter::once(one.is.as_str()).chain(reasons).collect();
            format!("{}!{}: {}", one.sheet, one.cell, told.join("; ").replace(" | ", "/"))
        };
        told.iter().map(line).collect::<Vec<_>>().join(" / ")
    };
    check_rows(
        r#"
        found | Form!B5 | Form!B5: a question; its answer goes to C5; free text to D5; its id is 1; it stands under "Access"
        found | 'Form'!B5 | Form!B5: a question; its answer goes to C5; free text to D5; its id is 1; it stands under "Access"
        found | C5 | Form!C5: the cell that takes the answer to question B5; it has a list ("Yes,No"): Yes/No
        found | Form!D6 | Form!D6: the cell that takes free text beside the answer to question B6
        found | Form!A6 | Form!A6: the id of question B6
        found | Form!C3 | Form!C3: in a header row, over column C, which takes the answers
        found | Form!E3 | Form!E3: in a header row, over column E, which has no part in it
        found | Form!B4 | Form!B4: not a question: it was left out
        found | Form!E5 | Form!E5: in the row of question B5, in column E, which has no part in it
        found | A1 | Form!A1: a cell that belongs to no question / Notes!A1: a cell on a sheet without questions; the sheet is protected, and the cell is locked
        found | Z9 | Form!Z9: an empty cell that belongs to no question
        found | Notes!B3 | Notes!A3: a cell on a sheet without questions; B3 is part of the merged block A3:B3; it takes whole numbers from 1 on; a formula makes its value: it is never written; the sheet is protected, and the cell is unlocked; its row or column is hidden
        found | Notes!A1 | Notes!A1: a cell on a sheet without questions; the sheet is protected, and the cell is locked
        found | Notes!B2 | Notes!B2: an empty cell on a sheet without questions; the sheet is protected, and the cell is locked
        mapped | Form!B6 | Form!B6: not a question: it was left out; a person's mapping says that this cell does not ask
        mapped | Form!B5 | Form!B5: a question; its answer goes to C5; kept as they are: D5; its id is 1; a person's mapping says that column B asks
        mapped | Form!D5 | Form!D5: the cell that stays as it is ("Owner") beside the answer to question B5; a person's mapping says that column B asks
        mapped | Notes!A1 | Notes!A1: a cell on a sheet without questions; a person's mapping leaves it out: not for us; the sheet is protected, and the cell is locked
        found | Form!5B | Form!5B: "5B" names no cell
        found | Form! | Form!: "" names no cell
        found | Elsewhere!B5 | Elsewhere!B5: there is no sheet "Elsewhere"; the sheets are "Form", "Notes"
        found | Form!XFE1 | Form!XFE1: "XFE1" names no cell
        "#,
        told,
    );
}
