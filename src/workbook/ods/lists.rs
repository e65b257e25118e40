//! Where a list takes its words from: quoted words, a range on any sheet, a name. Anything else stays unread, never guessed.

use crate::domain::cell::Range;
use crate::domain::workbook::{Sheet, Workbook};
use crate::workbook::lists::{DefinedName, MAX_NAME_STEPS, named, words_in};

/// The words of a list whose source is `source`, on the sheet at `sheet`; empty where they cannot be read.
pub fn options(workbook: &Workbook, names: &[DefinedName], sheet: usize, source: &str) -> Vec<String> {
    resolve(workbook, names, sheet, source, MAX_NAME_STEPS).unwrap_or_default()
}

/// A source as other file kinds spell it: `Lists!A1:A4` for `[$Lists.$A$1:.$A$4]`; anything else as it is.
pub fn spelled(workbook: &Workbook, sheet: usize, source: &str) -> String {
    let found = reference(workbook, sheet, source.trim());
    found.map_or_else(|| source.to_owned(), |(sheet, range)| format!("'{}'!{range}", sheet.name.replace('\'', "''")))
}

fn resolve(workbook: &Workbook, names: &[DefinedName], sheet: usize, source: &str, steps: u8) -> Option<Vec<String>> {
    let source = source.trim().trim_start_matches("of:").trim_start_matches('=').trim();
    if source.starts_with('"') {
        return quoted(source);
    }
    if let Some((sheet, range)) = reference(workbook, sheet, source) {
        return Some(words_in(sheet, range));
    }
    let name = named(names, sheet, source)?;
    resolve(workbook, names, sheet, &name.refers_to, steps.checked_sub(1)?)
}

/// The words of `"a";"b"`; two quotes inside quotes are one. `None` where something else stands between them.
fn quoted(source: &str) -> Option<Vec<String>> {
    let (mut words, mut rest) = (Vec::new(), source);
    loop {
        rest = rest.trim_start().strip_prefix('"')?;
        let mut word = String::new();
        loop {
            let (part, after) = rest.split_once('"')?;
            word.push_str(part);
            rest = after;
            match rest.strip_prefix('"') {
                Some(after) => {
                    word.push('"');
                    rest = after;
                }
                None => break,
            }
        }
        words.extend(Some(word.trim().to_owned()).filter(|word| !word.is_empty()));
        rest = rest.trim_start();
        if rest.is_empty() {
            return Some(words);
        }
        rest = rest.strip_prefix([';', ','])?;
    }
}

/// Reads `[$Lists.$A$1:.$A$4]`, `[.A1:.A4]`, `$'My lists'.$A$1:$'My lists'.$A$4`.
fn reference<'a>(workbook: &'a Workbook, sheet: usize, source: &str) -> Option<(&'a Sheet, Range)> {
    let plain = source.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(source);
    let (name, rest) = sheet_name(plain)?;
    let sheet = match name {
        Some(name) => workbook.sheets.iter().find(|sheet| sheet.name.eq_ignore_ascii_case(&name))?,
        None => workbook.sheets.get(sheet)?,
    };
    let Some((first, last)) = rest.split_once(':') else { return Some((sheet, Range::parse(rest)?)) };
    let last = match sheet_name(last) {
        Some((Some(other), _)) if !other.eq_ignore_ascii_case(&sheet.name) => return None,
        Some((_, last)) => last,
        None => last,
    };
    Some((sheet, Range::parse(&format!("{first}:{last}"))?))
}

/// Splits `$Lists.$A$1` into the sheet's name, if it has one, and what follows the dot; `None` where there is no dot.
fn sheet_name(address: &str) -> Option<(Option<String>, &str)> {
    let address = address.strip_prefix('$').filter(|rest| !rest.is_empty()).unwrap_or(address);
    let Some(quoted) = address.strip_prefix('\'') else {
        let (name, rest) = address.split_once('.')?;
        return Some((Some(name.to_owned()).filter(|name| !name.is_empty()), rest));
    };
    let mut name = String::new();
    let mut rest = quoted;
    loop {
        let (part, after) = rest.split_once('\'')?;
        name.push_str(part);
        match after.strip_prefix('\'') {
            Some(after) => {
                name.push('\'');
                rest = after;
            }
            None => return Some((Some(name), after.strip_prefix('.')?)),
        }
    }
}
