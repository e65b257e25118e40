//! Two entries that ask the same become one: what is shown before is what is written; both files or none; an approval falls where it must.

use std::path::Path;

use answerbank::engine::FailureKind;
use answerbank::engine::curate::{Merge, merge, plan};
use answerbank::engine::lint;

use super::{approved, day, folder_of, hand, place};

const ONE: &str = r#"+++
id = "backups"
question = "Are backups taken?"
also_asked = ["Do you take backups?"]
verdict = "yes"
controls = ["BCK-01"]
owner = "it-operations"
audience = "nda"
edited = { by = "j.lind", on = 2026-05-03 }
+++
Backups are taken every day.
"#;
const OTHER: &str = r#"+++
id = "backup-copies"   # older than the other
question = "Do you make backup copies of customer data?"
also_asked = ["Are backups taken ?", "Is there a backup?"]
verdict = "yes"
controls = ["BCK-01", "BCK-02"]
evidence = ["plan"]
owner = "it-operations"
audience = "public"
edited = { by = "j.lind", on = 2026-05-03 }
+++
We make backup copies.
"#;

fn bank() -> tempfile::TempDir {
    let control = |id: &str| {
        format!(
            "id = {id:?}\ntitle = \"Backups\"\nstatement = \"We back up.\"\nstate = \"in-place\"\nowner = \"ops\"\nsatisfies = []\nevidence = []\n"
        )
    };
    let (one, other) = (approved(ONE), approved(OTHER));
    let evidence =
        "id = \"plan\"\ntitle = \"Plan\"\nkind = \"policy\"\nurl = \"https://example.com/plan\"\naudience = \"nda\"\nowner = \"ops\"\n";
    folder_of(&[
        ("bank.toml", "version = 1\nname = \"Test\"\ndefault_owner = \"desk\"\n"),
        ("controls/BCK-01.toml", &control("BCK-01")),
        ("controls/BCK-02.toml", &control("BCK-02")),
        ("evidence/plan.toml", evidence),
        ("answers/a/backups.md", &one),
        ("answers/b/backup-copies.md", &other),
    ])
}

fn wanted() -> Merge {
    Merge {
        stays: "backups".into(),
        goes: "backup-copies".into(),
        asked: true,
        controls: true,
        evidence: true,
        why: "both ask for backups".into(),
    }
}

fn texts(root: &Path) -> [String; 2] {
    ["answers/a/backups.md", "answers/b/backup-copies.md"].map(|file| std::fs::read_to_string(root.join(file)).unwrap())
}

#[test]
fn what_is_shown_is_what_is_written() {
    let folder = bank();
    let before = texts(folder.path());
    let shown = plan(&place(folder.path()), &wanted(), &hand("m.okafor", "2026-11-21")).unwrap();
    assert_eq!(texts(folder.path()), before, "a plan writes nothing");
    assert!(shown.approval_falls);
    assert_eq!(shown.careful, ["audience: backups has nda, backup-copies has public"]);
    // "Are backups taken ?" is asked already.
    assert!(
        shown.stays.changes.contains(&"also_asked: +Do you make backup copies of customer data?, +Is there a backup?".to_owned()),
        "{:?}",
        shown.stays.changes
    );
    assert!(shown.stays.changes.contains(&"controls: +BCK-02".to_owned()) && shown.stays.changes.contains(&"evidence: +plan".to_owned()));
    let seen = [shown.stays.seen.as_str(), shown.goes.seen.as_str()];
    merge(&place(folder.path()), &wanted(), seen, &hand("m.okafor", "2026-11-21")).unwrap();
    let after = texts(folder.path());
    assert_eq!(after, [shown.stays.after, shown.goes.after]);
    assert!(after[0].contains("edited = { by = \"m.okafor\", on = 2026-11-21 }"), "{}", after[0]);
    assert!(after[1].contains("retired = { by = \"m.okafor\", on = 2026-11-21, why = \"merged into backups: both ask for backups\" }"));
    assert!(after[1].contains("# older than the other"), "comments stay");
}

#[test]
fn without_anything_new_the_approval_stays() {
    let folder = bank();
    let nothing = Merge { asked: false, controls: false, evidence: false, ..wanted() };
    let shown = plan(&place(folder.path()), &nothing, &hand("m.okafor", "2026-11-21")).unwrap();
    assert!(!shown.approval_falls && shown.stays.changes.is_empty(), "{:?}", shown.stays.changes);
    assert_eq!(shown.stays.before, shown.stays.after);
}

#[test]
fn a_file_that_was_changed_meanwhile_leaves_both_as_they_are() {
    let folder = bank();
    let shown = plan(&place(folder.path()), &wanted(), &hand("m.okafor", "2026-11-21")).unwrap();
    // Of the two, the one that would be written last.
    let path = folder.path().join("answers/b/backup-copies.md");
    std::fs::write(&path, format!("{}\nOne more line.\n", texts(folder.path())[1])).unwrap();
    let before = texts(folder.path());
    let seen = [shown.stays.seen.as_str(), shown.goes.seen.as_str()];
    let failure = merge(&place(folder.path()), &wanted(), seen, &hand("m.okafor", "2026-11-21")).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Changed, "{failure}");
    assert_eq!(texts(folder.path()), before);
}

#[test]
fn one_entry_an_ended_one_and_no_reason_are_refused() {
    let folder = bank();
    let place = place(folder.path());
    let by = hand("m.okafor", "2026-11-21");
    let told = |wanted: &Merge| plan(&place, wanted, &by).unwrap_err().message;
    assert_eq!(told(&Merge { goes: "backups".into(), ..wanted() }), "backups: this is one entry");
    assert_eq!(told(&Merge { goes: "nobody".into(), ..wanted() }), "nobody: there is no such answer");
    let shown = plan(&place, &wanted(), &by).unwrap();
    let seen = [shown.stays.seen.as_str(), shown.goes.seen.as_str()];
    let silent = merge(&place, &Merge { why: " ".into(), ..wanted() }, seen, &by).unwrap_err();
    assert_eq!(silent.message, "the reason is empty");
    merge(&place, &wanted(), seen, &by).unwrap();
    assert!(told(&wanted()).starts_with("backup-copies: it is retired by m.okafor on 2026-11-21"));
}

#[test]
fn pairs_are_told_by_id_and_gone_once_they_are_one() {
    let folder = bank();
    let place = place(folder.path());
    let pairs = |date: &str| -> Vec<(String, String, &'static str)> {
        let found = lint::apart(&place, day(date)).unwrap().pairs;
        found.into_iter().map(|pair| (pair.one, pair.other, pair.problem.kind)).collect()
    };
    assert_eq!(pairs("2026-11-21"), [("backups".to_owned(), "backup-copies".to_owned(), "wording-twice")]);
    let by = hand("m.okafor", "2026-11-21");
    let shown = plan(&place, &wanted(), &by).unwrap();
    merge(&place, &wanted(), [&shown.stays.seen, &shown.goes.seen], &by).unwrap();
    assert_eq!(pairs("2026-11-21"), []);
}
