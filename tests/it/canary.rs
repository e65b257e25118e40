//! Canaries: texts that are not for who asks, each with a token of its own, and questions that ask for them in their own words. No token leaves.

use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;

use answerbank::domain::bank::{Audience, Bank};
use answerbank::domain::journal::Sale;
use answerbank::domain::review::OutcomeKind;
use answerbank::domain::standing::Scope;
use answerbank::engine::ledger::{RecallOrder, recall};
use answerbank::engine::review::{self, Asked, CarriesOn, Incoming, Wanted};
use answerbank::engine::{evidence, publish};
use jiff::civil::{Date, date};

use crate::bank::{approved, put};
use crate::quarter::Team;

const TODAY: Date = date(2026, 11, 21);

fn subject(number: usize) -> String {
    let (colours, things) = (
        ["amber", "teal", "violet", "ochre", "crimson"],
        ["lantern", "harbour", "anvil", "meadow", "compass", "lattice", "pylon", "quarry", "sextant", "gable"],
    );
    format!("{} {}", colours[number % 5], things[number / 5])
}

/// Fifty entries that may not be told to the public about the cloud, and the two questions that each is asked by.
fn canaries(bank: &Path) -> Vec<String> {
    for number in 0..50 {
        let (subject, id) = (subject(number), format!("canaryid{number}z"));
        let closed = ["audience = \"internal\"", "audience = \"nda\"", "audience = \"public\"\nproducts = [\"edge\"]"][number % 3];
        let text = format!(
            "+++\nid = \"{id}\"\nquestion = \"Do you follow the {subject} procedure?\"\nalso_asked = [\"Describe your {subject} procedure.\"]\nverdict = \"yes\"\ncontrols = [\"GOV-01\"]\nowner = \"canaryowner{number}z\"\n{closed}\ntags = [\"canarytag{number}z\"]\nedited = {{ by = \"canaryeditor{number}z\", on = 2026-05-01 }}\n+++\nWe follow the {subject} procedure as canarywords{number}z.\n\n## Short\nYes, canaryshort{number}z.\n\n## Internal\nAsk canaryinternal{number}z.\n"
        );
        put(bank, &format!("answers/canaries/{id}.md"), approved(&text));
    }
    (0..50)
        .flat_map(|number| {
            [format!("Do you follow the {} procedure?", subject(number)), format!("Describe your {} procedure.", subject(number))]
        })
        .collect()
}

/// A questionnaire of separated text, and the same as a workbook.
fn forms(folder: &Path, questions: &[String]) -> [std::path::PathBuf; 2] {
    let (text, workbook) = (folder.join("form.csv"), folder.join("form.xlsx"));
    let rows: String = questions
        .iter()
        .enumerate()
        .map(|(number, question)| format!("{},\"{}\",,\n", number + 1, question.replace('"', "\"\"")))
        .collect();
    fs::write(&text, format!("No,Question,Answer,Comment\n{rows}")).unwrap();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, title) in ["No", "Question", "Answer (Yes/No)", "Comment"].iter().enumerate() {
        sheet.write(0, u16::try_from(column).unwrap(), *title).unwrap();
    }
    for (number, question) in questions.iter().enumerate() {
        let row = u32::try_from(number + 1).unwrap();
        sheet.write(row, 0, row).unwrap();
        sheet.write(row, 1, question).unwrap();
    }
    let last = u32::try_from(questions.len()).unwrap();
    let list = rust_xlsxwriter::DataValidation::new().allow_list_strings(&["Yes", "No", "N/A"]).unwrap();
    sheet.add_data_validation(1, 2, last, 2, &list).unwrap();
    book.save(&workbook).unwrap();
    [text, workbook]
}

/// All bytes of a file, and of the parts that are packed in it.
fn all_bytes(path: &Path) -> Vec<(String, Vec<u8>)> {
    let bytes = fs::read(path).unwrap();
    let mut all = vec![(path.display().to_string(), bytes.clone())];
    if let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) {
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index).unwrap();
            let (name, mut bytes) = (entry.name().unwrap().into_owned(), Vec::new());
            entry.read_to_end(&mut bytes).unwrap();
            all.push((name, bytes));
        }
    }
    all
}

fn files(folder: &Path, all: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, all) } else { all.push(path) }
    }
}

/// How many files of a folder, or parts of them, hold a token.
fn with_token(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    files(folder, &mut found);
    let parts = found.iter().flat_map(|path| all_bytes(path));
    parts
        .filter(|(name, bytes)| format!("{name}{}", String::from_utf8_lossy(bytes)).to_lowercase().contains("canary"))
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn no_token_of_what_is_not_for_them_reaches_a_customer() {
    let team = Team::begin();
    let mut questions = canaries(&team.bank());
    let bank: Bank = answerbank::bank::folder::read(&team.bank()).unwrap();
    let own = bank.answers.iter().filter(|answer| !answer.id.starts_with("canary"));
    questions.extend(own.flat_map(|answer| answer.wordings().map(str::to_owned).collect::<Vec<_>>()).take(400));
    assert_eq!(questions.len(), 500);
    let sale = |customer: &str| Sale { customer: customer.into(), deal: format!("canarydeal of {customer}"), ..Sale::default() };
    let incoming = |file: &Path, customer: &str, audience: Audience, product: &str| Incoming {
        file: file.to_owned(),
        sale: sale(customer),
        audience,
        products: vec![product.into()],
        regions: Vec::new(),
        overwrite: false,
        mapping: None,
        carries_on: CarriesOn::Latest,
    };
    // Another customer may be told most of it, and is.
    let short = forms(team.folder.path(), &questions[..100])[0].clone();
    let trusted = review::add(&team.desk("canaryreviewer", TODAY), &incoming(&short, "Canarycustomer Ltd", Audience::Nda, "edge")).unwrap();
    let told = team.release(TODAY, &trusted.id, "trusted").unwrap();
    assert!(
        told.told >= 60 && !with_token(&told.out.join("customer")).is_empty(),
        "the tokens are there for who may be told: {}",
        told.told
    );

    for form in forms(team.folder.path(), &questions) {
        let name = form.file_name().unwrap().to_str().unwrap().to_owned();
        let desk = || team.desk("canaryreviewer", TODAY);
        let added = review::add(&desk(), &incoming(&form, "Somebody Else", Audience::Public, "cloud")).unwrap();
        assert_eq!(added.progress.proposed.as_ref().unwrap().lines.len(), 500, "{name}");
        let rows = team.rows(TODAY, &added.id, None);
        let gaps = rows.iter().filter(|row| row.line.question.contains(" procedure") && row.stands == OutcomeKind::Gap).count();
        assert!(gaps >= 100, "{name}: each canary is asked for, found, and not given: {gaps}");
        // What reviewers note is for ourselves; a canary that a reviewer chooses is refused.
        let place = |text: &str| rows.iter().find(|row| row.line.question == text).unwrap().line.place.to_string();
        let asked = |place: String, wanted: Wanted| [Asked { place, wanted, reason: "canaryreason".into(), seen: None }];
        review::decide(&desk(), &added.id, &asked(place(&questions[2]), Wanted::Reject)).unwrap();
        review::assign(&desk(), &added.id, &[place(&questions[4])], "canaryperson").unwrap();
        let chosen = review::decide(&desk(), &added.id, &asked(place(&questions[0]), Wanted::Choose("canaryid0z".into())));
        assert!(chosen.unwrap_err().to_string().contains("internal"));
        let waiting = rows.iter().find(|row| row.stands == OutcomeKind::Review).map(|row| row.line.place.to_string());
        if let Some(place) = waiting {
            review::decide(&desk(), &added.id, &asked(place, Wanted::Accept)).unwrap();
        }
        let done = team.release(TODAY, &added.id, &format!("out-{name}")).unwrap();
        assert!(done.told > 30, "{name}: {}", done.told);
        assert_eq!(with_token(&done.out.join("customer")), Vec::<String>::new());
        assert!(with_token(&done.out.join("internal")).len() >= 3, "for ourselves everything is there");
    }

    let scope = Scope { date: TODAY, audience: Audience::Public, products: vec!["cloud".into()], regions: Vec::new() };
    let place = answerbank::engine::BankPlace::new(team.bank());
    let site = team.folder.path().join("site");
    fs::create_dir(&site).unwrap();
    publish::publish(&place, &site, TODAY).unwrap();
    // What is public for another product is public, and stands on the page as such; nothing else does.
    let public = |name: &String| {
        fs::read_to_string(name).is_ok_and(|text| (0..50).all(|number| number % 3 == 2 || !text.contains(&format!("canarywords{number}z"))))
    };
    assert!(with_token(&site).iter().all(public));
    let pack = team.folder.path().join("pack");
    fs::create_dir(&pack).unwrap();
    fs::write(pack.join("pack.zip"), evidence::pack(&place, &scope, None).unwrap().bytes).unwrap();
    assert_eq!(with_token(&pack), Vec::<String>::new());

    // A notice to the one customer says nothing of the other, nor of what only the other may be told.
    let notices = team.folder.path().join("notices");
    let order =
        RecallOrder { about: "control:GOV-01".into(), why: "canarywhy".into(), out: Some(notices.clone()), ..RecallOrder::default() };
    let recalled = recall(&team.desk("canaryreviewer", TODAY), &order).unwrap();
    assert_eq!(recalled.notices.len(), 2);
    let other = recalled.notices.iter().find(|path| path.to_string_lossy().contains("somebody-else")).unwrap();
    assert!(!fs::read_to_string(other).unwrap().to_lowercase().contains("canary"));
}
