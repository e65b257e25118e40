//! What an import makes of filled questionnaires, other libraries, OSCAL files and crosswalks: drafts with their origins, contradictions told,
//! nothing approved touched, and nothing changed by a second time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use answerbank::bank::folder;
use answerbank::domain::bank::{Audience, Bank};
use answerbank::domain::cell::CellRef;
use answerbank::domain::requirement::Crosswalk;
use answerbank::domain::standing::Scope;
use answerbank::engine::export::{ExportFormat, export};
use answerbank::engine::import::{Imported, Order, Source, import};
use answerbank::workbook::{CellEdit, Limits, Worker, edit};

use super::{approved, day, folder_of, hand, place, put};
use crate::table::check;

fn order(root: &Path, files: &[PathBuf]) -> Order {
    Order {
        files: files.to_vec(),
        source: None,
        worker: Worker::default(),
        bank: place(root),
        customer: String::new(),
        given_on: None,
        date: day("2026-11-21"),
        owner: Some("desk".into()),
        topic: "imported".into(),
        columns: BTreeMap::new(),
        framework: None,
        dry_run: false,
        only: None,
    }
}

/// A fixture filled by hand: `Sheet!Cell = text` a line.
fn filled(folder: &Path, fixture: &str, name: &str, cells: &str) -> PathBuf {
    let bytes = std::fs::read(crate::fixtures::folder().join(fixture)).unwrap();
    let edits: Vec<CellEdit> = cells
        .trim()
        .lines()
        .map(|line| {
            let (place, text) = line.trim().split_once(" = ").unwrap();
            let (sheet, cell) = place.rsplit_once('!').unwrap();
            CellEdit { sheet: sheet.into(), cell: CellRef::parse(cell).unwrap(), value: text.into() }
        })
        .collect();
    let path = folder.join(name);
    std::fs::write(&path, edit(fixture, &bytes, &edits, &Limits::default()).unwrap().bytes).unwrap();
    path
}

/// The answer cell of a fixture's first question.
fn first_cell(fixture: &str) -> String {
    let path = crate::fixtures::folder().join(fixture);
    let asked = answerbank::engine::questions::questions(&Worker::default(), &path, &Default::default(), None).unwrap();
    let question = &asked.found.questions[0];
    format!("{}!{}", question.sheet, question.answer.cells[0])
}

/// All files of a bank with their texts.
fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    fn collect(root: &Path, folder: &Path, all: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(root, &path, all);
            } else {
                all.insert(path.strip_prefix(root).unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap());
            }
        }
    }
    let mut all = BTreeMap::new();
    collect(root, root, &mut all);
    all
}

fn drafts(root: &Path) -> String {
    let bank = folder::read(root).unwrap();
    assert!(bank.problems.is_empty(), "{}", super::lines(&bank.problems));
    let mut told = String::new();
    for answer in &bank.answers {
        assert!(answer.approved.is_none() && answer.audience == Audience::Internal && answer.owner == "desk", "{}", answer.id);
        let from: Vec<String> = answer.origins.iter().map(|origin| format!("{} {}", origin.file, origin.at)).collect();
        let choice = answer.choices.first().map(|choice| format!(" [{}]", choice.word)).unwrap_or_default();
        let wording = answer.wording.replace('\n', "/");
        told.push_str(&format!("{}: {}{choice} {wording:?} from {}\n", answer.id, answer.verdict.unwrap(), from.join(", ")));
    }
    told
}

const HARBOUR_2024: &str = "
    Governance & People!D6 = Yes
    Governance & People!E6 = The policy is approved by the board.
    Governance & People!D7 = Partial
    Governance & People!D12 = N/A
    Governance & People!D19 = Once a year.
    Access & Encryption!D14 = No
    Access & Encryption!E14 = Backups are not encrypted.
    ";

#[test]
fn three_filled_forms_of_three_kinds_become_the_expected_drafts() {
    let outside = tempfile::tempdir().unwrap();
    let folder = folder_of(&[]);
    let harbour = filled(outside.path(), "harbour-bank-vendor-assessment.xlsx", "harbour-2024.xlsx", HARBOUR_2024);
    let museum = filled(
        outside.path(),
        "cormorant-museum-open-form.ods",
        "museum-2025.ods",
        "
        Supplier form!C6 = Yes
        Supplier form!D6 = The policy is approved by the board.
        Supplier form!C9 = Does not apply
        Supplier form!C15 = Yes
        Supplier form!D15 = Databases and backups are encrypted with AES-256.
        ",
    );
    let wendelstein = filled(
        outside.path(),
        "wendelstein-lieferantenfragebogen.csv",
        "wendelstein.csv",
        "
        wendelstein-lieferantenfragebogen!D5 = Ja
        wendelstein-lieferantenfragebogen!E5 = Seit 2015.
        wendelstein-lieferantenfragebogen!D9 = Konten enden am letzten Arbeitstag.
        ",
    );
    let at = |files: &[PathBuf], on: &str, customer: &str| Order {
        given_on: on.parse().ok(),
        customer: customer.into(),
        ..order(folder.path(), files)
    };
    let first = import(&at(std::slice::from_ref(&harbour), "2024-03-01", "Harbour Bank")).unwrap();
    // What stood in the form before it was filled counts too: three of its cells.
    assert_eq!((first.files[0].found, first.files[0].given, first.drafted.len()), (47, 8, 8), "{:?}", first.files);
    let second = import(&at(&[museum.clone(), wendelstein.clone()], "2025-04-01", "Cormorant Museum")).unwrap();
    assert_eq!((second.drafted.len(), second.extended.len(), second.known), (3, 2, 0), "{second:?}");
    check(
        &drafts(folder.path()),
        "
        beschreiben-sie-wie-zugangsrechte-beim-austritt: info \"Konten enden am letzten Arbeitstag.\" from wendelstein.csv wendelstein!C9
        customer-data-encrypted-rest: yes \"Databases and backups are encrypted with AES-256.\" from harbour-2024.xlsx Access & Encryption!C14, museum-2025.ods Supplier form!B15
        documented-information-security-policy: yes \"The policy is approved by the board.\" from harbour-2024.xlsx Governance & People!C6, museum-2025.ods Supplier form!B6
        gibt-es-eine-von-der-freigegebene: yes \"Seit 2015.\" from wendelstein.csv wendelstein!C5
        hold-cyber-liability-insurance: yes \"Policy renewed in spring; the certificate was sent to our insurance desk.\" from harbour-2024.xlsx Governance & People!C11
        lend-staff-open-day-guides: info [Does not apply] \"Does not apply\" from museum-2025.ods Supplier form!B9
        named-critical-third-party-financial-supervisor: not-applicable \"N/A\" from harbour-2024.xlsx Governance & People!C12
        often-staff-complete-security-awareness-training: info \"Once a year.\" from harbour-2024.xlsx Governance & People!C19
        publish-list-subprocessors: yes \"List of March received by e-mail.\" from harbour-2024.xlsx Operations & Privacy!C19
        security-policies-reviewed-least-once-year: partly \"Partial\" from harbour-2024.xlsx Governance & People!C7
        ssl-tls-versions-older-than-12: yes \"Yes\" from harbour-2024.xlsx Access & Encryption!C18
        ",
    );
    let told: Vec<&str> = second.contradictions.iter().map(|one| one.what.as_str()).collect();
    assert_eq!(
        told,
        [
            "Harbour Bank, harbour-2024.xlsx Access & Encryption!C14 on 2024-03-01 and Cormorant Museum, museum-2025.ods Supplier form!B15 on 2025-04-01 disagree: no became yes"
        ]
    );
    let before = files(folder.path());
    for order in [at(&[harbour], "2024-03-01", "Harbour Bank"), at(&[museum, wendelstein], "2025-04-01", "Cormorant Museum")] {
        let again = import(&order).unwrap();
        assert_eq!((again.drafted.len(), again.extended.len(), again.contradictions.len()), (0, 0, 0));
    }
    assert!(before == files(folder.path()), "a second import changes nothing");
}

#[test]
fn marks_lists_of_their_own_words_and_numbers_that_change_are_read() {
    let outside = tempfile::tempdir().unwrap();
    let folder = folder_of(&[]);
    let matrix = filled(
        outside.path(),
        "brightwater-requirements-matrix.xlsx",
        "matrix.xlsx",
        "Requirements!E9 = x\nRequirements!H9 = Only by SAML.\nRequirements!D10 = x\nRequirements!F10 = x",
    );
    let clinic = filled(outside.path(), "sandpiper-clinic-self-assessment.xlsx", "clinic.xlsx", "Part 1!C5 = X\nPart 1!D9 = Since 2019.");
    import(&order(folder.path(), &[matrix, clinic])).unwrap();
    let bank = folder::read(folder.path()).unwrap();
    let told: Vec<String> = bank
        .answers
        .iter()
        .map(|answer| format!("{} {} {:?} {}", answer.verdict.unwrap(), answer.origins[0].at, answer.wording, answer.choices.len()))
        .collect();
    assert!(told.contains(&"partly Requirements!B9 \"Only by SAML.\" 0".to_owned()), "{told:#?}");
    assert!(!told.iter().any(|one| one.contains("Requirements!B10")), "two marks say nothing: {told:#?}");
    assert!(
        told.contains(&"info Part 1!B4 \"Since 2019.\" 1".to_owned()),
        "the word of a list that is no verdict is kept for that list: {told:#?}"
    );
    let museum = |name: &str, text: &str| {
        filled(outside.path(), "cormorant-museum-open-form.ods", name, &format!("Supplier form!C12 = Yes\nSupplier form!D12 = {text}"))
    };
    let first = museum("m1.ods", "Access rights are reviewed every 3 months by their owners.");
    let same = museum("m2.ods", "Access rights are reviewed every quarter by the owners of systems. This is logged.");
    let other = museum("m3.ods", "Access rights are reviewed every 12 months by their owners.");
    let contradictions = |file: &PathBuf| import(&order(folder.path(), std::slice::from_ref(file))).unwrap().contradictions.len();
    assert_eq!((contradictions(&first), contradictions(&same)), (0, 0), "other words are no contradiction");
    assert_eq!(contradictions(&other), 0, "the last statement said it in other words");
    let marlowe = |name: &str, text: &str| {
        filled(outside.path(), "marlowe-university-rfi.xlsx", name, &format!("{} = {text}", first_cell("marlowe-university-rfi.xlsx")))
    };
    let (none, some) = (marlowe("n1.xlsx", "Not applicable; we keep no backups."), marlowe("n2.xlsx", "Backups are kept in two regions."));
    let told = import(&order(folder_of(&[]).path(), &[none, some])).unwrap();
    assert_eq!(told.contradictions.len(), 1, "{told:?}");
    let folder = folder_of(&[]);
    let both = import(&order(folder.path(), &[first, other])).unwrap();
    assert_eq!(both.contradictions.len(), 1);
    assert!(both.contradictions[0].what.contains("every 12 months"), "{:?}", both.contradictions);
}

const HERE: &str = "+++\nid = \"here\"\nquestion = \"Is customer data encrypted at rest?\"\nverdict = \"yes\"\nevidence = [\"e\"]\nowner = \"o\"\n+++\n\nAll of it, with AES-256.\n";

#[test]
fn what_is_approved_or_written_by_hand_is_never_touched_and_its_contradictions_are_told() {
    let outside = tempfile::tempdir().unwrap();
    let by_hand = HERE
        .replace("here", "policy")
        .replace("Is customer data encrypted at rest?", "Do you have a documented information security policy?");
    let folder = folder_of(&[
        ("answers/here.md", &approved(HERE)),
        ("answers/policy.md", &by_hand),
        ("evidence/e.toml", "id = \"e\"\ntitle = \"E\"\nurl = \"https://x.example/\"\nowner = \"o\"\n"),
    ]);
    let before = files(folder.path());
    let harbour = filled(
        outside.path(),
        "harbour-bank-vendor-assessment.xlsx",
        "h.xlsx",
        "Governance & People!D6 = No\nAccess & Encryption!D14 = No",
    );
    let done = import(&Order { dry_run: true, ..order(folder.path(), std::slice::from_ref(&harbour)) }).unwrap();
    assert!(before == files(folder.path()), "a dry run writes nothing");
    assert_eq!((done.drafted.len(), done.contradictions.len()), (3, 2));
    let done = import(&order(folder.path(), &[harbour])).unwrap();
    let told: Vec<String> = done.contradictions.iter().map(|one| format!("{} {} {}", one.answer, one.approved, one.what)).collect();
    assert_eq!(
        told,
        [
            "policy false policy says yes, h.xlsx Governance & People!C6 said no",
            "here true here says yes, h.xlsx Access & Encryption!C14 said no"
        ]
    );
    let after = files(folder.path());
    assert!(before.iter().all(|(name, text)| after[name] == *text));
    assert_eq!(after.len(), before.len() + 3);
}

#[test]
fn a_draft_that_somebody_edited_keeps_their_words() {
    let outside = tempfile::tempdir().unwrap();
    let folder = folder_of(&[]);
    let form =
        |name: &str, word: &str| filled(outside.path(), "cormorant-museum-open-form.ods", name, &format!("Supplier form!C15 = {word}"));
    import(&order(folder.path(), &[form("a.ods", "Yes")])).unwrap();
    let fields = answerbank::engine::curate::Fields { text: Some("My words.".into()), ..Default::default() };
    answerbank::engine::curate::edit(&place(folder.path()), "customer-data-encrypted-rest", &fields, &hand("j.lind", "2026-11-22"))
        .unwrap();
    let done = import(&order(folder.path(), &[form("b.ods", "No")])).unwrap();
    assert_eq!((done.extended.len(), done.contradictions.len()), (1, 1));
    let answer = folder::read(folder.path()).unwrap().answers.remove(0);
    assert_eq!((answer.wording.as_str(), answer.origins.len(), answer.edited.unwrap().by.as_str()), ("My words.", 2, "j.lind"));
}

const LIBRARY: &str = "\u{feff}Ref;Thema;Frage;Alternate Questions;Antwort;Labels;SME;Last Reviewed;Next review\r\n\
    Q-1;Access control;Do you use MFA?;\"Is MFA enforced?\nTwo factors?\";\"Yes, for everybody.\";mfa, access;it;2025-02-03;2027-01-31\r\n\
    Q-2;Access control;Who reviews access?;;Team leads.;;it;03/04/2025;31 January 2027\r\n\
    Q-3;;Is it open?;;;;;;\r\n\
    Q-4;;Does it begin with a sign?;;'=1+1 is two;;;;\r\n";

#[test]
fn the_export_of_another_library_is_read_by_its_heads_or_by_those_that_are_named() {
    let outside = tempfile::tempdir().unwrap();
    let folder = folder_of(&[]);
    let path = outside.path().join("library.csv");
    std::fs::write(&path, LIBRARY).unwrap();
    let mut library = Order { source: Some(Source::Library), ..order(folder.path(), &[path]) };
    let failure = import(&library).unwrap_err();
    assert!(failure.hint.contains("--column question=HEAD"), "{failure}");
    library.columns = [("question", "Frage"), ("answer", "Antwort"), ("category", "Thema")]
        .map(|(field, head)| (field.to_owned(), head.to_owned()))
        .into();
    let done = import(&library).unwrap();
    assert_eq!(
        (done.files[0].found, done.files[0].given, done.drafted.as_slice()),
        (4, 3, ["q-1", "q-2", "q-4"].map(String::from).as_slice())
    );
    assert_eq!(done.files[0].notes, ["Q-2: given_on \"03/04/2025\" is no date that can be read in one way only; it is left out"]);
    let bank = folder::read(folder.path()).unwrap();
    let first = bank.answer("q-1").unwrap();
    assert_eq!(first.file, "answers/access-control/q-1.md");
    assert_eq!(
        (first.also_asked.as_slice(), first.tags.as_slice()),
        (["Is MFA enforced?", "Two factors?"].map(String::from).as_slice(), ["mfa", "access"].map(String::from).as_slice())
    );
    assert_eq!((first.verdict.unwrap().to_string(), first.owner.as_str(), first.review_by), ("yes".into(), "it", Some(day("2027-01-31"))));
    assert_eq!((first.origins[0].on, first.wording.as_str()), (Some(day("2025-02-03")), "Yes, for everybody."));
    assert_eq!(bank.answer("q-2").unwrap().review_by, Some(day("2027-01-31")));
    assert_eq!(bank.answer("q-4").unwrap().wording, "=1+1 is two", "the sign in front that keeps it from being a formula is taken away");
    let before = files(folder.path());
    assert_eq!(import(&library).unwrap().known, 3);
    assert!(before == files(folder.path()));
    library.columns.insert("colour".into(), "Thema".into());
    assert!(import(&library).unwrap_err().message.contains("there is no such field"));
}

#[test]
fn an_export_of_everything_comes_back_as_it_was() {
    let scope = Scope { date: day("2026-11-21"), audience: Audience::Public, products: Vec::new(), regions: Vec::new() };
    let outside = tempfile::tempdir().unwrap();
    for (format, name) in [(ExportFormat::Csv, "all.csv"), (ExportFormat::Xlsx, "all.xlsx")] {
        let out = export(&place(&super::sample()), &scope, true, format).unwrap();
        let path = outside.path().join(name);
        std::fs::write(&path, &out.bytes).unwrap();
        let folder = folder_of(&[]);
        let done = import(&Order { source: Some(Source::Library), ..order(folder.path(), &[path]) }).unwrap();
        let (old, new) = (folder::read(&super::sample()).unwrap(), folder::read(folder.path()).unwrap());
        assert_eq!((done.drafted.len(), new.answers.len()), (old.answers.len(), out.answers), "{name}");
        for answer in &old.answers {
            let back = new.answer(&answer.id).unwrap_or_else(|| panic!("{name}: {} is lost", answer.id));
            let told = |answer: &answerbank::domain::bank::Answer| {
                (
                    answer.question.clone(),
                    answer.also_asked.clone(),
                    answer.verdict,
                    answer.wording.clone(),
                    answer.owner.clone(),
                    answer.tags.clone(),
                    answer.review_by,
                    answer.file.clone(),
                )
            };
            assert_eq!(told(answer), told(back), "{name}");
        }
    }
}

const CATALOG: &str = r#"{"catalog": {"uuid": "c", "metadata": {"title": "House Rules", "version": "2"}, "groups": [{"id": "ac", "title": "Access",
    "controls": [
        {"id": "ac-1", "title": "Policy", "props": [{"name": "label", "class": "long", "value": "AC-01"}, {"name": "label", "value": "AC-1"}]},
        {"id": "ac-2", "title": "Accounts", "props": [{"name": "label", "value": "AC-2"}],
         "controls": [{"id": "ac-2.1", "title": "By machine", "props": [{"name": "label", "value": "AC-2(1)"}]},
                      {"id": "ac-2.2", "title": "Gone", "props": [{"name": "status", "value": "withdrawn"}]}]}],
    "groups": [{"controls": [{"id": "zz-9", "title": "Deep"}]}]}]}}"#;

const COMPONENTS: &str = r#"{"component-definition": {"uuid": "d", "components": [{"title": "Login Service", "description": "Signs people in.", "control-implementations": [
    {"source": "x", "implemented-requirements": [
        {"control-id": "ac-1", "description": "Written down.", "props": [{"name": "implementation-status", "value": "implemented"}]},
        {"control-id": "ac-2.1", "description": "Written down.", "props": [{"name": "implementation-status", "value": "implemented"}]},
        {"control-id": "ac-2", "description": "Half.", "props": [{"name": "implementation-status", "value": "partial"}]},
        {"control-id": "zz-9", "description": "Otherwise.", "props": [{"name": "implementation-status", "value": "alternative"}]},
        {"control-id": "zz-9", "description": ""},
        {"control-id": "no-1", "description": "Elsewhere."}]}]}]}}"#;

fn import_text(root: &Path, name: &str, text: &str, source: Option<Source>, framework: Option<&str>) -> Result<Imported, String> {
    let outside = tempfile::tempdir().unwrap();
    let path = outside.path().join(name);
    std::fs::write(&path, text).unwrap();
    let order = Order { source, framework: framework.map(str::to_owned), ..order(root, &[path]) };
    import(&order).map_err(|failure| failure.message.rsplit('/').next().unwrap_or_default().to_owned())
}

#[test]
fn a_catalog_becomes_a_framework_and_components_become_controls() {
    let folder = folder_of(&[]);
    let root = folder.path();
    let done = import_text(root, "c.json", CATALOG, None, None).unwrap();
    assert_eq!((done.files[0].found, done.files[0].given, done.files[0].source), (5, 4, "catalog"));
    check(
        &std::fs::read_to_string(root.join("frameworks/house-rules.toml")).unwrap(),
        "id = \"house-rules\"\ntitle = \"House Rules\"\nedition = \"2\"\n\n[[requirements]]\nid = \"AC-1\"\ntitle = \"Policy\"\n\n[[requirements]]\nid = \"AC-2\"\ntitle = \"Accounts\"\n\n\
         [[requirements]]\nid = \"AC-2(1)\"\ntitle = \"By machine\"\n\n[[requirements]]\nid = \"ZZ-9\"\ntitle = \"Deep\"",
    );
    let strange = import_text(root, "d.json", COMPONENTS, None, None).unwrap_err();
    assert!(strange.contains("it is not clear which framework"), "{strange}");
    let done = import_text(root, "d.json", COMPONENTS, None, Some("house-rules")).unwrap();
    assert_eq!(done.files[0].notes, ["Login Service: house-rules has no requirement no-1"]);
    let bank = folder::read(root).unwrap();
    assert!(bank.problems.is_empty(), "{}", super::lines(&bank.problems));
    let mut told: Vec<String> = bank
        .controls
        .values()
        .map(|control| format!("{}: {} {:?} {}", control.id, control.state, control.statement, control.satisfies.join(" ")))
        .collect();
    told.sort();
    check(
        &told.join("\n"),
        "
        login-service-ac-1: in place \"Written down.\" house-rules/AC-1 house-rules/AC-2(1)
        login-service-ac-2: partly in place \"Half.\" house-rules/AC-2
        login-service-zz-9-2: only planned \"Signs people in.\" house-rules/ZZ-9
        login-service-zz-9: only planned \"Otherwise.\" house-rules/ZZ-9
        ",
    );
    // A control that somebody changed stays as it is, and what the framework has besides stays too.
    let changed = std::fs::read_to_string(root.join("controls/login-service-ac-2.toml")).unwrap().replace("partly", "in-place");
    put(root, "controls/login-service-ac-2.toml", changed);
    put(
        root,
        "frameworks/house-rules.toml",
        "id = \"house-rules\"\ntitle = \"Ours\"\n\n[[requirements]]\nid = \"AC-1\" # first\ntitle = \"Our words\"\n\n[[requirements]]\nid = \"X-1\"\ntitle = \"Own\"\n",
    );
    import_text(root, "c.json", CATALOG, None, Some("house-rules")).unwrap();
    let framework = folder::read(root).unwrap().frameworks.remove("house-rules").unwrap();
    let ids: Vec<String> = framework.requirements.iter().map(|(id, title)| format!("{id} {title}")).collect();
    assert_eq!(ids, ["AC-1 Our words", "AC-2 Accounts", "AC-2(1) By machine", "X-1 Own", "ZZ-9 Deep"]);
    let before = files(root);
    import_text(root, "c.json", CATALOG, None, Some("house-rules")).unwrap();
    import_text(root, "d.json", COMPONENTS, None, Some("house-rules")).unwrap();
    assert!(before == files(root), "a second import changes nothing");
    for (bad, says) in
        [("{", "EOF"), ("[]", "invalid length"), ("{\"catalog\": 5}", "invalid type"), ("{\"profile\": {}}", "neither a catalog nor")]
    {
        let refused = import_text(root, "bad.json", bad, None, None).unwrap_err();
        assert!(refused.contains(says), "{bad}: {refused}");
    }
    assert!(before == files(root));
}

#[test]
fn a_crosswalk_relates_requirements_and_what_is_reached_over_it_is_found() {
    let framework = |id: &str, title: &str, ids: &[&str]| {
        format!(
            "# Ours.\nid = \"{id}\"\ntitle = \"{title}\"\n{}",
            ids.iter().map(|id| format!("\n[[requirements]]\nid = \"{id}\"\n")).collect::<String>()
        )
    };
    let control = "id = \"C-1\"\ntitle = \"T\"\nstate = \"in-place\"\nowner = \"o\"\nsatisfies = [\n  \"soc2/CC6.1\", # the auditor's\n]\n";
    let answer =
        "+++\nid = \"x\"\nquestion = \"Is access restricted?\"\nverdict = \"yes\"\ncontrols = [\"C-1\"]\nowner = \"o\"\n+++\nIt is.\n";
    let folder = folder_of(&[
        ("frameworks/soc2.toml", &framework("soc2", "SOC 2", &["CC6.1", "CC6.2", "CC6.3"])),
        ("frameworks/iso27001-2022.toml", &framework("iso27001-2022", "ISO/IEC 27001", &["A.5.15", "A.8.2", "A.8.3"])),
        ("controls/C-1.toml", control),
        ("answers/x.md", answer),
    ]);
    let root = folder.path();
    let csv = "SOC 2,Note,ISO 27001\nCC6.1,first,\"A.5.15; a.8.3\"\ncc6.2,,A.8.2\nCC9.9,,A.8.2\n,,\n";
    let done = import_text(root, "walk.csv", csv, Some(Source::Crosswalk), None).unwrap();
    assert_eq!(done.files[0].notes, ["walk!A4: the bank has no CC9.9"]);
    assert_eq!(done.written, ["frameworks/soc2.toml: 3 more relations"]);
    let text = std::fs::read_to_string(root.join("frameworks/soc2.toml")).unwrap();
    assert!(
        text.starts_with("# Ours.\n") && text.contains("id = \"CC6.1\"\nrelated = [\"iso27001-2022/A.5.15\", \"iso27001-2022/A.8.3\"]"),
        "{text}"
    );
    let reached = |bank: &Bank, ids: &str| {
        let mut question = crate::domain::propose::question("Is it so?", "list");
        question.requirements = vec![format!("ISO 27001: {ids}")];
        let crosswalk = Crosswalk::new(bank);
        crosswalk
            .reached(&question)
            .into_iter()
            .map(|(answer, requirement)| format!("{answer} by {requirement}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let bank = folder::read(root).unwrap();
    assert!(bank.problems.is_empty(), "{}", super::lines(&bank.problems));
    assert_eq!(reached(&bank, "A.8.3"), "x by soc2/CC6.1", "an answer for SOC 2 is found for ISO 27001 over the crosswalk");
    assert_eq!(reached(&bank, "A.8.2"), "");
    let own = "control,iso27001-2022\nc-1,A.8.2\n";
    let done = import_text(root, "own.csv", own, Some(Source::Crosswalk), None).unwrap();
    assert_eq!(done.written, ["controls/C-1.toml: satisfies 1 more"]);
    let text = std::fs::read_to_string(root.join("controls/C-1.toml")).unwrap();
    assert!(text.contains("  \"soc2/CC6.1\", # the auditor's\n  \"iso27001-2022/A.8.2\",\n]"), "{text}");
    assert_eq!(reached(&folder::read(root).unwrap(), "A.8.2"), "x by iso27001-2022/A.8.2", "the same control satisfies both");
    let before = files(root);
    import_text(root, "walk.csv", csv, Some(Source::Crosswalk), None).unwrap();
    import_text(root, "own.csv", own, Some(Source::Crosswalk), None).unwrap();
    assert!(before == files(root), "a second import changes nothing");
    assert!(import_text(root, "no.csv", "a,b\n1,2\n", Some(Source::Crosswalk), None).unwrap_err().contains("does not name two frameworks"));
}
