//! What was found by attacking the security team's commands: each a way in which something untrue could have left, or work been lost.

use std::path::Path;

use answerbank::bank::{folder, format};
use answerbank::domain::bank::Audience;
use answerbank::domain::standing::{Scope, validity};
use answerbank::engine::curate::{self, Fields, Hand};
use answerbank::engine::evidence::{NewEvidence, add};
use answerbank::engine::export::{ExportFormat, export};
use answerbank::engine::import::{Order, Source, import};
use answerbank::engine::lint::fix;
use answerbank::engine::publish::publish;

use super::{approved, day, folder_of, hand, place, put};
use crate::table::check_rows;

const X: &str = "+++\nid = \"x\"\nquestion = \"Is it so?\"\nverdict = \"info\"\nowner = \"o\"\naudience = \"public\"\n+++\nIt is.\n";

fn scope() -> Scope {
    Scope { date: day("2026-11-21"), audience: Audience::Public, products: Vec::new(), regions: Vec::new() }
}

fn exported(root: &Path) -> Result<usize, String> {
    export(&place(root), &scope(), false, ExportFormat::Json).map(|out| out.answers).map_err(|failure| failure.message)
}

#[test]
fn a_bank_whose_own_rules_cannot_be_read_gives_nothing() {
    check_rows(
        r"
        version = 1/name = 'b'                                       | 1
        version = 1/name = 'b'/approver_is_not_editor = True         | error
        version = 1/name = 'b'/<<<<<<< HEAD                          | error
        version = 1/name = 'b'/customers = 'Globex'                  | error
        version = 2/name = 'b'                                       | error
        version = 1/name = 'b'/custommers = ['Globex']               | error
        version = 1/name = 'b'/products = [{ id = 'north america' }] | error
        ",
        |cells| {
            let folder = folder_of(&[("answers/x.md", &approved(X))]);
            put(folder.path(), "bank.toml", cells[0].replace('/', "\n"));
            let published = publish(&place(folder.path()), &folder.path().join("site"), day("2026-11-21"));
            let done = exported(folder.path());
            assert_eq!(done.is_ok(), published.is_ok());
            done.map_or_else(|_| "error".to_owned(), |count| count.to_string())
        },
    );
}

#[test]
fn a_customers_name_keeps_an_answer_in_wherever_and_however_it_is_written() {
    let bank = "version = 1\nname = \"b\"\ncustomers = [\"Globex\", \"Harbour Bank\"]\n";
    check_rows(
        r"
        Is it so?            | It is.                            | 1
        Is it so for Globex? | It is.                            | 0
        Is it so?            | As for GLOBEX, it is.             | 0
        Is it so?            | As for glo~bex, it is.            | 0
        Is it so?            | Ask harbour-bank.                 | 0
        Is it so?            | Globexual is a word of its own.   | 1
        Is it so?            | The harbour has a bank.           | 1
        ",
        |cells| {
            // ~ stands for a hyphen that does not show.
            let text = approved(&X.replace("Is it so?", cells[0]).replace("It is.", &cells[1].replace('~', "\u{ad}")));
            let folder = folder_of(&[("answers/x.md", &text)]);
            put(folder.path(), "bank.toml", bank);
            exported(folder.path()).unwrap().to_string()
        },
    );
    let folder = folder_of(&[
        ("answers/x.md", &approved(X)),
        (
            "evidence/e.toml",
            "id = \"e\"\ntitle = \"Letter for Globex\"\nurl = \"https://x.example/\"\naudience = \"public\"\nowner = \"o\"\n",
        ),
    ]);
    put(folder.path(), "bank.toml", bank);
    assert_eq!(publish(&place(folder.path()), &folder.path().join("site"), day("2026-11-21")).unwrap().evidence, 0);
}

#[test]
fn what_is_meant_to_stay_inside_is_never_taken_for_wording() {
    for (line, caught) in [
        ("## Internal", false),
        ("## internal", false),
        (" ## Internal", true),
        ("##\tInternal", true),
        ("## Internal.", true),
        ("## Internal notes (do not share)", true),
        ("## *Internal*", true),
        ("## Intern", true),
        ("**Internal**", true),
        ("Internal:", true),
        ("> ## Internal", true),
        ("Internal\n--------", true),
        ("## Internal <!-- x -->", true),
        ("### Internal audits", false),
        ("Internal audits are held yearly.", false),
        ("Internal traffic is encrypted too:", false),
    ] {
        let mut problems = Vec::new();
        let read = format::answer("x.md", &X.replace("It is.", &format!("It is.\n\n{line}\nCANARY")), &mut problems).unwrap();
        let kept = caught || line.eq_ignore_ascii_case("## internal");
        assert_eq!(problems.iter().any(|problem| problem.kind == "heading"), caught, "{line:?}");
        assert!(!kept || read.verdict.is_none() || !read.wording.contains("CANARY"), "{line:?}");
    }
    let folder = folder_of(&[("answers/x.md", X)]);
    for fields in [
        Fields { internal: Some("a\n## Details\nCANARY".into()), ..Fields::default() },
        Fields { short: Some("a\n## Details\nb".into()), ..Fields::default() },
        Fields { text: Some("a\n## Internal\nb".into()), ..Fields::default() },
    ] {
        assert!(
            curate::edit(&place(folder.path()), "x", &fields, &hand("a", "2026-11-21")).unwrap_err().message.contains("another section")
        );
    }
}

#[test]
fn nobody_gets_round_the_rule_that_others_approve() {
    let folder = folder_of(&[("answers/x.md", X)]);
    put(folder.path(), "bank.toml", "version = 1\nname = \"b\"\napprover_is_not_editor = true\n");
    let place = place(folder.path());
    let edit = |fields: Fields, by: &str| curate::edit(&place, "x", &fields, &hand(by, "2026-11-21")).unwrap();
    edit(Fields { text: Some("Words of a.".into()), ..Fields::default() }, "a");
    edit(Fields { tags: Some(vec!["t".into()]), ..Fields::default() }, "b");
    assert!(curate::approve(&place, &["x".into()], &hand("a", "2026-11-21")).is_err(), "who only sorts is not who wrote");
    let digest = folder::read(folder.path()).unwrap().answers[0].digest();
    let shown = curate::show(&place, "x").unwrap();
    let forged = shown.text.replace("edited =", &format!("approved = {{ by = \"c\", on = 2026-11-21, digest = \"{digest}\" }}\nedited ="));
    let refused = curate::edit_text(&place, "x", &forged, &hand("a", "2026-11-21")).unwrap_err();
    assert!(refused.message.contains("its approval"), "{refused}");
    let own = shown.text.replace("edited =", &format!("approved = {{ by = \"A\", on = 2026-11-21, digest = \"{digest}\" }}\nedited ="));
    put(folder.path(), "answers/x.md", own);
    let bank = folder::read(folder.path()).unwrap();
    let bars: Vec<String> = validity(&bank, &bank.answers[0], day("2026-11-21")).iter().map(ToString::to_string).collect();
    assert_eq!(bars, ["A approved it and edited it last, which bank.toml forbids"], "an approval that was typed in does not count either");
}

#[test]
fn an_end_is_not_moved_and_ids_that_are_named_twice_are_one() {
    let folder = folder_of(&[("answers/x.md", X)]);
    let place = place(folder.path());
    assert_eq!(curate::approve(&place, &["x".into(), "x".into()], &hand("m", "2026-11-21")).unwrap().len(), 1);
    curate::retire(&place, "x", "untrue", &hand("a", "2026-11-21")).unwrap();
    assert!(curate::retire(&place, "x", "later", &hand("m", "2099-01-01")).unwrap_err().message.contains("retired by a on 2026-11-21"));
    assert_eq!(exported(folder.path()), Ok(0));
    let unknown = Fields { unask: vec!["Never asked?".into()], ..Fields::default() };
    assert!(!unknown.is_empty());
    assert!(curate::edit(&place, "x", &unknown, &hand("a", "2026-11-21")).unwrap_err().message.contains("does not hold"));
}

fn new(file: Option<&Path>, id: &str) -> NewEvidence {
    NewEvidence {
        file: file.map(Path::to_owned),
        url: None,
        id: Some(id.into()),
        title: None,
        kind: None,
        issued: None,
        valid_until: None,
        audience: None,
        owner: Some("o".into()),
        controls: Vec::new(),
        renew: false,
        no_end: false,
    }
}

#[test]
fn evidence_is_not_revived_nor_overwritten_nor_made_of_nothing() {
    let folder = folder_of(&[]);
    let (root, outside) = (folder.path(), tempfile::tempdir().unwrap());
    let file = outside.path().join("bar.pdf");
    std::fs::write(&file, b"new").unwrap();
    put(root, "evidence/files/bar.pdf", "precious");
    assert!(add(&place(root), &new(Some(&file), "bar")).unwrap_err().message.contains("it is not of bar"));
    assert_eq!(std::fs::read(root.join("evidence/files/bar.pdf")).unwrap(), b"precious");
    let old = NewEvidence { valid_until: Some(day("2026-05-31")), ..new(Some(&file), "old") };
    add(&place(root), &old).unwrap();
    let moved = NewEvidence { url: Some("https://x.example/".into()), renew: true, ..new(None, "old") };
    assert!(add(&place(root), &moved).unwrap_err().message.contains("has an end"));
    add(&place(root), &NewEvidence { valid_until: Some(day("2027-05-31")), ..moved.clone() }).unwrap();
    let text = std::fs::read_to_string(root.join("evidence/old.toml")).unwrap();
    assert!(!text.contains("file =") && !text.contains("sha256") && text.contains("2027-05-31"), "{text}");
    for url in ["", "just words", "javascript:alert(1)"] {
        assert!(add(&place(root), &NewEvidence { url: Some(url.into()), ..new(None, "none") }).is_err(), "{url:?}");
    }
    assert!(add(&place(root), &NewEvidence { renew: true, ..new(Some(&file), "typo") }).unwrap_err().message.contains("to renew"));
    let same = NewEvidence { audience: Some(Audience::Nda), ..new(Some(&file), "twice") };
    assert!(add(&place(root), &same).unwrap().changed);
    assert!(!add(&place(root), &same).unwrap().changed);
    assert!(
        add(&place(root), &NewEvidence { audience: Some(Audience::Internal), ..same }).unwrap().changed,
        "what is said anew of the same file counts"
    );
    // A record of nothing, or with a misspelt date, shows nothing.
    for more in ["", "url = \"https://x.example/\"\nvalid_untill = 2020-01-01\n"] {
        put(root, "evidence/nothing.toml", format!("id = \"nothing\"\ntitle = \"T\"\nowner = \"o\"\n{more}"));
        let bank = folder::read(root).unwrap();
        assert!(answerbank::domain::standing::evidence_fault(&bank.evidence["nothing"], day("2026-11-21")).is_some(), "{more}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_never_ends_is_not_waited_for() {
    let folder = folder_of(&[("evidence/p.toml", "id = \"p\"\ntitle = \"T\"\nfile = \"pipe\"\nsha256 = \"ab\"\nowner = \"o\"\n")]);
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("evidence/pipe")).status();
    assert!(made.is_ok_and(|status| status.success()));
    let bank = folder::read(folder.path()).unwrap();
    assert_eq!(bank.evidence["p"].content, answerbank::domain::bank::EvidenceFile::Missing);
}

#[test]
fn fixing_never_makes_an_old_approval_fit_again() {
    let text = approved(&X.replace("owner", "evidence = [\"e\"]\nowner")).replace("[\"e\"]", "[\"e\", \"e\"]");
    let folder = folder_of(&[
        ("answers/x.md", &text),
        ("evidence/e.toml", "id = \"e\"\ntitle = \"E\"\nurl = \"https://x.example/\"\nowner = \"o\"\n"),
    ]);
    assert_eq!(exported(folder.path()), Ok(0));
    assert!(fix(&place(folder.path())).unwrap().is_empty());
    assert_eq!(exported(folder.path()), Ok(0));
}

fn order(root: &Path, file: &Path, source: Option<Source>, on: &str) -> Order {
    Order {
        files: vec![file.to_owned()],
        source,
        worker: answerbank::workbook::Worker::default(),
        bank: place(root),
        customer: String::new(),
        given_on: on.parse().ok(),
        date: day("2026-11-21"),
        owner: Some("desk".into()),
        topic: "imported".into(),
        columns: std::collections::BTreeMap::new(),
        framework: None,
        dry_run: false,
        only: None,
    }
}

fn library(root: &Path, text: &str, on: &str) -> answerbank::engine::import::Imported {
    let outside = tempfile::tempdir().unwrap();
    let path = outside.path().join("library.csv");
    std::fs::write(&path, text).unwrap();
    import(&order(root, &path, Some(Source::Library), on)).unwrap()
}

#[test]
fn an_import_merges_nothing_that_is_apart_and_loses_no_words() {
    let folder = folder_of(&[]);
    let root = folder.path();
    let done = library(
        root,
        "Id,Question,Alternate questions,Answer\nK-0,Where is data stored?,Please describe,EU.\nK-1,Do you encrypt backups?,Please describe,Yes.\n",
        "",
    );
    assert_eq!((done.drafted.len(), done.contradictions.len()), (2, 0));
    // Signs that mean something in a bank's file.
    library(root, "Question,Answer\nIs it odd?,\"One\n+++\n## Short\nthree\"\n", "");
    let done = library(root, "Question,Answer\nIs it secret?,\"One\n## Internal\ntwo\"\n", "");
    assert!(
        done.drafted.is_empty() && done.left_out[0].contains("this one would let it out"),
        "what was meant to stay inside is left out, not let out: {done:?}"
    );
    let bank = folder::read(root).unwrap();
    assert!(bank.problems.is_empty(), "{}", super::lines(&bank.problems));
    let odd = bank.answers.iter().find(|answer| answer.question == "Is it odd?").unwrap();
    assert_eq!((odd.wording.as_str(), odd.short.as_str()), ("One\n+++\nShort\nthree", ""));
    assert_eq!(odd.origins[0].text, "One\n+++\n## Short\nthree");
    // Words typed in an editor stay, though nothing says who typed them; so does a question that was put better.
    let path = root.join(&bank.answer("k-0").unwrap().file);
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(
        &path,
        text.replace("\nEU.\n", "\nIn Ireland.\n")
            .replace("question = \"Where is data stored?\"", "question = \"In which country is data stored?\""),
    )
    .unwrap();
    let again = "Id,Question,Alternate questions,Answer\nK-0,Where is data stored?,Please describe,EU.\n";
    assert_eq!(library(root, again, "").known, 1, "it is known by where it came from");
    put(
        root,
        &bank.answer("k-0").unwrap().file,
        std::fs::read_to_string(&path).unwrap().replace("In which country is data stored?", "Where is data stored?"),
    );
    library(root, &again.replace("EU.", "US."), "2027-01-01");
    let bank = folder::read(root).unwrap();
    assert_eq!((bank.answer("k-0").unwrap().wording.as_str(), bank.answer("k-0").unwrap().origins.len()), ("In Ireland.", 2));
}

#[test]
fn a_draft_is_the_same_in_whichever_order_the_files_came() {
    let one = "Id,Question,Answer\nA,Are backups kept?,For 30 days.\n";
    let two = "Id,Question,Answer\nA,Are backups kept?,For 90 days.\n";
    let drafts = |order: [&str; 2]| {
        let folder = folder_of(&[]);
        for text in order {
            library(folder.path(), text, if text == one { "2024-01-01" } else { "2025-01-01" });
        }
        let bank = folder::read(folder.path()).unwrap();
        bank.answers.iter().map(|answer| (answer.wording.clone(), answer.origins.clone())).collect::<Vec<_>>()
    };
    assert_eq!(drafts([one, two]), drafts([two, one]));
    assert_eq!(drafts([two, one])[0].0, "For 90 days.");
}

#[test]
fn texts_of_two_years_contradict_each_other_in_facts_and_not_in_dates() {
    let analyzer = answerbank::domain::wording::Analyzer::new(&format::built_in_vocabulary());
    let told = |cells: &[&str]| {
        let how = answerbank::domain::health::facts::between(&analyzer, cells[0], cells[1]);
        if how.is_some() { "told".to_owned() } else { String::new() }
    };
    check_rows(
        "
        We are certified to ISO 27001.                | We are not certified to ISO 27001.             | told
        We do not share customer data.                | We share customer data.                        | told
        All employees are screened before hiring.     | Employees are not screened before hiring.      | told
        Data is encrypted with AES-256.               | Data is encrypted with AES-128.                | told
        Logs are kept for 12 months.                  | Logs are kept for six months.                  | told
        We use five subprocessors.                    | We use seven subprocessors.                    | told
        Access is reviewed every quarter.             | Access is reviewed once a year.                | told
        The RTO is 4 hours.                           | The RTO is 8 hours.                            | told
        The last audit ended in March 2024.           | The last audit ended in March 2025.            |
        The report covers the year 2023.              | The report covers the year 2024.               |
        The policy is in force, version 3.1.          | The policy is in force, version 3.2.           |
        The test took place on 12 May 2024.           | The test took place on 3 June 2025.            |
        Backups in Leeds are kept for 30 days.        | Backups in Gdansk are kept for 60 days.        |
        Logs are kept for 12 months.                  | Backups are kept for 6 months.                 |
        ",
        told,
    );
}

#[test]
fn a_hand_that_edits_at_the_same_moment_is_not_written_over() {
    let folder = folder_of(&[("answers/x.md", X)]);
    let path = folder.path().join("answers/x.md");
    let seen = answerbank::bank::edit::Seen::read(&path).unwrap();
    std::fs::write(&path, X.replace("It is.", "By hand.")).unwrap();
    assert!(seen.replace("other").is_err());
    assert!(std::fs::read_to_string(&path).unwrap().contains("By hand."));
    assert_eq!(std::fs::read_dir(folder.path().join("answers")).unwrap().count(), 1);
    let unseen = Hand { by: "a".into(), on: day("2026-11-21"), seen: Some("sha256:other".into()) };
    assert!(curate::retire(&place(folder.path()), "x", "w", &unseen).is_err());
}

const YES: &str = "+++\nid = \"yes\"\nquestion = \"Are backups tested by restoring them?\"\nverdict = \"yes\"\nevidence = [\"e\"]\nowner = \"o\"\naudience = \"public\"\n+++\nYes, each quarter.\n";
const E: &str = "id = \"e\"\ntitle = \"E\"\nurl = \"https://x.example/\"\nowner = \"o\"\n";

#[test]
fn what_contradicts_itself_is_told_to_nobody_and_who_approves_it_is_told() {
    let no = YES.replace("\"yes\"\nevidence = [\"e\"]", "\"no\"").replace("id = \"yes\"", "id = \"no\"").replace("Yes, each quarter", "No");
    let folder =
        folder_of(&[("answers/yes.md", &approved(YES)), ("answers/no.md", &no), ("answers/x.md", &approved(X)), ("evidence/e.toml", E)]);
    let place = place(folder.path());
    assert_eq!(exported(folder.path()), Ok(2));
    let done = curate::approve(&place, &["no".into()], &hand("m", "2026-11-21")).unwrap();
    assert!(done[0].notes[0].contains("is asked by yes too, which says yes"), "{:?}", done[0].notes);
    assert!(done[0].notes[1].contains("no day of review"));
    let out = export(&place, &scope(), false, ExportFormat::Csv).unwrap();
    assert_eq!((out.answers, out.left_out.len()), (1, 2));
    let site = folder.path().join("site");
    let done = publish(&place, &site, day("2026-11-21")).unwrap();
    assert_eq!(
        (done.answers, done.left_out),
        (
            1,
            vec![
                "no: yes asks the same, and that says yes where this says no".to_owned(),
                "yes: no asks the same, and that says no where this says yes".to_owned()
            ]
        )
    );
    assert!(export(&place, &scope(), true, ExportFormat::Csv).unwrap().left_out.is_empty(), "for ourselves all of it is there");
}

#[test]
fn a_draft_does_not_stand_in_the_way_of_what_may_be_given() {
    use answerbank::engine::check::{self, check};
    let outside = tempfile::tempdir().unwrap();
    let form = outside.path().join("form.csv");
    std::fs::write(&form, "Id,Question,Answer\n1,Are backups tested by restoring them regularly?,\n2,Is it so?,\n").unwrap();
    let forecast = |root: &Path| {
        let order = check::Order {
            customer: None,
            deal: None,
            store: std::path::PathBuf::new(),
            files: vec![form.clone()],
            worker: answerbank::workbook::Worker::default(),
            layout: answerbank::engine::mapping::LayoutFrom::default(),
            bank: place(root),
            scope: scope(),
            overwrite: false,
            review_minutes: 1.0,
            item_minutes: 1.0,
        };
        let counts = check(&order).unwrap().counts;
        (counts.filled, counts.review, counts.gap)
    };
    let folder = folder_of(&[("answers/yes.md", &approved(YES)), ("answers/x.md", &approved(X)), ("evidence/e.toml", E)]);
    let before = forecast(folder.path());
    library(folder.path(), "Id,Question,Answer\nd-1,Are backups tested by restoring them regularly?,We did so.\n", "2024-01-01");
    let (filled, review, gap) = forecast(folder.path());
    assert_eq!((filled + review, gap), (before.0 + before.1, before.2), "{before:?}");
    assert_eq!(filled, 1, "what a draft asks too is looked at by a person");
}

#[test]
fn a_heading_in_front_does_not_hide_that_the_bank_knows_the_question() {
    let folder = folder_of(&[("answers/yes.md", &approved(YES)), ("evidence/e.toml", E)]);
    let outside = tempfile::tempdir().unwrap();
    let path = outside.path().join("form.csv");
    std::fs::write(&path, "Domain,Question,Answer,Comment\nContinuity,Are backups tested by restoring them?,No,\nContinuity,Do you have a continuity plan for your sites?,Yes,Since 2019.\n").unwrap();
    let done = import(&order(folder.path(), &path, None, "")).unwrap();
    assert_eq!((done.drafted.len(), done.contradictions.len()), (1, 1), "{done:?}");
    assert!(done.contradictions[0].what.contains("yes says yes"), "{done:?}");
}

#[test]
fn another_question_at_the_same_place_of_a_file_of_the_same_name_is_another_statement() {
    let folder = folder_of(&[]);
    library(folder.path(), "Id,Question,Verdict\n1,Is MFA enforced for all staff?,Yes\n", "2025-01-01");
    let done = library(folder.path(), "Id,Question,Verdict\n1,Has any customer data been stolen in the last year?,Yes\n", "2026-01-01");
    assert_eq!((done.drafted.len(), done.extended.len(), done.known), (1, 0, 0), "{done:?}");
}

#[test]
fn an_internal_note_changes_nothing_else() {
    let text = approved(
        "+++\nid = \"x\"\nquestion = \"Q?\"\nverdict = \"info\"\nowner = \"o\"\n+++\nYes.\n## Details\n## At rest\nAES.\n\n\n## Short\nYes.\n",
    );
    let folder = folder_of(&[("answers/x.md", &text)]);
    let before = folder::read(folder.path()).unwrap().answers[0].digest();
    let note = Fields { internal: Some("Ask legal.".into()), ..Fields::default() };
    curate::edit(&place(folder.path()), "x", &note, &hand("a", "2026-11-21")).unwrap();
    let after = folder::read(folder.path()).unwrap().answers.remove(0);
    assert_eq!((after.digest(), after.edited), (before, None));
    let file = std::fs::read_to_string(folder.path().join("answers/x.md")).unwrap();
    assert_eq!(file, format!("{}\n\n## Internal\nAsk legal.\n", text.trim_end()));
}

#[test]
fn versions_of_a_product_do_not_contradict_each_other_and_an_end_needs_no_whole_links() {
    let answer = |id: &str, verdict: &str, product: &str| {
        approved(&format!(
            "+++\nid = \"{id}\"\nquestion = \"Is it so?\"\nverdict = \"{verdict}\"\nevidence = [\"e\"]\nowner = \"o\"\naudience = \"public\"\nproducts = [\"{product}\"]\n+++\nWords of {id}.\n"
        ))
    };
    for (other, errors) in [("cloud 5.x", 0), ("cloud 4.2", 1), ("cloud", 1), ("edge", 0)] {
        let folder = folder_of(&[
            ("answers/a.md", &answer("a", "yes", "cloud 4.x")),
            ("answers/b.md", &answer("b", "no", other)),
            ("evidence/e.toml", E),
        ]);
        let (_, problems) = answerbank::engine::lint::lint(&place(folder.path()), day("2026-11-21")).unwrap();
        let found = problems.iter().filter(|problem| problem.kind == "contradiction").count();
        assert_eq!(found, errors, "{other}");
    }
    let folder = folder_of(&[("answers/x.md", &X.replace("owner", "controls = [\"gone\"]\nowner"))]);
    let place = place(folder.path());
    curate::retire(&place, "x", "its control is gone", &hand("a", "2026-11-21")).unwrap();
    let worse = Fields { evidence: Some(vec!["none".into()]), ..Fields::default() };
    assert!(curate::edit(&place, "x", &worse, &hand("a", "2026-11-21")).is_err(), "no further fault is let in");
}
