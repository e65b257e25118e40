//! A walk over the text of an XML part that knows at which byte each tag begins and ends. Never builds a tree, never expands entities.

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

/// One step of the walk; positions are byte offsets into the walked text.
pub enum Step<'a> {
    /// `<name …>`, or `<name …/>` with `closed` set (no `Close` follows then).
    Open {
        /// The tag.
        tag: Tag<'a>,
        /// Whether it closes itself.
        closed: bool,
    },
    /// `</name>`.
    Close {
        /// Name without its prefix.
        name: String,
        /// Where the tag begins.
        start: usize,
        /// Where it ends.
        end: usize,
    },
    /// Text with its entities resolved.
    Text(Cow<'a, str>),
}

/// An opening tag.
pub struct Tag<'a> {
    inner: BytesStart<'a>,
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl Tag<'_> {
    /// Name without its prefix.
    pub fn name(&self) -> &str {
        local(self.inner.name().0)
    }

    /// Name as it is written, with its prefix.
    pub fn full(&self) -> &str {
        self.inner.name().0
    }

    /// Every attribute: its name as it is written, and its value.
    ///
    /// # Errors
    /// One that is not well-formed, or names an unknown entity.
    pub fn attributes(&self) -> Result<Vec<(String, String)>, String> {
        let mut attributes = self.inner.attributes();
        let read = attributes.with_checks(false).map(|attribute| {
            let attribute = attribute.map_err(|error| error.to_string())?;
            let value = quick_xml::escape::unescape(&attribute.value).map_err(|error| error.to_string())?.into_owned();
            Ok((attribute.key.0.to_owned(), value))
        });
        read.collect()
    }

    /// The prefix with its colon, or nothing.
    pub fn prefix(&self) -> &str {
        let full = self.inner.name().0;
        &full[..full.len() - local(full).len()]
    }

    /// The value of an attribute, found by its name without prefix.
    pub fn get(&self, name: &str) -> Option<String> {
        let attribute = self.inner.attributes().with_checks(false).flatten().find(|a| local(a.key.0) == name)?;
        quick_xml::escape::unescape(&attribute.value).ok().map(Cow::into_owned)
    }

    /// The value of an attribute as a number.
    pub fn number(&self, name: &str) -> Option<u32> {
        self.get(name)?.trim().parse().ok()
    }

    /// Whether an attribute says yes; absent is `None`.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.get(name).map(|value| matches!(value.as_str(), "1" | "true" | "on"))
    }
}

/// A name without its prefix.
pub fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// The walk itself.
pub struct Walk<'a> {
    reader: Reader<&'a [u8]>,
    depth: usize,
}

impl<'a> Walk<'a> {
    /// Starts at the beginning of `text`, which must not begin with a byte order mark: the reader would not count it.
    pub fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = true;
        Self { reader, depth: 0 }
    }

    fn at(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    /// The next step; `None` at the end.
    ///
    /// # Errors
    /// What is not well-formed, a document type declaration, which no honest workbook has, or an encoding that is not read.
    pub fn next(&mut self) -> Result<Option<Step<'a>>, String> {
        let step = self.step()?;
        match step {
            Some(Step::Open { closed: false, .. }) => self.depth += 1,
            Some(Step::Close { .. }) => self.depth -= 1,
            None if self.depth > 0 => return Err("not well-formed XML: it ends inside an element".into()),
            _ => {}
        }
        Ok(step)
    }

    fn step(&mut self) -> Result<Option<Step<'a>>, String> {
        loop {
            let start = self.at();
            let event = self.reader.read_event().map_err(|error| format!("not well-formed XML at byte {start}: {error}"))?;
            let end = self.at();
            return Ok(Some(match event {
                Event::Start(inner) => Step::Open { tag: Tag { inner, start, end }, closed: false },
                Event::Empty(inner) => Step::Open { tag: Tag { inner, start, end }, closed: true },
                Event::End(inner) => Step::Close { name: local(inner.name().0).to_owned(), start, end },
                Event::Text(text) => Step::Text(text.xml10_content()),
                Event::CData(data) => Step::Text(data.xml10_content()),
                Event::GeneralRef(reference) => {
                    if let Some(character) = reference.resolve_char_ref().map_err(|error| error.to_string())? {
                        Step::Text(character.to_string().into())
                    } else {
                        let name = reference.into_inner();
                        Step::Text(resolve_predefined_entity(&name).ok_or_else(|| format!("unknown entity &{name};"))?.into())
                    }
                }
                Event::DocType(_) => return Err("a document type declaration, which a workbook never needs".into()),
                Event::Eof => return Ok(None),
                Event::Decl(declaration) => {
                    let encoding = declaration.encoding().and_then(Result::ok).unwrap_or("utf-8".into());
                    if !encoding.eq_ignore_ascii_case("utf-8") {
                        return Err(format!("text in {encoding}, which is not read"));
                    }
                    continue;
                }
                Event::Comment(_) | Event::PI(_) => continue,
            }));
        }
    }
}

/// Text as it may stand between tags, with what XML cannot hold escaped the way spreadsheet programs do (`_x000B_`).
pub fn escape_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let normal = text.replace("\r\n", "\n").replace('\r', "\n");
    for (at, character) in normal.char_indices() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' | '\t' => out.push(character),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if c < ' ' => out.push_str(&format!("_x{:04X}_", u32::from(c))),
            '_' if reads_as_escape(&normal[at..]) => out.push_str("_x005F_"),
            c => out.push(c),
        }
    }
    out
}

/// The UTF-16 unit that text stands for where it begins like an escaped character: `_x` and four hex digits.
fn escaped_unit(text: &str) -> Option<u16> {
    let hex = text.strip_prefix("_x")?.get(..4)?;
    hex.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(hex, 16).ok())?
}

/// Whether a reader would take the beginning of a text for an escaped character; its last `_` may be that of a control character's escape.
fn reads_as_escape(text: &str) -> bool {
    escaped_unit(text).is_some() && text.as_bytes().get(6).is_some_and(|byte| *byte == b'_' || *byte < b' ')
}

/// Text in which characters were escaped the way spreadsheet programs do (`_x000D_`), as it is meant.
pub fn unescape_text(text: &str) -> String {
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('_') {
        units.extend(rest[..at].encode_utf16());
        rest = &rest[at..];
        let unit = escaped_unit(rest).filter(|_| rest.as_bytes().get(6) == Some(&b'_'));
        units.push(unit.unwrap_or(u16::from(b'_')));
        rest = &rest[if unit.is_some() { 7 } else { 1 }..];
    }
    units.extend(rest.encode_utf16());
    String::from_utf16_lossy(&units)
}

/// An attribute in a tag's text: where its name begins, and where its value stands.
fn find_attribute(tag: &str, name: &str) -> Option<(usize, Range<usize>)> {
    let bytes = tag.as_bytes();
    let (mut quote, mut at) = (None, 0);
    while at < bytes.len() {
        match (quote, bytes[at]) {
            (Some(q), b) if b == q => quote = None,
            (None, b @ (b'"' | b'\'')) => quote = Some(b),
            (None, b) if b.is_ascii_whitespace() && tag[at + 1..].starts_with(name) => {
                let rest = tag[at + 1 + name.len()..].trim_start();
                if let Some(value) = rest.strip_prefix('=').map(str::trim_start)
                    && let Some(quote) = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))
                {
                    let start = tag.len() - value.len() + 1;
                    return Some((at + 1, start..start + tag[start..].find(quote)?));
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Whether a tag's text has an attribute.
pub fn has_attribute(tag: &str, name: &str) -> bool {
    find_attribute(tag, name).is_some()
}

/// A tag's text without one attribute.
pub fn without_attribute(tag: &str, name: &str) -> String {
    let Some((at, value)) = find_attribute(tag, name) else { return tag.to_owned() };
    format!("{}{}", tag[..at].trim_end(), &tag[value.end + 1..])
}

/// A tag's text with an attribute set: in its place where it has one, else behind the name.
pub fn with_attribute(tag: &str, name: &str, value: &str) -> String {
    if let Some((_, old)) = find_attribute(tag, name) {
        return format!("{}{value}{}", &tag[..old.start], &tag[old.end..]);
    }
    let at = tag.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(tag.len());
    format!("{} {name}=\"{value}\"{}", &tag[..at], &tag[at..])
}
