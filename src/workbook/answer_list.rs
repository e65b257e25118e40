//! Questions with their answers and the cells where these belong → a plain new workbook, for files that cannot be edited in place.
//! Never holds a formula, nor anything that the caller did not hand over.

use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use super::report::cut;
use crate::domain::cell::CellRef;
use crate::domain::fill::begins_like_formula;

/// What the customer gets instead of the received file.
#[derive(Clone, Debug, Default)]
pub struct AnswerList {
    /// Its title.
    pub title: String,
    /// What it is and what to do with it, a line each.
    pub notice: Vec<String>,
    /// A row a question, in the order of the received file.
    pub rows: Vec<AnswerRow>,
    /// Year, month and day that the file bears: the run's, so that the same run gives the same bytes.
    pub date: (u16, u8, u8),
}

/// One question and what belongs where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnswerRow {
    /// Name of the sheet of the received file.
    pub sheet: String,
    /// Where it is asked.
    pub question_cell: String,
    /// Its id in the sheet.
    pub id: String,
    /// What is asked.
    pub question: String,
    /// Where the answer belongs.
    pub answer_cell: String,
    /// The answer; empty where none is given.
    pub answer: String,
    /// Where the text beside it belongs.
    pub text_cell: String,
    /// The text.
    pub text: String,
}

/// Title and width (in characters) of each column.
const COLUMNS: [(&str, f64); 8] = [
    ("Sheet", 16.0),
    ("Question cell", 9.0),
    ("Id", 10.0),
    ("Question", 50.0),
    ("Answer cell", 9.0),
    ("Answer", 30.0),
    ("Text cell", 9.0),
    ("Text", 60.0),
];
/// Height of a line of text, in points.
const LINE: f64 = 15.0;
/// The most lines that a row is made high for; a spreadsheet program allows no row higher than 409 points.
const MAX_LINES: f64 = 27.0;

/// The rows of a list that this program wrote, read back; none where the workbook is no such list.
#[must_use]
pub fn rows(workbook: &crate::domain::workbook::Workbook) -> Option<Vec<AnswerRow>> {
    let [sheet] = workbook.sheets.as_slice() else { return None };
    let heads: Vec<&str> = COLUMNS.iter().map(|(title, _)| *title).collect();
    let all: std::collections::BTreeSet<u32> = sheet.cells.keys().map(|at| at.row).collect();
    let texts = |row: u32| -> Vec<&str> { (0..8).map(|col| sheet.text(CellRef::new(row, col))).collect() };
    let head = all.iter().copied().find(|row| texts(*row) == heads)?;
    let row = |row: u32| {
        let [sheet, question_cell, id, question, answer_cell, answer, text_cell, text] = texts(row)[..] else { return None };
        let own = str::to_owned;
        Some(AnswerRow {
            sheet: own(sheet),
            question_cell: own(question_cell),
            id: own(id),
            question: own(question),
            answer_cell: own(answer_cell),
            answer: own(answer),
            text_cell: own(text_cell),
            text: own(text),
        })
    };
    Some(all.into_iter().filter(|at| *at > head).filter_map(row).filter(|row| !row.question.is_empty()).collect())
}

impl AnswerRow {
    fn texts(&self) -> [&str; 8] {
        [&self.sheet, &self.question_cell, &self.id, &self.question, &self.answer_cell, &self.answer, &self.text_cell, &self.text]
    }
}

/// Writes the workbook.
///
/// # Errors
/// What the spreadsheet writer says; a bug of ours.
pub fn write(list: &AnswerList) -> Result<Vec<u8>, String> {
    build(list).map_err(|error| error.to_string())
}

fn build(list: &AnswerList) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let (year, month, day) = list.date;
    let created = ExcelDateTime::from_ymd(year, month, day)?;
    workbook.set_properties(&DocProperties::new().set_title(cut(&list.title)).set_creation_datetime(&created));
    let sheet = workbook.add_worksheet();
    sheet.set_name("Answers")?.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    let header = notice(sheet, list)?;
    table(sheet, list, header)?;
    workbook.save_to_buffer()
}

/// Writes the lines above the table; gives back the row of the table's head.
fn notice(sheet: &mut Worksheet, list: &AnswerList) -> Result<u32, XlsxError> {
    let title = Format::new().set_bold().set_font_size(14);
    let text = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    sheet.write_string_with_format(0, 0, cut(&list.title), &as_text(&title, &list.title))?;
    let mut row = 1;
    for line in &list.notice {
        sheet.merge_range(row, 0, row, 7, &cut(line), &as_text(&text, line))?;
        sheet.set_row_height(row, LINE * lines(line, COLUMNS.iter().map(|(_, width)| width).sum()))?;
        row += 1;
    }
    Ok(row + 1)
}

fn table(sheet: &mut Worksheet, list: &AnswerList, header: u32) -> Result<(), XlsxError> {
    let border = |format: Format| format.set_text_wrap().set_align(FormatAlign::Top).set_border(FormatBorder::Thin);
    let head = border(Format::new()).set_bold().set_background_color(Color::RGB(0xDD_E6_F0));
    let text = border(Format::new());
    for (col, (title, width)) in (0u16..).zip(COLUMNS) {
        sheet.set_column_width(col, width)?;
        sheet.write_string_with_format(header, col, title, &head)?;
    }
    sheet.set_row_height(header, 2.0 * LINE)?.set_freeze_panes(header + 1, 0)?.set_repeat_rows(header, header)?;
    for (row, texts) in (header + 1..).zip(list.rows.iter().map(AnswerRow::texts)) {
        let height = texts.iter().zip(COLUMNS).map(|(text, (_, width))| lines(text, width)).fold(1.0, f64::max);
        sheet.set_row_height(row, LINE * height)?;
        for (col, value) in (0u16..).zip(texts) {
            sheet.write_string_with_format(row, col, cut(value), &as_text(&text, value))?;
        }
    }
    Ok(())
}

/// The format for a text: one that begins like a formula stays a text even if somebody edits its cell.
fn as_text(format: &Format, text: &str) -> Format {
    if begins_like_formula(text) { format.clone().set_quote_prefix() } else { format.clone() }
}

/// How many lines a text takes in a column of that width.
#[allow(clippy::cast_precision_loss, reason = "texts of cells are short")]
fn lines(text: &str, width: f64) -> f64 {
    let lines = text.lines().map(|line| (line.chars().count() as f64 / (width * 0.95)).ceil().max(1.0)).sum::<f64>();
    lines.clamp(1.0, MAX_LINES)
}
