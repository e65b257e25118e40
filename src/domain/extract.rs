//! Workbook → questionnaire: the tables of each sheet, their questions, and all that was left out with a reason.

use std::collections::BTreeMap;

use super::cell::CellRef;
use super::fields::Fields;
use super::layout::{AnswerPlace, Layout, Table, find, lookup_sheets};
use super::mapping::Mapping;
use super::question::LeftOut;
pub use super::question::{AnswerCells, ExtraCell, Form, Question, Questionnaire};
use super::rows::{NEARLY_ALL, TableReader};
use super::survey::Survey;
use super::workbook::{Sheet, Workbook};

/// Finds and extracts all questions; sheets that a mapping names are read as it says.
#[must_use]
pub fn questionnaire(workbook: &Workbook, mapping: Option<&Mapping>) -> Questionnaire {
    let surveys: Vec<Survey> = workbook.sheets.iter().map(Survey::new).collect();
    let mut all = Questionnaire { unread: workbook.unread.clone(), warnings: workbook.warnings.clone(), ..Questionnaire::default() };
    for (survey, layout) in surveys.iter().zip(layouts_of(&surveys, workbook, mapping)) {
        extract(survey, &layout, &mut all);
    }
    all
}

/// Numbers the questions that stand at one cell.
fn number_parts(found: &mut [Question]) {
    for same in found.chunk_by_mut(|a, b| a.cell == b.cell).filter(|same| same.len() > 1) {
        for (question, part) in same.iter_mut().zip(1..) {
            question.part = Some(part);
        }
    }
}

/// The layout of each sheet: as the mapping says, or as it is found.
#[must_use]
pub fn layouts(workbook: &Workbook, mapping: Option<&Mapping>) -> Vec<Layout> {
    layouts_of(&workbook.sheets.iter().map(Survey::new).collect::<Vec<_>>(), workbook, mapping)
}

fn layouts_of(surveys: &[Survey], workbook: &Workbook, mapping: Option<&Mapping>) -> Vec<Layout> {
    let lookups = lookup_sheets(workbook);
    let layout =
        |survey: &Survey| mapping.and_then(|mapping| mapping.layout(survey.sheet)).unwrap_or_else(|| find(survey, workbook, &lookups));
    let mut layouts: Vec<Layout> = surveys.iter().map(layout).collect();
    // Questions without a place for answers count where there are no others: beside others they are a copy or a catalogue.
    let only = layouts.iter().all(|layout| layout.tables.is_empty());
    for layout in layouts.iter_mut().filter(|layout| !layout.placeless.is_empty()) {
        if only {
            layout.tables.append(&mut layout.placeless);
        } else {
            layout.left_out.push("it asks, but has no place for answers, and other sheets have".to_owned());
        }
    }
    layouts
}

/// Whether the rows of a table that ask are told by the lists in them.
#[must_use]
pub fn told_by_lists(sheet: &Sheet, table: &Table) -> bool {
    TableReader::new(&Survey::new(sheet), table).lists
}

/// Extracts the questions of one sheet.
fn extract(survey: &Survey, layout: &Layout, all: &mut Questionnaire) {
    let sheet = &survey.sheet.name;
    let mut fields = Fields::new(survey);
    all.left_out.extend(layout.left_out.iter().map(|why| LeftOut {
        sheet: sheet.clone(),
        cell: None,
        text: String::new(),
        why: why.clone(),
    }));
    let mut found = Vec::new();
    for table in &layout.tables {
        let reader = TableReader::new(survey, table);
        fields.headers.extend(&table.headers);
        match &table.answer {
            AnswerPlace::OptionRows { mark, option } => reader.option_rows(*mark, *option, &mut found, &mut all.left_out),
            _ => reader.rows(&mut fields, &mut found, &mut all.left_out),
        }
    }
    found.sort_by_key(|question: &Question| question.cell);
    number_parts(&mut found);
    if !layout.mapped
        && let Some(source) = repeated_sheet(survey, &found, all)
    {
        let why = format!("it repeats the questions of sheet {source:?}; formulas bring them here");
        all.left_out.push(LeftOut { sheet: sheet.clone(), cell: None, text: String::new(), why });
        return;
    }
    if !layout.mapped || !layout.tables.is_empty() {
        all.identity.extend(fields.collect(&found));
    }
    all.questions.append(&mut found);
}

/// The earlier sheet that a summary repeats: nearly all questions are asked there too, and here formulas make them or their answers.
fn repeated_sheet(survey: &Survey, found: &[Question], all: &Questionnaire) -> Option<String> {
    let nearly_all = |count: usize| count * 10 >= found.len() * NEARLY_ALL;
    let formula = |at: &CellRef| survey.sheet.cells.get(at).is_some_and(|cell| cell.formula);
    let answers = found.iter().filter(|question| question.answer.cells.iter().any(formula)).count();
    let questions = found.iter().filter(|question| formula(&question.cell)).count();
    if found.is_empty() || !nearly_all(answers) && !nearly_all(questions) {
        return None;
    }
    let asked: BTreeMap<&str, &str> = all.questions.iter().map(|question| (question.text.as_str(), question.sheet.as_str())).collect();
    let repeated: Vec<&str> = found.iter().filter_map(|question| asked.get(question.text.as_str()).copied()).collect();
    nearly_all(repeated.len()).then(|| repeated[0].to_owned())
}
