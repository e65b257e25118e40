//! The formats of cells in the styles part: which of them lock their cells, and twins that quote. Never changes a format that is there.

use std::collections::BTreeMap;

use super::splice::{Change, apply};
use crate::workbook::xml::{Step, Walk, with_attribute};

/// Where the formats of cells stand in the part's text.
#[derive(Default)]
pub struct Formats {
    items: Vec<Format>,
    /// Where the tag of their list begins and ends.
    open: (usize, usize),
    /// Where its closing tag begins; `None` where there is no list, or an empty one.
    close: Option<usize>,
}

struct Format {
    start: usize,
    end: usize,
    quoted: bool,
    locked: bool,
}

impl Formats {
    /// Looks at a part. Where a program may choose between two writings of a format, the one for every program counts.
    ///
    /// # Errors
    /// The part is not well-formed.
    pub fn find(text: &str) -> Result<Self, String> {
        let mut walk = Walk::new(text);
        let mut found = Self::default();
        let (mut inside, mut choice) = (false, false);
        while let Some(step) = walk.next()? {
            match step {
                Step::Open { tag, closed } if tag.name() == "cellXfs" => {
                    found.open = (tag.start, tag.end);
                    inside = !closed;
                }
                Step::Open { tag, closed } if tag.name() == "Choice" => choice = !closed,
                Step::Close { name, .. } if name == "Choice" => choice = false,
                Step::Close { name, start, .. } if name == "cellXfs" => (inside, found.close) = (false, Some(start)),
                _ if !inside || choice => {}
                Step::Open { tag, .. } if tag.name() == "xf" => {
                    found.items.push(Format {
                        start: tag.start,
                        end: tag.end,
                        quoted: tag.flag("quotePrefix") == Some(true),
                        locked: true,
                    });
                }
                Step::Open { tag, .. } if tag.name() == "protection" => {
                    if let (Some(last), Some(locked)) = (found.items.last_mut(), tag.flag("locked")) {
                        last.locked = locked;
                    }
                }
                Step::Close { name, end, .. } if name == "xf" => {
                    if let Some(last) = found.items.last_mut() {
                        last.end = end;
                    }
                }
                _ => {}
            }
        }
        Ok(found)
    }

    /// For each format whether it locks its cells; a cell is locked unless its format says otherwise.
    pub fn locked(&self) -> Vec<bool> {
        self.items.iter().map(|item| item.locked).collect()
    }

    /// Adds for each of `styles` a twin with `quotePrefix`, so that text that begins like a formula stays text when somebody edits it.
    /// Gives back the new text and the twin of each style that needs one.
    ///
    /// # Errors
    /// There are more styles than numbers for them.
    pub fn quote(&self, text: &str, styles: &[u32]) -> Result<(String, BTreeMap<u32, u32>), String> {
        let (mut twins, mut added) = (BTreeMap::new(), String::new());
        for style in styles {
            let Some(item) = self.items.get(*style as usize).filter(|item| !item.quoted) else { continue };
            let twin = u32::try_from(self.items.len() + twins.len()).map_err(|_| "too many styles")?;
            if twins.insert(*style, twin).is_none() {
                added.push_str(&with_attribute(&text[item.start..item.end], "quotePrefix", "1"));
            }
        }
        let Some(close) = self.close.filter(|_| !twins.is_empty()) else { return Ok((text.to_owned(), BTreeMap::new())) };
        let (start, end) = self.open;
        let open = with_attribute(&text[start..end], "count", &(self.items.len() + twins.len()).to_string());
        Ok((apply(text, &[Change { start, end, new: open }, Change { start: close, end: close, new: added }]), twins))
    }
}
