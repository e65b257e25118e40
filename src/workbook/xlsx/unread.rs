//! What stands on a sheet beside its cells: text boxes, pictures, charts, comments, controls, objects. Counts and places them; never reads what they say.

use std::collections::{BTreeMap, BTreeSet};

use super::parts::{self, Relation};
use crate::domain::cell::{CellRef, MAX_COLS, MAX_ROWS};
use crate::domain::workbook::Unread;
use crate::workbook::ReadError;
use crate::workbook::package::Package;
use crate::workbook::xml::{Step, Tag, Walk};

/// Things by what they are: how many, and where as far as it is told.
type Found = BTreeMap<&'static str, (usize, BTreeSet<CellRef>)>;

fn add(found: &mut Found, what: &'static str, at: Option<CellRef>) {
    let (count, places) = found.entry(what).or_default();
    *count += 1;
    places.extend(at);
}

/// What stands on one sheet, whose part has this text.
///
/// # Errors
/// A part that the sheet names is broken.
pub fn of_sheet(package: &mut Package, part: &str, name: &str, text: &str) -> Result<Vec<Unread>, ReadError> {
    let relations = parts::relations_of(package, part)?;
    let mut found = Found::new();
    let (mut notes, mut threads) = (Vec::new(), Vec::new());
    for relation in relations.values() {
        let Some(target) = package.find(&relation.target).map(str::to_owned) else { continue };
        let broken = |what: String| ReadError::Part { part: target.clone(), what };
        match relation.kind.as_str() {
            "drawing" => drawing(&package.text(&target)?.text, &mut found).map_err(broken)?,
            "vmlDrawing" => controls(&String::from_utf8_lossy(&package.part(&target)?), &mut found),
            "comments" => notes.extend(references(&package.text(&target)?.text, "comment").map_err(broken)?),
            "threadedComment" => threads.extend(references(&package.text(&target)?.text, "threadedComment").map_err(broken)?),
            _ => {}
        }
    }
    // Each thread also stands as a note, for older programs.
    let threaded: BTreeSet<_> = threads.iter().copied().collect();
    for at in threads.into_iter().chain(notes.into_iter().filter(|at| !threaded.contains(at))) {
        add(&mut found, "comment", at);
    }
    objects(text, &relations, &mut found).map_err(|what| ReadError::Part { part: name.to_owned(), what })?;
    let one = |(what, (count, at)): (&str, (usize, BTreeSet<CellRef>))| Unread {
        sheet: name.to_owned(),
        what: what.to_owned(),
        count,
        at: at.into_iter().collect(),
    };
    Ok(found.into_iter().map(one).collect())
}

/// The cell that a drawing's anchor begins at, while it is being read.
#[derive(Default)]
struct From {
    inside: bool,
    reading: Option<bool>,
    col: Option<u32>,
    row: Option<u32>,
}

impl From {
    fn open(&mut self, tag: &Tag) {
        match tag.name() {
            "from" => *self = Self { inside: true, ..Self::default() },
            "col" if self.inside => self.reading = Some(false),
            "row" if self.inside => self.reading = Some(true),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        match self.reading {
            Some(true) => self.row = text.trim().parse().ok(),
            Some(false) => self.col = text.trim().parse().ok(),
            None => {}
        }
    }

    fn close(&mut self, name: &str) {
        self.reading = None;
        self.inside &= name != "from";
    }

    fn cell(&self) -> Option<CellRef> {
        Some(CellRef::new(self.row.filter(|row| *row < MAX_ROWS)?, self.col.filter(|col| *col < MAX_COLS)?))
    }
}

/// A drawing's text boxes, pictures, charts and the like. Where a program may choose between two writings, the first counts.
fn drawing(text: &str, found: &mut Found) -> Result<(), String> {
    let mut walk = Walk::new(text);
    let (mut from, mut here, mut fallbacks) = (From::default(), Vec::new(), 0u32);
    // A shape counts if it shows text; one that is hidden only stands for a control.
    let (mut in_text, mut says, mut hidden) = (false, false, false);
    while let Some(step) = walk.next()? {
        match step {
            Step::Open { tag, closed: false } if tag.name() == "Fallback" => fallbacks += 1,
            Step::Close { name, .. } if name == "Fallback" => fallbacks = fallbacks.saturating_sub(1),
            _ if fallbacks > 0 => {}
            Step::Open { tag, closed } => {
                from.open(&tag);
                match tag.name() {
                    "sp" => (says, hidden) = (false, false),
                    "cNvPr" => hidden |= tag.flag("hidden") == Some(true),
                    "t" => in_text = !closed,
                    "pic" => here.push("picture"),
                    "graphicData" => here.push(graphic(&tag.get("uri").unwrap_or_default())),
                    _ => {}
                }
            }
            Step::Text(text) => {
                from.text(&text);
                says |= in_text && !text.trim().is_empty();
            }
            Step::Close { name, .. } => {
                from.close(&name);
                match name.as_str() {
                    "t" => in_text = false,
                    "sp" if says && !hidden => here.push("text box"),
                    "twoCellAnchor" | "oneCellAnchor" | "absoluteAnchor" => {
                        for what in here.drain(..) {
                            add(found, what, from.cell());
                        }
                        from = From::default();
                    }
                    _ => {}
                }
            }
        }
    }
    Ok(())
}

/// What a graphic is, by the name of its format.
fn graphic(uri: &str) -> &'static str {
    let last = uri.rsplit('/').next().unwrap_or_default();
    match last {
        "chart" | "chartex" => "chart",
        "diagram" => "diagram",
        "slicer" | "timeslicer" => "slicer",
        _ => "graphic",
    }
}

/// The form controls of an old drawing, which need not be well-formed XML, so that it is only searched.
fn controls(text: &str, found: &mut Found) {
    for piece in text.split("ObjectType=").skip(1) {
        let kind = piece.get(1..).and_then(|rest| rest.split(['"', '\'']).next()).unwrap_or_default();
        let what = match kind {
            "Checkbox" => "check box",
            "Radio" => "option button",
            "Drop" => "drop-down control",
            "List" => "list control",
            "Edit" => "text field",
            "Button" => "button",
            "Spin" => "spin button",
            "Scroll" => "scroll bar",
            "Label" => "label",
            // Notes and objects are told by parts of their own.
            _ => continue,
        };
        let anchor = piece.split("Anchor>").nth(1).and_then(|anchor| anchor.split('<').next()).unwrap_or_default();
        let numbers: Vec<Option<u32>> = anchor.split(',').map(|number| number.trim().parse().ok()).collect();
        let at = match numbers.as_slice() {
            [Some(col), _, Some(row), ..] if *row < MAX_ROWS && *col < MAX_COLS => Some(CellRef::new(*row, *col)),
            _ => None,
        };
        add(found, what, at);
    }
}

/// The cells that the elements of one name in a part refer to.
fn references(text: &str, element: &str) -> Result<Vec<Option<CellRef>>, String> {
    let mut walk = Walk::new(text);
    let mut cells = Vec::new();
    while let Some(step) = walk.next()? {
        if let Step::Open { tag, .. } = step
            && tag.name() == element
        {
            cells.push(tag.get("ref").and_then(|text| CellRef::parse(&text)));
        }
    }
    Ok(cells)
}

/// Embedded objects and `ActiveX` controls, placed by what the sheet's part says of them.
fn objects(text: &str, relations: &BTreeMap<String, Relation>, found: &mut Found) -> Result<(), String> {
    let what = |kind: &str| match kind {
        "oleObject" | "package" => Some("embedded object"),
        "control" => Some("ActiveX control"),
        _ => None,
    };
    let mut left: BTreeMap<&str, &'static str> =
        relations.iter().filter_map(|(id, relation)| Some((id.as_str(), what(&relation.kind)?))).collect();
    if left.is_empty() {
        return Ok(());
    }
    let mut walk = Walk::new(text);
    let (mut from, mut open) = (From::default(), None);
    while let Some(step) = walk.next()? {
        match step {
            Step::Open { tag, closed } => {
                from.open(&tag);
                if matches!(tag.name(), "oleObject" | "control")
                    && let Some(what) = tag.get("id").and_then(|id| left.remove(id.as_str()))
                {
                    from = From::default();
                    if closed { add(found, what, None) } else { open = Some(what) }
                }
            }
            Step::Text(text) => from.text(&text),
            Step::Close { name, .. } => {
                from.close(&name);
                if matches!(name.as_str(), "oleObject" | "control")
                    && let Some(what) = open.take()
                {
                    add(found, what, from.cell());
                }
            }
        }
    }
    for what in left.into_values() {
        add(found, what, None);
    }
    Ok(())
}
