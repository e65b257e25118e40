//! Which changes of a bank leave the matches of every question as they were.

use answerbank::domain::bank::{Audience, Bank, ControlState, Stamp, Verdict};
use answerbank::domain::found::matches_alike;

use super::{bank, day};

/// What is changed, and how.
type Change<'c> = (&'c str, &'c dyn Fn(&mut Bank));

#[test]
fn matches_are_kept_where_nothing_that_they_read_changed() {
    let before = bank("a yes + b no");
    let alike = |change: &dyn Fn(&mut Bank)| {
        let mut after = before.clone();
        change(&mut after);
        matches_alike(&before, &after)
    };
    let stamp = || Stamp { by: "m.okafor".into(), on: day("2026-02-02") };
    let others: [Change; 9] = [
        ("nothing", &|_| {}),
        ("approved anew", &|bank| bank.answers[0].approved = Some((stamp(), "sha256:0".into()))),
        ("retired", &|bank| bank.answers[1].retired = Some((stamp(), "replaced".into()))),
        ("verdict", &|bank| bank.answers[0].verdict = Some(Verdict::Partly)),
        ("audience", &|bank| bank.answers[0].audience = Audience::Internal),
        ("review", &|bank| bank.answers[0].review_by = Some(day("2027-01-01"))),
        ("owner and short words", &|bank| (bank.answers[0].owner, bank.answers[0].short) = ("b".into(), "In short.".into())),
        ("a control", &|bank| bank.controls.get_mut("C-1").unwrap().state = ControlState::Partly),
        ("evidence", &|bank| drop(bank.evidence.remove("fresh"))),
    ];
    for (what, change) in others {
        assert!(alike(change), "{what}");
    }
    let read: [Change; 10] = [
        ("question", &|bank| bank.answers[0].question.push('?')),
        ("another wording", &|bank| bank.answers[1].also_asked.push("Is it?".into())),
        ("answer", &|bank| bank.answers[0].wording.push('!')),
        ("tags", &|bank| bank.answers[0].tags.push("t".into())),
        ("no draft any more", &|bank| bank.answers[0].approved = None),
        ("id", &|bank| bank.answers[0].id = "c".into()),
        ("order", &|bank| bank.answers.swap(0, 1)),
        ("one less", &|bank| drop(bank.answers.pop())),
        ("vocabulary", &|bank| bank.vocabulary.push(vec!["mfa".into(), "two-factor".into()])),
        ("the bar", &|bank| bank.ready_bar += 0.01),
    ];
    for (what, change) in read {
        assert!(!alike(change), "{what}");
    }
}
