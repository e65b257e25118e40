//! What stands beside the cells and what the owner should know: counted with its places, and warned of; nothing of it is touched.

use super::package::{Book, rows, sheet};
use super::{edit, one, read};
use crate::table::check;
use answerbank::workbook::{Limits, ReadError};

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A relations part: id, kind, target.
fn relations(all: &[(&str, &str, &str)]) -> String {
    let one = |(id, kind, target): &(&str, &str, &str)| format!(r#"<Relationship Id="{id}" Type="{OFFICE}/{kind}" Target="{target}"/>"#);
    format!("<Relationships>{}</Relationships>", all.iter().map(one).collect::<String>())
}

/// What is told of a workbook, one a line.
fn told(book: &Book) -> String {
    let workbook = read(&book.bytes()).unwrap();
    let unread = workbook.unread.iter().map(|unread| format!("not read: {unread}\n"));
    unread.chain(workbook.warnings.iter().map(|warning| format!("careful: {warning}\n"))).collect()
}

#[test]
fn what_stands_beside_the_cells_is_counted_with_its_place() {
    let anchor = |row: u32, col: u32, inner: &str| {
        format!(
            "<xdr:twoCellAnchor><xdr:from><xdr:col>{col}</xdr:col><xdr:colOff>9</xdr:colOff><xdr:row>{row}</xdr:row></xdr:from><xdr:to><xdr:col>9</xdr:col><xdr:row>99</xdr:row></xdr:to>{inner}</xdr:twoCellAnchor>"
        )
    };
    let shape = |attributes: &str, text: &str| {
        format!(
            "<xdr:sp><xdr:nvSpPr><xdr:cNvPr id=\"2\"{attributes}/></xdr:nvSpPr><xdr:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
        )
    };
    let frame =
        |uri: &str| format!("<xdr:graphicFrame><a:graphic><a:graphicData uri=\"http://x/2006/{uri}\"/></a:graphic></xdr:graphicFrame>");
    let both = format!(
        "<mc:AlternateContent><mc:Choice>{}</mc:Choice><mc:Fallback>{}</mc:Fallback></mc:AlternateContent>",
        frame("slicer"),
        shape("", "needs a newer program")
    );
    let drawing = [
        anchor(1, 2, &shape("", "Do you encrypt?")),
        anchor(4, 0, &shape("", "")),
        anchor(4, 1, &shape(" hidden=\"1\"", "stands for a control")),
        anchor(7, 3, "<xdr:pic/>"),
        anchor(8, 3, "<xdr:grpSp><xdr:pic/><xdr:pic/></xdr:grpSp>"),
        anchor(20, 1, &frame("chart")),
        anchor(30, 1, &frame("diagram")),
        anchor(40, 1, &both),
        format!("<xdr:absoluteAnchor>{}</xdr:absoluteAnchor>", shape("", "anywhere")),
    ];
    let vml = r#"<xml><v:shape><v:textbox><div>a<br>b</div></v:textbox><x:ClientData ObjectType="Note"><x:Row>1</x:Row></x:ClientData></v:shape>
        <v:shape><x:ClientData ObjectType="Checkbox"><x:Anchor> 3, 15, 11, 4, 5, 0, 12, 0</x:Anchor></x:ClientData></v:shape>
        <v:shape><x:ClientData ObjectType="Drop"></x:ClientData></v:shape></xml>"#;
    let control = r#"<controls xmlns:mc="m" xmlns:xdr="d"><mc:AlternateContent><mc:Choice><control shapeId="9" r:id="rA"><controlPr><anchor><from><xdr:col>4</xdr:col><xdr:row>5</xdr:row></from><to><xdr:col>6</xdr:col><xdr:row>7</xdr:row></to></anchor></controlPr></control></mc:Choice><mc:Fallback><control shapeId="9" r:id="rA"/></mc:Fallback></mc:AlternateContent></controls><oleObjects><oleObject progId="x" r:id="rO"/></oleObjects>"#;
    let named = [
        ("rD", "drawing", "../drawings/drawing1.xml"),
        ("rV", "vmlDrawing", "../drawings/vml1.vml"),
        ("rC", "comments", "../comments1.xml"),
        ("rT", "threadedComment", "../threadedComments/one.xml"),
        ("rA", "control", "../activeX/activeX1.xml"),
        ("rO", "oleObject", "../embeddings/one.bin"),
    ];
    let book = sheet(&format!("<sheetData/>{control}"))
        .part("xl/worksheets/_rels/sheet1.xml.rels", relations(&named))
        .part("xl/drawings/drawing1.xml", format!("<xdr:wsDr>{}</xdr:wsDr>", drawing.concat()))
        .part("xl/drawings/vml1.vml", vml)
        .part("xl/comments1.xml", r#"<comments><commentList><comment ref="B2"/><comment ref="C9"/></commentList></comments>"#)
        .part(
            "xl/threadedComments/one.xml",
            r#"<ThreadedComments><threadedComment ref="C9"/><threadedComment ref="C9"/></ThreadedComments>"#,
        )
        .part("xl/activeX/activeX1.xml", "<x/>")
        .part("xl/embeddings/one.bin", "x");
    check(
        &told(&book),
        "not read: S: 1 ActiveX control at E6
        not read: S: 1 chart at B21
        not read: S: 1 check box at D12
        not read: S: 3 comments at B2, C9
        not read: S: 1 diagram at B31
        not read: S: 1 drop-down control
        not read: S: 1 embedded object
        not read: S: 3 pictures at D8, D9
        not read: S: 1 slicer at B41
        not read: S: 2 text boxes at C2
        careful: it holds embedded objects: they are never opened, and stay as they are",
    );
    super::edited(&book.bytes(), &[one("A1", "n")]).unwrap();
}

#[test]
fn macros_links_and_signatures_are_told_and_kept() {
    let question = r#"<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>"#;
    let tabs = [
        ("s1", "worksheet", "worksheets/sheet1.xml"),
        ("s2", "xlMacrosheet", "macrosheets/sheet1.xml"),
        ("s3", "chartsheet", "chartsheets/sheet1.xml"),
        ("s4", "worksheet", "worksheets/sheet4.xml"),
        ("s5", "worksheet", "worksheets/sheet5.xml"),
        ("v", "vbaProject", "vbaProject.bin"),
        ("c", "connections", "connections.xml"),
        ("e1", "externalLink", "externalLinks/one.xml"),
        ("e2", "externalLink", "externalLinks/two.xml"),
    ];
    let book = sheet(question)
        .sheet("Old macros", "", "")
        .sheet("Chart", "", "")
        .sheet("Lists", "state=\"hidden\"", question)
        .sheet("Deep", "state=\"veryHidden\"", question)
        .part("xl/_rels/workbook.xml.rels", relations(&tabs))
        .part(
            "_rels/.rels",
            relations(&[("w", "officeDocument", "xl/workbook.xml"), ("o", "digital-signature/origin", "_xmlsignatures/origin.sigs")]),
        )
        .part("_xmlsignatures/origin.sigs", "")
        .part("xl/macrosheets/sheet1.xml", "<xm:macrosheet/>")
        .part("xl/chartsheets/sheet1.xml", "<chartsheet/>")
        .part("xl/vbaProject.bin", "never run")
        .part("xl/connections.xml", "<connections/>")
        .part("xl/externalLinks/one.xml", "<externalLink><externalBook/></externalLink>")
        .part("xl/externalLinks/two.xml", "<externalLink><ddeLink ddeService=\"cmd\"/></externalLink>");
    check(
        &told(&book),
        "not read: Old macros: 1 macro tab
        not read: Chart: 1 chart tab
        careful: it holds macros: they are never run, and stay as they are
        careful: it holds macros of an old kind (XLM): they are never run, and stay as they are
        careful: it links to other files: they are never opened, and stay as they are
        careful: it asks other programs for data (DDE): they are never started, and stay as they are
        careful: it holds connections to data elsewhere: they are never opened, and stay as they are
        careful: it is signed: any edit makes the signature invalid
        careful: the sheet \"Lists\" is hidden, and holds text
        careful: the sheet \"Deep\" is hidden so that only a program can show it, and holds text",
    );
    let done = super::edited(&book.bytes(), &[one("S!A2", "n"), one("Deep!A1", "m")]).unwrap();
    assert_eq!(done.changed, ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet5.xml"]);
}

#[test]
fn a_name_that_denies_macros_or_claims_them_is_refused() {
    let types = |main: &str| {
        format!(
            r#"<Types><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.{main}.main+xml"/></Types>"#
        )
    };
    for (main, name, found) in [
        ("openxmlformats-officedocument.spreadsheetml.sheet", "a.xlsx", None),
        ("openxmlformats-officedocument.spreadsheetml.sheet", "a.xlsm", Some("a workbook without macros (.xlsx)")),
        ("ms-excel.sheet.macroEnabled", "a.xlsm", None),
        ("ms-excel.sheet.macroEnabled", "A.XLSX", Some("a workbook with macros (.xlsm)")),
    ] {
        let bytes = rows("").part("[Content_Types].xml", types(main)).bytes();
        let wanted = found.map(|found| ReadError::Misnamed { found: found.into(), ending: name[2..].to_lowercase() });
        assert_eq!(answerbank::workbook::read(name, &bytes, &Limits::default()).err(), wanted);
        assert_eq!(answerbank::workbook::edit(name, &bytes, &[one("A1", "n")], &Limits::default()).is_err(), found.is_some());
    }
    assert!(edit(&rows("").bytes(), &[one("A1", "n")]).is_ok(), "a part that tells no kind denies nothing");
}
