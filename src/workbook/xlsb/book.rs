//! The parts of an .xlsb workbook that hold for all sheets: tabs, names, shared texts, styles. Never holds the texts themselves.

use std::collections::BTreeMap;

use super::records::{Walk, text};
use crate::domain::cell::CellRef;
use crate::domain::workbook::Visibility;
use crate::workbook::facts::BookFacts;
use crate::workbook::le::Bytes;
use crate::workbook::lists::DefinedName;
use crate::workbook::package::Package;
use crate::workbook::tokens::Operand;
use crate::workbook::xlsx::{Relation, relations_of};
use crate::workbook::{ReadError, tabs};

/// One tab.
#[derive(Debug)]
pub struct Tab {
    /// Its name.
    pub name: String,
    /// Its part.
    pub part: String,
    /// How it shows.
    pub visibility: Visibility,
    /// The kind of its relation: `worksheet` where it holds cells; empty where it has no part.
    pub kind: String,
}

impl Tab {
    /// Whether it holds cells.
    pub fn is_worksheet(&self) -> bool {
        self.kind == "worksheet"
    }
}

/// What holds for the whole workbook.
#[derive(Debug, Default)]
pub struct Book {
    /// All tabs.
    pub tabs: Vec<Tab>,
    /// The rest that sheets are read with.
    pub facts: BookFacts,
}

struct RawName<'a> {
    name: String,
    tab: u32,
    tokens: &'a [u8],
}

/// Reads the workbook's own part and those that it names.
///
/// # Errors
/// A part is missing or broken.
pub fn read(package: &mut Package, part: &str) -> Result<Book, ReadError> {
    let relations = relations_of(package, part)?;
    let bytes = package.part(part)?;
    let mut book = Book::default();
    book.facts.grammar.wide = true;
    let (mut raw_names, mut own_books, mut outside) = (Vec::new(), Vec::new(), Vec::new());
    let mut walk = Walk::new(&bytes);
    while let Some((kind, data)) = walk.next().map_err(|what| ReadError::Part { part: part.to_owned(), what })? {
        let broken = || ReadError::Part { part: part.to_owned(), what: format!("a record of kind {kind} is broken") };
        match kind {
            156 => book.tabs.push(tab(data, &relations).ok_or_else(broken)?),
            39 => raw_names.push(raw_name(data).ok_or_else(broken)?),
            355 | 357 | 358 | 667 => {
                own_books.push(matches!(kind, 357 | 358));
                book.facts.links |= kind == 355;
            }
            362 => outside = references(data).ok_or_else(broken)?,
            _ => {}
        }
    }
    let tabs = &book.tabs;
    let sheet = |(source, first, last): &(u32, u32, u32)| {
        let own = own_books.get(*source as usize).copied().unwrap_or(false) && first == last;
        own.then(|| tabs.get(*first as usize).map(|tab| tab.name.clone()))?
    };
    book.facts.grammar.sheets = outside.iter().map(sheet).collect();
    book.facts.grammar.names = raw_names.iter().map(|name| name.name.clone()).collect();
    book.facts.names = raw_names.iter().filter_map(|name| defined(name, &book)).collect();
    for relation in relations.values().filter(|relation| matches!(relation.kind.as_str(), "sharedStrings" | "styles")) {
        if package.find(&relation.target).is_some() {
            let bytes = package.part(&relation.target)?;
            let read = if relation.kind == "styles" { locked_styles(&bytes) } else { filled_texts(&bytes) };
            let flags = read.map_err(|what| ReadError::Part { part: relation.target.clone(), what })?;
            *if relation.kind == "styles" { &mut book.facts.locked } else { &mut book.facts.filled } = flags;
        }
    }
    Ok(book)
}

/// A tab; its part has no name where there is none.
fn tab(mut data: Bytes, relations: &BTreeMap<String, Relation>) -> Option<Tab> {
    let (state, _) = (data.u32()?, data.u32()?);
    let (relation, name) = (text(&mut data)?, text(&mut data)?);
    let visibility = tabs::visibility(state);
    if relation.is_empty() {
        return Some(Tab { name, part: String::new(), visibility, kind: String::new() });
    }
    let relation = relations.get(&relation)?;
    Some(Tab { name, part: relation.target.clone(), visibility, kind: relation.kind.clone() })
}

fn raw_name(mut data: Bytes) -> Option<RawName> {
    data.take(5)?;
    let (tab, name, len) = (data.u32()?, text(&mut data)?, data.u32()?);
    Some(RawName { name, tab, tokens: data.take(len as usize)? })
}

/// Outside references: book, first and last tab.
fn references(mut data: Bytes) -> Option<Vec<(u32, u32, u32)>> {
    let count = data.u32()?;
    (0..count).map(|_| Some((data.u32()?, data.u32()?, data.u32()?))).collect()
}

fn defined(raw: &RawName, book: &Book) -> Option<DefinedName> {
    let Operand::Reference(refers_to) = book.facts.grammar.operand(raw.tokens, CellRef::new(0, 0))? else { return None };
    let before = |tab: u32| Some(book.tabs.get(..tab as usize)?.iter().filter(|tab| tab.is_worksheet()).count());
    let local_to = if raw.tab == u32::MAX { None } else { Some(before(raw.tab)?) };
    Some(DefinedName { name: raw.name.clone(), local_to, refers_to })
}

fn filled_texts(part: &[u8]) -> Result<Vec<bool>, String> {
    let (mut walk, mut filled) = (Walk::new(part), Vec::new());
    while let Some((kind, mut data)) = walk.next()? {
        if kind == 19 {
            let characters = data.u8().and_then(|_| data.u32()).ok_or("a shared text is broken")?;
            filled.push(characters > 0);
        }
    }
    Ok(filled)
}

fn locked_styles(part: &[u8]) -> Result<Vec<bool>, String> {
    let (mut walk, mut locked, mut of_cells) = (Walk::new(part), Vec::new(), false);
    while let Some((kind, mut data)) = walk.next()? {
        match kind {
            617 => of_cells = true,
            618 => of_cells = false,
            47 if of_cells => {
                let flags = data.take(12).and_then(|_| data.u16()).ok_or("a style is broken")?;
                locked.push(flags & 0x1000 != 0);
            }
            _ => {}
        }
    }
    Ok(locked)
}
