//! Writing, editing, retiring and verifying answers: what changes in a file, what never does, and that no edit is lost.

use answerbank::bank::folder;
use answerbank::domain::bank::{Audience, Verdict};
use answerbank::domain::standing::validity;
use answerbank::engine::curate::{self, Fields, Hand};
use answerbank::engine::{BankPlace, Failure};

use super::{approved, day, folder_of, hand, place, put};
use crate::table::{check, check_rows};

const X: &str = "+++\n# Ask legal first.\nid = \"x\"\nquestion = \"Is it so?\"   # as asked\nalso_asked = [\n  \"So?\", # short\n  \"Really so?\",\n]\nverdict = 'info'\nowner = \"o\"\n# Spring.\nreview_by = 2027-05-04\n+++\n\nIt is   so.\n\n## Internal\nNobody else knows.\n";

fn text(root: &std::path::Path, file: &str) -> String {
    std::fs::read_to_string(root.join(file)).unwrap()
}

fn fields(question: &str, text: &str) -> Fields {
    Fields {
        question: Some(question.into()),
        verdict: Some(Verdict::Info),
        owner: Some("o".into()),
        text: Some(text.into()),
        ..Fields::default()
    }
}

#[test]
fn an_edit_changes_what_it_says_and_keeps_everything_else() {
    let folder = folder_of(&[("answers/x.md", X)]);
    let edit = Fields {
        verdict: Some(Verdict::No),
        ask: vec!["Is that so?".into()],
        unask: vec!["So?".into()],
        tags: Some(vec!["t".into()]),
        ..Fields::default()
    };
    let done = curate::edit(&place(folder.path()), "x", &edit, &hand("j.lind", "2026-05-03")).unwrap();
    assert_eq!((done.id.as_str(), done.file.as_str()), ("x", "answers/x.md"));
    check(
        &text(folder.path(), "answers/x.md"),
        "
        +++
        # Ask legal first.
        id = \"x\"
        question = \"Is it so?\"   # as asked
        also_asked = [
        \"Really so?\",
        \"Is that so?\",
        ]
        verdict = \"no\"
        owner = \"o\"
        tags = [\"t\"]
        edited = { by = \"j.lind\", on = 2026-05-03 }
        # Spring.
        review_by = 2027-05-04
        +++

        It is   so.

        ## Internal
        Nobody else knows.
        ",
    );
    let words = Fields { text: Some("It is not.".into()), short: Some("No.".into()), ..Fields::default() };
    curate::edit(&place(folder.path()), "x", &words, &hand("j.lind", "2026-05-04")).unwrap();
    let after = text(folder.path(), "answers/x.md");
    assert!(after.ends_with("+++\n\nIt is not.\n\n## Short\nNo.\n\n## Internal\nNobody else knows.\n"), "{after}");
    let answer = folder::read(folder.path()).unwrap().answers.remove(0);
    assert_eq!((answer.wording.as_str(), answer.short.as_str()), ("It is not.", "No."));
    let gone = Fields { short: Some(String::new()), internal: Some(String::new()), ..Fields::default() };
    curate::edit(&place(folder.path()), "x", &gone, &hand("j.lind", "2026-05-04")).unwrap();
    assert!(text(folder.path(), "answers/x.md").ends_with("+++\n\nIt is not.\n"));
}

#[test]
fn line_ends_and_a_mark_in_front_survive_edits() {
    let windows = format!("\u{feff}{}", X.replace('\n', "\r\n"));
    let folder = folder_of(&[("answers/x.md", &windows)]);
    let edit = Fields { owner: Some("p".into()), text: Some("Two.\n\nLines.".into()), ..Fields::default() };
    curate::edit(&place(folder.path()), "x", &edit, &hand("j.lind", "2026-05-03")).unwrap();
    let after = text(folder.path(), "answers/x.md");
    assert!(after.starts_with("\u{feff}+++\r\n# Ask legal first.\r\n") && after.contains("\r\nTwo.\r\n\r\nLines.\r\n"), "{after:?}");
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
}

#[test]
fn an_edit_makes_an_approved_answer_a_draft_and_an_approval_by_another_gives_it_back() {
    let folder = folder_of(&[("answers/x.md", &approved(X))]);
    put(folder.path(), "bank.toml", "version = 1\nname = \"t\"\napprover_is_not_editor = true\n");
    let place = place(folder.path());
    let bars = || {
        let bank = folder::read(folder.path()).unwrap();
        validity(&bank, &bank.answers[0], day("2026-06-01")).iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    };
    let told = |failure: Failure| format!("{failure} / {}", failure.hint);
    let approve = |by: &str| curate::approve(&place, &["x".into()], &hand(by, "2026-05-10")).map(|done| done.len()).map_err(told);
    assert_eq!(bars(), "");
    assert!(approve("m.okafor").unwrap_err().contains("does not say who edited it last"));
    for (key, edit) in [
        ("owner", Fields { owner: Some("p".into()), ..Fields::default() }),
        ("tags", Fields { tags: Some(vec!["t".into()]), ..Fields::default() }),
        ("internal", Fields { internal: Some("Other.".into()), ..Fields::default() }),
        ("review_by", Fields { review_by: Some(day("2027-06-01")), ..Fields::default() }),
    ] {
        curate::edit(&place, "x", &edit, &hand("j.lind", "2026-05-04")).unwrap();
        assert_eq!(bars(), "", "{key} is not covered by an approval");
    }
    for edit in [
        Fields { question: Some("Was it so?".into()), ..Fields::default() },
        Fields { ask: vec!["Was it?".into()], ..Fields::default() },
        Fields { verdict: Some(Verdict::No), ..Fields::default() },
        Fields { audience: Some(Audience::Public), ..Fields::default() },
        Fields { products: Some(vec!["cloud".into()]), ..Fields::default() },
        Fields { regions: Some(vec!["eu".into()]), ..Fields::default() },
        Fields { text: Some("It was.".into()), ..Fields::default() },
        Fields { short: Some("It was.".into()), ..Fields::default() },
    ] {
        curate::edit(&place, "x", &edit, &hand("J.Lind", "2026-05-05")).unwrap();
        assert_eq!(bars(), "it was changed after it was approved", "{edit:?}");
        assert!(approve(" j.lind ").unwrap_err().contains("edited it last on 2026-05-05"), "whatever the case of the name");
        assert_eq!(approve("m.okafor"), Ok(1));
        assert_eq!(bars(), "");
    }
}

#[test]
fn a_new_answer_is_a_draft_where_its_id_is_free_and_makes_a_name() {
    let folder = folder_of(&[("answers/x.md", X)]);
    let new = |id: &str, topic: &str, fields: &Fields| {
        let done = curate::new(&place(folder.path()), id, topic, fields, &hand("j.lind", "2026-05-03"));
        done.map_or_else(|failure| failure.message, |done| format!("{} {}", done.file, done.bars.join("; ")))
    };
    let whole = fields("Is it new?", "It is.");
    check_rows(
        "
        y            |           | answers/y.md it is a draft: nobody approved it
        z.1          | deep/down | answers/deep/down/z.1.md it is a draft: nobody approved it
        y            |           | y: there is such an answer in answers/y.md
        Y            | other     | Y: there is such an answer in answers/y.md
        x            |           | x: there is such an answer in answers/x.md
        ../x         |           | \"../x\" makes no id
        a b          |           | \"a b\" makes no id
        .hidden      |           | \".hidden\" makes no id
        w            | ../up     | --topic: \"../up\" makes no folder
        w            | /tmp      | --topic: \"/tmp\" makes no folder
        w            | .git      | --topic: \".git\" makes no folder
        ",
        |cells| new(cells[0], cells[1], &whole),
    );
    assert_eq!(new("w", "", &Fields::default()), "w: missing: --question, --verdict, --owner");
    let strange = Fields { controls: Some(vec!["C-9".into()]), ..whole.clone() };
    assert!(new("w", "", &strange).contains("there is no control \"C-9\""));
    assert!(!folder.path().join("answers/w.md").exists());
    let bank = folder::read(folder.path()).unwrap();
    let answer = bank.answer("y").unwrap();
    assert_eq!(
        (answer.wording.as_str(), answer.audience, answer.edited.as_ref().unwrap().by.as_str()),
        ("It is.", Audience::Internal, "j.lind")
    );
}

#[test]
fn retiring_and_verifying_say_who_and_when() {
    let folder = folder_of(&[("answers/x.md", &approved(X)), ("answers/draft.md", &X.replace("\"x\"", "\"draft\""))]);
    let place = place(folder.path());
    let verified = &curate::verify(&place, &["x".into()], day("2028-05-01"), &hand("j.lind", "2027-05-01")).unwrap()[0];
    assert!(verified.bars.is_empty(), "an approval does not cover the day of review");
    let told = text(folder.path(), "answers/x.md");
    assert!(told.contains("verified = { by = \"j.lind\", on = 2027-05-01 }\n# Spring.\nreview_by = 2028-05-01\n"), "{told}");
    fn refused<T: std::fmt::Debug>(done: Result<T, Failure>) -> String {
        done.unwrap_err().message
    }
    assert_eq!(
        refused(curate::verify(&place, &["draft".into()], day("2028-05-01"), &hand("j", "2027-05-01"))),
        "draft: it is a draft: nobody approved it"
    );
    assert_eq!(
        refused(curate::verify(&place, &["x".into()], day("2027-05-01"), &hand("j", "2027-05-01"))),
        "--until 2027-05-01: this is not after 2027-05-01"
    );
    assert_eq!(refused(curate::retire(&place, "x", " ", &hand("j", "2027-05-01"))), "--why: the reason is empty");
    assert_eq!(refused(curate::retire(&place, "none", "w", &hand("j", "2027-05-01"))), "none: there is no such answer");
    let retired = curate::retire(&place, "x", "replaced by y", &hand("j.lind", "2027-06-01")).unwrap();
    assert_eq!(retired.bars, ["it is retired: replaced by y"]);
    assert_eq!(
        refused(curate::verify(&place, &["x".into()], day("2028-05-01"), &hand("j", "2027-06-02"))),
        "x: it is retired: replaced by y"
    );
}

#[test]
fn an_edit_of_what_somebody_changed_meanwhile_is_refused() {
    let folder = folder_of(&[("answers/x.md", X)]);
    let place = place(folder.path());
    let seen = curate::show(&place, "x").unwrap().seen;
    let mine = Hand { seen: Some(seen.clone()), ..hand("j.lind", "2026-05-03") };
    put(folder.path(), "answers/x.md", X.replace("It is   so.", "By hand."));
    let edit = Fields { text: Some("Mine.".into()), ..Fields::default() };
    let refused = curate::edit(&place, "x", &edit, &mine).unwrap_err();
    assert!(refused.message.contains("changed by somebody else meanwhile"), "{refused}");
    let refused = curate::edit_text(&place, "x", &X.replace("It is", "Typed:"), &mine).unwrap_err();
    assert!(refused.message.contains("changed by somebody else meanwhile"), "{refused}");
    assert!(curate::approve(&place, &["x".into()], &mine).is_err(), "what was read is not what would be approved");
    assert!(text(folder.path(), "answers/x.md").contains("By hand."));
    let now = Hand { seen: Some(curate::show(&place, "x").unwrap().seen), ..mine };
    curate::edit(&place, "x", &edit, &now).unwrap();
    assert!(text(folder.path(), "answers/x.md").contains("Mine."));
}

#[test]
fn a_text_typed_by_hand_is_taken_only_without_errors() {
    let folder = folder_of(&[("answers/x.md", X)]);
    let place = place(folder.path());
    for wrong in [
        "no front matter",
        &X.replace("'info'", "'perhaps'"),
        &X.replace("\"x\"", "\"y\""),
        &X.replace("owner", "controls = ['C-9']\nowner"),
    ] {
        assert!(curate::edit_text(&place, "x", wrong, &hand("j.lind", "2026-05-03")).is_err(), "{wrong}");
        assert_eq!(text(folder.path(), "answers/x.md"), X);
    }
    curate::edit_text(&place, "x", &X.replace("It is   so.", "It was."), &hand("j.lind", "2026-05-03")).unwrap();
    let after = text(folder.path(), "answers/x.md");
    assert!(after.contains("It was.") && after.contains("edited = { by = \"j.lind\", on = 2026-05-03 }"), "{after}");
}

#[test]
fn edits_at_the_same_time_wait_for_each_other_and_none_is_lost() {
    let folder = folder_of(&[("answers/x.md", X)]);
    let root = folder.path().to_owned();
    let edit = |number: usize| {
        let fields = Fields { ask: vec![format!("Wording number {number}?")], ..Fields::default() };
        curate::edit(&BankPlace::new(&root), "x", &fields, &hand("j.lind", "2026-05-03")).unwrap();
    };
    std::thread::scope(|scope| {
        for thread in 0..8 {
            scope.spawn(move || (0..5).for_each(|number| edit(thread * 5 + number)));
        }
    });
    let bank = folder::read(&root).unwrap();
    assert_eq!(bank.answers[0].also_asked.len(), 2 + 40);
    assert_eq!(std::fs::read_dir(root.join("answers")).unwrap().count(), 1, "nothing else is left in the folder");
}

#[test]
fn a_whole_form_changes_only_what_is_another() {
    let folder = folder_of(&[("answers/x.md", X)]);
    let place = place(folder.path());
    let whole = Fields {
        question: Some("Is it so?".into()),
        also_asked: Some(vec!["So?".into(), "Really so?".into()]),
        verdict: Some(Verdict::Info),
        controls: Some(Vec::new()),
        owner: Some("p".into()),
        audience: Some(Audience::Internal),
        choices: Some(Vec::new()),
        needs_text: Some(false),
        review_by: Some(day("2027-05-04")),
        text: Some("It is   so.".into()),
        short: Some(String::new()),
        internal: Some("Nobody else knows.".into()),
        ..Fields::default()
    };
    curate::edit(&place, "x", &whole, &hand("j.lind", "2026-05-03")).unwrap();
    let expected = X.replace("owner = \"o\"", "owner = \"p\"");
    assert_eq!(text(folder.path(), "answers/x.md"), expected, "an owner is nobody's words: no other line, no editor");
    let fewer = Fields { no_review_by: true, choices: Some(vec![choice()]), ..whole };
    curate::edit(&place, "x", &fewer, &hand("j.lind", "2026-05-03")).unwrap();
    let after = text(folder.path(), "answers/x.md");
    assert!(after.contains("choices = [{ list = [\"Implemented\", \"Planned\"], word = \"Planned\" }]"), "{after}");
    assert!(after.contains("edited = { by = \"j.lind\", on = 2026-05-03 }"), "{after}");
    assert!(after.contains("review_by = 2027-05-04"), "a day that is said is not taken away: {after}");
    let none = Fields { no_review_by: true, ..Fields::default() };
    curate::edit(&place, "x", &none, &hand("j.lind", "2026-05-03")).unwrap();
    assert!(!text(folder.path(), "answers/x.md").contains("review_by"));
}

fn choice() -> answerbank::domain::bank::Choice {
    answerbank::domain::bank::Choice { list: vec!["Implemented".into(), "Planned".into()], word: "Planned".into() }
}

#[test]
fn a_look_before_the_edit_tells_what_it_comes_to_and_writes_nothing() {
    let file = approved(&X.replace("# Ask legal first.\n", ""));
    let folder = folder_of(&[("answers/x.md", &file)]);
    let place = place(folder.path());
    let seen = curate::show(&place, "x").unwrap().seen;
    let by = Hand { seen: Some(seen), ..hand("j.lind", "2026-05-03") };
    let look = |fields: &Fields| curate::preview(&place, "x", fields, &by).unwrap();
    let words = look(&Fields { text: Some("It is not so.".into()), ..Fields::default() });
    assert!(words.falls && words.changed && !words.newer);
    let told: Vec<String> = words
        .wording
        .iter()
        .map(|piece| {
            format!(
                "{}{}",
                if piece.is_new() {
                    "+"
                } else if piece.is_old() {
                    "-"
                } else {
                    ""
                },
                piece.text
            )
        })
        .collect();
    assert!(told.iter().any(|piece| piece.starts_with('+') && piece.contains("not")), "{told:?}");
    let owner = look(&Fields { owner: Some("p".into()), ..Fields::default() });
    assert!(!owner.falls && owner.changed);
    assert_eq!(owner.changes, ["owner: o → p"]);
    assert!(!look(&Fields { owner: Some("o".into()), ..Fields::default() }).changed);
    assert_eq!(text(folder.path(), "answers/x.md"), file);
    put(folder.path(), "answers/x.md", file.replace("It is   so.", "By hand."));
    assert!(look(&Fields::default()).newer);
    assert!(curate::preview(&place, "x", &Fields { controls: Some(vec!["NO-1".into()]), ..Fields::default() }, &by).is_err());
}

#[test]
fn an_approval_of_several_names_the_text_of_each() {
    let folder = folder_of(&[("answers/x.md", X), ("answers/y.md", &X.replace("\"x\"", "\"y\""))]);
    let place = place(folder.path());
    let read = |id: &str| curate::Read { id: id.into(), seen: Some(curate::show(&place, id).unwrap().seen) };
    let both = [read("x"), read("y")];
    put(folder.path(), "answers/y.md", X.replace("\"x\"", "\"y\"").replace("It is   so.", "By hand."));
    let refused = curate::approve_read(&place, &both, &hand("m.okafor", "2026-05-04")).unwrap_err();
    assert_eq!(refused.kind, answerbank::engine::FailureKind::Changed, "{refused}");
    assert!(!text(folder.path(), "answers/x.md").contains("approved"), "all or none");
    curate::approve_read(&place, &[read("x"), read("y")], &hand("m.okafor", "2026-05-04")).unwrap();
    assert!(text(folder.path(), "answers/x.md").contains("approved") && text(folder.path(), "answers/y.md").contains("approved"));
}

/// Many edit the same answers at once, each with the text they saw: what is accepted follows on what was accepted before, and nothing is lost.
#[test]
fn of_many_who_edit_at_once_each_accepted_edit_follows_on_the_one_before() {
    let names: Vec<String> = (0..4).map(|number| format!("a{number}")).collect();
    let folder = folder_of(&[]);
    for name in &names {
        put(folder.path(), &format!("answers/{name}.md"), X.replace("\"x\"", &format!("{name:?}")).replace("It is   so.", "0"));
    }
    let edit = &|editor: usize| {
        let place = place(folder.path());
        let (mut accepted, mut refused) = (vec![0; names.len()], 0);
        for turn in 0..25 {
            let at = (editor + turn) % names.len();
            let shown = curate::show(&place, &names[at]).unwrap();
            let next: usize = shown.answer.wording.parse::<usize>().unwrap() + 1;
            let mine = Hand { seen: Some(shown.seen), ..hand(&format!("editor{editor}"), "2026-05-03") };
            let fields = Fields { text: Some(next.to_string()), ..Fields::default() };
            match curate::edit(&place, &names[at], &fields, &mine) {
                Ok(_) => accepted[at] += 1,
                Err(failure) => {
                    assert_eq!(failure.kind, answerbank::engine::FailureKind::Changed, "{failure}");
                    refused += 1;
                }
            }
        }
        (accepted, refused)
    };
    let all: Vec<(Vec<usize>, usize)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|editor| scope.spawn(move || edit(editor))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let place = place(folder.path());
    let mut total = 0;
    for (at, name) in names.iter().enumerate() {
        let accepted: usize = all.iter().map(|(accepted, _)| accepted[at]).sum();
        let stands: usize = curate::show(&place, name).unwrap().answer.wording.parse().unwrap();
        assert_eq!(stands, accepted, "{name}: each accepted edit counted one on");
        total += accepted;
    }
    assert_eq!(total + all.iter().map(|(_, refused)| refused).sum::<usize>(), 200);
    assert!(total >= names.len());
}
