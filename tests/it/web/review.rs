//! The review: what is listed, what is recorded, what is refused, who sees whose decision; hostile texts stay texts.

use axum::body::Body;
use axum::http::StatusCode;
use jiff::civil::Date;

use super::{Answer, DAY, House};
use answerbank::domain::review::OutcomeKind;
use answerbank::engine::review::{self, Row, Wanted};

const FORM: &str = "harbour-bank-vendor-assessment.xlsx";

fn house() -> (House, String) {
    let house = House::open();
    let id = house.team.add(FORM, "Harbour Bank", 120_000, DAY).id;
    (house, id)
}

fn waiting(house: &House, id: &str, on: Date) -> Vec<Row> {
    house.team.rows(on, id, Some(OutcomeKind::Review))
}

fn in_address(text: &str) -> String {
    text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// What stands between two marks of a page.
fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let begun = &text[text.find(from).unwrap_or_else(|| panic!("no {from} in {text}")) + from.len()..];
    &begun[..begun.find(to).unwrap()]
}

/// Sends a part's form as the review's own script does.
fn sent(house: &House, role: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", in_address(value))).collect();
    let request =
        house.request("POST", path, role).header("content-type", "application/x-www-form-urlencoded").header("hx-request", "true");
    house.send(request.body(Body::from(body.join("&"))).unwrap())
}

#[test]
fn every_question_is_listed_and_a_filter_only_hides() {
    let (house, id) = house();
    let rows = house.team.rows(DAY, &id, None);
    let page = house.get(&format!("/questionnaires/{id}/review?stand=gap"), "reviewer");
    assert_eq!(page.status, StatusCode::OK);
    let listed: Vec<&str> = page.text.split("<li class=\"q\"").skip(1).collect();
    assert_eq!(listed.len(), rows.len());
    for (row, listed) in rows.iter().zip(listed) {
        let tag = &listed[..listed.find('>').unwrap()];
        assert_eq!(tag.ends_with(" hidden"), row.stands != OutcomeKind::Gap, "{tag}");
    }
    assert!(!page.text.contains("style="), "no style in the page itself");
}

#[test]
fn words_that_went_stand_as_they_stood() {
    let (house, id) = house();
    let mut long = 0;
    for row in waiting(&house, &id, DAY) {
        let detail = house.get(&format!("/questionnaires/{id}/questions/{}", in_address(&row.line.place.to_string())), "reviewer").text;
        for gone in detail.split("<del>").skip(1) {
            let gone = &gone[..gone.find("</del>").unwrap()];
            assert!(!gone.contains("  "), "{gone}");
            long += usize::from(gone.split(' ').count() > 4);
        }
    }
    assert!(long > 0, "nowhere did several words go");
}

#[test]
fn accepting_bears_what_was_shown_and_tells_what_changed() {
    let (house, id) = house();
    let row = &waiting(&house, &id, DAY)[0];
    let path = format!("/questionnaires/{id}/questions/{}", in_address(&row.line.place.to_string()));
    let detail = house.get(&path, "reviewer").text;
    let (seen, proposed) = (between(&detail, "name=\"seen\" value=\"", "\""), between(&detail, "name=\"proposed\" value=\"", "\""));
    assert!(proposed.starts_with(row.line.answer.as_ref().unwrap().as_str()), "{proposed}");
    let done =
        sent(&house, "reviewer", &format!("{path}/decide"), &[("what", "accept"), ("seen", seen), ("proposed", proposed), ("since", seen)]);
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    assert!(done.text.contains("data-stand=\"filled\"") && done.text.contains("data-told=\"reviewer.person gave"), "{}", done.text);
    // Whoever looks on gets the same row, and only that one.
    let others = house.get(&format!("/questionnaires/{id}/review/rows?since={seen}"), "sales").text;
    assert_eq!(others.matches("<li class=\"q\"").count(), 1, "{others}");
    let after = between(&others, "data-seen=\"", "\"").to_owned();
    assert!(!house.get(&format!("/questionnaires/{id}/review/rows?since={after}"), "sales").text.contains("<li"));
}

#[test]
fn an_answer_that_says_something_else_than_was_shown_is_not_accepted() {
    let (house, id) = house();
    let row = &waiting(&house, &id, DAY)[0];
    let path = format!("/questionnaires/{id}/questions/{}/decide", in_address(&row.line.place.to_string()));
    let proposed = format!("{} sha256:0000", row.line.answer.as_ref().unwrap());
    let seen = review::stands_now(&house.team.desk("", DAY), &id).unwrap().latest.to_string();
    let answer = sent(&house, "reviewer", &path, &[("what", "accept"), ("seen", &seen), ("proposed", &proposed)]);
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.text.contains("says something else now") && answer.text.contains("Nothing was recorded"), "{}", answer.text);
    assert_eq!(waiting(&house, &id, DAY)[0].line.place, row.line.place);
}

#[test]
fn who_decides_too_late_is_shown_both_and_keeps_the_words() {
    let (house, id) = house();
    let row = &waiting(&house, &id, DAY)[0];
    let place = row.line.place.to_string();
    let path = format!("/questionnaires/{id}/questions/{}", in_address(&place));
    let detail = house.get(&path, "reviewer").text;
    let seen = between(&detail, "name=\"seen\" value=\"", "\"").to_owned();
    house.team.decide("m.okafor", DAY, &id, &place, Wanted::Accept).unwrap();
    let late = [("what", "reject"), ("reason", "we never promised <this>"), ("seen", seen.as_str())];
    let refused = sent(&house, "reviewer", &format!("{path}/decide"), &late);
    assert_eq!(refused.status, StatusCode::CONFLICT);
    for told in ["Somebody decided meanwhile", "m.okafor</b> gave", "we never promised &#60;this&#62;</textarea>"] {
        assert!(refused.text.contains(told), "{told}: {}", refused.text);
    }
    // Having seen it, the same person may decide over it.
    let seen = between(&refused.text, "name=\"seen\" value=\"", "\"").to_owned();
    let over = [("what", "reject"), ("reason", "we never promised this"), ("seen", seen.as_str()), ("since", seen.as_str())];
    let done = sent(&house, "reviewer", &format!("{path}/decide"), &over);
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    assert!(done.text.contains("data-stand=\"rejected\""), "{}", done.text);
}

#[test]
fn rejecting_needs_a_reason_and_a_plain_form_leads_back() {
    let (house, id) = house();
    let row = &waiting(&house, &id, DAY)[0];
    let path = format!("/questionnaires/{id}/questions/{}", in_address(&row.line.place.to_string()));
    let seen = review::stands_now(&house.team.desk("", DAY), &id).unwrap().latest.to_string();
    let bare = house.post(&format!("{path}/decide"), "reviewer", &[("what", "reject"), ("seen", &seen)]);
    assert!(bare.status.is_client_error() && bare.text.contains("only with a reason"), "{}", bare.text);
    let done = house.post(&format!("{path}/decide"), "reviewer", &[("what", "reject"), ("reason", "not ours"), ("seen", &seen)]);
    assert_eq!((done.status, done.leads_to()), (StatusCode::SEE_OTHER, path.as_str()));
    let asked = house.post(&format!("{path}/assign"), "reviewer", &[("to", "sales.person")]);
    assert_eq!(asked.status, StatusCode::SEE_OTHER);
    let page = house.get(&path, "reviewer").text;
    for told in ["rejected it", "not ours", "asked sales.person to decide"] {
        assert!(page.contains(told), "{told}");
    }
}

#[test]
fn accepting_together_shows_each_and_takes_only_what_was_shown() {
    let (house, id) = house();
    let rows = house.team.rows(DAY, &id, None);
    let numbers: Vec<String> =
        rows.iter().enumerate().filter(|(_, row)| row.stands == OutcomeKind::Review).map(|(at, _)| at.to_string()).collect();
    let path = format!("/questionnaires/{id}/review/together");
    let shown = house.get(&format!("{path}?rows={}", numbers.join(".")), "reviewer").text;
    let items: Vec<String> =
        shown.split("name=\"item\" value=\"").skip(1).map(|item| item[..item.find('"').unwrap()].replace("&#38;", "&")).collect();
    assert!(!items.is_empty(), "{shown}");
    let seen = between(&shown, "name=\"seen\" value=\"", "\"").to_owned();
    let mut fields: Vec<(&str, &str)> = vec![("seen", &seen)];
    fields.extend(items.iter().map(|item| ("item", item.as_str())));
    let done = sent(&house, "reviewer", &path, &fields);
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    assert_eq!(done.text.matches("accepted</span>").count(), items.len());
    // The same again was not seen by anybody: all or none.
    assert_eq!(sent(&house, "sales", &path, &fields).status, StatusCode::CONFLICT);
    let many: Vec<(&str, &str)> = std::iter::once(("seen", seen.as_str())).chain((0..51).map(|_| ("item", items[0].as_str()))).collect();
    let refused = sent(&house, "reviewer", &path, &many);
    assert!(refused.text.contains("too many to have been looked at"), "{}", refused.text);
}

#[test]
fn hostile_questions_stay_texts() {
    let house = House::open();
    let file = house.team.folder.path().join("hostile.csv");
    let texts = [
        "Do you <img src=x onerror=alert(1)> encrypt data at rest?",
        "Is access \u{202e}reviewed\u{200b} every quarter?",
        "Do you keep \"'><script>alert(2)</script> logs?",
    ];
    let rows: String = texts.iter().enumerate().map(|(n, text)| format!("{n},\"{}\",,\n", text.replace('"', "\"\""))).collect();
    std::fs::write(&file, format!("ID,Question,Answer,Comment\n{rows}")).unwrap();
    let incoming = review::Incoming { file, products: Vec::new(), ..house.team.incoming(FORM, "Evil <b>Corp</b>", 1) };
    let id = review::add(&house.team.desk("r.ellis", DAY), &incoming).unwrap().id;
    let mut pages = vec![house.get(&format!("/questionnaires/{id}/review"), "reviewer").text];
    for row in house.team.rows(DAY, &id, None) {
        pages.push(house.get(&format!("/questionnaires/{id}/questions/{}", in_address(&row.line.place.to_string())), "reviewer").text);
    }
    assert!(pages.len() > 3, "{} pages", pages.len());
    for page in &pages {
        assert!(!page.contains("<img src=x") && !page.contains("<script>alert") && !page.contains("<b>Corp"), "{page}");
        assert!(!page.contains('\u{202e}') && !page.contains('\u{200b}'), "invisible characters are shown as marks");
    }
    assert!(pages[0].contains("⟨U+202E⟩reviewed⟨U+200B⟩"), "{}", pages[0]);
}
