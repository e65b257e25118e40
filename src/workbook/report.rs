//! Tables → report.xlsx for our own people. A new workbook, never the customer's, and nothing of it is for the customer.

use rust_xlsxwriter::{
    Chart, ChartType, Color, DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
    XlsxError,
};

/// A table of the report, a sheet each.
#[derive(Clone, Debug, Default)]
pub struct ReportTable {
    /// Name of the sheet.
    pub name: String,
    /// Title and width (in characters) of each column.
    pub columns: Vec<(String, f64)>,
    /// Rows of texts.
    pub rows: Vec<Vec<String>>,
    /// A column to be filled in, with the words to choose from.
    pub choices: Option<(usize, Vec<String>)>,
    /// Columns in which numbers are written as such, so that a program can sort and add them.
    pub numbers: Vec<usize>,
}

/// The whole report.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Title of the first sheet.
    pub title: String,
    /// Facts under the title: what, and its value.
    pub facts: Vec<(String, String)>,
    /// What becomes of the questions: what, and how many. These are drawn, where there are any.
    pub counts: Vec<(String, u32)>,
    /// The tables.
    pub tables: Vec<ReportTable>,
    /// Year, month and day that the file bears: the run's, so that the same run gives the same bytes.
    pub date: (u16, u8, u8),
}

/// The most that is written into a cell of a new workbook, in UTF-16 units; a little less than a cell holds.
pub const CELL_LIMIT: usize = 32_000;
/// Dark blue of heads and bars.
const HEAD: Color = Color::RGB(0x1F_3A_5F);

/// Writes the report.
///
/// # Errors
/// What the spreadsheet writer says; a bug of ours.
pub fn write(report: &Report) -> Result<Vec<u8>, String> {
    build(report).map_err(|error| error.to_string())
}

fn build(report: &Report) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let (year, month, day) = report.date;
    let properties = DocProperties::new().set_title(&report.title).set_creation_datetime(&ExcelDateTime::from_ymd(year, month, day)?);
    workbook.set_properties(&properties);
    summary(workbook.add_worksheet(), report)?;
    for table in &report.tables {
        write_table(workbook.add_worksheet(), table)?;
    }
    workbook.save_to_buffer()
}

fn summary(sheet: &mut Worksheet, report: &Report) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let wrap = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_name("Summary")?.set_column_width(0, 30)?.set_column_width(1, 76)?;
    sheet.write_string_with_format(0, 0, &report.title, &Format::new().set_bold().set_font_size(16).set_font_color(HEAD))?;
    let mut row = 2;
    for (what, value) in &report.facts {
        sheet.write_string_with_format(row, 0, what, &bold)?;
        sheet.write_string_with_format(row, 1, cut(value), &wrap)?;
        row += 1;
    }
    if report.counts.is_empty() {
        return Ok(());
    }
    row += 1;
    sheet.write_string_with_format(row, 0, "Questions", &bold)?;
    let first = row + 1;
    for (what, count) in &report.counts {
        row += 1;
        sheet.write_string(row, 0, what)?;
        sheet.write_number_with_format(row, 1, f64::from(*count), &Format::new().set_align(FormatAlign::Left))?;
    }
    let mut chart = Chart::new(ChartType::Bar);
    chart
        .add_series()
        .set_categories(("Summary", first, 0, row, 0))
        .set_values(("Summary", first, 1, row, 1))
        .set_format(rust_xlsxwriter::ChartFormat::new().set_solid_fill(rust_xlsxwriter::ChartSolidFill::new().set_color(HEAD)));
    chart.title().set_name("What becomes of the questions");
    chart.legend().set_hidden();
    chart.x_axis().set_major_gridlines(false);
    chart.y_axis().set_reverse();
    chart.set_width(620).set_height(300);
    sheet.insert_chart(2, 3, &chart)?;
    Ok(())
}

fn write_table(sheet: &mut Worksheet, table: &ReportTable) -> Result<(), XlsxError> {
    let head = Format::new().set_bold().set_font_color(Color::White).set_background_color(HEAD).set_text_wrap().set_align(FormatAlign::Top);
    let text = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let open =
        text.clone().set_background_color(Color::RGB(0xFF_F6_D5)).set_border(FormatBorder::Thin).set_border_color(Color::RGB(0xD8_C9_8A));
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_name(&table.name)?.set_freeze_panes(1, 0)?;
    for (col, (title, width)) in (0u16..).zip(&table.columns) {
        // What is for the program alone is out of sight.
        if *width > 0.0 {
            sheet.set_column_width(col, *width)?;
        } else {
            sheet.set_column_hidden(col)?;
        }
        sheet.write_string_with_format(0, col, title, &head)?;
    }
    for (row, texts) in (1u32..).zip(&table.rows) {
        sheet.set_row_height(row, LINE * lines(texts, &table.columns))?;
        for (col, value) in (0u16..).zip(texts) {
            if let Some(number) = value.parse::<f64>().ok().filter(|_| table.numbers.contains(&usize::from(col))) {
                sheet.write_number_with_format(row, col, number, &text)?;
                continue;
            }
            let fill_in = table.choices.as_ref().is_some_and(|(column, _)| usize::from(col) >= *column);
            sheet.write_string_with_format(row, col, cut(value), if fill_in { &open } else { &text })?;
        }
    }
    let rows = u32::try_from(table.rows.len()).unwrap_or(u32::MAX);
    if let (Some(last), true) = (table.columns.len().checked_sub(1).and_then(|last| u16::try_from(last).ok()), rows > 0) {
        sheet.autofilter(0, 0, rows, last)?;
        if let Some((column, words)) = &table.choices {
            let column = u16::try_from(*column).unwrap_or(0);
            let list = DataValidation::new().allow_list_strings(words)?;
            sheet.add_data_validation(1, column, rows, column, &list)?;
        }
    }
    Ok(())
}

/// Height of a line of text, in points.
const LINE: f64 = 15.0;
/// Rows are not made higher than so many lines, so that a list stays a list.
const MAX_LINES: f64 = 14.0;

/// How many lines the fullest cell of a row takes, as spreadsheet programs do not reckon it for rows written by others.
#[allow(clippy::cast_precision_loss, reason = "texts of cells are short")]
fn lines(texts: &[String], columns: &[(String, f64)]) -> f64 {
    let in_cell = |(text, (_, width)): (&String, &(String, f64))| {
        if *width <= 0.0 {
            return 1.0;
        }
        text.lines().map(|line| (line.chars().count() as f64 / (width * 0.95)).ceil().max(1.0)).sum::<f64>()
    };
    texts.iter().zip(columns).map(in_cell).fold(1.0, f64::max).min(MAX_LINES)
}

/// A text that a cell can hold.
pub(super) fn cut(text: &str) -> String {
    let (mut units, mut end) = (0, text.len());
    for (at, character) in text.char_indices() {
        units += character.len_utf16();
        if units > CELL_LIMIT {
            end = at;
            break;
        }
    }
    if end == text.len() { text.to_owned() } else { format!("{}…", &text[..end]) }
}
