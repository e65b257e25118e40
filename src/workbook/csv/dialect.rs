//! How a file separates its fields: found from the text, or said by its first line. Never fails: a text of one column is one, too.

use std::collections::BTreeMap;

use super::fields::{self, Fields};

/// How many rows are looked at to find the delimiter.
const ROWS: u32 = 500;
/// What delimits fields; the first one wins where two would do as well.
const DELIMITERS: &[u8] = b",;\t|";

/// What delimits fields, and where the rows begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    /// The delimiter, one character of ASCII.
    pub delimiter: u8,
    /// Where in the text the first row begins: behind the line `sep=;`, if there is one.
    pub start: usize,
}

impl Dialect {
    /// The delimiter that the first line names; else the one that gives most rows the same number of fields, more than one.
    pub(super) fn find(name: &str, text: &str) -> Self {
        if let Some(said) = said(text) {
            return said;
        }
        let by = |delimiter: u8| Self { delimiter, start: 0 };
        let tabs = [".tsv", ".tab"].iter().any(|ending| name.to_lowercase().ends_with(ending));
        if tabs && alike(text, &by(b'\t')) > 0 {
            return by(b'\t');
        }
        let best = DELIMITERS.iter().rev().max_by_key(|delimiter| alike(text, &by(**delimiter)));
        by(best.copied().unwrap_or(b','))
    }
}

/// What a first line `sep=;` says, with or without quotes around it.
fn said(text: &str) -> Option<Dialect> {
    let end = text.find(['\r', '\n']).unwrap_or(text.len());
    let line = &text[..end];
    let plain = line.strip_prefix('"').and_then(|line| line.strip_suffix('"')).unwrap_or(line);
    let (word, delimiter) = (plain.get(..4)?, plain.get(4..)?);
    let fits = |byte: &u8| byte.is_ascii_punctuation() && *byte != b'"' || matches!(byte, b'\t' | b' ');
    let delimiter = Some(delimiter.as_bytes()).filter(|bytes| bytes.len() == 1)?.first().copied().filter(fits)?;
    word.eq_ignore_ascii_case("sep=").then(|| Dialect { delimiter, start: end + fields::line_break(&text[end..]).len() })
}

/// How many rows have the commonest number of fields, of those that have more than one. A row does not count where a quote stands
/// inside a bare field, or text behind a closing quote: there a delimiter was seen that is text.
fn alike(text: &str, dialect: &Dialect) -> u32 {
    let mut widths: BTreeMap<u32, u32> = BTreeMap::new();
    let mut clean = true;
    for field in Fields::new(text, dialect).map_while(Result::ok).take_while(|field| field.at.row < ROWS) {
        clean &= fields::is_clean(&text[field.span]);
        if field.ends_row {
            if clean && field.at.col > 0 {
                *widths.entry(field.at.col).or_default() += 1;
            }
            clean = true;
        }
    }
    widths.into_values().max().unwrap_or(0)
}
