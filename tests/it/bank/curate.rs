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
