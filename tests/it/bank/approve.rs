//! Approvals: what is written into a file, and when nothing is.

use answerbank::bank::{edit, folder};
use answerbank::domain::standing::validity;
use answerbank::engine::{Failure, curate};

use super::{approved, day, folder_of, hand, place};
use crate::table::{check, check_rows};

const BEFORE: &str = r#"+++
# Ask legal before changing this.
id = "x"
question = "Is it so?"   # as the standard asks it
verdict   =   'info'
owner = "o"
also_asked = [
    "So?", # short
]
# Looked at every spring.
review_by = 2027-05-04  # a Tuesday
tags = ["last"]
+++

It is   so.
"#;

#[test]
fn an_approval_adds_its_key_and_leaves_the_rest_byte_for_byte() {
    let after = edit::approved_text(BEFORE, "m.okafor", day("2026-05-04"), "sha256:ab").unwrap();
    let line = "approved = { by = \"m.okafor\", on = 2026-05-04, digest = \"sha256:ab\" }\n";
    assert_eq!(after, BEFORE.replace("# Looked at", &format!("{line}# Looked at")));
    let again = edit::approved_text(&after, "s.haddad", day("2026-06-01"), "sha256:cd").unwrap();
    assert_eq!(
        again,
        after.replace("m.okafor", "s.haddad").replace("2026-05-04, digest = \"sha256:ab", "2026-06-01, digest = \"sha256:cd")
    );
}

#[test]
fn an_approval_keeps_line_ends_marks_and_what_is_odd_in_the_body() {
    let line = "approved = { by = \"m\", on = 2026-05-04, digest = \"d\" }";
    // `>` is where the approval goes, `<` an older one, `\` a carriage return, `~` a line end, `^` the mark in front of a file.
    let cases = [
        r"+++\~id = 1\~>\~+++\~Said.\~",
        "^+++~id = 1~>~+++~Said.~",
        "+++~id = 1~>~+++",
        "+++~>~+++~Said.",
        r"+++~id = 1~>~+++~Said.\~Ends of both kinds.~\~",
        "+++~id = 1~>~# end~+++~Said.~+++~Too.~",
        "+++~< # kept~tags = []~+++~",
    ];
    for case in cases {
        let text = |approval: &str, older: &str| {
            let plain = case.replace(r">\~", approval).replace(">~", approval).replace('<', older);
            plain.replace('~', "\n").replace('\\', "\r").replace('^', "\u{feff}")
        };
        let before = text("", "approved = { by = \"old\", on = 2020-01-01 }");
        let end = if case.contains(r">\~") { r"\~" } else { "~" };
        let after = text(&format!("{line}{end}"), line);
        for text in [&before, &after] {
            assert_eq!(edit::approved_text(text, "m", day("2026-05-04"), "d").as_ref(), Ok(&after), "{case}");
        }
    }
    for bad in ["Said.\n", "+++\nid = \n+++\nSaid.\n", "+++\nid = 1\n"] {
        assert!(edit::approved_text(bad, "m", day("2026-05-04"), "d").is_err(), "{bad:?}");
    }
}

fn answer(id: &str) -> String {
    BEFORE.replace("\"x\"", &format!("\"{id}\""))
}

#[test]
fn an_approved_answer_stands_from_that_day_on() {
    let folder = folder_of(&[("answers/deep/x.md", BEFORE), ("answers/y.md", &answer("y"))]);
    let done = curate::approve(&place(folder.path()), &["x".into()], &hand("m.okafor", "2026-05-04")).unwrap();
    let bank = folder::read(folder.path()).unwrap();
    let bars = |id: &str, on: &str| {
        let bars = validity(&bank, bank.answer(id).unwrap(), day(on));
        bars.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    };
    assert_eq!((&done[0].file, &done[0].digest), (&"answers/deep/x.md".to_owned(), &bank.answer("x").unwrap().digest()));
    check_rows(
        "
        x | 2026-05-03 | it is a draft: nobody approved it
        x | 2026-05-04 |
        x | 2027-05-04 |
        x | 2027-05-05 | it was to be reviewed by 2027-05-04
        y | 2026-05-04 | it is a draft: nobody approved it
        ",
        |cells| bars(cells[0], cells[1]),
    );
}

#[test]
fn approving_is_all_or_nothing() {
    let changed = approved(&answer("changed")).replace("It is   so.", "It is not so.");
    let files = [
        ("answers/a.md", answer("a")),
        ("answers/changed.md", changed),
        ("answers/empty.md", answer("empty").replace("It is   so.", "")),
        ("answers/error.md", answer("error").replace("owner = \"o\"", "owner = 5")),
        ("answers/link.md", answer("link").replace("owner", "controls = [\"C-9\"]\nowner")),
        ("answers/one/twin.md", answer("twin")),
        ("answers/two/twin.md", answer("twin")),
        ("answers/broken.md", answer("broken").replace("id =", "id")),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let folder = folder_of(&files);
    let approve = |ids: &str, by: &str| {
        let ids: Vec<String> = ids.split(' ').map(str::to_owned).collect();
        curate::approve(&place(folder.path()), &ids, &hand(by, "2026-05-04"))
    };
    let told = |failure: Failure| format!("{failure} / {}", failure.hint);
    check_rows(
        "
        a none   | none: there is no such answer / find its id: answerbank search none
        a empty  | answers/empty.md: it has no wording / write the answer below the front matter, then approve it
        a error  | answers/error.md:6: error: owner must be a text in quotes [bad-value] / mend the file first, then approve it
        a link   | answers/link.md:6: error: controls: there is no control \"C-9\" [unknown-control] / mend the file first, then approve it
        a twin   | twin: there is no such answer / find its id: answerbank search twin
        a broken | broken: there is no such answer / find its id: answerbank search broken
        ",
        |cells| told(approve(cells[0], "m.okafor").unwrap_err()),
    );
    check(&told(approve("a", "  ").unwrap_err()), "--by: the name is empty / say who does it: --by NAME");
    for (path, text) in &files {
        assert_eq!(std::fs::read_to_string(folder.path().join(path)).unwrap(), *text, "{path} was changed");
    }
    assert_eq!(approve("a changed", "m.okafor").unwrap().len(), 2, "what changed since its approval may be approved anew");
    let left = std::fs::read_dir(folder.path().join("answers")).unwrap().count();
    assert_eq!(left, 8, "nothing else is left in the folder");
}
