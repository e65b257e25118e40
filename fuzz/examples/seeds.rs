//! Writes what the fuzz targets begin with into `fuzz/corpus/`: our own fixtures taken apart, small parts of each kind, and random choices.

use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use answerbank_fuzz::regressions::parts::{BETWEEN, ODS, XLSB, XLSX, unpack};
use answerbank_fuzz::workbook::biff::{Xls, formula, label, record, rule, shared, text, words};
use answerbank_fuzz::workbook::random::Random;
use answerbank_fuzz::workbook::xlsb;

/// Small sheets that show what the reader of xlsx knows.
const SHEETS: &[&str] = &[
    r#"<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Question</t></is></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c r="A2" t="str"><f>"Is it "&amp;C1</f><v>Is it?</v></c><c r="B2" s="2"/></row></sheetData><mergeCells count="1"><mergeCell ref="A3:B4"/></mergeCells><dataValidations count="2"><dataValidation type="list" sqref="B2:B9 D1"><formula1>"Yes,No"</formula1></dataValidation><dataValidation type="whole" sqref="C2"><formula1>1</formula1><formula2>5</formula2></dataValidation></dataValidations>"#,
    r#"<sheetPr><tabColor rgb="1"/></sheetPr><dimension ref="A1:C3"/><cols><col min="1" max="2" hidden="1" style="2"/></cols><sheetData><row r="1" hidden="1"><c><v>1.5</v></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c></row><row><c r="A2" s="1"><v>45000</v></c></row></sheetData><sheetProtection sheet="1"/><dataValidations><dataValidation type="list" sqref="A2"><formula1>Lists!$A$1:$A$3</formula1></dataValidation></dataValidations><extLst><ext><x14:dataValidations xmlns:x14="x" xmlns:xm="y"><x14:dataValidation type="list"><x14:formula1><xm:f>Lists!$A$1</xm:f></x14:formula1><xm:sqref>B2</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"#,
    r#"<sheetData><row r="3" spans="1:2"><c r="A3" t="d"><v>2026-01-01</v></c><c r="B3"><f t="shared" ref="B3:B4" si="0">A3</f><v>1</v></c></row><row r="4"><c r="B4"><f t="shared" si="0"/><v>2</v></c><c r="C4"><f t="array" ref="C4:C5">A1</f><v/></c></row></sheetData><tableParts count="1"><tablePart r:id="r1"/></tableParts>"#,
];

/// The same of ods.
const TABLES: &[&str] = &[
    r#"<table:content-validations><table:content-validation table:name="v" table:condition="of:cell-content-is-in-list(&quot;Yes&quot;;&quot;No&quot;)"/></table:content-validations><table:table table:name="S" table:protected="true"><table:table-column table:number-columns-repeated="3" table:visibility="collapse"/><table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="string" table:number-columns-spanned="2" table:number-rows-spanned="1"><text:p>a<text:s text:c="3"/>b<text:line-break/></text:p><text:p/></table:table-cell><table:covered-table-cell/><table:table-cell table:content-validation-name="v" table:number-columns-repeated="4"/></table:table-row></table:table>"#,
    r#"<table:table table:name="S"><table:table-header-rows><table:table-row><table:table-cell office:value-type="float" office:value="1.5"><office:annotation><text:p>n</text:p></office:annotation><text:p>1.5</text:p></table:table-cell><table:table-cell table:formula="of:=[.A1]" office:value-type="boolean" office:boolean-value="true"><text:p>TRUE</text:p></table:table-cell></table:table-row></table:table-header-rows></table:table>"#,
];

const TEXTS: &[&str] =
    &["a,b\nc,\"d\"\"e\"\n", "sep=;\r\nQuestion;Answer\r\n'=1;\"a\nb\"\r\n", "\u{FEFF}a\tb\n\"c\"\td\n", "x;y,z\n1;2\n\n3;4,5"];

fn between(parts: &[Vec<u8>]) -> Vec<u8> {
    parts.join(BETWEEN)
}

fn parts_of(path: &Path, names: &[&str]) -> Vec<Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(fs::read(path).unwrap())).unwrap();
    let mut part = |name: &&str| {
        let mut bytes = Vec::new();
        if let Ok(mut part) = zip.by_name(name) {
            part.read_to_end(&mut bytes).unwrap();
        }
        bytes
    };
    names.iter().map(&mut part).collect()
}

fn taken_apart(path: &Path) -> Option<Vec<u8>> {
    Some(match path.extension()?.to_str()? {
        "xlsx" | "xlsm" => [vec![0], between(&parts_of(path, XLSX))].concat(),
        "ods" => [vec![1], between(&parts_of(path, ODS))].concat(),
        "csv" => [vec![2], fs::read(path).unwrap()].concat(),
        "xls" => {
            let file = fs::read(path).unwrap();
            let begin = file.windows(4).position(|window| window == [0x09, 0x08, 0x10, 0])?;
            [&[4], &file[begin..]].concat()
        }
        "xlsb" => [vec![5], between(&parts_of(path, XLSB))].concat(),
        _ => return None,
    })
}

fn xls() -> Vec<Vec<u8>> {
    let number = record(0x0203, &[words(&[3, 0, 0]), 0.5f64.to_le_bytes().to_vec()].concat());
    let strings = [&3u32.to_le_bytes()[..], &2u32.to_le_bytes(), &text("one"), &text("")].concat();
    let list = [&[0x17, 6, 0][..], b"Yes\0No"].concat();
    let cells = Xls::of(&[
        label(0, 0, "Do you?"),
        shared(1, 0, 0),
        number,
        formula(8, 0, 2.0f64.to_le_bytes()),
        record(0x0205, &[6, 0, 0, 0, 0, 0, 1, 0]),
    ]);
    let rules = Xls::of(&[
        record(0x0012, &words(&[1])),
        record(0x007D, &words(&[3, 4, 2000, 1, 1, 0])),
        label(0, 0, "Question"),
        record(0x00E5, &words(&[1, 0, 0, 0, 3])),
        rule(3 | 1 << 7, &list, &[], [1, 9, 1, 1]),
        rule(3, &[0x3B, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0], &[], [1, 9, 2, 2]),
        rule(6 | 7 << 20, &[0x1E, 80, 0], &[], [1, 9, 5, 5]),
        record(0x00BE, &words(&[12, 0, 0, 0, 1])),
    ]);
    let lists = rules.sheet("Lists", 1, 0, &[label(0, 0, "Open"), label(1, 0, "Closed")]);
    vec![cells.global(record(0x00FC, &strings)).stream(), lists.global(record(0x0017, &words(&[1, 0, 1, 1]))).stream()]
}

/// All inputs that are made of parts.
fn packed() -> Vec<Vec<u8>> {
    let fixtures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let mut paths: Vec<PathBuf> = fs::read_dir(fixtures).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut all: Vec<Vec<u8>> = paths.iter().filter_map(|path| taken_apart(path)).collect();
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    all.extend(SHEETS.iter().map(|inner| format!("\0<worksheet xmlns=\"{main}\" xmlns:r=\"{office}\">{inner}</worksheet>").into_bytes()));
    let spaces =
        ["office", "table", "text", "style"].map(|name| format!(" xmlns:{name}=\"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0\""));
    let ods = |inner: &&str| {
        let body = format!("<office:body><office:spreadsheet>{inner}</office:spreadsheet></office:body>");
        format!("\x01<office:document-content{}>{body}</office:document-content>", spaces.concat()).into_bytes()
    };
    all.extend(TABLES.iter().map(ods));
    all.extend(TEXTS.iter().flat_map(|text| [2, 3].map(|kind| [&[kind], text.as_bytes()].concat())));
    all.extend(xls().into_iter().map(|stream| [vec![4], stream].concat()));
    let cells = [record_of(0, &[0; 17]), record_of(6, &[&[0; 8][..], &2u32.to_le_bytes(), b"h\0i\0"].concat())];
    all.push([vec![5], xlsb::sheet(&cells, &[])].concat());
    all
}

/// A record of the newer binary format.
fn record_of(kind: u8, data: &[u8]) -> Vec<u8> {
    [&[kind, data.len() as u8], data].concat()
}

fn main() {
    let mut random = Random::Drawn(0x0123_4567_89AB_CDEF);
    let mut drawn = |len: u32| (0..len).map(|_| random.below(256) as u8).collect::<Vec<u8>>();
    let packed = packed();
    let fill = packed.iter().map(|input| [vec![0x80], drawn(48), input.clone()].concat()).collect::<Vec<_>>();
    let grown = (0..90).map(|index| [vec![index % 3], drawn(200)].concat()).collect::<Vec<_>>();
    let forms = (1..90).map(|index| drawn(index * 5)).collect::<Vec<_>>();
    let containers = packed.iter().filter_map(|input| Some(unpack(input)?.1)).filter(|file| !file.is_empty()).collect();
    for (target, inputs) in [("read", packed), ("fill", [fill, grown].concat()), ("layout", forms), ("preflight", containers)] {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
        fs::create_dir_all(&folder).unwrap();
        for (index, bytes) in inputs.iter().enumerate() {
            fs::write(folder.join(format!("seed-{index:03}")), bytes).unwrap();
        }
    }
}
