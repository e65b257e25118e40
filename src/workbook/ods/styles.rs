//! The styles that cells and tables name: which lock their cells, which hide their table. Never looks at what they look like.

use std::collections::{BTreeMap, BTreeSet};

use crate::workbook::xml::{Step, Tag, Walk};

/// A style may take after a style; more steps than this are a ring.
const MAX_STEPS: u8 = 16;

/// Styles by name.
#[derive(Debug, Default)]
pub struct Styles {
    cells: BTreeMap<String, CellStyle>,
    /// Whether cells are locked where no style says anything.
    default_locked: Option<bool>,
    hidden_tables: BTreeSet<String>,
    /// What the last opened style is: its family and name.
    last: (String, String),
}

#[derive(Debug, Default)]
struct CellStyle {
    parent: Option<String>,
    locked: Option<bool>,
}

impl Styles {
    /// The named styles of styles.xml; those that it keeps for pages are not meant for cells.
    ///
    /// # Errors
    /// The part is not well-formed, or has more than `most` styles of cells.
    pub fn named(text: &str, most: usize) -> Result<Self, String> {
        let mut styles = Self::default();
        let mut walk = Walk::new(text);
        let mut inside = false;
        while let Some(step) = walk.next()? {
            match step {
                Step::Open { tag, closed } if tag.full() == "office:styles" => inside = !closed,
                Step::Open { tag, .. } if inside => styles.open(&tag, most)?,
                Step::Close { name, .. } if name == "styles" => inside = false,
                _ => {}
            }
        }
        Ok(styles)
    }

    /// Takes in an element that stands where styles stand.
    ///
    /// # Errors
    /// There are more than `most` styles of cells.
    pub fn open(&mut self, tag: &Tag, most: usize) -> Result<(), String> {
        let (family, name) = &self.last;
        match (tag.full(), family.as_str()) {
            ("style:style" | "style:default-style", _) => {
                self.last = (tag.get("family").unwrap_or_default(), tag.get("name").unwrap_or_default());
                if self.last.0 == "table-cell" && !self.last.1.is_empty() {
                    self.cells.insert(self.last.1.clone(), CellStyle { parent: tag.get("parent-style-name"), locked: None });
                }
            }
            ("style:table-cell-properties", "table-cell") => {
                let Some(locked) = tag.get("cell-protect").map(|protect| protect.contains("protected")) else { return Ok(()) };
                match self.cells.get_mut(name) {
                    Some(style) => style.locked = Some(locked),
                    None => self.default_locked = Some(locked),
                }
            }
            ("style:table-properties", "table") if tag.get("display").as_deref() == Some("false") => {
                self.hidden_tables.insert(name.clone());
            }
            _ => {}
        }
        if self.cells.len() > most { Err(format!("more than {most} styles of cells")) } else { Ok(()) }
    }

    /// Whether a style locks its cells; they are locked unless a style says otherwise.
    pub fn locked(&self, name: &str) -> bool {
        let (mut name, mut steps) = (name, MAX_STEPS);
        while let (Some(style), true) = (self.cells.get(name), steps > 0) {
            match (style.locked, &style.parent) {
                (Some(locked), _) => return locked,
                (None, Some(parent)) => (name, steps) = (parent, steps - 1),
                (None, None) => break,
            }
        }
        self.default_locked.unwrap_or(true)
    }

    /// Whether a style hides its table.
    pub fn hides(&self, table_style: &str) -> bool {
        self.hidden_tables.contains(table_style)
    }
}
