//! The linter on a large bank with planted faults, what it says of pairs of answers, and what `--fix` mends and what it leaves alone.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use answerbank::bank::folder;
use answerbank::domain::bank::Severity;
use answerbank::domain::health::health;
use answerbank::domain::wording::Analyzer;
use answerbank::engine::lint::{fix, lint};

use super::{approved, day, folder_of, lines, place, put};
use crate::table::{check, check_rows};

const TODAY: &str = "2026-11-21";

/// An answer with nothing wrong about it, and what a fault changes.
fn answer(id: &str, question: &str, verdict: &str, more: &str, text: &str) -> String {
    format!(
        "+++\nid = \"{id}\"\nquestion = \"{question}\"\nverdict = \"{verdict}\"\nowner = \"team\"\naudience = \"public\"\n{more}edited = {{ by = \"j.lind\", on = 2026-01-02 }}\nreview_by = 2027-05-04\n+++\n\n{text}\n"
    )
}

fn healthy(id: &str, question: &str, text: &str) -> String {
    approved(&answer(id, question, "yes", "controls = [\"C-1\"]\n", text))
}

/// A word of its own for a number: no two share their beginning.
fn noun(number: usize) -> String {
    const SYLLABLES: [&str; 24] = [
        "ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "qui", "ro", "su", "ta", "ve", "wi", "xo", "yu", "za",
        "bre", "cli", "dro",
    ];
    let mut word = String::new();
    let mut rest = number * 7919 + 13;
    for _ in 0..4 {
        word.push_str(SYLLABLES[rest % 24]);
        rest /= 24;
    }
    word + "n"
}

/// A bank of so many healthy answers, all different, in many files.
fn large(root: &Path, count: usize) {
    put(
        root,
        "bank.toml",
        "version = 1\nname = \"large\"\nproducts = [\"cloud\"]\ncustomers = [\"Harbour Bank\", \"Acme\"]\napprover_is_not_editor = true\n",
    );
    put(root, "evidence/files/e.txt", "proof");
    put(
        root,
        "evidence/e.toml",
        record("e", "files/e.txt", &answerbank::domain::digest::sha256_hex(b"proof"), "valid_until = 2027-12-31\n"),
    );
    put(root, "controls/C-1.toml", control("C-1", "evidence = [\"e\"]\nsatisfies = [\"f/1\"]\n"));
    put(root, "frameworks/f.toml", "id = \"f\"\ntitle = \"F\"\n\n[[requirements]]\nid = \"1\"\n\n[[requirements]]\nid = \"A.8.24\"\n");
    let verbs = ["encrypt", "review", "rotate", "monitor", "restrict", "archive", "test", "scan"];
    for number in 0..count {
        let (subject, object, verb) = (noun(number), noun(number * 31 + 5), verbs[number % verbs.len()]);
        let question = format!("Do you {verb} the {subject} before {object} is changed?");
        let text = format!(
            "Yes: our engineers {verb} every {subject} in the {object} pipeline. The record of {subject} is kept for {} days.",
            30 + number % 60
        );
        put(root, &format!("answers/t{}/a{number}.md", number % 50), healthy(&format!("a{number}"), &question, &text));
    }
}

fn record(id: &str, file: &str, sha256: &str, more: &str) -> String {
    format!("id = \"{id}\"\ntitle = \"T\"\nfile = \"{file}\"\nsha256 = \"{sha256}\"\nowner = \"ops\"\n{more}")
}

fn control(id: &str, more: &str) -> String {
    format!("id = \"{id}\"\ntitle = \"T\"\nstate = \"in-place\"\nowner = \"ops\"\n{more}")
}

#[test]
fn forty_faults_of_twenty_kinds_are_found_among_ten_thousand_answers_and_no_error_is_false() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    large(root, 10_000);
    let mut planted: BTreeSet<(String, String)> = BTreeSet::new();
    for twice in ["one", "two"] {
        let own = |what: &str| {
            format!(
                "Who keeps the {} of {what} number {twice}?",
                noun(twice.len() * 97 + what.len() * 40_009 + usize::from(twice == "two") * 20_011)
            )
        };
        let mut plant = |kind: &str, file: String, text: String| {
            put(root, &file, text);
            planted.insert((kind.to_owned(), file));
        };
        let file = |kind: &str| format!("answers/z-planted/{kind}-{twice}.md");
        let id = |kind: &str| format!("{kind}-{twice}");
        let plain = |kind: &str, more: &str| {
            approved(&answer(&id(kind), &own(kind), "info", more, &format!("It is the {} team.", noun(kind.len() * 31))))
        };
        plant("syntax", file("syntax"), plain("syntax", "").replace("owner =", "owner"));
        plant("unknown-control", file("unknown-control"), plain("unknown-control", "controls = [\"C-99\"]\n"));
        plant("unknown-evidence", file("unknown-evidence"), plain("unknown-evidence", "evidence = [\"none\"]\n"));
        plant("unknown-product", file("unknown-product"), plain("unknown-product", "products = [\"toaster 2.x\"]\n"));
        plant("missing-owner", file("missing-owner"), plain("missing-owner", "").replace("owner = \"team\"\n", ""));
        plant("bad-value", file("bad-value"), plain("bad-value", "").replace("\"info\"", "\"perhaps\""));
        plant("digest", file("digest"), plain("digest", "").replace("It is the", "It was the"));
        plant("out-of-date", file("out-of-date"), plain("out-of-date", "").replace("2027-05-04", "2026-11-20"));
        plant("draft", file("draft"), answer(&id("draft"), &own("draft"), "info", "", "Nobody read this."));
        plant(
            "over-long",
            file("over-long"),
            approved(&answer(&id("over-long"), &own("over-long"), "info", "", &"Many words are here. ".repeat(90))),
        );
        plant("promise", file("promise"), approved(&answer(&id("promise"), &own("promise"), "info", "", "We always answer, guaranteed.")));
        plant(
            "customer-name",
            file("customer-name"),
            approved(&answer(&id("customer-name"), &own("customer-name"), "info", "", "As for Harbour Bank, it is so.")),
        );
        let own_words = plain("self-approved", "").replace("m.okafor", "J.Lind");
        plant("self-approved", file("self-approved"), own_words);
        plant("repeated", file("repeated"), plain("repeated", "tags = [\"t\", \"t\"]\n"));
        plant(
            "no-control",
            file("no-control"),
            approved(&answer(&id("no-control"), &own("no-control"), "yes", "evidence = [\"e\"]\n", "It is.")),
        );
        let number = if twice == "one" { 17 } else { 4_711 };
        let (subject, object) = (noun(number), noun(number * 31 + 5));
        let verb = ["encrypt", "review", "rotate", "monitor", "restrict", "archive", "test", "scan"][number % 8];
        let asked = |form: &str| form.replace("{v}", verb).replace("{s}", &subject).replace("{o}", &object);
        plant(
            "wording-twice",
            file("wording-twice"),
            healthy(&id("wording-twice"), &asked("Do you {v} the {s} before {o} is changed"), "It is done in another way."),
        );
        let no = answer(
            &id("contradiction"),
            &asked("Do you {v} {s} before the {o} is changed?"),
            "no",
            "controls = [\"C-1\"]\n",
            "That is not done here.",
        );
        plant("contradiction", file("contradiction"), approved(&no));
        let near = number + 8;
        let asked = format!(
            "Before {} is changed, do you {} your {}?",
            noun(near * 31 + 5),
            ["encrypt", "review", "rotate", "monitor", "restrict", "archive", "test", "scan"][near % 8],
            noun(near)
        );
        plant("near-duplicate", file("near-duplicate"), healthy(&id("near-duplicate"), &asked, "It is done in a third way."));
        plant("evidence-missing", format!("evidence/gone-{twice}.toml"), record(&id("gone"), "files/gone.txt", "ab", ""));
        plant("control-without-evidence", format!("controls/bare-{twice}.toml"), control(&id("bare"), ""));
    }
    assert_eq!(planted.len(), 40);
    assert_eq!(planted.iter().map(|(kind, _)| kind).collect::<BTreeSet<_>>().len(), 20);
    let (bank, problems) = lint(&place(root), day(TODAY)).unwrap();
    assert!(bank.answers.len() >= 10_000);
    let found: BTreeSet<(String, String)> = problems.iter().map(|problem| (problem.kind.to_owned(), problem.file.clone())).collect();
    let missed: Vec<_> = planted.difference(&found).collect();
    assert!(missed.is_empty(), "not found: {missed:?}");
    // What follows from a planted fault is no false alarm: the second entry of a pair is told against both planted ones.
    let follows = |kind: &str, file: &str| {
        planted.iter().any(|(_, planted)| planted == file)
            && matches!(
                kind,
                "contradiction" | "near-duplicate" | "nothing-behind" | "unused-control" | "unused-evidence" | "control-state"
            )
    };
    let strange: Vec<String> = problems
        .iter()
        .filter(|problem| !planted.contains(&(problem.kind.to_owned(), problem.file.clone())) && !follows(problem.kind, &problem.file))
        .map(ToString::to_string)
        .collect();
    assert!(strange.is_empty(), "false alarms:\n{}", strange.join("\n"));
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    assert_eq!(
        errors,
        2 * 10 + problems.iter().filter(|problem| problem.kind == "contradiction" && problem.severity == Severity::Error).count(),
        "{}",
        lines(&problems)
    );
}

/// Two answers, each `verdict control | question | text`, and what the linter says of the pair.
fn pair(one: &str, other: &str) -> String {
    let mut bank = answerbank::domain::bank::Bank::default();
    for (id, spec) in [("a", one), ("b", other)] {
        let parts: Vec<&str> = spec.splitn(3, ';').map(str::trim).collect();
        let (head, question, text) = (parts[0], parts[1], parts[2]);
        let mut words = head.split_whitespace();
        let verdict = words.next().unwrap();
        let mut more = String::new();
        for word in words {
            match word.split_once('=') {
                Some((key, value)) => writeln!(more, "{key} = [\"{value}\"]").unwrap(),
                None => writeln!(more, "controls = [\"{word}\"]").unwrap(),
            }
        }
        let text = approved(&answer(id, question, verdict, &more, text));
        let read = answerbank::bank::format::answer(&format!("answers/{id}.md"), &text, &mut Vec::new()).unwrap();
        bank.answers.push(read);
    }
    let told = health(&bank, &Analyzer::new(&answerbank::bank::format::built_in_vocabulary()), day(TODAY));
    let kinds: BTreeSet<&str> = told
        .iter()
        .map(|problem| problem.kind)
        .filter(|kind| matches!(*kind, "contradiction" | "near-duplicate" | "wording-twice"))
        .collect();
    kinds.into_iter().collect::<Vec<_>>().join(" ")
}

#[test]
fn pairs_that_contradict_or_repeat_each_other_are_told_apart_from_those_that_only_look_so() {
    check_rows(
        "
        yes C-1; Is customer data encrypted at rest?; It is. | no C-1; Do you encrypt customer data at rest?; It is not. | contradiction
        yes C-1; Is customer data encrypted at rest?; It is. | yes C-2; Do you encrypt customer data at rest?; It is so. | near-duplicate
        yes C-1; Is customer data encrypted at rest?; It is. | yes C-2; Is customer data encrypted at rest; It is so. | wording-twice
        yes C-1; Is customer data encrypted at rest?; It is. | no C-1; Is customer data encrypted in transit?; It is not. |
        yes C-1; Is customer data encrypted at rest?; It is. | no C-1; Is customer data not encrypted at rest?; It is. |
        yes C-1 products=cloud; Is customer data encrypted at rest?; It is. | no C-1 products=edge; Is customer data encrypted at rest?; It is not. |
        yes C-1 products=cloud; Is customer data encrypted at rest?; It is. | no C-1; Is customer data encrypted at rest?; It is not. | contradiction
        yes C-1 regions=eu; Is data kept in the region?; It is. | no C-1 regions=us; Is data kept in the region?; It is not. |
        yes C-1; Are backups tested?; They are. | yes C-1; How often are backups tested?; Once a quarter. |
        info C-1; How long are backups kept?; Backups are kept for 35 days. | info C-1; What is the retention of audit logs?; Backups are kept for 30 days. | contradiction
        info C-1; How long are backups kept?; Backups are kept for 35 days. | info C-2; What is the retention of audit logs?; Backups are kept for 30 days. |
        info C-1; How long are backups kept?; Backups are kept for 35 days. | info C-1; How long are logs kept?; Audit logs are kept for 365 days. |
        info C-1; Who reviews access?; Access rights are reviewed quarterly by system owners. | info C-1; What happens with access rights?; Access rights are reviewed annually by system owners. | contradiction
        info C-1; Who reviews access?; Access rights are reviewed every 90 days by owners. | info C-1; What of access?; Access rights are reviewed every 90 days by owners. |
        info C-1; What of passwords?; Passwords have at least 12 characters. | info C-1; And in the portal?; Passwords have at least 14 characters. | contradiction
        info C-1; What is your RTO?; The recovery time objective is 4 hours. | info C-1; How fast is it restored?; The recovery time objective is 8 hours. | contradiction
        info C-1; What of sessions?; Idle sessions are ended after 15 minutes. | info C-1; What of accounts?; Idle sessions are not ended after 15 minutes. | contradiction
        ",
        |cells| pair(cells[0], cells[1]),
    );
}

#[test]
fn fixing_mends_what_nobody_approved_and_changes_no_standing() {
    let repeated =
        "also_asked = [\n  \"So?\", # first\n  \"So?\",\n  \"Is it?\",\n]\nevidence = [\"e\", \"e\"]\ntags = [\"t\", \"u\", \"t\"]\n";
    let draft = answer("draft", "Is it?", "info", repeated, "It is.");
    let given = approved(&answer("given", "Was it?", "info", &repeated.replace("Is it?", "Was it?"), "It was."));
    let control = control(
        "C-1",
        "satisfies = [\n  \"F/a.8.24\", # as the auditor wrote it\n  \"f/A.8.24\",\n  \"f/none\",\n]\nevidence = [\"e\", \"e\"]\n",
    );
    let folder = folder_of(&[
        ("answers/draft.md", &draft),
        ("answers/given.md", &given),
        ("controls/C-1.toml", &control),
        ("frameworks/f.toml", "id = \"f\"\ntitle = \"F\"\n\n[[requirements]]\nid = \"A.8.24\"\n"),
        ("evidence/e.toml", "id = \"e\"\ntitle = \"E\"\nurl = \"https://x.example/\"\nowner = \"o\"\n"),
    ]);
    let before = folder::read(folder.path()).unwrap();
    let told: String = fix(&place(folder.path())).unwrap().iter().map(|one| format!("{}: {}\n", one.file, one.what)).collect();
    check(
        &told,
        "
        answers/draft.md: tags: what stood there twice or was empty stands there once
        answers/draft.md: also_asked: what stood there twice or was empty stands there once
        answers/draft.md: evidence: what stood there twice or was empty stands there once
        answers/given.md: tags: what stood there twice or was empty stands there once
        controls/C-1.toml: satisfies: F/a.8.24 is spelled f/A.8.24
        controls/C-1.toml: satisfies: what stood there twice stands there once
        controls/C-1.toml: evidence: what stood there twice stands there once
        ",
    );
    let after = folder::read(folder.path()).unwrap();
    let digest = |bank: &answerbank::domain::bank::Bank| bank.answer("given").unwrap().digest();
    assert_eq!(digest(&before), digest(&after), "what was approved is as it was");
    assert_eq!(after.answer("given").unwrap().also_asked.len(), 3);
    assert_eq!(after.answer("draft").unwrap().also_asked, ["So?"]);
    assert_eq!(after.controls["C-1"].satisfies, ["f/A.8.24", "f/none"]);
    let text = std::fs::read_to_string(folder.path().join("answers/draft.md")).unwrap();
    assert!(text.contains("  \"So?\", # first\n]"), "{text}");
    assert!(fix(&place(folder.path())).unwrap().is_empty(), "a second time there is nothing left to mend");
}
