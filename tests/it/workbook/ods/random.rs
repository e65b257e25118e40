//! Random sheets, random edits: what was there and what was written is read back, and the checker finds no fault. Always the same numbers.

use std::collections::BTreeMap;

use super::super::one;
use super::super::random::Random;
use super::{body, edit, edited, read};
use answerbank::domain::cell::CellRef;
use answerbank::workbook::CellEdit;

fn repeat(random: &mut Random, name: &str, most: u32) -> String {
    if random.once_in(3) { format!(" table:number-{name}-repeated=\"{}\"", random.below(most) + 1) } else { String::new() }
}

fn cell(random: &mut Random) -> String {
    let style =
        ["", " table:style-name=\"a\"", " table:content-validation-name='v'", " table:style-name='b' table:content-validation-name=\"w\""];
    let open = format!("{}{}", style[random.below(4) as usize], repeat(random, "columns", 4));
    let note = if random.once_in(6) { "<office:annotation><text:p>note</text:p></office:annotation>" } else { "" };
    match random.below(9) {
        0 | 1 => format!("<table:table-cell{open}/>"),
        2 => format!("<table:table-cell{open}>{note}</table:table-cell>"),
        3 => format!("<table:table-cell{open} office:value-type=\"float\" office:value=\"{}\">{note}<text:p>x</text:p></table:table-cell>", random.below(99)),
        4 => format!("<table:table-cell office:value-type='percentage' office:value='0.5'{open}><text:p>50%</text:p></table:table-cell>"),
        5 => format!("<table:table-cell{open} table:formula=\"of:=[.A1]\" office:value-type=\"string\" office:string-value=\"r\"><text:p>r</text:p></table:table-cell>"),
        6 => "<table:table-cell table:number-columns-spanned=\"2\" table:number-rows-spanned=\"1\" office:value-type=\"string\"><text:p>m</text:p></table:table-cell><table:covered-table-cell/>".to_owned(),
        _ => format!("<table:table-cell{open} office:value-type=\"string\" calcext:value-type=\"string\">{note}<text:p>a <text:span>b</text:span></text:p><text:p/></table:table-cell>"),
    }
}

fn rows(random: &mut Random) -> String {
    let space = random.pick(&["", "", "\n"]).to_owned();
    let mut out = String::new();
    for _ in 0..random.below(8) {
        let style = random.pick(&["", " table:style-name=\"ro1\""]).to_owned();
        let open = format!("{style}{}", repeat(random, "rows", 5));
        let cells: String = (0..random.below(6)).map(|_| cell(random) + &space).collect();
        let row = if cells.is_empty() {
            format!("<table:table-row{open}/>")
        } else {
            format!("<table:table-row{open}>{space}{cells}</table:table-row>")
        };
        out += &match random.below(6) {
            0 => format!("<table:table-header-rows>{row}</table:table-header-rows>"),
            1 => format!("<table:table-row-group>{row}{space}</table:table-row-group>{space}"),
            _ => row + &space,
        };
    }
    out
}

pub fn table(random: &mut Random, name: &str) -> String {
    let before =
        random.pick(&["", "<table:table-column table:number-columns-repeated=\"9\"/>", "<office:forms/><table:table-column/>"]).to_owned();
    let after =
        random.pick(&["", "<calcext:conditional-formats><a/></calcext:conditional-formats>", "<table:named-expressions/>"]).to_owned();
    let inside = before + &rows(random) + &after;
    if inside.is_empty() {
        format!("<table:table table:name=\"{name}\" />")
    } else {
        format!("<table:table table:name=\"{name}\">{inside}</table:table>")
    }
}

#[test]
fn what_was_there_and_what_was_written_is_read_back() {
    let mut random = Random::Drawn(0x1234_5678_9ABC_DEF1);
    let (mut written, mut refused) = (0, 0);
    for round in 0..200 {
        let bytes = body(&(table(&mut random, "S") + &table(&mut random, "T"))).bytes();
        let before = read(&bytes).unwrap();
        let mut edits = BTreeMap::new();
        for _ in 0..random.below(8) {
            let (at, sheet) = (CellRef::new(random.below(12), random.below(9)), random.pick(&["S", "T"]).to_owned());
            edits.insert((at, sheet.clone()), one(&format!("{sheet}!{at}"), &random.text()));
        }
        let forbidden = |wanted: &CellEdit| {
            let sheet = before.sheet(&wanted.sheet).unwrap();
            sheet.anchor(wanted.cell) != wanted.cell || sheet.cells.get(&wanted.cell).is_some_and(|cell| cell.formula)
        };
        let mut all: Vec<CellEdit> = edits.into_values().collect();
        let some = all.iter().any(forbidden);
        assert_eq!(edit(&bytes, &all).is_err(), some, "round {round}");
        refused += usize::from(some);
        all.retain(|wanted| !forbidden(wanted));
        if all.is_empty() {
            assert!(edit(&bytes, &all).unwrap().bytes == bytes);
            continue;
        }
        written += all.len();
        let done = edited(&bytes, &all).unwrap_or_else(|error| panic!("round {round}: {error}"));
        let after = read(&done.bytes).unwrap();
        for (wanted, old) in all.iter().zip(&done.old) {
            let (sheet, at) = (&wanted.sheet, wanted.cell);
            let meant = wanted.value.to_string().replace("\r\n", "\n").replace('\r', "\n").replace('\u{1}', "\u{fffd}");
            assert_eq!(after.sheet(sheet).unwrap().text(at), meant, "round {round}: {sheet}!{at}");
            assert_eq!(before.sheet(sheet).unwrap().text(at), old, "round {round}: {sheet}!{at}");
        }
        for sheet in &before.sheets {
            let now = after.sheet(&sheet.name).unwrap();
            assert_eq!((&sheet.merges, sheet.lists.len()), (&now.merges, now.lists.len()), "round {round}");
        }
    }
    assert!(written > 400 && refused > 20, "{written} cells were written, {refused} rounds refused");
}
