//! Careless and malicious users at the desk: nothing leaves that should not, and nobody's decision is beaten by a trick.

use std::fs;
use std::path::Path;

use answerbank::domain::bank::Audience;
use answerbank::domain::carry::{Before, before};
use answerbank::domain::review::OutcomeKind;
use answerbank::engine::curate::{self, Fields, Hand};
use answerbank::engine::questionnaire::correct;
use answerbank::engine::release::{Release, release};
use answerbank::engine::review::{self, Asked, Incoming, Wanted};
use answerbank::engine::{BankPlace, backlog, learn, ledger};
use answerbank::workbook::{CellEdit, Limits, edit};
use jiff::civil::{Date, date};

use crate::quarter::Team;

const TODAY: Date = date(2026, 11, 21);
const HARBOUR: &str = "harbour-bank-vendor-assessment.xlsx";
const MFA: &str = "Access & Encryption!C12";
const LEADER: &str = "Governance & People!C8";
const INSURANCE: &str = "Governance & People!C11";

fn hand(by: &str) -> Hand {
    Hand { by: by.into(), on: TODAY, seen: None }
}

fn place(team: &Team) -> BankPlace {
    BankPlace::new(team.bank())
}

fn rewrite(team: &Team, id: &str, text: &str) {
    curate::edit(&place(team), id, &Fields { text: Some(text.into()), ..Fields::default() }, &hand("s.lund")).unwrap();
    curate::approve(&place(team), &[id.into()], &hand("m.okafor")).unwrap();
}

#[test]
fn words_that_no_review_has_shown_do_not_leave_whatever_else_is_done() {
    let team = Team::begin();
    let id = team.add(HARBOUR, "Harbour Bank", 1, TODAY).id;
    rewrite(&team, "security-leadership", "A new person leads security.");
    let shown = |team: &Team| team.release(TODAY, &id, "out").unwrap_err();
    assert!(shown(&team).iter().any(|why| why.starts_with(LEADER)));
    // None of these shows it.
    team.decide("r.ellis", TODAY, &id, MFA, Wanted::Accept).unwrap();
    backlog::list(&team.desk("", TODAY), &backlog::Which::default()).unwrap();
    review::show(&team.desk("", TODAY), &id, MFA).unwrap();
    assert!(shown(&team).iter().any(|why| why.starts_with(LEADER)));
    let rows = review::questions(&team.desk("", TODAY), &id, &review::Which::default()).unwrap();
    assert!(rows.changed.iter().any(|moved| moved.line.place.to_string() == LEADER), "the list tells what changed");
    team.release(TODAY, &id, "out").unwrap();
}

#[test]
fn what_is_known_to_be_untrue_leaves_on_no_day() {
    let team = Team::begin();
    let id = team.add(HARBOUR, "Harbour Bank", 1, TODAY).id;
    curate::retire(&place(&team), "encryption-at-rest", "it was found to be untrue", &hand("s.lund")).unwrap();
    let blocked = |on: Date| {
        let desk = answerbank::engine::questionnaire::Desk { date: on, ..team.desk("r.ellis", TODAY) };
        release(&desk, &id, Some(&team.folder.path().join("out")), false)
    };
    let Release::Blocked { why, .. } = blocked(date(2026, 11, 20)).unwrap() else { panic!("it left") };
    assert!(why.iter().any(|one| one.why.contains("it was found to be untrue")), "{why:?}");
    assert!(blocked(date(2026, 12, 24)).unwrap_err().message.contains("a day that has not come"));
    assert!(!team.folder.path().join("out").exists());
}

#[test]
fn what_the_customers_file_still_holds_of_ours_is_not_said_again_once_it_is_untrue() {
    let team = Team::begin();
    let id = team.add(HARBOUR, "Harbour Bank", 1, TODAY).id;
    let first = team.release(TODAY, &id, "first").unwrap();
    review::close(&team.desk("r.ellis", TODAY), &id, "they have it").unwrap();
    curate::retire(&place(&team), "security-leadership", "nobody leads it", &hand("s.lund")).unwrap();
    // The customer sends last year's form as we filled it.
    let again = team.add(first.workbook.to_str().unwrap(), "Harbour Bank", 1, TODAY).id;
    let blocked = team.release(TODAY, &again, "second").unwrap_err();
    assert!(
        blocked.iter().any(|why| why.starts_with(LEADER) && why.contains("the file still holds what security-leadership said")),
        "{blocked:?}"
    );
    // A decision about a cell that is kept would do nothing, so it is refused.
    assert!(team.decide("r.ellis", TODAY, &again, INSURANCE, Wanted::Reject).unwrap_err().contains("is kept"));
    correct(&team.desk("r.ellis", TODAY), &again, &|correction| correction.overwrite = true).unwrap();
    team.rows(TODAY, &again, None);
    let second = team.release(TODAY, &again, "second").unwrap();
    assert_eq!(second.counts.kept, 0);
    assert!(ledger::who(&team.desk("", TODAY), "security-leadership").unwrap().iter().all(|line| line.told.questionnaire == id));
}

#[test]
fn no_customer_is_told_of_another() {
    let team = Team::begin();
    let zanzibar = team.add(HARBOUR, "Zanzibar Trust", 1, TODAY).id;
    let other = team.add(HARBOUR, "Other Corporation", 1, TODAY).id;
    team.decide("r.ellis", TODAY, &zanzibar, MFA, Wanted::Edit("Yes, as Zanzibar Trust asked for it.".into())).unwrap();
    let lesson = learn::lessons(&team.desk("", TODAY)).unwrap()[0].id.clone();
    assert!(learn::learn(&team.desk("s.lund", TODAY), &lesson).unwrap_err().message.contains("names the customer \"Zanzibar Trust\""));
    rewrite(&team, "customer-mfa", "Yes, as Zanzibar Trust asked for it.");
    team.decide("r.ellis", TODAY, &other, MFA, Wanted::Choose("customer-mfa".into())).unwrap();
    let blocked = team.release(TODAY, &other, "out").unwrap_err();
    assert_eq!(blocked.len(), 1);
    assert!(blocked[0].contains("customer-mfa names another customer, \"Zanzibar Trust\""), "{blocked:?}");
}

#[test]
fn a_report_gives_no_answer_that_it_did_not_offer_and_is_no_other_customers() {
    let team = Team::begin();
    let id = team.add(HARBOUR, "Harbour Bank", 1, TODAY).id;
    let report = team.folder.path().join("report.xlsx");
    fs::write(&report, review::report(&team.desk("", TODAY), &id).unwrap()).unwrap();
    let decided = team.folder.path().join("decided.xlsx");
    crate::stories::decide(&report, &decided, |_, row| (row["Cell"] == "C12").then(|| "accept".into()));
    let workbook = answerbank::workbook::read("report.xlsx", &fs::read(&decided).unwrap(), &Limits::default()).unwrap();
    let sheet = workbook.sheet("Review").unwrap();
    let column = |title: &str| sheet.row(0).find(|(_, cell)| cell.text == title).unwrap().0.col;
    let row = sheet.cells.iter().find(|(_, cell)| cell.text == "accept").unwrap().0.row;
    let forged = |title: &str, text: &str| {
        let at = answerbank::domain::cell::CellRef::new(row, column(title));
        let edits = [CellEdit { sheet: "Review".into(), cell: at, value: text.into() }];
        let path = team.folder.path().join("forged.xlsx");
        fs::write(&path, edit("report.xlsx", &fs::read(&decided).unwrap(), &edits, &Limits::default()).unwrap().bytes).unwrap();
        path
    };
    let take = |file: &Path, id: &str| review::take_report(&team.desk("r.ellis", TODAY), id, file);
    assert!(take(&forged("Proposed answer", "red-team"), &id).unwrap_err().message.contains("\"red-team\" was not offered"));
    let seen = sheet.text(answerbank::domain::cell::CellRef::new(row, column("Seen"))).to_owned();
    let late = forged("Seen", &seen.replacen(char::is_numeric, "999", 1));
    let taking = take(&late, &id).unwrap();
    assert_eq!((taking.recorded.len(), taking.lost.len()), (0, 1), "nobody has seen what has not happened");
    let other = team.add(HARBOUR, "Fernhill Trust", 1, TODAY).id;
    assert!(take(&decided, &other).unwrap_err().message.contains(&format!("the report of {id}")));
    assert_eq!(take(&decided, &id).unwrap().recorded.len(), 1);
    // What was taken back is not brought back by a report that is older.
    team.decide("m.okafor", TODAY, &id, MFA, Wanted::Undo).unwrap_err();
    let latest = review::questions(&team.desk("", TODAY), &id, &review::Which::default()).unwrap().seen;
    let undo = |seen| [Asked { place: MFA.into(), wanted: Wanted::Undo, reason: String::new(), seen: Some(seen) }];
    assert!(review::decide(&team.desk("m.okafor", TODAY), &id, &undo(9_999)).unwrap_err().message.contains("goes to entry"));
    review::decide(&team.desk("m.okafor", TODAY), &id, &undo(latest)).unwrap();
    assert_eq!(take(&decided, &id).unwrap().contested.len(), 1);
}

#[test]
fn a_questionnaire_is_meant_by_its_whole_name_or_enough_of_its_id() {
    let team = Team::begin();
    let id = team.add(HARBOUR, "Harbour Bank", 1, TODAY).id;
    let named = |name: &str| review::questions(&team.desk("", TODAY), name, &review::Which::default()).map(|rows| rows.id);
    for meant in [&id[..], &id[2..], &id[..6], "harbour  bank", HARBOUR, "Harbour Bank 2027"] {
        assert_eq!(named(meant).unwrap(), id, "{meant}");
    }
    for nothing in ["", " ", "q-", &id[..3], &id[2..4], "Bank"] {
        assert!(named(nothing).is_err(), "{nothing}");
    }
    for place in ["'Access & Encryption'!$C$12", "access & encryption!c12", MFA] {
        assert_eq!(review::show(&team.desk("", TODAY), &id, place).unwrap().row.line.place.to_string(), MFA);
    }
}

#[test]
fn for_another_product_nothing_is_carried_forward() {
    let team = Team::begin();
    let id = team.add(HARBOUR, "Harbour Bank", 1, TODAY).id;
    team.decide("r.ellis", TODAY, &id, MFA, Wanted::Reject).unwrap();
    let file = team.folder.path().join("again.xlsx");
    let edits = [CellEdit {
        sheet: "Access & Encryption".into(),
        cell: answerbank::domain::cell::CellRef::parse("C20").unwrap(),
        value: "Something else?".into(),
    }];
    let bytes = fs::read(crate::fixtures::folder().join(HARBOUR)).unwrap();
    fs::write(&file, edit("form.xlsx", &bytes, &edits, &Limits::default()).unwrap().bytes).unwrap();
    let incoming = |product: &str, audience: Audience| Incoming {
        products: vec![product.into()],
        audience,
        ..team.incoming(file.to_str().unwrap(), "Harbour Bank", 1)
    };
    let other = review::add(&team.desk("r.ellis", TODAY), &incoming("edge", Audience::Nda)).unwrap();
    assert_eq!((other.carries_on, other.carried), (None, 0));
}

#[test]
fn the_same_words_below_another_heading_are_another_question() {
    let question = |cell: &str, id: &str, section: &str, text: &str| {
        let mut question = crate::domain::propose::question(text, "text");
        question.cell = answerbank::domain::cell::CellRef::parse(cell).unwrap();
        (question.id, question.section) = (Some(id.to_owned()), Some(section.to_owned()));
        question
    };
    let line = |cell: &str, id: &str, section: &str, text: &str| {
        serde_json::from_value(serde_json::json!({
            "sheet": "S", "cell": cell, "id": id, "section": section, "question": text,
            "outcome": "review", "band": "review", "confidence": 0.5
        }))
        .unwrap()
    };
    let last = [
        line("A2", "1", "1. Cloud storage", "Is it encrypted at rest?"),
        line("A6", "5", "2. Laptops", "Is it encrypted at rest?"),
        line("A7", "6", "2. Laptops", "Are keys kept for 30 days?"),
    ];
    let told = |question| match before(&[question], &last).remove(0) {
        Before::Same(line) => format!("same as {}", line.place.cell),
        Before::Changed(line) => format!("changed from {}", line.place.cell),
        Before::New => "new".to_owned(),
    };
    assert_eq!(told(question("A9", "1", "1. Cloud storage", "Is it  encrypted at REST?")), "same as A2");
    assert_eq!(told(question("A9", "9", "3. Laptops", "Is it encrypted at rest?")), "same as A6", "a heading may get another number");
    assert_eq!(told(question("A6", "5", "1. Phones", "Is it encrypted at rest?")), "changed from A2");
    assert_eq!(told(question("A7", "6", "2. Laptops", "Are keys kept for 90 days?")), "changed from A7");
    assert_eq!(told(question("A8", "8", "2. Laptops", "Who holds the keys?")), "new");
}

#[test]
fn a_later_release_that_tells_less_takes_the_place_of_the_one_before() {
    let team = Team::begin();
    let id = team.add("quillfeather-short-form.xlsm", "Quillfeather", 1, TODAY).id;
    assert!(team.release(TODAY, &id, "first").unwrap().told > 0);
    for row in team.rows(TODAY, &id, Some(OutcomeKind::Filled)) {
        team.decide("r.ellis", TODAY, &id, &row.line.place.to_string(), Wanted::Reject).unwrap();
    }
    assert_eq!(team.release(TODAY, &id, "second").unwrap().told, 0);
    assert!(ledger::customer(&team.desk("", TODAY), "quillfeather").unwrap().iter().all(|line| line.replaced));
}
