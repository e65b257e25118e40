//! Work items, ledger, recall and overview as pages: what is recorded, what is refused, and that nobody's text becomes anything else than text.

use answerbank::domain::backlog::Item;
use answerbank::domain::bank::{Audience, Verdict};
use answerbank::engine::BankPlace;
use answerbank::engine::backlog::{self, Which};
use answerbank::engine::curate::{self, Fields, Hand};
use answerbank::engine::questionnaire::Desk;
use answerbank::engine::release::{Release, release};
use answerbank::engine::review;
use axum::http::StatusCode;
use jiff::Timestamp;

use super::{DAY, House};

const HARBOUR: &str = "harbour-bank-vendor-assessment.xlsx";
const EXIT: &str = "Operations & Privacy!C11";
/// A customer who is called what a page must not take for its own.
const HOSTILE: &str = "<img src=x onerror=alert(1)>\u{202e}'\"& Sons";

/// A house with two customers who asked the same, of whom the one who is called so was told something.
fn house() -> House {
    let house = House::open();
    let told = house.team.add(HARBOUR, HOSTILE, 240_000, DAY).id;
    house.team.add("harbour-bank-vendor-assessment.xls", "Fernhill Trust", 60_000, DAY);
    // Accounts were made by the real clock, behind which nothing is released.
    let desk = Desk { now: Timestamp::now(), ..house.team.desk("r.ellis", DAY) };
    review::questions(&desk, &told, &review::Which::default()).unwrap();
    let done = release(&desk, &told, Some(&house.team.folder.path().join("out")), false).unwrap();
    assert!(matches!(done, Release::Done(_)), "{done:?}");
    house
}

/// The work item for which a question of both customers waits.
fn exit(house: &House) -> Item {
    let items = backlog::list(&house.team.desk("", DAY), &Which::default()).unwrap();
    items.into_iter().find(|item| item.waits.iter().any(|waits| waits.place.to_string() == EXIT)).unwrap()
}

/// Puts the missing answer into the bank.
fn answer(house: &House, question: &str) {
    let place = BankPlace::new(house.team.bank());
    let hand = |by: &str| Hand { by: by.into(), on: DAY, seen: None };
    let fields = Fields {
        question: Some(question.to_owned()),
        verdict: Some(Verdict::No),
        owner: Some("compliance".into()),
        audience: Some(Audience::Nda),
        text: Some("We have not rehearsed a stressed exit with a customer.".into()),
        ..Fields::default()
    };
    curate::new(&place, "stressed-exit", "continuity", &fields, &hand("s.lund")).unwrap();
    curate::approve(&place, &["stressed-exit".into()], &hand("m.okafor")).unwrap();
}

#[test]
fn an_item_is_closed_only_when_its_gap_is_gone_and_shows_what_that_refilled() {
    let house = house();
    let item = exit(&house);
    let path = format!("/work-items/{}", item.item.id);
    let page = house.get(&path, "sales");
    assert!(page.text.contains("/bank/new?question="), "{}", page.text);
    let still = house.post(&format!("{path}/state"), "sales", &[("state", "done")]);
    assert_eq!(still.status, StatusCode::CONFLICT);
    assert!(still.text.contains("the gap is still there"), "{}", still.text);
    assert!(house.get(&path, "sales").text.contains("Nothing yet."), "what is refused is not recorded");
    answer(&house, &item.waits[0].question);
    let done = house.post(&format!("{path}/state"), "sales", &[("state", "done")]);
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    assert!(done.text.contains("It is done") && done.text.contains("/bank/stressed-exit"), "{}", done.text);
    assert!(done.text.contains("tag gap\">gap") && done.text.contains("Fernhill Trust"), "{}", done.text);
    assert!(house.get(&path, "sales").text.contains("said that it is done"));
    assert!(!house.get("/work-items", "sales").text.contains(&item.item.id), "it is not to be done any more");
    assert!(house.get("/work-items?state=done", "sales").text.contains(&item.item.id));
}

#[test]
fn items_are_taken_given_away_and_merged_and_taken_apart() {
    let house = house();
    let items = backlog::list(&house.team.desk("", DAY), &Which::default()).unwrap();
    let (one, other) = (&items[0].item.id, &items[1].item.id);
    let path = format!("/work-items/{one}");
    let took = house.post(&format!("{path}/owner"), "reviewer", &[("owner", "reviewer.person")]);
    assert!(took.text.contains("It is yours now"), "{}", took.text);
    let mine = house.get("/work-items?owner=mine", "reviewer");
    assert!(mine.text.contains(one.as_str()) && !mine.text.contains(other.as_str()));
    assert_eq!(house.post(&format!("{path}/owner"), "reviewer", &[("owner", " ")]).status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(house.post(&format!("{path}/state"), "reviewer", &[("state", "wont-do")]).status, StatusCode::UNPROCESSABLE_ENTITY);
    let both = house.get(&format!("{path}/merge?with={other}"), "reviewer");
    assert!(both.text.contains(&format!("{path}/merge")) && both.text.contains(&format!("/work-items/{other}/merge")));
    assert_eq!(house.post(&format!("{path}/merge"), "reviewer", &[("other", other.as_str())]).leads_to(), format!("/work-items/{other}"));
    let merged = backlog::show(&house.team.desk("", DAY), other).unwrap();
    assert_eq!(merged.same, std::slice::from_ref(one));
    assert_eq!(house.post(&format!("/work-items/{other}/apart"), "reviewer", &[("other", one.as_str())]).status, StatusCode::SEE_OTHER);
    assert!(backlog::show(&house.team.desk("", DAY), other).unwrap().same.is_empty());
    assert_eq!(house.get("/work-items/wi-000000000000", "reviewer").status, StatusCode::NOT_FOUND);
}

#[test]
fn every_export_is_a_file_and_changes_nothing() {
    let house = house();
    let item = exit(&house).item.id;
    let entries = || answerbank::engine::keep::entries(&house.team.desk("", DAY)).unwrap();
    let before = entries();
    for (to, name) in [
        ("csv", "work-items.csv"),
        ("json", "work-items.json"),
        ("jira", "work-items-jira.csv"),
        ("gitlab", "work-items-gitlab.csv"),
        ("github", "work-items-github.csv"),
    ] {
        let file = house.get(&format!("/work-items/export/{to}?words=exit"), "sales");
        let named = file.headers["content-disposition"].to_str().unwrap();
        assert!(named.starts_with("attachment") && named.contains(&format!("filename=\"{name}\"")), "{named}");
        assert!(file.text.contains(&item), "{to}: {}", file.text);
    }
    assert_eq!(entries(), before);
    assert_eq!(house.get("/work-items/export/exe", "sales").status, StatusCode::NOT_FOUND);
}

#[test]
fn a_recall_is_looked_at_by_everybody_and_recorded_by_a_curator() {
    let house = house();
    let path = "/recall?about=encryption-at-rest&why=a+key+was+lost";
    let look = house.get(path, "sales");
    assert!(look.text.contains("1 customer to tell") && look.text.contains("Draft notice"), "{}", look.text);
    assert!(!look.text.contains("Record the recall"), "sales is not offered what it may not do");
    let fields = [("about", "encryption-at-rest"), ("why", "a key was lost"), ("wrong", "true")];
    assert_eq!(house.post("/recall", "sales", &fields).status, StatusCode::FORBIDDEN);
    let silent = house.post("/recall", "curator", &[("about", "encryption-at-rest"), ("why", " ")]);
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(house.get("/recall", "curator").text.contains("Nothing was ever taken back"));
    let recorded = house.post("/recall", "curator", &fields);
    assert_eq!(recorded.status, StatusCode::SEE_OTHER, "{}", recorded.text);
    let page = house.get(recorded.leads_to(), "sales");
    assert!(page.text.contains("curator.person") && page.text.contains("it was untrue"), "{}", page.text);
    let notice = page.text.split("href=\"/recall/notice?").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
    let notice = house.get(&format!("/recall/notice?{notice}"), "sales");
    assert!(notice.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert!(notice.text.contains("We no longer make this statement") || notice.text.contains("Our answer is now"), "{}", notice.text);
    assert_eq!(house.get("/recall?about=no-such-answer", "sales").status, StatusCode::NOT_FOUND);
}

#[test]
fn strangers_texts_stay_texts_on_every_page() {
    let house = house();
    let name = "%3Cimg%20src%3Dx%20onerror%3Dalert%281%29%3E%E2%80%AE%27%22%26%20Sons";
    let item = format!("/work-items/{}", exit(&house).item.id);
    let customer = format!("/ledger/customers/{name}");
    let pages = [
        "/work-items",
        "/work-items?words=%22%3E%3Cscript%3E",
        &item,
        "/ledger",
        "/ledger?customer=%22%3E%3Cscript%3E&answer=%22%3E%3Cscript%3E&words=%22%3E%3Cscript%3E",
        &customer,
        "/ledger/contradictions",
        "/ledger/unused",
        "/recall?about=encryption-at-rest&why=%22%3E%3Cscript%3E",
        "/overview",
    ];
    for path in pages {
        let page = house.get(path, "admin");
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
        assert!(!page.text.contains("<img src=x") && !page.text.contains("><script>") && !page.text.contains('\u{202e}'), "{path}");
    }
    let page = house.get(&customer, "admin");
    assert!(page.text.contains("⟨U+202E⟩") && page.text.contains("statements held"), "{}", page.text);
    assert_eq!(house.get("/ledger/customers/Nobody", "admin").status, StatusCode::NOT_FOUND);
}

#[test]
fn the_overview_says_how_far_sales_are_and_where_nothing_is_says_what_to_do() {
    let empty = House::open();
    for (path, says) in [
        ("/overview", "Nobody waits for an answer"),
        ("/work-items", "Nothing is to be done"),
        ("/ledger", "Nobody was told anything yet"),
        ("/recall", "Nothing was ever taken back"),
    ] {
        let page = empty.get(path, "sales");
        assert!(page.text.contains(says), "{path}: {}", page.text);
    }
    let house = house();
    let page = house.get("/overview", "sales");
    assert!(page.text.contains("<data class=\"number\" value=\"300000\">"), "what both sales are worth together: {}", page.text);
    assert!(page.text.contains("released in part") && page.text.contains("Fernhill Trust"), "{}", page.text);
    assert!(page.text.contains("aria-label=\"Gaps by family of controls\""), "{}", page.text);
}

#[test]
fn nobody_waits_until_every_questionnaire_was_looked_at_anew() {
    let house = House::open();
    let file = house.team.folder.path().join("long.csv");
    for number in 0..2 {
        let asked: String = (0..260).map(|row| format!("{row},Is gadget {row} of series {number} watched?,\n")).collect();
        std::fs::write(&file, format!("No,Question,Answer\n{asked}")).unwrap();
        house.team.add(file.to_str().unwrap(), &format!("Customer {number}"), 1_000, DAY);
    }
    assert!(!house.get("/work-items", "sales").text.contains("here as before"), "they were looked at when they came in");
    answer(&house, "Have you rehearsed a stressed exit with a customer?");
    // So long the server believes that nobody else wrote into the bank.
    std::thread::sleep(std::time::Duration::from_secs(1));
    let page = house.get("/work-items", "sales").text;
    assert!(page.contains("here as before"), "{page}");
    let item = page.split("href=\"/work-items/wi-").nth(1).unwrap().split('"').next().unwrap();
    let item = house.get(&format!("/work-items/wi-{item}"), "sales");
    assert_eq!(item.status, StatusCode::OK, "{}", item.text);
    // Programs get the whole, however long it takes.
    let listed = house.get("/api/v1/work-items", "sales");
    assert_eq!(listed.status, StatusCode::OK, "{}", listed.text);
    assert!(!house.get("/work-items", "sales").text.contains("here as before"));
}
