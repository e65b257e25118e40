//! History from git: versions with what they changed, renames followed, nothing of the repository run.

use std::path::{Path, PathBuf};
use std::process::Command;

use answerbank::engine::curate::{self, Fields};
use answerbank::engine::upkeep::history;

use super::{folder_of, hand, place, put};
use crate::table::check;

fn git() -> PathBuf {
    std::env::split_paths(&std::env::var_os("PATH").unwrap()).map(|folder| folder.join("git")).find(|git| git.is_file()).unwrap()
}

fn run(root: &Path, arguments: &[&str]) {
    let who = [
        "-c",
        "user.name=R. Ellis",
        "-c",
        "user.email=r@brackenfield.example",
        "-c",
        "commit.gpgsign=false",
        "-c",
        "init.defaultBranch=main",
    ];
    let output = Command::new(git())
        .arg("-C")
        .arg(root)
        .args(who)
        .args(arguments)
        .env("GIT_AUTHOR_DATE", "2026-05-03T10:00:00Z")
        .env("GIT_COMMITTER_DATE", "2026-05-03T10:00:00Z")
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_history_of_an_answer_says_what_each_version_changed() {
    let text = "+++\nid = \"x\"\nquestion = \"Is it so?\"\nverdict = \"info\"\nowner = \"o\"\n+++\n\nIt is so with AES-128 everywhere.\n";
    let folder = folder_of(&[("answers/old/x.md", text)]);
    let root = folder.path();
    let place = place(root);
    let refused = history(&place, "x", &git()).unwrap_err();
    assert!(refused.hint.contains("git init"), "{refused}: {}", refused.hint);
    run(root, &["init", "-q"]);
    run(root, &["add", "-A"]);
    run(root, &["commit", "-qm", "The first words"]);
    std::fs::create_dir(root.join("answers/new")).unwrap();
    run(root, &["mv", "answers/old/x.md", "answers/new/x.md"]);
    run(root, &["commit", "-qm", "Another folder"]);
    let edit = Fields { text: Some("It is so with AES-256 everywhere.".into()), ..Fields::default() };
    curate::edit(&place, "x", &edit, &hand("j.lind", "2026-05-03")).unwrap();
    run(root, &["commit", "-qam", "Stronger now"]);
    curate::approve(&place, &["x".into()], &hand("m.okafor", "2026-05-04")).unwrap();
    // A repository may bring programs along; none of them runs.
    let marker = root.join("ran");
    put(root, "evil.sh", format!("#!/bin/sh\ntouch {}\n", marker.display()));
    for setting in ["core.fsmonitor", "core.pager", "diff.external", "diff.evil.textconv"] {
        run(root, &["config", setting, &format!("sh {}", root.join("evil.sh").display())]);
    }
    put(root, ".git/info/attributes", "*.md diff=evil\n");
    let told: String = history(&place, "x", &git())
        .unwrap()
        .iter()
        .map(|past| format!("{} {} {}: {}\n", past.day, past.author, past.subject, past.changes.join("; ")))
        .collect();
    check(
        &told,
        "
        not committed yet: approved by m.okafor on 2026-05-04
        2026-05-03 R. Ellis Stronger now: wording: It is so with [-AES-128-]{+AES-256+} everywhere.; edited by j.lind on 2026-05-03
        2026-05-03 R. Ellis Another folder:
        2026-05-03 R. Ellis The first words: first version
        ",
    );
    assert!(!marker.exists(), "a program of the repository ran");
    // An object that is not there would be fetched by a program that the repository names.
    let blob = Command::new(git()).arg("-C").arg(root).args(["rev-parse", "HEAD~2:answers/old/x.md"]).output().unwrap().stdout;
    let blob = String::from_utf8(blob).unwrap();
    std::fs::remove_file(root.join(".git/objects").join(&blob[..2]).join(blob[2..].trim())).unwrap();
    let address = format!("ext::touch {}", marker.display());
    let settings = [
        ("core.repositoryformatversion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", &address),
        ("protocol.ext.allow", "always"),
    ];
    for (name, value) in settings {
        run(root, &["config", name, value]);
    }
    assert!(history(&place, "x", &git()).is_err());
    assert!(!marker.exists(), "a program of the repository ran");
}
