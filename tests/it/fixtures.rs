//! Every fixture workbook is read as the text beside it says: each question, its cells, its form.

use std::fs;
use std::path::{Path, PathBuf};

use answerbank::domain::cell::CellRef;
use answerbank::domain::extract::{Form, Question, Questionnaire};
use answerbank::engine::mapping::LayoutFrom;

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// All fixture workbooks, by name.
pub(crate) fn workbooks() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension().is_some_and(|extension| ["xlsx", "xlsm", "csv", "ods", "xls", "xlsb"].iter().any(|kind| extension == *kind))
        })
        .collect();
    found.sort();
    found
}

/// What a workbook asks, as it is found.
pub(crate) fn found(path: &Path) -> Questionnaire {
    let worker = answerbank::workbook::Worker::default();
    answerbank::engine::questions::questions(&worker, path, &LayoutFrom::Finder, None).unwrap().found
}

fn line(question: &Question) -> String {
    let cells = |cells: &[CellRef]| cells.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let or_dash = |text: String| if text.is_empty() { "-".to_owned() } else { text };
    let kind = match question.answer.kind {
        Form::Choice => "choice",
        Form::Text => "text",
        Form::Mark => "mark",
        Form::None => "none",
    };
    let fields = [
        question.place(),
        kind.to_owned(),
        or_dash(cells(&question.answer.cells)),
        or_dash(question.answer.options.join(" ; ")),
        or_dash(cells(&question.comment)),
        if question.writable { "writable" } else { "blocked" }.to_owned(),
        question.text.split_whitespace().collect::<Vec<_>>().join(" "),
    ];
    fields.join(" | ")
}

#[test]
fn every_fixture_asks_what_the_text_beside_it_says() {
    let mut wrong = Vec::new();
    for path in workbooks() {
        let expected = fs::read_to_string(path.with_extension("questions.txt")).unwrap();
        let found = found(&path);
        let actual: Vec<String> = found.questions.iter().map(line).collect();
        let expected: Vec<&str> = expected.lines().collect();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        wrong.extend(expected.iter().filter(|line| !actual.iter().any(|other| other == *line)).map(|line| format!("{name} - {line}")));
        wrong.extend(actual.iter().filter(|line| !expected.contains(&line.as_str())).map(|line| format!("{name} + {line}")));
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_question_and_every_left_out_row_has_a_reason() {
    for path in workbooks() {
        let found = found(&path);
        assert!(found.questions.iter().all(|question| !question.why.is_empty()), "{}", path.display());
        assert!(found.left_out.iter().all(|left| !left.why.is_empty()), "{}", path.display());
    }
}
