//! Meanings: the program's own table, the store of vectors, and a sentence model that is installed, used and taken away.

use answerbank::bank::folder;
use answerbank::bank::meaning::{Meaning, Model, Store, is_word, word_direction};
use answerbank::domain::bank::Audience;
use answerbank::domain::confidence::View;
use answerbank::domain::standing::Scope;
use answerbank::engine::BankPlace;
use answerbank::engine::matching::match_questions;
use answerbank::engine::model::{add, embed, remove, show};

use super::{folder_of, sample};

/// The first numbers of vectors that the script which made the table computed with 8 bits a number; the program has 4.
const REFERENCE: &[(&str, [f32; 3])] = &[
    ("Is customer data encrypted at rest?", [0.356, 0.225, -0.302]),
    ("Do you support single sign-on (SSO) via SAML 2.0 or OpenID Connect?", [0.269, 0.380, -0.149]),
    ("How often are penetration tests carried out, and by whom?", [0.366, -0.182, -0.116]),
    ("Describe your organisation's data-retention & deletion policy.", [0.526, -0.141, -0.251]),
    ("Yes. Backups are taken every 24 hours, encrypted, and restored in a test each quarter.", [0.280, 0.029, -0.191]),
    ("Können Sie die Verfügbarkeit von 99,9 % garantieren?", [0.182, 0.028, -0.152]),
    ("the the the access access", [0.285, 0.500, -0.108]),
    ("Wi-Fi, e-mail; USB... O'Reilly's naïve café — “quoted” 東京 $5", [0.217, -0.006, -0.167]),
    ("RTO/RPO?", [0.182, -0.124, -0.015]),
    (
        "Does the vendor's incident response plan require notification within 72 hours of becoming aware of a personal data breach?",
        [0.536, -0.171, -0.330],
    ),
];

fn tiny() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tiny-model.onnx")
}

#[test]
fn the_table_gives_the_vectors_that_it_was_made_to_give() {
    for (text, expected) in REFERENCE {
        let vector = word_direction(text);
        for (ours, theirs) in vector.iter().zip(expected) {
            assert!((ours - theirs).abs() < 0.06, "{text}: {:?} instead of {expected:?}", &vector[..3]);
        }
        let length = vector.iter().map(|number| number * number).sum::<f32>();
        assert!((length - 1.0).abs() < 0.02, "{text}: {length}");
    }
    assert!(word_direction("").iter().all(|number| *number == 0.0));
    assert_eq!(["encryption", "vulnerabilty", "sevice"].map(is_word), [true, false, false]);
}

#[test]
fn near_in_meaning_is_found_without_a_shared_word() {
    let bank = folder::read(&sample()).unwrap();
    let meaning = Meaning::new(&std::sync::Arc::new(bank), None, None);
    let asked = meaning.question("Are staff taught about phishing?").unwrap();
    let nearest = meaning.nearest(&asked, 5);
    assert_eq!(meaning.view(), View::Table);
    assert!(
        nearest.iter().any(|answer| answer.id.contains("phishing") || answer.id.contains("training")),
        "{:?}",
        nearest.iter().map(|a| &a.id).collect::<Vec<_>>()
    );
}

#[test]
fn vectors_are_stored_whole_or_not_believed() {
    let bank = folder::read(&sample()).unwrap();
    let model = Model::load(&tiny()).unwrap();
    let mut store = Store::new(&model.sha256);
    let mut heard = Vec::new();
    let new = store.complete(&bank, &model, &mut |done, all| heard.push((done, all))).unwrap();
    assert_eq!((new, store.len(), heard.last().copied()), (new, new, Some((new, new))));
    assert!(store.covers(&bank) && new > bank.answers.len());
    assert_eq!(store.complete(&bank, &model, &mut |_, _| {}).unwrap(), 0);
    let bytes = store.to_bytes();
    let read = Store::from_bytes(&bytes).unwrap();
    assert_eq!((read.to_bytes(), &read.model), (bytes.clone(), &model.sha256));
    for damaged in [&bytes[..bytes.len() - 1], &bytes[..40], b"ABV1", b""] {
        assert!(Store::from_bytes(damaged).is_err());
    }
    let mut other = Store::new("another model");
    other.join(read);
    assert!(other.is_empty());
}

#[test]
fn a_model_is_installed_by_its_digest_used_and_taken_away() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("data/model.onnx");
    let refused = add(&tiny(), None, &target).unwrap_err();
    assert!(refused.message.contains("sha256") && refused.hint.contains("all-MiniLM-L6-v2"), "{refused:?}");
    let sha256 = refused.hint.rsplit(' ').next().unwrap().to_owned();
    assert!(add(&tiny(), Some(&"0".repeat(64)), &target).unwrap_err().message.contains("not 000"));
    assert!(show(&target).unwrap().is_none());
    let added = add(&tiny(), Some(&sha256), &target).unwrap();
    assert_eq!((added.name, added.sha256.as_str()), (None, sha256.as_str()));
    let junk = home.path().join("junk.onnx");
    std::fs::write(&junk, b"no model").unwrap();
    let junk_digest = answerbank::domain::digest::sha256_hex(b"no model");
    assert!(add(&junk, Some(&junk_digest), &home.path().join("x.onnx")).unwrap_err().message.contains("no sentence model"));

    let answer = "+++\nid = \"a\"\nquestion = \"Is data encrypted?\"\nverdict = \"yes\"\nowner = \"o\"\n+++\nYes.\n";
    let bank = folder_of(&[("answers/a.md", answer)]);
    let place = BankPlace { model: Some(target.clone()), cache: Some(home.path().join("cache")), ..BankPlace::new(bank.path()) };
    let (texts, file) = embed(&place, &mut |_, _| {}).unwrap();
    assert_eq!((texts, file.exists()), (3, true));
    // With the model, with its vectors alone, and without either.
    for place in [place.clone(), BankPlace { model: None, ..place.clone() }, BankPlace::new(sample())] {
        let mut questions = vec![vec!["Is data encrypted?".to_owned()]];
        let mut told = 0;
        match_questions(
            &place,
            &Scope { date: super::day("2026-11-21"), audience: Audience::Public, products: Vec::new(), regions: Vec::new() },
            false,
            &mut || Ok(questions.pop().unwrap_or_default()),
            &mut |_, ranked| {
                told += ranked.matches.len();
                Ok(())
            },
        )
        .unwrap();
        assert!(told >= 1);
    }
    assert!(remove(&target).unwrap() && !remove(&target).unwrap());
}
