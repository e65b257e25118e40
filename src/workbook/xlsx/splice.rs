//! Text of a part in, the same text with a few places changed out. Whatever is not changed is copied, never written anew.

use std::collections::BTreeMap;

use super::sheet_part::Place;
use super::xml::{Step, Tag, Walk, escape_text};
use crate::domain::cell::{CellRef, Range};

/// How a new text is stored in its cell.
#[derive(Clone, Debug)]
pub enum Stored {
    /// At this place in the shared strings.
    Shared(usize),
    /// In the cell itself.
    Inline(String),
}

/// One cell's new content.
#[derive(Clone, Debug)]
pub struct NewCell {
    /// How the text is stored.
    pub text: Stored,
    /// Whether the text begins like a formula, so that the cell needs a quoting style; see [`quote_styles`].
    pub quote: bool,
}

/// A sheet part with some cells changed.
pub struct SheetSplice {
    /// The new text of the part.
    pub text: String,
    /// What each changed cell held, as stored: a number, a place in the shared strings, or text.
    pub old: BTreeMap<CellRef, OldValue>,
}

/// What a cell held before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OldValue {
    /// Nothing, or text or a number as stored.
    Text(String),
    /// A place in the shared strings.
    Shared(usize),
}

/// Why a cell was not changed.
pub type Refusal = (CellRef, &'static str);

/// A change of the text: what stood between two offsets, and what shall stand there.
struct Change {
    start: usize,
    end: usize,
    new: String,
}

/// Puts changes, given in ascending order, into a text.
fn apply(text: &str, changes: &[Change]) -> String {
    let mut out = String::with_capacity(text.len() + changes.iter().map(|change| change.new.len()).sum::<usize>());
    let mut at = 0;
    for change in changes {
        out.push_str(&text[at..change.start]);
        out.push_str(&change.new);
        at = change.end;
    }
    out.push_str(&text[at..]);
    out
}

/// The styles that cells and rows of a sheet name, for those cells that will be changed.
pub struct Styles<'a> {
    /// The style with `quotePrefix` for each style, where one is needed.
    pub quoted: &'a BTreeMap<u32, u32>,
}

/// A walk through the sheet's rows and cells that collects changes.
struct Splicer<'a> {
    text: &'a str,
    edits: &'a BTreeMap<CellRef, NewCell>,
    styles: &'a Styles<'a>,
    changes: Vec<Change>,
    old: BTreeMap<CellRef, OldValue>,
    prefix: String,
    /// Edits up to and with this place are done.
    done: Option<CellRef>,
    row_style: Option<u32>,
    cols: Vec<(u32, u32, u32)>,
}

/// Changes cells of a sheet part.
///
/// # Errors
/// The part is not well-formed, or a cell must not be changed: it holds a formula, or lies inside a merged block but not at its top left.
pub fn sheet(text: &str, edits: &BTreeMap<CellRef, NewCell>, styles: &Styles) -> Result<Result<SheetSplice, Refusal>, String> {
    let mut splicer = Splicer {
        text,
        edits,
        styles,
        changes: Vec::new(),
        old: BTreeMap::new(),
        prefix: String::new(),
        done: None,
        row_style: None,
        cols: Vec::new(),
    };
    let mut walk = Walk::new(text);
    let mut place = Place::default();
    let mut inside = false;
    let mut dimension: Option<(usize, usize, String)> = None;
    let mut row: Option<(u32, usize, usize)> = None;
    let mut cell: Option<OpenCell> = None;
    let mut merges = Vec::new();
    let mut arrays = Vec::new();
    while let Some(step) = walk.next()? {
        match step {
            Step::Open { tag, closed } => match tag.name() {
                "dimension" if !inside => dimension = tag.get("ref").map(|range| (tag.start, tag.end, range)),
                "col" if !inside => {
                    if let (Some(first), Some(last), Some(style)) = (tag.number("min"), tag.number("max"), tag.number("style")) {
                        splicer.cols.push((first.saturating_sub(1), last.saturating_sub(1), style));
                    }
                }
                "sheetData" => {
                    splicer.prefix = tag.prefix().to_owned();
                    inside = !closed;
                    if closed {
                        splicer.fill_empty_sheet(&tag);
                    }
                }
                "row" if inside => {
                    let number = place.enter_row(&tag)?;
                    splicer.rows_before(number, tag.start);
                    splicer.row_style = if tag.flag("customFormat") == Some(true) { tag.number("s") } else { None };
                    splicer.drop_spans(number, &tag, closed);
                    row = (!closed).then_some((number, tag.start, tag.end));
                }
                "c" if inside => {
                    let at = place.enter_cell(&tag)?;
                    splicer.cells_before(at, tag.start);
                    let open = OpenCell::new(at, &tag);
                    if closed { splicer.replace(open, tag.end) } else { cell = Some(open) }
                }
                "f" if cell.is_some() => {
                    if let Some(cell) = &mut cell {
                        cell.formula = true;
                    }
                    if matches!(tag.get("t").as_deref(), Some("array" | "dataTable")) {
                        arrays.extend(tag.get("ref").and_then(|text| Range::parse(&text)));
                    }
                }
                "v" | "t" => {
                    if let Some(cell) = &mut cell {
                        cell.reading = !closed && !cell.phonetic;
                    }
                }
                "rPh" => {
                    if let Some(cell) = &mut cell {
                        cell.phonetic = !closed;
                    }
                }
                "mergeCell" => merges.extend(tag.get("ref").and_then(|text| Range::parse(&text))),
                _ => {}
            },
            Step::Text(text) => {
                if let Some(cell) = cell.as_mut().filter(|cell| cell.reading) {
                    cell.value.push_str(&text);
                }
            }
            Step::Close { name, start, end } => match name.as_str() {
                "v" | "t" => {
                    if let Some(cell) = &mut cell {
                        cell.reading = false;
                    }
                }
                "rPh" => {
                    if let Some(cell) = &mut cell {
                        cell.phonetic = false;
                    }
                }
                "c" => {
                    if let Some(open) = cell.take() {
                        if open.formula && edits.contains_key(&open.at) {
                            return Ok(Err((open.at, "the cell holds a formula")));
                        }
                        splicer.replace(open, end);
                    }
                }
                "row" if row.is_some() => {
                    if let Some((number, ..)) = row.take() {
                        splicer.cells_before(CellRef::new(number, u32::MAX), start);
                    }
                }
                "sheetData" => {
                    splicer.rows_before(u32::MAX, start);
                    inside = false;
                }
                _ => {}
            },
        }
    }
    for at in edits.keys() {
        if merges.iter().any(|range: &Range| range.contains(*at) && range.first != *at) {
            return Ok(Err((*at, "the cell is covered by a merged block")));
        }
        if arrays.iter().any(|range| range.contains(*at)) {
            return Ok(Err((*at, "the cell is filled by an array formula")));
        }
    }
    splicer.widen(dimension);
    splicer.changes.sort_by_key(|change| (change.start, change.end));
    Ok(Ok(SheetSplice { text: apply(text, &splicer.changes), old: splicer.old }))
}

/// Where a changed cell comes from.
enum Origin<'a> {
    /// It stood in the part: its style as written, and whether it named its place.
    Was { style: Option<&'a str>, named: bool },
    /// It did not stand in the part.
    New,
}

/// A cell whose end has not been reached.
struct OpenCell {
    at: CellRef,
    start: usize,
    style: Option<String>,
    named: bool,
    kind: String,
    formula: bool,
    value: String,
    reading: bool,
    phonetic: bool,
}

impl OpenCell {
    fn new(at: CellRef, tag: &Tag) -> Self {
        Self {
            at,
            start: tag.start,
            style: tag.get("s"),
            named: tag.get("r").is_some(),
            kind: tag.get("t").unwrap_or_default(),
            formula: false,
            value: String::new(),
            reading: false,
            phonetic: false,
        }
    }
}

impl Splicer<'_> {
    /// The edits that come after what is done and before `limit`.
    fn due(&mut self, limit: CellRef) -> Vec<(CellRef, NewCell)> {
        use std::ops::Bound::{Excluded, Unbounded};
        let from = self.done.map_or(Unbounded, Excluded);
        let due: Vec<_> = self.edits.range((from, Excluded(limit))).map(|(at, cell)| (*at, cell.clone())).collect();
        if let Some((last, _)) = due.last() {
            self.done = Some(*last);
        }
        due
    }

    /// Puts cells that the row does not have yet before `limit`, at `offset`.
    fn cells_before(&mut self, limit: CellRef, offset: usize) {
        let new: String = self.due(limit).iter().map(|(at, cell)| self.new_cell(*at, cell, Origin::New)).collect();
        self.insert(offset, new);
    }

    /// Puts rows that the sheet does not have yet before row `limit`, at `offset`.
    fn rows_before(&mut self, limit: u32, offset: usize) {
        self.row_style = None;
        let new = self.new_rows(limit);
        self.insert(offset, new);
    }

    fn insert(&mut self, offset: usize, new: String) {
        if !new.is_empty() {
            self.changes.push(Change { start: offset, end: offset, new });
        }
    }

    fn new_rows(&mut self, limit: u32) -> String {
        let mut rows: BTreeMap<u32, String> = BTreeMap::new();
        for (at, cell) in self.due(CellRef::new(limit, 0)) {
            let text = self.new_cell(at, &cell, Origin::New);
            rows.entry(at.row).or_default().push_str(&text);
        }
        let p = &self.prefix;
        rows.iter().map(|(row, cells)| format!("<{p}row r=\"{}\">{cells}</{p}row>", row + 1)).collect()
    }

    fn fill_empty_sheet(&mut self, tag: &Tag) {
        let rows = self.new_rows(u32::MAX);
        if !rows.is_empty() {
            let open = self.text[tag.start..tag.end].trim_end_matches("/>").trim_end();
            let new = format!("{open}>{rows}</{}sheetData>", self.prefix);
            self.changes.push(Change { start: tag.start, end: tag.end, new });
        }
    }

    /// Takes the optional `spans` hint off a row that is edited, and opens a row that closed itself.
    fn drop_spans(&mut self, row: u32, tag: &Tag, closed: bool) {
        let edited = self.edits.range(CellRef::new(row, 0)..=CellRef::new(row, u32::MAX)).next().is_some();
        if !edited {
            return;
        }
        let old = &self.text[tag.start..tag.end];
        let mut new = without_attribute(old, "spans");
        if closed {
            let cells: String =
                self.due(CellRef::new(row, u32::MAX)).iter().map(|(at, cell)| self.new_cell(*at, cell, Origin::New)).collect();
            let open = new.trim_end_matches("/>").trim_end().to_owned();
            new = format!("{open}>{cells}</{}row>", self.prefix);
        }
        if new != old {
            self.changes.push(Change { start: tag.start, end: tag.end, new });
        }
    }

    /// Replaces a cell that is edited; keeps its style.
    fn replace(&mut self, open: OpenCell, end: usize) {
        let Some(cell) = self.edits.get(&open.at) else { return };
        let new = self.new_cell(open.at, cell, Origin::Was { style: open.style.as_deref(), named: open.named });
        self.changes.push(Change { start: open.start, end, new });
        self.done = Some(open.at);
        let old = match (open.kind.as_str(), open.value.trim().parse()) {
            ("s", Ok(index)) => OldValue::Shared(index),
            _ => OldValue::Text(open.value),
        };
        self.old.insert(open.at, old);
    }

    fn new_cell(&self, at: CellRef, cell: &NewCell, origin: Origin) -> String {
        let p = &self.prefix;
        let column = || self.cols.iter().find(|(first, last, _)| (*first..=*last).contains(&at.col)).map(|(_, _, style)| *style);
        let (number, named) = match origin {
            Origin::Was { style, named } => (style.and_then(|style| style.parse().ok()), named),
            // A cell that was not there takes the style that its row or column gives to empty cells.
            Origin::New => (self.row_style.or_else(column), true),
        };
        let number = if cell.quote { self.styles.quoted.get(&number.unwrap_or(0)).copied().or(number) } else { number };
        let r = if named { format!(" r=\"{at}\"") } else { String::new() };
        let s = number.map_or_else(String::new, |style| format!(" s=\"{style}\""));
        match &cell.text {
            Stored::Shared(index) => format!("<{p}c{r}{s} t=\"s\"><{p}v>{index}</{p}v></{p}c>"),
            Stored::Inline(text) => {
                format!("<{p}c{r}{s} t=\"inlineStr\"><{p}is><{p}t xml:space=\"preserve\">{}</{p}t></{p}is></{p}c>", escape_text(text))
            }
        }
    }

    /// Widens the declared dimension so that it holds the new cells; it is a hint, but must not be wrong.
    fn widen(&mut self, dimension: Option<(usize, usize, String)>) {
        let Some((start, end, declared)) = dimension else { return };
        let Some(range) = Range::parse(&declared) else { return };
        let wide = self.edits.keys().filter(|at| !self.old.contains_key(at)).fold(range, |range, at| Range {
            first: CellRef::new(range.first.row.min(at.row), range.first.col.min(at.col)),
            last: CellRef::new(range.last.row.max(at.row), range.last.col.max(at.col)),
        });
        if wide != range {
            let new = self.text[start..end].replacen(&declared, &wide.to_string(), 1);
            self.changes.push(Change { start, end, new });
        }
    }
}

/// A tag's text without one attribute.
fn without_attribute(tag: &str, name: &str) -> String {
    let Some((at, value)) = find_attribute(tag, name) else { return tag.to_owned() };
    let quote = tag.as_bytes()[value - 1];
    let Some(length) = tag[value..].bytes().position(|byte| byte == quote) else { return tag.to_owned() };
    let before = tag[..at].trim_end();
    format!("{before}{}", &tag[value + length + 1..])
}

/// Where an attribute's name begins and its value begins, in a tag's text.
fn find_attribute(tag: &str, name: &str) -> Option<(usize, usize)> {
    let bytes = tag.as_bytes();
    let (mut quote, mut at) = (None, 0);
    while at < bytes.len() {
        match (quote, bytes[at]) {
            (Some(q), b) if b == q => quote = None,
            (None, b @ (b'"' | b'\'')) => quote = Some(b),
            (None, b) if b.is_ascii_whitespace() && tag[at + 1..].starts_with(name) => {
                let rest = tag[at + 1 + name.len()..].trim_start();
                if let Some(value) = rest.strip_prefix('=').map(str::trim_start)
                    && value.starts_with(['"', '\''])
                {
                    return Some((at + 1, tag.len() - value.len() + 1));
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// A tag's text with an attribute set.
fn with_attribute(tag: &str, name: &str, value: &str) -> String {
    let bare = without_attribute(tag, name);
    let at = bare.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(bare.len());
    format!("{} {name}=\"{value}\"{}", &bare[..at], &bare[at..])
}

/// The shared strings with new ones at the end; gives back the text and the place of the first new one.
///
/// # Errors
/// The part is not well-formed.
pub fn shared_strings(text: &str, new: &[String]) -> Result<(String, usize), String> {
    let mut walk = Walk::new(text);
    let mut items = 0;
    let mut root: Option<(usize, usize, bool, String, Option<u32>)> = None;
    let mut end = None;
    while let Some(step) = walk.next()? {
        match step {
            Step::Open { tag, closed } if tag.name() == "sst" => {
                root = Some((tag.start, tag.end, closed, tag.prefix().to_owned(), tag.number("count")));
            }
            Step::Open { tag, .. } if tag.name() == "si" => items += 1,
            Step::Close { name, start, .. } if name == "sst" => end = Some(start),
            _ => {}
        }
    }
    let (start, open_end, closed, p, count) = root.ok_or("no list of shared strings")?;
    let added: String =
        new.iter().map(|text| format!("<{p}si><{p}t xml:space=\"preserve\">{}</{p}t></{p}si>", escape_text(text))).collect();
    let mut open = text[start..open_end].to_owned();
    if find_attribute(&open, "uniqueCount").is_some() {
        open = with_attribute(&open, "uniqueCount", &(items + new.len()).to_string());
    }
    if let Some(count) = count {
        open = with_attribute(&open, "count", &(count as usize + new.len()).to_string());
    }
    let mut changes = Vec::new();
    if closed {
        let open = open.trim_end_matches("/>").trim_end();
        changes.push(Change { start, end: open_end, new: format!("{open}>{added}</{p}sst>") });
    } else {
        changes.push(Change { start, end: open_end, new: open });
        let end = end.ok_or("the list of shared strings does not end")?;
        changes.push(Change { start: end, end, new: added });
    }
    Ok((apply(text, &changes), items))
}

/// The texts of the shared strings at some places, without phonetic hints.
///
/// # Errors
/// The part is not well-formed.
pub fn shared_texts(text: &str, wanted: &[usize]) -> Result<BTreeMap<usize, String>, String> {
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
    Ok(found)
}

/// Adds for each of `styles` a twin with `quotePrefix`, so that text that begins like a formula stays text when somebody edits it.
/// Gives back the new text and the twin of each style.
///
/// # Errors
/// The part is not well-formed.
pub fn quote_styles(text: &str, styles: &[u32]) -> Result<(String, BTreeMap<u32, u32>), String> {
    let mut walk = Walk::new(text);
    let mut list: Option<(usize, usize)> = None;
    let mut inside = false;
    let mut items: Vec<(usize, usize, bool)> = Vec::new();
    let mut end = None;
    while let Some(step) = walk.next()? {
        match step {
            Step::Open { tag, closed } if tag.name() == "cellXfs" => {
                list = Some((tag.start, tag.end));
                inside = !closed;
            }
            Step::Open { tag, .. } if inside && tag.name() == "xf" => {
                items.push((tag.start, tag.end, tag.flag("quotePrefix") == Some(true)))
            }
            Step::Close { name, end, .. } if inside && name == "xf" => {
                if let Some(item) = items.last_mut() {
                    item.1 = end;
                }
            }
            Step::Close { name, start, .. } if name == "cellXfs" => {
                end = Some(start);
                inside = false;
            }
            _ => {}
        }
    }
    let (Some((start, open_end)), Some(end)) = (list, end) else { return Ok((text.to_owned(), BTreeMap::new())) };
    let (mut twins, mut added) = (BTreeMap::new(), String::new());
    let mut next = items.len();
    for style in styles {
        let Some((from, to, quoted)) = items.get(*style as usize).copied() else { continue };
        if quoted || twins.contains_key(style) {
            continue;
        }
        added.push_str(&with_attribute(&text[from..to], "quotePrefix", "1"));
        twins.insert(*style, u32::try_from(next).map_err(|_| "too many styles")?);
        next += 1;
    }
    let open = with_attribute(&text[start..open_end], "count", &next.to_string());
    let changes = [Change { start, end: open_end, new: open }, Change { start: end, end, new: added }];
    Ok(if twins.is_empty() { (text.to_owned(), twins) } else { (apply(text, &changes), twins) })
}

/// The workbook part with the mark that all formulas are to be calculated when it is opened.
///
/// # Errors
/// The part is not well-formed.
pub fn recalculate(text: &str) -> Result<String, String> {
    let mut walk = Walk::new(text);
    let mut depth = 0usize;
    let mut after = None;
    let mut prefix = String::new();
    while let Some(step) = walk.next()? {
        match step {
            Step::Open { tag, closed } => {
                if tag.name() == "calcPr" {
                    let new = with_attribute(&text[tag.start..tag.end], "fullCalcOnLoad", "1");
                    return Ok(apply(text, &[Change { start: tag.start, end: tag.end, new }]));
                }
                if depth == 1 && tag.name() == "sheets" {
                    tag.prefix().clone_into(&mut prefix);
                }
                depth += usize::from(!closed);
                if closed && depth == 1 && before_calc(tag.name()) {
                    after = Some(tag.end);
                }
            }
            Step::Close { name, end, .. } => {
                depth -= 1;
                if depth == 1 && before_calc(&name) {
                    after = Some(end);
                }
            }
            Step::Text(_) => {}
        }
    }
    let at = after.ok_or("no list of sheets")?;
    Ok(apply(text, &[Change { start: at, end: at, new: format!("<{prefix}calcPr fullCalcOnLoad=\"1\"/>") }]))
}

/// The elements that stand before `calcPr` in a workbook part, in the order of the file format's schema.
fn before_calc(name: &str) -> bool {
    matches!(name, "sheets" | "functionGroups" | "externalReferences" | "definedNames")
}
