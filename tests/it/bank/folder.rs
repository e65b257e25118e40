//! A whole folder → all its values and all its problems; one bad file takes out itself and nothing else.

use answerbank::bank::folder;
use answerbank::domain::bank::{Bank, Severity};
use answerbank::domain::standing::validity;
use answerbank::engine::lint;

use super::{approved, day, folder_of, lines, place, put};
use crate::table::{check, check_rows};

const GOOD: &str = "+++\nid = \"good\"\nquestion = \"Is it good?\"\nverdict = \"info\"\nowner = \"o\"\n+++\nIt is.\n";

fn answer(id: &str, more: &str) -> String {
    let verdict = if more.contains("verdict") { "" } else { "verdict = \"info\"\n" };
    format!("+++\nid = \"{id}\"\nquestion = \"Is {id} so?\"\n{verdict}owner = \"o\"\n{more}+++\nIt is.\n")
}

fn ids(bank: &Bank) -> String {
    bank.answers.iter().map(|answer| answer.id.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_kind_of_mistake_is_told_with_its_file_and_line() {
    let folder = folder_of(&[
        ("bank.toml", "version = 1\nname = \"n\"\nproducts = [\"cloud\"]\nregions = [\"eu\"]\n"),
        ("vocabulary.toml", "[[group]]\nwords = \"mfa\"\n"),
        ("frameworks/f.toml", "id = \"f\"\ntitle = \"F\"\n[[requirements]]\nid = \"1\"\n[[requirements]]\nid = \"1\"\n"),
        (
            "controls/C-1.toml",
            "id = \"C-1\"\ntitle = \"T\"\nstate = \"in-place\"\nowner = \"o\"\nsatisfies = [\"f/1\", \"f/2\"]\nevidence = [\"e\", \"none\"]\n",
        ),
        ("controls/A.toml", "id = \"C-2\"\ntitle = \"T\"\nstate = \"in-place\"\nowner = \"o\"\n"),
        ("controls/C-2.toml", "id = \"C-2\"\ntitle = \"T\"\nstate = \"planned\"\nowner = \"o\"\n"),
        ("controls/C-3.toml", "id = \"C-3\"\ntitle = \"T\"\nstate = \"soon\"\nonwer = \"o\"\n"),
        ("evidence/e.toml", "id = \"e\"\ntitle = \"T\"\nurl = \"https://u\"\nowner = \"o\"\nvalid_until = 2026-01-31\n"),
        ("evidence/gone.toml", "id = \"gone\"\ntitle = \"T\"\nowner = \"o\"\nfile = \"gone.txt\"\nsha256 = \"00\"\n"),
        ("evidence/nowhere.toml", "id = \"nowhere\"\ntitle = \"T\"\nowner = \"o\"\n"),
        ("answers/good.md", &approved(GOOD)),
        ("answers/a/twin.md", &answer("twin", "")),
        ("answers/b/twin.md", &answer("twin", "")),
        ("answers/broken.md", "+++\nid = \"broken\nquestion = \"Q?\"\n+++\nSaid.\n"),
        ("answers/changed.md", &approved(&answer("changed", "")).replace("It is.", "It is not.")),
        ("answers/draft.md", &answer("draft", "")),
        ("answers/empty.md", &approved(&answer("empty", "")).replace("It is.\n", "## Internal\nNothing.\n")),
        ("answers/late.md", &approved(&answer("late", "review_by = 2026-02-28\n"))),
        (
            "answers/links.md",
            &approved(&answer(
                "links",
                "controls = [\"C-1\", \"C-9\"]\nevidence = [\"e-9\"]\nproducts = [\"cloud\", \"edge\"]\nregions = [\"us\"]\n",
            )),
        ),
        ("answers/nothing.md", &approved(&answer("nothing", "verdict = \"yes\"\n"))),
        ("answers/owner.md", &approved(&answer("owner", "").replace("owner = \"o\"", "owner = \"\""))),
        ("answers/plain.md", "No front matter.\n"),
        ("answers/planned.md", &approved(&answer("planned", "verdict = \"yes\"\ncontrols = [\"C-2\"]\n"))),
        ("answers/proof.md", &approved(&answer("proof", "verdict = \"yes\"\nevidence = [\"e\"]\n"))),
        ("answers/typo.md", &approved(&answer("typo", "tag = [\"t\"]\n"))),
    ]);
    put(folder.path(), "answers/latin.md", b"+++\nid = \"latin\"\n+++\nCaf\xe9\n");
    let (bank, mut problems) = lint::lint(&place(folder.path()), day("2026-03-01")).unwrap();
    problems.retain(|problem| problem.severity != Severity::Hint && problem.kind != "near-duplicate" && problem.kind != "wording-twice");
    check(
        &format!("{}{}", lines(&problems), ids(&bank)),
        r#"
        answers/a/twin.md:2: error: id "twin" is used by 2 files; none of them is used [duplicate-id]
        answers/b/twin.md:2: error: id "twin" is used by 2 files; none of them is used [duplicate-id]
        answers/broken.md:2: error: invalid basic string, expected `"` [syntax]
        answers/changed.md:6: error: it was changed after it was approved [digest]
        answers/draft.md:1: warning: it is a draft: nobody approved it [draft]
        answers/empty.md:1: error: it has no wording [empty]
        answers/empty.md:6: error: it was changed after it was approved [digest]
        answers/late.md:7: warning: it was to be reviewed by 2026-02-28 [out-of-date]
        answers/latin.md:1: error: the file is not UTF-8 text [unreadable]
        answers/links.md:6: error: controls: there is no control "C-9" [unknown-control]
        answers/links.md:7: error: evidence: there is no evidence "e-9" [unknown-evidence]
        answers/links.md:8: error: products: there is no product "edge" in bank.toml [unknown-product]
        answers/links.md:9: error: regions: there is no region "us" in bank.toml [unknown-region]
        answers/nothing.md:5: warning: it says yes, and no control or evidence stands behind it [nothing-behind]
        answers/owner.md:5: error: owner is missing [missing-owner]
        answers/plain.md:1: error: an answer begins with a line +++, TOML, and a line +++ [syntax]
        answers/planned.md:6: warning: control C-2 is only planned [control-state]
        answers/proof.md:5: warning: it says yes on evidence alone: no control stands behind it [no-control]
        answers/proof.md:6: warning: evidence e expired on 2026-01-31 [evidence]
        answers/typo.md:6: error: unknown key "tag"; known keys: id, question, also_asked, verdict, controls, evidence, owner, audience, products, regions, tags, choices, needs_text, edited, approved, verified, review_by, retired, origins [unknown-key]
        controls/A.toml:1: error: id is "C-2", but the file is called "A" [id-not-file-name]
        controls/C-1.toml:5: error: satisfies: there is no requirement "f/2" in frameworks/ [unknown-requirement]
        controls/C-1.toml:6: error: evidence: there is no evidence "none" [unknown-evidence]
        controls/C-3.toml:1: error: owner is missing [missing-owner]
        controls/C-3.toml:3: error: state must be one of "in-place", "partly", "planned", "not-applicable" [bad-value]
        controls/C-3.toml:4: error: unknown key "onwer"; known keys: id, title, state, state_note, owner, responsibility, statement, satisfies, evidence [unknown-key]
        evidence/e.toml:5: warning: it expired on 2026-01-31 [expired]
        evidence/gone.toml:4: error: file: there is no such file in evidence/ [evidence-missing]
        evidence/nowhere.toml:1: error: file or url is missing [missing-key]
        frameworks/f.toml:5: warning: requirement 1 stands twice [duplicate-requirement]
        vocabulary.toml:1: error: group must be tables [[group]] with words = ["…"] [bad-value]
        changed draft empty good late links nothing owner planned proof typo
        "#,
    );
}

#[test]
fn one_bad_file_takes_out_itself_alone() {
    let bad: &[(&str, &[u8])] = &[
        ("answers/bad.md", b"+++\nid = "),
        ("answers/bad.md", b"\xff\xfe\x00"),
        ("answers/bad.md", b""),
        ("answers/deep/er/bad.md", b"+++\nid = \"bad\"\nreview_by = 5\n+++\nSaid.\n"),
        ("controls/bad.toml", b"= 1"),
        ("evidence/bad.toml", b"\xc3("),
        ("frameworks/bad.toml", b"[[requirements]]\nid = 1"),
        ("vocabulary.toml", b"group = 1"),
        ("answers/good.txt", b"\xff"),
        // No part of the bank, so no problem either.
        ("answers/.hidden.md", b"\xff"),
        ("controls/deep/bad.toml", b"\xff"),
        ("loose.md", b"\xff"),
    ];
    for (place, (path, text)) in bad.iter().enumerate() {
        let folder = folder_of(&[("answers/good.md", &approved(GOOD))]);
        put(folder.path(), path, text);
        let bank = folder::read(folder.path()).unwrap();
        assert!(validity(&bank, bank.answer("good").unwrap(), day("2026-03-01")).is_empty(), "{path}");
        assert_eq!(!bank.problems.is_empty(), place < 9, "{path}\n{}", lines(&bank.problems));
        assert!(bank.problems.iter().all(|problem| problem.file == *path), "{path}\n{}", lines(&bank.problems));
    }
}

#[test]
fn a_folder_without_bank_toml_is_no_bank() {
    let folder = tempfile::tempdir().unwrap();
    let error = folder::read(folder.path()).unwrap_err();
    assert_eq!(error.to_string(), format!("{}: there is no answer bank here (no bank.toml)", folder.path().display()));
    assert_eq!(error.hint(), "name the bank's folder with --bank; a bank is a folder with a file bank.toml");
}

#[test]
fn evidence_must_be_there_unchanged_and_inside_its_folder() {
    const HELLO: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    let folder = folder_of(&[("evidence/deep/hello.txt", "hello"), ("evidence/other.txt", "hello!"), ("outside.txt", "hello")]);
    #[cfg(unix)]
    for (name, target) in [("link.txt", "deep/hello.txt"), ("out.txt", "../outside.txt"), ("up", "..")] {
        std::os::unix::fs::symlink(target, folder.path().join("evidence").join(name)).unwrap();
    }
    let run = |cells: &[&str]| {
        let keys = cells[0].replace("ROOT", folder.path().to_str().unwrap()).replace("; ", "\n").replace("HELLO", HELLO);
        put(folder.path(), "evidence/e.toml", format!("id = 'e'\ntitle = 'T'\nowner = 'o'\n{keys}\n"));
        put(folder.path(), "answers/good.md", approved(&GOOD.replace("owner", "evidence = [\"e\"]\nowner")));
        let bank = folder::read(folder.path()).unwrap();
        validity(&bank, bank.answer("good").unwrap(), day("2026-03-01")).iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    };
    check_rows(
        "
        file = 'deep/hello.txt'; sha256 = 'HELLO'           |
        file = 'deep/hello.txt'; sha256 = 'sha256:HELLO'    |
        file = 'deep/hello.txt'                             | evidence e has no recorded digest
        file = 'other.txt'; sha256 = 'HELLO'                | evidence e was changed: its file has another digest
        file = 'gone.txt'; sha256 = 'HELLO'                 | evidence e is missing: its file is not there
        file = 'gone.txt'; url = 'https://u'                | evidence e is missing: its file is not there
        file = 'deep'; sha256 = 'HELLO'                     | evidence e is missing: its file is not there
        file = '../outside.txt'; sha256 = 'HELLO'           | evidence e is missing: its file is not there
        file = 'deep/../deep/hello.txt'; sha256 = 'HELLO'   | evidence e is missing: its file is not there
        file = 'ROOT/outside.txt'; sha256 = 'HELLO'         | evidence e is missing: its file is not there
        url = 'https://e.example'                           |
        ",
        run,
    );
    #[cfg(unix)]
    check_rows(
        "
        file = 'link.txt'; sha256 = 'HELLO'                 |
        file = 'out.txt'; sha256 = 'HELLO'                  | evidence e is missing: its file is not there
        file = 'up/outside.txt'; sha256 = 'HELLO'           | evidence e is missing: its file is not there
        ",
        run,
    );
}

#[test]
fn a_bank_whose_evidence_was_changed_is_another_bank() {
    let folder = super::folder_of(&[]);
    crate::cli::copy(&super::sample(), folder.path());
    let digest = || answerbank::bank::folder::read(folder.path()).unwrap().digest;
    let before = digest();
    let file = folder.path().join("evidence/files/kms-config-2026.txt");
    let text = std::fs::read(&file).unwrap();
    std::fs::write(&file, b"something else").unwrap();
    let changed = digest();
    std::fs::remove_file(&file).unwrap();
    assert!(before != changed && changed != digest() && before != digest());
    std::fs::write(&file, text).unwrap();
    assert_eq!(digest(), before);
}
