//! Rules of cells: what each kind of validation comes to, and lists whose words are told from where the cell stands.

use super::package::{Book, rows, sheet};
use super::read;
use crate::table::check_rows;
use answerbank::domain::cell::CellRef;
use answerbank::domain::workbook::Sheet;

fn at(cell: &str) -> CellRef {
    CellRef::parse(cell).unwrap()
}

fn first(book: &Book) -> Sheet {
    read(&book.bytes()).unwrap().sheets.remove(0)
}

#[test]
fn each_kind_of_rule_is_read_with_its_bounds() {
    check_rows(
        r#"
        whole | | 1 | 10 | Whole { least: 1.0, most: 10.0 }
        whole | between | -3 | 7 | Whole { least: -3.0, most: 7.0 }
        whole | greaterThan | 4 | | Whole { least: 5.0, most: inf }
        whole | lessThan | 4.5 | | Whole { least: -inf, most: 4.0 }
        whole | greaterThanOrEqual | $B$1 | | Whole { least: -inf, most: inf }
        whole | between | 1 | MAX(B:B) | Whole { least: 1.0, most: inf }
        whole | equal | 12 | | Whole { least: 12.0, most: 12.0 }
        whole | notEqual | 12 | | Formula
        whole | notBetween | 1 | 2 | Formula
        decimal | between | 0 | 1 | Decimal { least: 0.0, most: 1.0 }
        decimal | lessThanOrEqual | 0.5 | | Decimal { least: -inf, most: 0.5 }
        decimal | lessThan | 1 | | Decimal { least: -inf, most: 0.9999999999999999 }
        textLength | lessThanOrEqual | 255 | | TextLength { least: -inf, most: 255.0 }
        textLength | lessThan | 256 | | TextLength { least: -inf, most: 255.0 }
        textLength | between | 2 | 40 | TextLength { least: 2.0, most: 40.0 }
        date | greaterThan | 45000 | | Date
        time | between | 0 | 0.5 | Time
        custom | | ISNUMBER(A1) | | Formula
        none | | | | nothing
        | | | | nothing
    "#,
        |row| {
            let [kind, operator, one, two] = row else { panic!("{row:?}") };
            let named = |name: &str, value: &str| if value.is_empty() { String::new() } else { format!(" {name}=\"{value}\"") };
            let head = named("type", kind) + &named("operator", operator);
            let old = |n, text: &str| if text.is_empty() { String::new() } else { format!("<formula{n}>{text}</formula{n}>") };
            let new = |n, text: &str| {
                if text.is_empty() { String::new() } else { format!("<x14:formula{n}><xm:f>{text}</xm:f></x14:formula{n}>") }
            };
            let plain = format!(
                "<dataValidations><dataValidation{head} sqref=\"B2 D4:D9\">{}{}</dataValidation></dataValidations>",
                old(1, one),
                old(2, two)
            );
            let rule =
                format!("<x14:dataValidation{head}>{}{}<xm:sqref>B2 D4:D9</xm:sqref></x14:dataValidation>", new(1, one), new(2, two));
            let newer =
                format!("<extLst><ext xmlns:x14=\"y\" xmlns:xm=\"z\"><x14:dataValidations>{rule}</x14:dataValidations></ext></extLst>");
            let told = [plain, newer].map(|xml| {
                let sheet = first(&sheet(&format!("<sheetData/>{xml}")));
                assert!(sheet.rule(at("D3")).is_none() && sheet.lists.is_empty());
                assert_eq!(sheet.rule(at("B2")), sheet.rule(at("D9")));
                sheet.rule(at("D5")).map_or("nothing".to_owned(), |takes| format!("{takes:?}"))
            });
            assert_eq!(told[0], told[1], "the newer writing says the same");
            told[0].clone()
        },
    );
}

/// A workbook with a list on `C2:C5`, words to choose from, and a table of fruit.
fn chosen(source: &str) -> Sheet {
    let text = |cell: &str, text: &str| format!(r#"<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>"#);
    let row = |n: u32, cells: &[(&str, &str)]| {
        format!(r#"<row r="{n}">{}</row>"#, cells.iter().map(|(col, word)| text(&format!("{col}{n}"), word)).collect::<String>())
    };
    let here =
        [row(1, &[("B", "Kind"), ("C", "Word")]), row(2, &[("B", "Fruit")]), row(3, &[("B", "Root crops")]), row(4, &[("B", "Stone")])];
    let validation = format!(
        r#"<dataValidations><dataValidation type="list" sqref="C2:C5"><formula1>{source}</formula1></dataValidation></dataValidations>"#
    );
    let words = [
        row(1, &[("A", "Fruits"), ("B", "Roots")]),
        row(2, &[("A", "apple"), ("B", "carrot")]),
        row(3, &[("A", "pear"), ("B", "beet")]),
        row(4, &[("A", "plum"), ("B", "all")]),
    ];
    let table = r#"<table id="1" name="t1" displayName="Crops" ref="A1:B4" totalsRowCount="1"><tableColumns count="2"><tableColumn id="1" name="Fruits"/><tableColumn id="2" name="Roots"/></tableColumns></table>"#;
    let relation = r#"<Relationships><Relationship Id="t" Type="x/table" Target="../tables/table1.xml"/></Relationships>"#;
    let names = r#"<definedNames><definedName name="Fruit">Words!$A$2:$A$4</definedName><definedName name="Root_crops">Words!$B$2:$B$3</definedName><definedName name="Column">Crops[Roots]</definedName><definedName name="Calculated">OFFSET(Words!$A$1,1,0,2,1)</definedName><definedName name="Beside">S!B1</definedName><definedName name="OnlyThere" localSheetId="1">Words!$A$2</definedName></definedNames>"#;
    let book = sheet(&format!("<sheetData>{}</sheetData>{validation}", here.concat()));
    let book = book.sheet("Words", "", &format!("<sheetData>{}</sheetData>", words.concat())).after_sheets(names);
    first(&book.part("xl/worksheets/_rels/sheet2.xml.rels", relation).part("xl/tables/table1.xml", table))
}

#[test]
fn a_list_told_from_where_the_cell_stands_differs_from_cell_to_cell() {
    check_rows(
        r#"
        INDIRECT("Fruit") | apple,pear,plum | apple,pear,plum | apple,pear,plum
        INDIRECT("Words!A2:B2") | apple,carrot | apple,carrot | apple,carrot
        indirect( $B$2 , TRUE ) | apple,pear,plum | apple,pear,plum | apple,pear,plum
        INDIRECT(B2) | apple,pear,plum | |
        INDIRECT($B2) | apple,pear,plum | |
        INDIRECT(SUBSTITUTE(B2," ","_")) | apple,pear,plum | carrot,beet |
        =INDIRECT(SUBSTITUTE($B2, " ", "_")) | apple,pear,plum | carrot,beet |
        INDIRECT("Crops[Fruits]") | apple,pear | apple,pear | apple,pear
        Column | carrot,beet | carrot,beet | carrot,beet
        Words!A2:A3 | apple,pear | pear,plum | plum
        Words!A$2:A$3 | apple,pear | apple,pear | apple,pear
        Words!$B:$B | Roots,carrot,beet,all | Roots,carrot,beet,all | Roots,carrot,beet,all
        Words!$2:$2 | apple,carrot | apple,carrot | apple,carrot
        OnlyThere | | |
        Words!OnlyThere | apple | apple | apple
        Calculated | | |
        INDIRECT("Calculated") | | |
        INDIRECT("""Yes,No""") | | |
        INDIRECT("R2C1",FALSE) | | |
        INDIRECT(B2&"s") | | |
        INDIRECT(VLOOKUP(B2,A:B,2,0)) | | |
        OFFSET(Words!$A$2,0,0,3,1) | | |
        IF(B2="Fruit",Fruit,Column) | | |
    "#,
        |row| {
            let sheet = chosen(&row[0].replace('&', "&amp;").replace('"', "&quot;"));
            let options = |cell: &str| {
                let list = sheet.list(at(cell)).unwrap_or_else(|| panic!("{row:?}: {cell} has no list"));
                assert_eq!(list.source, row[0]);
                list.options.join(",")
            };
            let held = [options("C2"), options("C3"), options("C4")];
            // The last is what the table expects; the two before it are compared here.
            assert_eq!(&held[..2], &row[1..3], "{}", row[0]);
            held[2].clone()
        },
    );
}

#[test]
fn lists_of_more_cells_than_the_limit_are_not_read_and_cost_no_time() {
    let cells: String = (1..=6_000).map(|n| format!(r#"<row r="{n}"><c r="B{n}" t="inlineStr"><is><t>C1</t></is></c></row>"#)).collect();
    let rule = |last: u32| {
        format!(
            r#"<dataValidations><dataValidation type="list" sqref="D1:D{last}"><formula1>INDIRECT(B1)</formula1></dataValidation></dataValidations>"#
        )
    };
    let few = first(&sheet(&format!("<sheetData>{}</sheetData>{}", cells.replace("C1<", "B1<"), rule(4_000))));
    assert_eq!((few.lists.len(), few.list(at("D4000")).unwrap().options.as_slice()), (1, ["B1".to_owned()].as_slice()));
    let many = first(&sheet(&format!("<sheetData>{cells}</sheetData>{}", rule(1_048_576))));
    assert!(many.list(at("D1")).unwrap().options.is_empty() && many.list(at("D1048576")).unwrap().options.is_empty());
    let short = first(&rows("").sheet("T", "", "<sheetData/>"));
    assert!(short.lists.is_empty() && short.rules.is_empty());
}
