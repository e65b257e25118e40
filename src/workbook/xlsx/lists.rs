//! Where a list takes its words from: quoted words, a range on any sheet, a defined name. Anything else stays unread, never guessed.

use std::collections::BTreeMap;

use super::parts::DefinedName;
use crate::domain::cell::{CellRef, Range};
use crate::domain::workbook::{Sheet, Workbook};

/// A name may stand for a name; more steps than this are a ring.
const MAX_NAME_STEPS: u8 = 8;
/// More words than this are a data table, not a list to choose from.
const MAX_OPTIONS: usize = 1_000;

/// The words of a list whose source is `source`, on the sheet at `sheet`; empty where they cannot be read.
pub fn options(workbook: &Workbook, names: &[DefinedName], sheet: usize, source: &str) -> Vec<String> {
    resolve(workbook, names, sheet, source, MAX_NAME_STEPS).unwrap_or_default()
}

/// Reads the words of all lists that have a source and no words yet, now that all sheets are there.
pub fn list_words(workbook: &mut Workbook, names: &[DefinedName]) {
    let mut known: BTreeMap<(usize, String), Vec<String>> = BTreeMap::new();
    for index in 0..workbook.sheets.len() {
        let mut lists = std::mem::take(&mut workbook.sheets[index].lists);
        for list in lists.iter_mut().filter(|list| list.options.is_empty()) {
            let key = (index, list.source.clone());
            list.options = known.entry(key).or_insert_with(|| options(workbook, names, index, &list.source)).clone();
        }
        workbook.sheets[index].lists = lists;
    }
}

fn resolve(workbook: &Workbook, names: &[DefinedName], sheet: usize, source: &str, steps: u8) -> Option<Vec<String>> {
    let source = source.trim().trim_start_matches('=').trim();
    if let Some(words) = source.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return Some(words.replace("\"\"", "\"").split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect());
    }
    if let Some((sheet, range)) = reference(workbook, sheet, source) {
        return Some(words_in(sheet, range));
    }
    let local = |name: &&DefinedName| name.local_to == Some(sheet);
    let same = |name: &&DefinedName| name.name.eq_ignore_ascii_case(source);
    let name = names.iter().filter(same).find(local).or_else(|| names.iter().filter(same).find(|name| name.local_to.is_none()))?;
    resolve(workbook, names, sheet, &name.refers_to, steps.checked_sub(1)?)
}

/// The words of `a,"b, c"`: separated by commas, a word with a comma or a quote in quotes.
pub fn separated(source: &str) -> Vec<String> {
    let (mut words, mut quoted) = (vec![String::new()], false);
    for (index, character) in source.char_indices() {
        let word = words.last_mut();
        match (character, word) {
            // Two quotes inside quotes are one: the first closes, the second opens again and stands for both.
            ('"', Some(word)) => {
                quoted = !quoted;
                if quoted && source[..index].ends_with('"') {
                    word.push('"');
                }
            }
            (',', _) if !quoted => words.push(String::new()),
            (character, Some(word)) => word.push(character),
            (_, None) => {}
        }
    }
    words.into_iter().map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
}

/// Reads `$A$1:$A$4`, `Lists!A1:A4` or `'My lists'!$A:$A`.
fn reference<'a>(workbook: &'a Workbook, sheet: usize, source: &str) -> Option<(&'a Sheet, Range)> {
    let Some((name, range)) = source.rsplit_once('!') else {
        return Some((workbook.sheets.get(sheet)?, block(source)?));
    };
    let name = name
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''))
        .map_or_else(|| name.to_owned(), |quoted| quoted.replace("''", "'"));
    let sheet = workbook.sheets.iter().find(|sheet| sheet.name.eq_ignore_ascii_case(&name))?;
    Some((sheet, block(range)?))
}

/// A cell or a block of cells; `YN` alone is a name, not a column.
fn block(text: &str) -> Option<Range> {
    let plain = text.replace('$', "");
    (plain.contains(':') || CellRef::parse(&plain).is_some()).then(|| Range::parse(&plain))?
}

/// The texts of a block, row by row; only cells that hold something are visited, however large the block.
fn words_in(sheet: &Sheet, range: Range) -> Vec<String> {
    sheet
        .cells
        .range(range.first..=range.last)
        .filter(|(at, _)| range.contains(**at))
        .map(|(_, cell)| cell.text.trim().to_owned())
        .filter(|text| !text.is_empty())
        .take(MAX_OPTIONS)
        .collect()
}
