//! What is due, what falls with a thing, how far requirements are met, the bank in numbers, what changed in an answer.

use answerbank::domain::bank::{Bank, Framework};
use answerbank::domain::changes::{changes, words_changed};
use answerbank::domain::coverage::Standings;
use answerbank::domain::due::due;
use answerbank::domain::impact::{Thing, impact};
use answerbank::domain::stats::stats;

use super::{answer, bank, day, list};
use crate::table::{check, check_rows};

/// The bank of tables, with two frameworks whose requirements its controls satisfy.
fn with_frameworks(answers: &str) -> Bank {
    let mut bank = bank(answers);
    for (control, satisfies) in [
        ("C-1", "f/1 f/2"),
        ("C-2", "f/2 f/3"),
        ("C-3", "f/3 f/4"),
        ("C-4", "f/5"),
        ("C-5", "f/5 f/6"),
        ("C-6", "f/7"),
        ("C-1", "f/1 f/2 g/A"),
    ] {
        bank.controls.get_mut(control).unwrap().satisfies = list(satisfies);
    }
    bank.controls.get_mut("C-1").unwrap().evidence = list("page");
    let framework = |id: &str, requirements: &str| Framework {
        id: id.into(),
        title: id.to_uppercase(),
        requirements: list(requirements).into_iter().map(|id| (id.clone(), format!("Title of {id}"))).collect(),
        ..Framework::default()
    };
    let mut f = framework("f", "1 2 3 4 5 6 7 8 9 10");
    f.related.insert("9".into(), list("g/A"));
    bank.frameworks.insert("f".into(), f);
    bank.frameworks.insert("g".into(), framework("g", "A B"));
    bank
}

#[test]
fn coverage_says_how_far_each_requirement_is_met_and_by_what() {
    let bank = with_frameworks("a yes controls=C-1 + b yes controls=C-1,C-3 + c partly controls=C-4");
    let told = |on: &str| {
        let standings = Standings::new(&bank, day(on));
        let all = bank.frameworks.values().flat_map(|framework| standings.coverage(framework));
        all.map(|one| {
            let controls: Vec<String> = one
                .controls
                .iter()
                .map(|behind| format!("{}{}", behind.control, behind.faults.iter().map(|fault| format!(" ({fault})")).collect::<String>()))
                .collect();
            let near = if one.near.is_empty() { String::new() } else { format!(" near {}", one.near.join(" ")) };
            format!(
                "{} {} [{}] stand: {} not: {}{near}\n",
                one.requirement,
                one.met.name(),
                controls.join(", "),
                one.answers.join(" "),
                one.barred.join(" ")
            )
        })
        .collect::<String>()
    };
    check(
        &told("2026-03-01"),
        "
        f/1 met [C-1] stand: a not: b
        f/2 met [C-1, C-2] stand: a not: b
        f/3 met [C-2, C-3 (evidence old expired on 2026-02-28)] stand:  not: b
        f/4 unproven [C-3 (evidence old expired on 2026-02-28)] stand:  not: b
        f/5 partly met [C-4, C-5] stand: c not:
        f/6 planned [C-5] stand:  not:
        f/7 not applicable [C-6] stand:  not:
        f/8 bare [] stand:  not:
        f/9 bare [] stand:  not:  near C-1
        f/10 bare [] stand:  not:
        g/A met [C-1] stand: a not: b
        g/B bare [] stand:  not:
        ",
    );
    assert!(told("2026-02-28").contains("f/4 met [C-3] stand: b not:"), "{}", told("2026-02-28"));
    assert!(told("2026-09-01").contains("f/3 unproven"), "{}", told("2026-09-01"));
}

#[test]
fn losing_one_thing_shows_all_that_falls_with_it() {
    let bank = with_frameworks(
        "a yes controls=C-2 + b yes controls=C-1 evidence=fresh + c partly controls=C-2 + d no controls=C-2 + e yes controls=C-2,C-5 + f info evidence=fresh + g yes",
    );
    let told = |thing: &str, on: &str| {
        let Some(impact) = impact(&bank, &Thing::parse(thing).unwrap(), day(on)) else { return "not there".to_owned() };
        let falls: Vec<&str> = impact.falls.iter().map(|one| one.id.as_str()).collect();
        let less: Vec<String> =
            impact.requirements.iter().map(|one| format!("{} {}-{}", one.requirement, one.from.name(), one.to.name())).collect();
        format!(
            "{}; falls {}; down {}; stays {}; {}",
            impact.controls.join(" "),
            falls.join(" "),
            impact.down_already.join(" "),
            impact.stays.join(" "),
            less.join(", ")
        )
    };
    check_rows(
        "
        evidence:fresh | 2026-03-01 | C-2; falls a b f; down e; stays c d; f/3 met-unproven
        evidence:fresh | 2026-09-01 | C-2; falls ; down a b e f; stays c d;
        evidence:old   | 2026-03-01 | C-3; falls ; down ; stays ;
        evidence:page | 2026-03-01 | C-1; falls b g; down ; stays ; f/1 met-unproven, g/A met-unproven
        control:C-1    | 2026-03-01 | C-1; falls b g; down ; stays ; f/1 met-planned, g/A met-planned
        control:C-2    | 2026-03-01 | C-2; falls a c; down e; stays d; f/3 met-unproven
        control:C-9    | 2026-03-01 | not there
        evidence:none  | 2026-03-01 | not there
        ",
        |cells| told(cells[0], cells[1]),
    );
    assert_eq!(Thing::parse("answer:x"), None);
}

#[test]
fn what_is_due_is_told_with_its_day_and_owner() {
    let mut bank = bank(
        "late info review=2026-02-10 + soon info review=2026-03-20 + far info review=2026-09-01 + draft info approved= + gone info review=2026-02-10 retired=2026-02-01 + \
         wrong yes controls=C-5 + rests yes controls=C-2 evidence=fresh",
    );
    bank.default_owner = "desk".into();
    bank.evidence.get_mut("fresh").unwrap().owner = "ops".into();
    for id in ["gone", "changed", "unmarked"] {
        bank.evidence.remove(id);
    }
    let told = |on: &str, until: &str| {
        due(&bank, day(on), day(until))
            .iter()
            .map(|due| {
                format!(
                    "{} {} {} {} ({}) {}\n",
                    due.by.map_or("-".into(), |by| by.to_string()),
                    due.task.name(),
                    due.about,
                    due.owner,
                    due.why,
                    due.answers
                )
            })
            .collect::<String>()
    };
    check(
        &told("2026-03-01", "2026-03-31"),
        "
        - approve answer:draft desk (it is a draft: nobody approved it) 1
        - correct answer:wrong desk (control C-5 is only planned) 1
        2026-02-10 review answer:late desk (it was to be reviewed by 2026-02-10) 1
        2026-02-28 renew evidence:old desk (it expired on 2026-02-28) 0
        2026-03-20 review answer:soon desk (it is to be reviewed by 2026-03-20) 1
        ",
    );
    assert!(
        told("2026-08-01", "2026-08-31").contains("2026-08-31 renew evidence:fresh ops (it expires on 2026-08-31) 1"),
        "{}",
        told("2026-08-01", "2026-08-31")
    );
}

#[test]
fn numbers_count_what_stands_on_a_date() {
    let bank = with_frameworks("a yes + b yes audience=nda + c no review=2026-02-10 + d partly approved= + e info retired=2026-01-10");
    let stats = stats(&bank, day("2026-03-01"));
    assert_eq!((stats.answers, stats.stand, stats.wordings), (5, 2, 5));
    check(&format!("{:?}", stats.barred), r#"{"not-approved": 1, "out-of-date": 1, "retired": 1}"#);
    check(&format!("{:?}", stats.audiences), r#"{"nda": 1, "public": 1}"#);
    check(&format!("{:?}", stats.frameworks), r#"{"f": 10, "g": 2}"#);
    // old expired, changed, gone and unmarked hold on no day.
    assert_eq!((stats.evidence, stats.evidence_faulty, stats.controls_unproven), (6, 4, 2));
}

#[test]
fn changes_are_told_key_by_key_and_word_by_word() {
    let old = answer("x yes controls=C-1,C-2 audience=nda");
    let mut new = answer("x partly controls=C-1,C-3 audience=public review=2027-01-05");
    new.wording = "Wording of another x.".into();
    new.approved.as_mut().unwrap().0.by = "s.haddad".into();
    check(
        &changes(&old, &new).join("\n"),
        "
        verdict: yes → partly
        audience: nda → public
        review_by: nothing → 2027-01-05
        controls: -C-2, +C-3
        wording: Wording of {+another +}x.
        approved by s.haddad on 2026-01-05
        ",
    );
    assert!(changes(&old, &old).is_empty());
    let long = |fact: &str| format!("{} {fact} {}", "word ".repeat(40), "other ".repeat(40));
    check(&words_changed(&long("AES-128"), &long("AES-256")), "… word word word word [-AES-128-]{+AES-256+} other other other other …");
}
