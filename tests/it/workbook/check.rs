//! What a spreadsheet program would repair in a package, and what an edit may not have changed. Looks at the bytes on its own.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use super::read;
use answerbank::domain::cell::{CellRef, Range};
use answerbank::domain::workbook::Sheet;
use answerbank::workbook::{CellEdit, CellValue, Edited};
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

/// The children of a workbook part in the order that the file format asks for.
const WORKBOOK_ORDER: &str = "fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences \
    definedNames calcPr oleSize customWorkbookViews pivotCaches webPublishing fileRecoveryPr extLst";

/// An element with its place in the text.
#[derive(Default)]
struct Node {
    full: String,
    attributes: Vec<(String, String)>,
    start: usize,
    open_end: usize,
    end: usize,
    children: Vec<Node>,
    text: String,
}

impl Node {
    fn name(&self) -> &str {
        self.full.rsplit(':').next().unwrap()
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn number(&self, name: &str) -> Option<u32> {
        self.get(name)?.parse().ok()
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |child| child.name() == name)
    }

    fn one<'a>(&'a self, name: &'a str) -> Option<&'a Node> {
        self.all(name).next()
    }

    fn new(tag: &BytesStart, start: usize, open_end: usize, prefixes: &mut BTreeSet<String>) -> Result<Self, String> {
        let mut node = Node { full: tag.name().0.to_owned(), start, open_end, end: open_end, ..Node::default() };
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|error| error.to_string())?;
            let value = quick_xml::escape::unescape(&attribute.value).map_err(|error| error.to_string())?.into_owned();
            prefixes.extend(attribute.key.0.strip_prefix("xmlns:").map(str::to_owned));
            node.attributes.push((attribute.key.0.rsplit(':').next().unwrap().to_owned(), value));
        }
        let declared = node.full.split_once(':').is_none_or(|(prefix, _)| prefixes.contains(prefix));
        if declared { Ok(node) } else { Err(format!("the prefix of {} is not declared", node.full)) }
    }
}

/// A part's text and the tree in it; an error where it is not well-formed.
fn parse(bytes: &[u8]) -> Result<(String, Node), String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "not UTF-8")?.trim_start_matches('\u{feff}').to_owned();
    if text.contains(|c: char| (c < ' ' && !"\t\r\n".contains(c)) || matches!(c, '\u{fffe}' | '\u{ffff}')) {
        return Err("a character that XML does not have".into());
    }
    let mut reader = quick_xml::Reader::from_str(&text);
    let mut prefixes = BTreeSet::from(["xml".to_owned()]);
    let mut open = vec![Node::default()];
    loop {
        let start = reader.buffer_position() as usize;
        let event = reader.read_event().map_err(|error| error.to_string())?;
        let end = reader.buffer_position() as usize;
        let last = open.last_mut().unwrap();
        match event {
            Event::Start(tag) => open.push(Node::new(&tag, start, end, &mut prefixes)?),
            Event::Empty(tag) => last.children.push(Node::new(&tag, start, end, &mut prefixes)?),
            Event::End(_) => {
                let mut node = open.pop().unwrap();
                node.end = end;
                open.last_mut().unwrap().children.push(node);
            }
            Event::Text(part) => last.text.push_str(&part),
            Event::CData(part) => last.text.push_str(&part),
            Event::GeneralRef(name) if !name.is_char_ref() && quick_xml::escape::resolve_xml_entity(&name).is_none() => {
                return Err(format!("unknown entity {}", &*name));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    drop(reader);
    let mut top = open.pop().unwrap();
    let whole = open.is_empty() && top.children.len() == 1 && top.text.trim().is_empty();
    if whole { Ok((text, top.children.pop().unwrap())) } else { Err("not one whole root element".into()) }
}

/// A package taken apart.
struct View {
    names: Vec<String>,
    /// Text and tree of the XML parts, by comparable name.
    trees: BTreeMap<String, (String, Node)>,
    faults: BTreeSet<String>,
    workbook: String,
    strings: Option<String>,
    styles: Option<String>,
    /// Name and part of the worksheets.
    sheets: Vec<(String, String)>,
}

/// The form in which names of parts are compared.
fn plain(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

/// A row's number, its element, and its cells.
type Row<'a> = (u32, &'a Node, Vec<(CellRef, &'a Node)>);

impl View {
    fn open(bytes: &[u8]) -> Option<Self> {
        let mut zip = ZipArchive::new(Cursor::new(bytes)).ok()?;
        let (mut names, mut trees, mut faults) = (Vec::new(), BTreeMap::new(), BTreeSet::new());
        for index in 0..zip.len() {
            let name = zip.by_index_raw(index).ok()?.name().ok()?.into_owned();
            let mut bytes = Vec::new();
            let unpacked = zip.by_index(index).is_ok_and(|mut entry| entry.size() == 0 || entry.read_to_end(&mut bytes).is_ok());
            let xml = [".xml", ".rels", ".vml"].iter().any(|end| plain(&name).ends_with(end));
            match parse(&bytes) {
                _ if !unpacked => _ = faults.insert(format!("{name}: cannot be unpacked")),
                Ok(tree) if xml => _ = trees.insert(plain(&name), tree),
                Err(what) if xml => _ = faults.insert(format!("{name}: {what}")),
                _ => {}
            }
            names.push(name);
        }
        let mut view = Self { names, trees, faults, workbook: String::new(), strings: None, styles: None, sheets: Vec::new() };
        view.workbook = view.relations("_rels/.rels").into_iter().find(|(kind, ..)| kind == "officeDocument")?.2;
        let (folder, file) = view.workbook.rsplit_once('/').unwrap_or(("", &view.workbook));
        let relations = view.relations(&format!("{folder}/_rels/{file}.rels"));
        let of_kind = |wanted: &str| relations.iter().find(|(kind, ..)| kind == wanted).map(|relation| relation.2.clone());
        (view.strings, view.styles) = (of_kind("sharedStrings"), of_kind("styles"));
        let part = |tab: &Node| relations.iter().find(|(kind, id, _)| kind == "worksheet" && Some(id.as_str()) == tab.get("id"));
        let tabs = view.tree(&view.workbook)?.1.one("sheets")?.all("sheet");
        let sheets: Vec<_> = tabs.filter_map(|tab| Some((tab.get("name")?.to_owned(), part(tab)?.2.clone()))).collect();
        view.sheets = sheets.into_iter().filter(|(_, part)| view.tree(part).is_some()).collect();
        Some(view)
    }

    fn tree(&self, part: &str) -> Option<&(String, Node)> {
        self.trees.get(&plain(part))
    }

    /// Kind, id and target of the relations in a relations part.
    fn relations(&self, rels: &str) -> Vec<(String, String, String)> {
        let base = plain(rels).replace("_rels/", "");
        let inside = |relation: &&Node| relation.get("TargetMode") != Some("External");
        let one = |relation: &Node| {
            let target = relation.get("Target").unwrap_or("").replace('\\', "/");
            let mut steps: Vec<&str> = if target.starts_with('/') { Vec::new() } else { base.split('/').collect() };
            steps.pop();
            for step in target.split('/').filter(|step| !matches!(*step, "" | ".")) {
                if step == ".." { _ = steps.pop() } else { steps.push(step) }
            }
            let kind = relation.get("Type").unwrap_or("").rsplit('/').next().unwrap().to_owned();
            (kind, relation.get("Id").unwrap_or("").to_owned(), plain(&steps.join("/")))
        };
        self.tree(rels).map_or(Vec::new(), |(_, root)| root.all("Relationship").filter(inside).map(one).collect())
    }

    /// The formats of cells, as text; of two writings the one for every program.
    fn formats(&self) -> Vec<&str> {
        let Some((text, root)) = self.styles.as_ref().and_then(|part| self.tree(part)) else { return Vec::new() };
        let slice = |node: &Node| {
            let chosen = node.one("Fallback").and_then(|fallback| fallback.one("xf")).unwrap_or(node);
            &text[chosen.start..chosen.end]
        };
        root.one("cellXfs").map_or(Vec::new(), |list| list.children.iter().map(slice).collect())
    }

    /// The shared strings, as text.
    fn shared(&self) -> Vec<&str> {
        let Some((text, root)) = self.strings.as_ref().and_then(|part| self.tree(part)) else { return Vec::new() };
        root.all("si").map(|si| &text[si.start..si.end]).collect()
    }

    fn rows(&self, part: &str) -> Vec<Row<'_>> {
        let Some(data) = self.tree(part).and_then(|(_, root)| root.one("sheetData")) else { return Vec::new() };
        let (mut next_row, mut rows) = (0, Vec::new());
        for row in data.all("row") {
            let number = row.number("r").map_or(next_row, |r| r.saturating_sub(1));
            let (mut next, mut cells) = (0, Vec::new());
            for cell in row.all("c") {
                let at = cell.get("r").and_then(CellRef::parse).unwrap_or(CellRef::new(number, next));
                next = at.col + 1;
                cells.push((at, cell));
            }
            rows.push((number, row, cells));
            next_row = number + 1;
        }
        rows
    }
}

/// The style that a cell shows: its own, or what row or column give to an empty place.
fn style(root: &Node, rows: &[Row], at: CellRef) -> usize {
    let row = rows.iter().find(|row| row.0 == at.row);
    if let Some((_, cell)) = row.and_then(|row| row.2.iter().find(|(place, _)| *place == at)) {
        return cell.number("s").unwrap_or(0) as usize;
    }
    let by_row = row.filter(|row| matches!(row.1.get("customFormat"), Some("1" | "true"))).and_then(|row| row.1.number("s"));
    let inside = |col: &&Node| col.number("min") <= Some(at.col + 1) && Some(at.col + 1) <= col.number("max");
    let by_col = || root.all("cols").flat_map(|cols| cols.all("col")).filter(inside).find_map(|col| col.number("style"));
    by_row.or_else(by_col).unwrap_or(0) as usize
}

/// A sheet's text without some cells, without the rows that hold nothing else and are not in `known`, and without the hints of size.
fn frame((text, root): &(String, Node), rows: &[Row], without: &BTreeSet<CellRef>, known: &BTreeSet<u32>) -> String {
    let cut_out = |node: &Node| (node.start, node.end, String::new());
    let mut cuts: Vec<(usize, usize, String)> = root.one("dimension").map(cut_out).into_iter().collect();
    cuts.extend(root.one("sheetData").map(|node| bare_tag(text, node)));
    for (number, row, cells) in rows {
        if !known.contains(number) && cells.iter().all(|(at, _)| without.contains(at)) {
            cuts.push(cut_out(row));
        } else {
            cuts.push(bare_tag(text, row));
            cuts.extend(cells.iter().filter(|(at, _)| without.contains(at)).map(|(_, cell)| cut_out(cell)));
        }
    }
    cuts.sort();
    let (mut out, mut at) = (String::new(), 0);
    for (start, end, new) in cuts {
        out += &text[at..start];
        out += &new;
        at = end;
    }
    out + &text[at..]
}

/// An opening tag as it is compared: without `spans`, and closed by a tag of its own.
fn bare_tag(text: &str, node: &Node) -> (usize, usize, String) {
    let tag = &text[node.start..node.open_end];
    let mut bare = tag.trim_end_matches("/>").trim_end_matches('>').trim_end().to_owned();
    if let Some(at) = bare.find("spans=") {
        let end = at + 8 + bare[at + 7..].find(&bare[at + 6..=at + 6]).unwrap();
        bare = format!("{}{}", bare[..at].trim_end(), &bare[end..]);
    }
    let close = if tag.ends_with("/>") { format!("></{}>", node.full) } else { ">".to_owned() };
    (node.start, node.open_end, bare.trim_end().to_owned() + &close)
}

/// What a spreadsheet program would repair or stumble over, one a line; no line bears a number that an edit may change.
fn faults(view: &View) -> BTreeSet<String> {
    let mut faults = view.faults.clone();
    package_faults(view, &mut faults);
    let (formats, strings, mut references) = (view.formats().len(), view.shared().len(), 0);
    for (name, part) in &view.sheets {
        references += sheet_faults(view, name, part, formats, strings, &mut faults);
    }
    let wrong = |node: &Node, name: &str, count: usize| node.get(name).is_some_and(|said| said != count.to_string());
    if let Some((_, root)) = view.strings.as_ref().and_then(|part| view.tree(part)) {
        faults.extend(wrong(root, "uniqueCount", strings).then(|| "wrong count of shared strings".to_owned()));
        faults.extend(wrong(root, "count", references).then(|| "wrong count of cells with shared strings".to_owned()));
    }
    let list = view.styles.as_ref().and_then(|part| view.tree(part)).and_then(|(_, root)| root.one("cellXfs"));
    faults.extend(list.filter(|list| wrong(list, "count", formats)).map(|_| "wrong count of formats".to_owned()));
    let children = &view.tree(&view.workbook).unwrap().1.children;
    let order = children.iter().filter_map(|child| WORKBOOK_ORDER.split_whitespace().position(|name| name == child.name()));
    faults.extend((!order.is_sorted()).then(|| "the workbook's elements are out of order".to_owned()));
    faults
}

fn package_faults(view: &View, faults: &mut BTreeSet<String>) {
    let known: BTreeSet<String> = view.names.iter().map(|name| plain(name)).collect();
    let Some((_, types)) = view.tree("[Content_Types].xml") else { return };
    let overrides: BTreeSet<String> = types.all("Override").filter_map(|node| node.get("PartName").map(plain)).collect();
    let ends: BTreeSet<String> = types.all("Default").filter_map(|node| node.get("Extension").map(str::to_lowercase)).collect();
    faults.extend(overrides.difference(&known).map(|name| format!("content type of a missing part {name}")));
    for name in known.iter().filter(|name| !name.ends_with('/') && *name != "[content_types].xml") {
        if !overrides.contains(name) && !ends.contains(name.rsplit('.').next().unwrap()) {
            faults.insert(format!("{name}: no content type"));
        }
        let relations = if name.ends_with(".rels") { view.relations(name) } else { Vec::new() };
        let missing = relations.into_iter().filter(|(_, _, target)| !known.contains(target));
        faults.extend(missing.map(|(_, _, target)| format!("{name}: names a missing part {target}")));
    }
}

/// The faults of a sheet; gives back how many cells name a shared string.
fn sheet_faults(view: &View, name: &str, part: &str, formats: usize, strings: usize, faults: &mut BTreeSet<String>) -> usize {
    let mut fault = |place: String, what: &str| faults.extend([format!("{name}!{place}: {what}")]);
    let root = &view.tree(part).unwrap().1;
    let range = |node: &Node| Range::parse(node.get("ref")?);
    let dimension = root.one("dimension").and_then(range);
    let merges: Vec<Range> = root.all("mergeCells").flat_map(|list| list.all("mergeCell")).filter_map(range).collect();
    let (mut seen, mut last_row, mut references) = (BTreeSet::new(), None, 0);
    for (number, row, cells) in view.rows(part) {
        if last_row >= Some(number) {
            fault(number.to_string(), "row out of order");
        }
        last_row = Some(number);
        let spans = row.get("spans").and_then(|spans| spans.split_once(':')).map(|(a, b)| (a.parse().unwrap_or(0), b.parse().unwrap_or(0)));
        let mut last = None;
        for (at, cell) in cells {
            let kind = cell.get("t").unwrap_or("n");
            let value = cell.one("v").map_or("", |v| v.text.trim());
            let bad_style = cell.get("s").is_some_and(|s| s.parse::<usize>().map_or(true, |s| s != 0 && s >= formats));
            let named = kind == "s" && !value.is_empty();
            references += usize::from(named);
            for (bad, what) in [
                (last >= Some(at) || at.row != number, "cell out of order"),
                (!seen.insert(at), "cell twice"),
                (!["b", "d", "e", "inlineStr", "n", "s", "str"].contains(&kind), "unknown type"),
                (named && value.parse().map_or(true, |index: usize| index >= strings), "no such shared string"),
                (kind == "n" && !value.is_empty() && value.parse::<f64>().is_err(), "no number"),
                (bad_style, "no such style"),
                (!cell.children.is_empty() && merges.iter().any(|merge| merge.contains(at) && merge.first != at), "covered, but filled"),
            ] {
                if bad {
                    fault(at.to_string(), what);
                }
            }
            if dimension.is_some_and(|range| !range.contains(at)) {
                fault(String::new(), "the dimension leaves cells out");
            }
            if spans.is_some_and(|(first, last): (u32, u32)| !(first..=last).contains(&(at.col + 1))) {
                fault(number.to_string(), "the spans leave cells out");
            }
            last = Some(at);
        }
    }
    references
}

/// The text that a cell holds after it was written.
fn normal(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

/// Everything that is wrong with an edit: of cells, of parts, of bytes.
pub fn judge(before: &[u8], edits: &[CellEdit], edited: &Edited) -> Vec<String> {
    let (Some(a), Some(b)) = (View::open(before), View::open(&edited.bytes)) else { return vec!["the package cannot be opened".into()] };
    let mut wrong: Vec<String> = faults(&b).difference(&faults(&a)).cloned().collect();
    judge_values(before, edits, edited, &mut wrong);
    judge_parts(before, &a, edits, edited, &mut wrong);
    let (old, new) = (a.formats(), b.formats());
    if !new.starts_with(&old) || !b.shared().starts_with(&a.shared()) {
        wrong.push("formats or shared strings that were there changed".into());
    }
    let same = |was: usize, is: usize| {
        let bare =
            |format: Option<&&str>| Some(format?.replace('\'', "\"").replace(" quotePrefix=\"1\"", "").replace(" quotePrefix=\"0\"", ""));
        was == is || bare(old.get(was)) == bare(new.get(is))
    };
    for (name, part) in &a.sheets {
        let here: BTreeSet<CellRef> = edits.iter().filter(|edit| edit.sheet == *name).map(|edit| edit.cell).collect();
        let (x, y) = (a.tree(part).unwrap(), b.tree(part).unwrap());
        let (was, is) = (a.rows(part), b.rows(part));
        let known: BTreeSet<u32> = was.iter().map(|row| row.0).collect();
        if x.0 != y.0 && frame(x, &was, &here, &known) != frame(y, &is, &here, &known) {
            wrong.push(format!("{name}: differs outside the edited cells"));
        }
        for at in here {
            let number = edits.iter().any(|edit| edit.sheet == *name && edit.cell == at && matches!(edit.value, CellValue::Number(_)));
            let cell = is.iter().flat_map(|row| &row.2).find(|(place, _)| *place == at).map(|(_, cell)| cell);
            let plain = |kind: Option<&str>| if number { kind.is_none() } else { matches!(kind, Some("s" | "inlineStr")) };
            if cell.is_none_or(|cell| cell.one("f").is_some() || !plain(cell.get("t"))) {
                wrong.push(format!("{name}!{at}: holds no plain string or number"));
            }
            let (was, is) = (style(&x.1, &was, at), style(&y.1, &is, at));
            if !same(was, is) {
                wrong.push(format!("{name}!{at}: style {was} became {is}"));
            }
        }
    }
    wrong
}

fn judge_values(before: &[u8], edits: &[CellEdit], edited: &Edited, wrong: &mut Vec<String>) {
    let (old, new) = match (read(before), read(&edited.bytes)) {
        (Ok(old), Ok(new)) => (old, new),
        (_, new) => return wrong.push(format!("cannot be read: {:?}", new.err())),
    };
    for (x, y) in old.sheets.iter().zip(&new.sheets) {
        let here: BTreeSet<CellRef> = edits.iter().filter(|edit| edit.sheet == x.name).map(|edit| edit.cell).collect();
        let rest = |sheet: &'_ Sheet| {
            sheet.cells.iter().filter(|(at, _)| !here.contains(at)).map(|(at, cell)| (*at, cell.clone())).collect::<Vec<_>>()
        };
        let around = |sheet: &Sheet| {
            let lists: Vec<_> = sheet.lists.iter().map(|list| (&list.ranges, &list.source)).collect();
            format!(
                "{:?}",
                (&sheet.name, sheet.visibility, &sheet.merges, lists, &sheet.hidden_rows, &sheet.hidden_cols, &sheet.table_headers)
            )
        };
        if rest(x) != rest(y) || around(x) != around(y) {
            wrong.push(format!("{}: reads otherwise than before", x.name));
        }
    }
    for (edit, told) in edits.iter().zip(&edited.old) {
        let (x, y) = (old.sheet(&edit.sheet).unwrap(), new.sheet(&edit.sheet).unwrap());
        let (was, is) = (x.text(edit.cell), y.text(edit.cell));
        if is != normal(&edit.value.to_string()) || x.locked(edit.cell) != y.locked(edit.cell) {
            wrong.push(format!("{}!{}: {:?} was written, {is:?} is read", edit.sheet, edit.cell, edit.value));
        }
        // Numbers, dates and truth values are told as they are stored, texts as they read.
        let number = told.trim().parse::<f64>().is_ok() || was.starts_with('#');
        if was.trim() != told.trim() && !number {
            wrong.push(format!("{}!{}: held {was:?}, told is {told:?}", edit.sheet, edit.cell));
        }
    }
}

/// An entry as it lies in the container: name, method, what else its headers say, packed bytes.
type Entry = (String, String, String, Vec<u8>);

fn entries(bytes: &[u8]) -> (Vec<Entry>, Vec<u8>) {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let comment = zip.comment().to_vec();
    let mut entries = Vec::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index_raw(index).unwrap();
        let mut packed = Vec::new();
        entry.read_to_end(&mut packed).unwrap();
        // A date that is none is written as the earliest that there is.
        let time = entry.last_modified().filter(zip::DateTime::is_valid).unwrap_or_default().to_string();
        let head =
            format!("{:08x} {} {time} {:?} {} {:?}", entry.crc32(), entry.size(), entry.unix_mode(), entry.comment(), entry.extra_data());
        entries.push((entry.name().unwrap().into_owned(), entry.compression().to_string(), head, packed));
    }
    (entries, comment)
}

fn judge_parts(before: &[u8], view: &View, edits: &[CellEdit], edited: &Edited, wrong: &mut Vec<String>) {
    let ((old, comment), (new, new_comment)) = (entries(before), entries(&edited.bytes));
    let kinds = |entries: &[Entry]| entries.iter().map(|(name, method, ..)| (name.clone(), method.clone())).collect::<Vec<_>>();
    if kinds(&old) != kinds(&new) || comment != new_comment {
        wrong.push("parts, their order, their packing or the comment changed".into());
    }
    let differ: Vec<&String> = old.iter().zip(&new).filter(|(a, b)| a != b).map(|(a, _)| &a.0).collect();
    let told: BTreeSet<&String> = edited.untouched.iter().map(|(name, _)| name).chain(&edited.changed).collect();
    if !differ.iter().copied().eq(&edited.changed) || told.len() != old.len() {
        wrong.push(format!("changed are {differ:?}, told is {:?}", edited.changed));
    }
    let mut allowed: BTreeSet<String> = [&view.strings, &view.styles].into_iter().flatten().map(|part| plain(part)).collect();
    let touched = view.sheets.iter().filter(|(name, _)| edits.iter().any(|edit| edit.sheet == *name));
    allowed.extend(touched.map(|(_, part)| plain(part)));
    let has_formula = |(_, part): &(String, String)| view.rows(part).iter().flat_map(|row| &row.2).any(|(_, cell)| cell.one("f").is_some());
    allowed.extend(view.sheets.iter().any(has_formula).then(|| plain(&view.workbook)));
    wrong.extend(differ.iter().filter(|name| !allowed.contains(&plain(name))).map(|name| format!("{name} changed")));
}
