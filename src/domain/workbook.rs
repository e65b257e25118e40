//! A workbook as plain cells, whatever the file kind was. Never knows of files, XML or styles beyond their number.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::cell::{CellRef, Range};

/// What kind of file a workbook came in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// Office Open XML, with macros or without.
    #[default]
    Xlsx,
    /// `OpenDocument`.
    Ods,
    /// Separated values: one sheet of plain text.
    Csv,
    /// The old binary format.
    Xls,
    /// The newer binary format.
    Xlsb,
}

impl FileKind {
    /// Whether answers are written into the received file itself; otherwise they come in a new workbook beside it.
    #[must_use]
    pub const fn in_place(self) -> bool {
        matches!(self, Self::Xlsx | Self::Ods | Self::Csv)
    }
}

/// One received workbook, read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Workbook {
    /// The kind of its file.
    pub kind: FileKind,
    /// Sheets in the order of the file.
    pub sheets: Vec<Sheet>,
    /// What the reader saw but does not read.
    pub unread: Vec<Unread>,
    /// What its owner should know, in words: macros, links to other files, a signature that an edit makes invalid.
    pub warnings: Vec<String>,
    /// The characters that its file can hold, where those are not all.
    pub charset: Option<Charset>,
}

/// The characters of an older encoding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charset {
    /// Name of the encoding.
    pub name: String,
    /// Its characters beyond ASCII.
    pub beyond_ascii: String,
}

impl Charset {
    /// The first character of a text that it does not have.
    #[must_use]
    pub fn lacks(&self, text: &str) -> Option<char> {
        text.chars().find(|character| !character.is_ascii() && !self.beyond_ascii.contains(*character))
    }
}

/// Things of one kind that the reader saw but does not read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// The sheet that they stand on; empty for the workbook as a whole.
    pub sheet: String,
    /// What they are, for one of them: "text box".
    pub what: String,
    /// How many there are.
    pub count: usize,
    /// Where they stand, as far as it is told: their top left cells.
    pub at: Vec<CellRef>,
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = match (self.count, self.what.ends_with('x')) {
            (1, _) => "",
            (_, true) => "es",
            (_, false) => "s",
        };
        if !self.sheet.is_empty() {
            write!(f, "{}: ", self.sheet)?;
        }
        write!(f, "{} {}{plural}", self.count, self.what)?;
        let (shown, more) = self.at.split_at(self.at.len().min(PLACES_SHOWN));
        let places: Vec<String> = shown.iter().map(ToString::to_string).collect();
        match (places.is_empty(), more.is_empty()) {
            (true, _) => Ok(()),
            (false, true) => write!(f, " at {}", places.join(", ")),
            (false, false) => write!(f, " at {}, …", places.join(", ")),
        }
    }
}

/// So many places of unread things are named in a message.
const PLACES_SHOWN: usize = 6;

impl Workbook {
    /// The sheet of that name, compared exactly.
    #[must_use]
    pub fn sheet(&self, name: &str) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.name == name)
    }
}

/// How a sheet shows in its program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Visibility {
    /// Shown.
    #[default]
    Visible,
    /// Hidden; the reader can unhide it in a menu.
    Hidden,
    /// Hidden so that only a program can unhide it.
    VeryHidden,
}

/// One sheet of cells.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Sheet {
    /// Its name as shown on the tab.
    pub name: String,
    /// How it shows.
    pub visibility: Visibility,
    /// Cells that hold something.
    pub cells: BTreeMap<CellRef, Cell>,
    /// Merged blocks.
    pub merges: Vec<Range>,
    /// Cells that take their value from a list.
    pub lists: Vec<ListRule>,
    /// Cells that take only values of some other kind.
    pub rules: Vec<CellRule>,
    /// Rows that are hidden, counted from zero.
    pub hidden_rows: BTreeSet<u32>,
    /// Columns that are hidden, counted from zero.
    pub hidden_cols: BTreeSet<u32>,
    /// First and last column of each run that has a width of its own, and that width in characters; later ones overrule.
    pub widths: Vec<(u32, u32, f32)>,
    /// What may be edited; `None` where the sheet is not protected.
    pub locks: Option<Locks>,
    /// Header rows of the tables that the file itself declares; they may not be written.
    pub table_headers: Vec<Range>,
}

/// What one cell holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Its value as text; for a formula, the result that was stored with it.
    pub text: String,
    /// Whether a formula makes the value.
    pub formula: bool,
    /// Number of its style in the file: equal numbers look alike.
    pub style: u32,
}

/// What a cell shall hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CellValue {
    /// Text, written as a string whatever it begins with.
    Text(String),
    /// A number, for cells that take nothing else.
    Number(f64),
}

impl From<&str> for CellValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl fmt::Display for CellValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
        }
    }
}

/// A list that cells take their value from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListRule {
    /// Where it holds.
    pub ranges: Vec<Range>,
    /// The list's words, in order, as the list spells them; empty where they could not be read.
    pub options: Vec<String>,
    /// Where the words stand: `"Yes,No"`, `Lists!A1:A3`, the name of a range.
    pub source: String,
}

/// What cells other than those with lists take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellRule {
    /// Where it holds.
    pub ranges: Vec<Range>,
    /// What may be entered there.
    pub takes: Takes,
}

/// What a cell with a rule takes. Bounds are inclusive; a bound that the rule does not have or that is a formula is infinite.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Takes {
    /// Text of so many characters.
    TextLength {
        /// At least.
        least: f64,
        /// At most.
        most: f64,
    },
    /// A whole number.
    Whole {
        /// At least.
        least: f64,
        /// At most.
        most: f64,
    },
    /// Any number.
    Decimal {
        /// At least.
        least: f64,
        /// At most.
        most: f64,
    },
    /// A date.
    Date,
    /// A time of day.
    Time,
    /// Whatever a formula allows, which is not evaluated.
    Formula,
}

/// Which cells of a protected sheet may be edited.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Locks {
    /// Cells that say for themselves whether they are locked.
    pub cells: BTreeMap<CellRef, bool>,
    /// Rows whose empty cells say it.
    pub rows: BTreeMap<u32, bool>,
    /// Columns whose empty cells say it: first, last, locked.
    pub cols: Vec<(u32, u32, bool)>,
}

impl Sheet {
    /// The text at a place, empty where there is none.
    #[must_use]
    pub fn text(&self, at: CellRef) -> &str {
        self.cells.get(&at).map_or("", |cell| cell.text.as_str())
    }

    /// Whether the sheet is protected and this cell locked.
    #[must_use]
    pub fn locked(&self, at: CellRef) -> bool {
        let Some(locks) = &self.locks else { return false };
        if let Some(locked) = locks.cells.get(&at).or_else(|| locks.rows.get(&at.row)) {
            return *locked;
        }
        locks.cols.iter().find(|(first, last, _)| (*first..=*last).contains(&at.col)).is_none_or(|(_, _, locked)| *locked)
    }

    /// The list that holds at a place. This and the like look at every block; whoever asks for many places takes a survey of the sheet.
    #[must_use]
    pub fn list(&self, at: CellRef) -> Option<&ListRule> {
        innermost(self.lists.iter().flat_map(|rule| rule.ranges.iter().map(move |range| (*range, rule))), at)
    }

    /// The other rule that holds at a place.
    #[must_use]
    pub fn rule(&self, at: CellRef) -> Option<Takes> {
        innermost(self.rules.iter().flat_map(|rule| rule.ranges.iter().map(|range| (*range, rule.takes))), at)
    }

    /// The merged block that covers a place.
    #[must_use]
    pub fn merge(&self, at: CellRef) -> Option<Range> {
        innermost(self.merges.iter().map(|range| (*range, *range)), at)
    }

    /// The place that is really shown there: the top left of a merged block, or the place itself.
    #[must_use]
    pub fn anchor(&self, at: CellRef) -> CellRef {
        self.merge(at).map_or(at, |range| range.first)
    }

    /// The cells of one row that hold something, from left to right.
    pub fn row(&self, row: u32) -> impl Iterator<Item = (CellRef, &Cell)> {
        self.cells.range(CellRef::new(row, 0)..=CellRef::new(row, u32::MAX)).map(|(at, cell)| (*at, cell))
    }
}

/// The value of the block that holds at a place: where blocks overlap, of the one that begins furthest down, then of the later one.
fn innermost<T>(blocks: impl Iterator<Item = (Range, T)>, at: CellRef) -> Option<T> {
    blocks.filter(|(range, _)| range.contains(at)).max_by_key(|(range, _)| range.first.row).map(|(_, value)| value)
}
