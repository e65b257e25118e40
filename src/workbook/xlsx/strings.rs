//! The shared strings: new texts at the end, counts kept right, old texts by their place. Never changes a text that is there.

use std::collections::BTreeMap;

use super::splice::{Change, apply};
use crate::workbook::xml::{Step, Walk, escape_text, has_attribute, unescape_text, with_attribute};

/// Where things stand in the part's text.
#[derive(Default)]
pub struct Strings {
    /// How many texts there are.
    pub items: usize,
    prefix: String,
    /// Where the root element's tag begins and ends.
    open: (usize, usize),
    /// Where its closing tag begins; `None` where it closes itself.
    close: Option<usize>,
    /// How many cells the part says to name a text.
    count: Option<u32>,
}

impl Strings {
    /// Looks at a part.
    ///
    /// # Errors
    /// The part is not well-formed.
    pub fn find(text: &str) -> Result<Self, String> {
        let mut walk = Walk::new(text);
        let mut found = Self::default();
        while let Some(step) = walk.next()? {
            match step {
                Step::Open { tag, .. } if tag.name() == "sst" => {
                    found.open = (tag.start, tag.end);
                    tag.prefix().clone_into(&mut found.prefix);
                    found.count = tag.number("count");
                }
                Step::Open { tag, .. } if tag.name() == "si" => found.items += 1,
                Step::Close { name, start, .. } if name == "sst" => found.close = Some(start),
                _ => {}
            }
        }
        if found.open.1 == 0 { Err("no list of shared strings".into()) } else { Ok(found) }
    }

    /// The part's text with `new` at the end, now that `named` cells more and `unnamed` cells fewer name one of its texts.
    #[must_use]
    pub fn append(&self, text: &str, new: &[String], named: usize, unnamed: usize) -> String {
        let p = &self.prefix;
        let added: String =
            new.iter().map(|text| format!("<{p}si><{p}t xml:space=\"preserve\">{}</{p}t></{p}si>", escape_text(text))).collect();
        let (start, end) = self.open;
        let mut open = text[start..end].to_owned();
        if has_attribute(&open, "uniqueCount") {
            open = with_attribute(&open, "uniqueCount", &(self.items + new.len()).to_string());
        }
        if let Some(count) = self.count {
            open = with_attribute(&open, "count", &(count as usize + named).saturating_sub(unnamed).to_string());
        }
        if let Some(close) = self.close {
            return apply(text, &[Change { start, end, new: open }, Change { start: close, end: close, new: added }]);
        }
        let open = open.trim_end_matches("/>").trim_end();
        apply(text, &[Change { start, end, new: format!("{open}>{added}</{p}sst>") }])
    }
}

/// The texts of the shared strings at some places, without phonetic hints.
///
/// # Errors
/// The part is not well-formed.
pub fn texts_at(text: &str, wanted: &[usize]) -> Result<BTreeMap<usize, String>, String> {
    let mut walk = Walk::new(text);
    let (mut item, mut reading, mut phonetic) = (0usize, false, false);
    let mut found: BTreeMap<usize, String> = wanted.iter().map(|index| (*index, String::new())).collect();
    while let Some(step) = walk.next()? {
        match step {
            Step::Open { tag, .. } if tag.name() == "si" => item += 1,
            Step::Open { tag, closed } if tag.name() == "rPh" => phonetic = !closed,
            Step::Open { tag, closed } if tag.name() == "t" => reading = !closed && !phonetic,
            Step::Close { name, .. } if name == "t" => reading = false,
            Step::Close { name, .. } if name == "rPh" => phonetic = false,
            Step::Text(text) if reading => {
                if let Some(found) = item.checked_sub(1).and_then(|index| found.get_mut(&index)) {
                    found.push_str(&text);
                }
            }
            _ => {}
        }
    }
    Ok(found.into_iter().map(|(index, text)| (index, unescape_text(&text))).collect())
}
