//! A walk over the text of an XML part that knows at which byte each tag begins and ends. Never builds a tree, never expands entities.

use std::borrow::Cow;

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
}

impl<'a> Walk<'a> {
    /// Starts at the beginning of `text`, which must not begin with a byte order mark: the reader would not count it.
    pub fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = true;
        Self { reader }
    }

    fn at(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    /// The next step; `None` at the end.
    ///
    /// # Errors
    /// What is not well-formed, or a document type declaration, which no honest workbook has.
    pub fn next(&mut self) -> Result<Option<Step<'a>>, String> {
        loop {
            let start = self.at();
            let event = self.reader.read_event().map_err(|error| format!("not well-formed XML at byte {start}: {error}"))?;
            let end = self.at();
            return Ok(Some(match event {
                Event::Start(inner) => Step::Open { tag: Tag { inner, start, end }, closed: false },
                Event::Empty(inner) => Step::Open { tag: Tag { inner, start, end }, closed: true },
                Event::End(inner) => Step::Close { name: local(inner.name().0).to_owned(), start, end },
                Event::Text(text) => Step::Text(text.into_inner()),
                Event::CData(data) => Step::Text(data.into_inner()),
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
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
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
            '_' if is_escape(&normal[at..]) => out.push_str("_x005F_"),
            c => out.push(c),
        }
    }
    out
}

/// Whether text begins with something that a reader would take for an escaped character: `_x` and four hex digits and `_`.
fn is_escape(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 7 && bytes[1] == b'x' && bytes[6] == b'_' && bytes[2..6].iter().all(u8::is_ascii_hexdigit)
}
