//! The bank as a list: what is found while somebody types, what the filters count, how hits are marked.

use std::collections::BTreeMap;

use answerbank::domain::snippet::{Part, Sought};
use answerbank::domain::wording::Analyzer;
use answerbank::engine::BankPlace;
use answerbank::engine::entries::{Facet, Order, Shelf, Wanted, list};

use super::{approved, day, folder_of, place, sample};

fn marked(parts: &[Part]) -> String {
    parts.iter().map(|part| if part.found { format!("[{}]", part.text) } else { part.text.clone() }).collect()
}

#[test]
fn found_words_are_marked_in_whatever_form_and_as_far_as_they_are_typed() {
    let analyzer = Analyzer::new(&[]);
    let sought = Sought::new(&analyzer, "backups encr");
    assert_eq!(marked(&sought.in_text("Is each backup encrypted?")), "Is each [backup] [encrypted]?");
    let long = format!("{} the backup is here {}", "one two ".repeat(40), "three four ".repeat(40));
    let cut = marked(&sought.around(&long, 80));
    assert!(cut.starts_with("… ") && cut.ends_with(" …") && cut.contains("the [backup] is"), "{cut}");
    assert!(cut.chars().count() < 110, "{cut}");
    assert!(sought.all_in("Encryption of backups") && !sought.all_in("Encryption of tapes"));
    assert_eq!(marked(&Sought::new(&analyzer, "").in_text("Nothing <b>")), "Nothing <b>");
}

fn search(place: &BankPlace, words: &str, chosen: &[(Facet, &str)]) -> Shelf {
    let chosen: BTreeMap<Facet, String> = chosen.iter().map(|(facet, value)| (*facet, (*value).to_owned())).collect();
    list(place, &Wanted { words: words.into(), chosen, order: Order::Topic }, day("2026-11-21"), 0, 1000).unwrap()
}

fn ids(shelf: &Shelf) -> Vec<&str> {
    shelf.listed.iter().map(|one| one.id.as_str()).collect()
}

const ANSWER: &str =
    "+++\nid = \"ID\"\nquestion = \"Is it so?\"\nverdict = \"info\"\nowner = \"o\"\naudience = \"AUDIENCE\"\n+++\n\nIt is so.\n";

fn answer(id: &str, audience: &str) -> String {
    ANSWER.replace("ID", id).replace("AUDIENCE", audience)
}

#[test]
fn every_answer_is_in_one_state_and_the_counts_are_those_of_the_lists() {
    let late = approved(&answer("late", "nda").replace("audience", "review_by = 2026-01-01\naudience"));
    let folder = folder_of(&[
        ("answers/t/good.md", &approved(&answer("good", "public"))),
        ("answers/t/late.md", &late),
        ("answers/draft.md", &answer("draft", "nda")),
        (
            "answers/end.md",
            &approved(&answer("end", "nda")).replace("+++\n\n", "retired = { by = \"a\", on = 2026-02-01, why = \"old\" }\n+++\n\n"),
        ),
    ]);
    let place = place(folder.path());
    let all = search(&place, "", &[]);
    let states: Vec<(&str, usize)> = all.counts[&Facet::State].iter().map(|(state, count)| (state.as_str(), *count)).collect();
    assert_eq!(states, [("draft", 1), ("good", 1), ("not-good", 1), ("retired", 1)]);
    for (state, id) in [("draft", "draft"), ("good", "good"), ("not-good", "late"), ("retired", "end")] {
        assert_eq!(ids(&search(&place, "", &[(Facet::State, state)])), [id]);
    }
    let nda = search(&place, "", &[(Facet::Audience, "nda")]);
    assert_eq!((nda.found, nda.counts[&Facet::Audience]["public"], nda.counts[&Facet::Topic].get("t")), (3, 1, Some(&1)));
    assert_eq!(ids(&search(&place, "", &[(Facet::Why, "out-of-date")])), ["late"]);
    let part = list(&place, &Wanted::default(), day("2026-11-21"), 1, 2).unwrap();
    assert_eq!((part.found, ids(&part)), (4, vec!["end", "good"]));
}

#[test]
fn a_word_that_is_not_finished_finds_what_begins_so() {
    let place = BankPlace::new(sample());
    let begun = search(&place, "encryp", &[]);
    assert!(begun.found > 5 && ids(&begun).contains(&"backup-encryption"), "{:?}", ids(&begun));
    assert!(begun.listed.iter().any(|one| one.question.iter().any(|part| part.found)), "found words are marked");
    assert_eq!(ids(&search(&place, "backup-encryption", &[]))[0], "backup-encryption");
    assert_eq!(search(&place, "zzqq xxyyy", &[]).found, 0);
    let long = Wanted { words: "a".repeat(1001), ..Wanted::default() };
    assert!(list(&place, &long, day("2026-11-21"), 0, 1).is_err());
}
