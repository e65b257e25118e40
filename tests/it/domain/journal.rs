//! What is recorded of a proposal that differs from the last one: with the last one it says the same as the whole.

use answerbank::domain::journal::{Entry, Event, Snapshot};
use answerbank::domain::progress::Progress;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::workbook::random::Random;

/// A form of so many questions, each standing in one of three ways, with work items in any order.
fn snapshot(random: &mut Random, questions: u32) -> Snapshot {
    let line = |random: &mut Random, row: u32| {
        let answer = random.pick(&["e", "i", ""]);
        let mut line = json!({
            "sheet": "S", "cell": format!("A{row}"), "question": "Is it?", "outcome": random.pick(&["filled", "review", "gap"]), "band": "review",
            "confidence": 0.5
        });
        if !answer.is_empty() {
            line["answer"] = answer.into();
        }
        line
    };
    let lines: Vec<Value> = (1..=questions).map(|row| line(random, row)).collect();
    let mut items = Vec::new();
    for id in ["wi-1", "wi-2", "wi-3", "wi-4"] {
        if !random.once_in(3) {
            let item = json!({
                "id": id, "kind": "no-answer", "title": random.pick(&["one", "other"]), "why": "", "to_do": "", "owner": "a", "work": "operations",
                "purpose": "trust", "requirements": [], "waiting": []
            });
            items.insert(random.below(items.len() as u32 + 1) as usize, item);
        }
    }
    let date = random.pick(&["2026-11-21", "2026-11-22"]);
    serde_json::from_value(json!({ "date": date, "bank": random.pick(&["a", "b"]), "lines": lines, "work_items": items })).unwrap()
}

#[test]
fn differences_add_up_to_the_whole() {
    let mut random = Random::Drawn(7);
    let received = json!({ "kind": "received", "name": "f.xlsx", "content": "", "customer": "H", "audience": "public", "products": [], "regions": [] });
    let entry = |number, what| Entry { number, questionnaire: Some("q-1".into()), at: Timestamp::UNIX_EPOCH, by: "a".into(), what };
    let mut progress = Progress::of([entry(1, serde_json::from_value(received).unwrap())]).unwrap();
    let (mut whole, mut differences, mut nothing) = (0, 0, 0);
    let mut now = snapshot(&mut random, 3);
    for number in 2..400 {
        if random.once_in(2) {
            let questions = if random.once_in(5) { 4 } else { 3 };
            now = snapshot(&mut random, questions);
        } else if let Some(line) = now.lines.last_mut() {
            line.answer = Some(random.pick(&["e", "i"]).to_owned());
        }
        let Some(what) = progress.proposal(&now) else {
            nothing += 1;
            assert!(progress.proposed.as_ref().unwrap().same_but_for_the_day(&now));
            continue;
        };
        match &what {
            Event::Proposed(_) => whole += 1,
            Event::ProposedAgain(_) => differences += 1,
            other => panic!("{other:?}"),
        }
        // As the journal keeps it.
        let kept: Event = serde_json::from_str(&serde_json::to_string(&what).unwrap()).unwrap();
        progress.follow(entry(number, kept));
        assert_eq!(progress.proposed.as_deref(), Some(&now), "after entry {number}");
        assert_eq!(progress.proposed_at, number);
        assert!(now.work_items.iter().all(|item| progress.items.contains_key(&item.id)));
    }
    assert!(whole > 20 && differences > 100 && nothing > 20, "{whole} {differences} {nothing}");
}

#[test]
fn a_difference_bears_what_changed_and_no_more() {
    let mut random = Random::Drawn(3);
    let before = snapshot(&mut random, 2000);
    let mut after = before.clone();
    after.lines[7].answer = Some("another".into());
    let difference = before.difference(&after).unwrap();
    assert_eq!(difference.lines, [after.lines[7].clone()]);
    assert_eq!((difference.work_items.len(), &difference.order), (0, &None));
}
