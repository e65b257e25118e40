//! The layout of a questionnaire corrected: read anew with what a person says, decisions kept that still fit, remembered for the next copy.

use answerbank::engine::reading::{correct, look, of_text, try_out};
use answerbank::engine::release::Draft;
use answerbank::engine::release::{draft, file, look as release_look, release_kept, releases};
use answerbank::engine::review::{self, Wanted};
use answerbank::engine::summary::{beside, summary};
use jiff::civil::{Date, date};

use crate::quarter::Team;

const DAY: Date = date(2026, 11, 21);
const FORM: &str = "brightwater-requirements-matrix.xlsx";

/// The text of a mapping with its last question row cut off.
fn without_the_last_rows(text: &str) -> String {
    let rows = text.lines().find(|line| line.starts_with("rows = ")).expect("a table has rows");
    let first: u32 = rows.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect::<String>().parse().unwrap();
    text.replace(rows, &format!("rows = [\"{first}-{}\"]", first + 6))
}

#[test]
fn a_corrected_layout_is_read_anew_and_decisions_that_fit_stay() {
    let team = Team::begin();
    let id = team.add(FORM, "Brightwater", 1000, DAY).id;
    let rows = team.rows(DAY, &id, None);
    let read = look(&team.desk("", DAY), &id, false).unwrap();
    let text = without_the_last_rows(&read.text);
    let tried = try_out(&team.desk("", DAY), &id, &text).unwrap();
    let still = |row: &&review::Row| tried.found.questions.iter().any(|question| question.place() == row.line.place.to_string());
    let (first, last) = (rows.iter().find(still).unwrap(), rows.iter().find(|row| !still(row)).unwrap());
    for row in [first, last] {
        team.decide("m.okafor", DAY, &id, &row.line.place.to_string(), Wanted::Reject).unwrap();
    }
    assert!(!tried.found.questions.is_empty() && tried.found.questions.len() < rows.len());
    assert_eq!(team.rows(DAY, &id, None).len(), rows.len(), "trying records nothing");

    let done = correct(&team.desk("s.haddad", DAY), &id, &text, &read.seen, true).unwrap();
    assert_eq!((done.questions, done.before, done.kept), (tried.found.questions.len(), rows.len(), 1));
    assert!(done.lost.len() == 1 && done.lost[0].starts_with(&last.line.place.to_string()), "{:?}", done.lost);
    let now = team.rows(DAY, &id, None);
    assert_eq!(now.len(), done.questions);
    let kept = now.iter().find(|row| row.line.place == first.line.place).unwrap();
    assert!(kept.decided.as_ref().is_some_and(|decided| decided.contains("rejected")));
    assert!(done.remembered.unwrap().starts_with(team.bank().join("mappings")));
    assert!(summary(&team.desk("", DAY), &id).unwrap().received.mapping.is_some());

    // Whoever saw the old layout does not overwrite the new one.
    let late = correct(&team.desk("r.ellis", DAY), &id, &read.text, &read.seen, false).unwrap_err();
    assert!(late.message.contains("meanwhile"), "{late}");
    assert_eq!(team.rows(DAY, &id, None).len(), done.questions);

    // The next copy of the form, for somebody else, is read so without a word.
    let other = team.add(FORM, "Fernhill Trust", 1000, DAY);
    assert_eq!(other.progress.lines().len(), done.questions);
    // The sale is corrected beside it, and the layout stays.
    review::correct(&team.desk("s.haddad", DAY), &id, &|correction| correction.sale.value = Some(5)).unwrap();
    assert_eq!(team.rows(DAY, &id, None).len(), done.questions);
}

#[test]
fn a_layout_that_cannot_be_meant_changes_nothing() {
    let team = Team::begin();
    let id = team.add(FORM, "Brightwater", 1000, DAY).id;
    let before = review::log(&team.desk("", DAY), &id).unwrap().len();
    let read = look(&team.desk("", DAY), &id, false).unwrap();
    let wrong = |text: &str| correct(&team.desk("s.haddad", DAY), &id, text, &read.seen, true).unwrap_err().message;
    assert!(wrong("[[sheet]\n").contains("mapping:1"), "no TOML");
    assert!(wrong("[[sheet]]\nname = \"No such sheet\"\nskip = true\n").contains("there is no sheet"));
    let all_out: String =
        read.asked().workbook.sheets.iter().map(|sheet| format!("[[sheet]]\nname = {:?}\nskip = true\n", sheet.name)).collect();
    assert!(wrong(&all_out).contains("no question was found"));
    assert!(of_text("[[sheet]]\nnaem = 1\n").unwrap_err().message.contains("line 2"));
    assert_eq!(review::log(&team.desk("", DAY), &id).unwrap().len(), before);
    assert!(!team.bank().join("mappings").exists() || std::fs::read_dir(team.bank().join("mappings")).unwrap().next().is_none());
}

#[test]
fn a_release_is_looked_at_first_kept_and_fetched_byte_for_byte() {
    let team = Team::begin();
    let id = team.add(FORM, "Brightwater", 1000, DAY).id;
    team.rows(DAY, &id, None);
    let entries = review::log(&team.desk("", DAY), &id).unwrap().len();
    let looked = release_look(&team.desk("", DAY), &id).unwrap();
    assert!(looked.why.is_empty(), "{:?}", looked.why);
    assert_eq!(looked.counts.found, looked.counts.filled + looked.counts.kept + looked.empty.len());
    assert_eq!(review::log(&team.desk("", DAY), &id).unwrap().len(), entries, "looking records nothing");
    assert!(releases(&team.desk("", DAY), &id).unwrap().is_empty());

    let kept = release_kept(&team.desk("s.haddad", DAY), &id).unwrap().unwrap();
    assert_eq!((kept.told, kept.counts), (looked.told, looked.counts));
    let out = releases(&team.desk("", DAY), &id).unwrap();
    assert_eq!((out.len(), out[0].number, out[0].by.as_str()), (1, kept.number, "s.haddad"));
    let customer = file(&team.desk("", DAY), &id, kept.number, "customer", FORM).unwrap();
    // The terminal puts out the same bytes.
    let done = team.release(DAY, &id, "out").unwrap();
    assert!(done.again);
    assert_eq!(std::fs::read(done.workbook).unwrap(), customer.bytes);
    assert!(file(&team.desk("", DAY), &id, kept.number, "internal", FORM).is_err());
    assert!(file(&team.desk("", DAY), &id, kept.number + 1, "customer", FORM).is_err());

    let drafted = draft(&team.desk("", DAY), &id, Draft::Workbook).unwrap();
    assert_eq!((drafted.folder, drafted.name.as_str()), ("internal", format!("DRAFT-{FORM}").as_str()));
}

#[test]
fn a_questionnaire_at_a_glance_names_who_is_needed_and_what_was_carried_forward() {
    let team = Team::begin();
    let first = team.add(FORM, "Brightwater", 1000, DAY);
    let one = summary(&team.desk("", DAY), &first.id).unwrap();
    assert_eq!(one.counts.found, one.counts.filled + one.counts.review + one.counts.gap + one.counts.kept + one.counts.rejected);
    let items: usize = one.needed.iter().map(|needed| needed.items).sum();
    assert_eq!(items > 0, one.counts.gap > 0, "{:?}", one.needed);
    assert!(one.changed.is_empty() && one.earlier.is_none());
    assert_eq!(beside(&team.desk("", DAY), &first.id).unwrap().same, None);

    let row = team.rows(DAY, &first.id, None).remove(0);
    team.decide("m.okafor", DAY, &first.id, &row.line.place.to_string(), Wanted::Reject).unwrap();
    review::close(&team.desk("s.haddad", DAY), &first.id, "sent anew").unwrap();
    let second = team.add(FORM, "Brightwater", 1000, DAY);
    let again = summary(&team.desk("", DAY), &second.id).unwrap();
    assert_eq!((again.earlier.as_deref(), again.carried), (Some(FORM), 1));
    assert_eq!(beside(&team.desk("", DAY), &second.id).unwrap().same, Some(again.counts.found));
}
