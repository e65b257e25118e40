//! A small builder that makes workbook packages from XML text. Says nothing of what is right; the tests do.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const RELS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
/// Styles of every package: 0 plain, 1 a date, 2 unlocked, 3 quoted, 4 a time of day with its date, 5 wrapped text, 6 locked.
const STYLES: &str = r#"<cellXfs count="7"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="0"><protection locked="0"/></xf><xf numFmtId="0" quotePrefix="1"/><xf numFmtId="22"/><xf numFmtId="0" applyAlignment="1"><alignment wrapText="1"/></xf><xf numFmtId="0"><protection locked="1"/></xf></cellXfs>"#;

/// A package in the making.
#[derive(Clone, Default)]
pub struct Book {
    sheets: Vec<(String, String, String)>,
    after_sheets: String,
    parts: Vec<(String, Vec<u8>)>,
    stored: bool,
    prefix: &'static str,
}

/// A package with one sheet called `S` that holds this XML.
pub fn sheet(inner: &str) -> Book {
    Book::default().sheet("S", "", inner)
}

/// A package with one sheet called `S` with this inside its `sheetData`.
pub fn rows(rows: &str) -> Book {
    sheet(&format!("<sheetData>{rows}</sheetData>"))
}

impl Book {
    /// One more sheet: its name, attributes in the list of sheets, what it holds.
    pub fn sheet(mut self, name: &str, attributes: &str, inner: &str) -> Self {
        self.sheets.push((name.to_owned(), attributes.to_owned(), inner.to_owned()));
        self
    }

    /// XML that follows the list of sheets in the workbook part.
    pub fn after_sheets(mut self, xml: &str) -> Self {
        self.after_sheets = xml.to_owned();
        self
    }

    /// A part more, or another text for one that every package has.
    pub fn part(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.parts.push((name.to_owned(), bytes.into()));
        self
    }

    /// Shared strings with right counts.
    pub fn strings(self, items: &[&str], references: usize) -> Self {
        let items: String = items.iter().map(|item| format!("<si>{item}</si>")).collect();
        let unique = items.matches("<si>").count();
        self.part("xl/sharedStrings.xml", format!(r#"<sst xmlns="{MAIN}" count="{references}" uniqueCount="{unique}">{items}</sst>"#))
    }

    /// Parts are stored, not deflated.
    pub fn stored(mut self) -> Self {
        self.stored = true;
        self
    }

    /// Elements of the sheets and the shared strings bear this prefix, `x:` say.
    pub fn prefix(mut self, prefix: &'static str) -> Self {
        self.prefix = prefix;
        self
    }

    /// Id, kind and name of the parts that the workbook part names.
    fn named(&self) -> Vec<(String, &str, String)> {
        let sheet = |n: usize| (format!("s{n}"), "worksheet", format!("xl/worksheets/sheet{n}.xml"));
        let mut named: Vec<_> = (1..=self.sheets.len()).map(sheet).collect();
        named.push(("y".into(), "styles", "xl/styles.xml".into()));
        for (id, kind, name) in [("t", "sharedStrings", "xl/sharedStrings.xml"), ("v", "vbaProject", "xl/vbaProject.bin")] {
            let there = self.parts.iter().any(|(part, _)| part == name);
            named.extend(there.then(|| (id.into(), kind, name.into())));
        }
        named
    }

    fn relations(&self) -> String {
        let one = |(id, kind, name): (String, &str, String)| {
            let target = if kind == "worksheet" { name.replace("xl/", "") } else { format!("/{name}") };
            format!(r#"<Relationship Id="{id}" Type="{OFFICE}/{kind}" Target="{target}"/>"#)
        };
        format!(r#"<Relationships xmlns="{RELS}">{}</Relationships>"#, self.named().into_iter().map(one).collect::<String>())
    }

    fn types(&self) -> String {
        let default = |end: &str| format!(r#"<Default Extension="{end}" ContentType="x/{end}"/>"#);
        let part = |(_, kind, name)| format!(r#"<Override PartName="/{name}" ContentType="x/{kind}"/>"#);
        let all = ["rels", "xml", "bin", "png"].map(default).concat() + &self.named().into_iter().map(part).collect::<String>();
        format!(r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{all}</Types>"#)
    }

    /// All parts in order; a part that was given stands in the place of the one that every package has.
    fn all(&self) -> Vec<(String, Vec<u8>)> {
        let tab = |(n, (name, attributes, _)): (usize, &(String, String, String))| {
            format!(r#"<sheet name="{name}" sheetId="{0}" {attributes} r:id="s{0}"/>"#, n + 1)
        };
        let tabs: String = self.sheets.iter().enumerate().map(tab).collect();
        let after = &self.after_sheets;
        let main = format!(r#"<Relationship Id="w" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>"#);
        let mut all: Vec<(String, Vec<u8>)> = vec![
            ("[Content_Types].xml".into(), self.types().into()),
            ("_rels/.rels".into(), format!(r#"<Relationships xmlns="{RELS}">{main}</Relationships>"#).into()),
            (
                "xl/workbook.xml".into(),
                format!(r#"<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{tabs}</sheets>{after}</workbook>"#).into(),
            ),
            ("xl/_rels/workbook.xml.rels".into(), self.relations().into()),
            ("xl/styles.xml".into(), format!(r#"<styleSheet xmlns="{MAIN}">{STYLES}</styleSheet>"#).into()),
        ];
        for (n, (_, _, inner)) in self.sheets.iter().enumerate() {
            let (p, xmlns) = (self.prefix, if self.prefix.is_empty() { "xmlns" } else { "xmlns:x" });
            let inner = if p.is_empty() { inner.clone() } else { prefixed(inner, p) };
            let text = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{p}worksheet {xmlns}=\"{MAIN}\" xmlns:r=\"{OFFICE}\">{inner}</{p}worksheet>"
            );
            all.push((format!("xl/worksheets/sheet{}.xml", n + 1), text.into()));
        }
        for (name, bytes) in &self.parts {
            match all.iter_mut().find(|(known, _)| known == name) {
                Some(place) => place.1.clone_from(bytes),
                None => all.push((name.clone(), bytes.clone())),
            }
        }
        all
    }

    /// The package, written with sizes in front of each entry.
    pub fn bytes(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        self.write(&mut zip);
        zip.finish().unwrap().into_inner()
    }

    /// The package, written as a stream is: sizes behind each entry.
    pub fn streamed(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut zip = ZipWriter::new_stream(&mut bytes);
        self.write(&mut zip);
        zip.finish().unwrap();
        bytes
    }

    fn write<W: Write + std::io::Seek>(&self, zip: &mut ZipWriter<W>) {
        let method = if self.stored { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let time = zip::DateTime::from_date_and_time(2026, 5, 4, 13, 30, 2).unwrap();
        let options = SimpleFileOptions::default().compression_method(method).last_modified_time(time).unix_permissions(0o640);
        for (name, bytes) in self.all() {
            zip.start_file(name, options).unwrap();
            zip.write_all(&bytes).unwrap();
        }
        zip.set_comment("from the customer").unwrap();
    }
}

/// XML with a prefix before each element name.
fn prefixed(xml: &str, prefix: &str) -> String {
    xml.replace('<', &format!("<{prefix}")).replace(&format!("<{prefix}/"), &format!("</{prefix}")).replace(&format!("<{prefix}!"), "<!")
}
