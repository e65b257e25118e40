//! The forecast: what `check` tells is what `fill` then does, and nothing is written.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use answerbank::domain::bank::Audience;
use answerbank::domain::standing::Scope;
use answerbank::engine::BankPlace;
use answerbank::engine::check::{Forecast, Order, check};
use answerbank::engine::fill::{self, fill};
use answerbank::engine::mapping::LayoutFrom;
use answerbank::workbook::Worker;

fn scope() -> Scope {
    Scope { date: jiff::civil::date(2026, 11, 21), audience: Audience::Nda, products: vec!["cloud".into()], regions: Vec::new() }
}

fn forecast(files: &[PathBuf]) -> Forecast {
    let order = Order {
        customer: None,
        deal: None,
        store: std::path::PathBuf::new(),
        files: files.to_vec(),
        worker: Worker::default(),
        layout: LayoutFrom::default(),
        bank: BankPlace::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("answer-bank")),
        scope: scope(),
        overwrite: false,
        review_minutes: 2.0,
        item_minutes: 15.0,
    };
    check(&order).unwrap()
}

#[test]
fn the_forecast_is_what_filling_then_does() {
    let names = ["brightwater-requirements-matrix.xlsx", "cormorant-museum-open-form.ods"];
    let files: Vec<PathBuf> = names.iter().map(|name| crate::fixtures::folder().join(name)).collect();
    let told = forecast(&files);
    let out = tempfile::tempdir().unwrap();
    let mut items = BTreeSet::new();
    for (file, told) in files.iter().zip(&told.files) {
        let order = fill::Order {
            file: file.clone(),
            worker: Worker::default(),
            layout: LayoutFrom::default(),
            bank: BankPlace::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("answer-bank")),
            out: Some(out.path().join(file.file_stem().unwrap())),
            decisions: None,
            customer: None,
            deal: None,
            scope: scope(),
            overwrite: false,
            force: false,
            include_review: false,
        };
        let done = fill(&order).unwrap();
        assert_eq!((told.counts, told.work_items), (done.counts, done.work_items.len()), "{}", file.display());
        assert!((told.minutes - 2.0 * done.counts.review as f64 - 15.0 * done.work_items.len() as f64).abs() < 0.001);
        items.extend(done.work_items.into_iter().map(|item| item.id));
    }
    assert_eq!(told.missing.iter().map(|one| one.id.clone()).collect::<BTreeSet<_>>(), items, "each work item once over all files");
    assert_eq!(told.missing.iter().map(|one| one.questions).sum::<usize>(), told.counts.gap);
    assert_eq!(told.needed.iter().map(|one| one.work_items).sum::<usize>(), told.missing.len());
    assert!(told.wrong_at_most > 0.0 && told.wrong_at_most < 0.005);
    let twice = forecast(&[files[0].clone(), files[0].clone()]);
    assert_eq!(twice.missing.len(), told.files[0].work_items, "the same gap in two files is one work item");
    assert!(twice.missing.iter().all(|one| one.files == 1), "of the same file");
}

#[test]
fn a_file_that_cannot_be_read_does_not_keep_the_others_from_being_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let (broken, here) = (folder.path().join("broken.xlsx"), folder.path().join("here.xlsm"));
    std::fs::write(&broken, b"PK\x03\x04 no workbook").unwrap();
    std::fs::copy(crate::fixtures::folder().join("quillfeather-short-form.xlsm"), &here).unwrap();
    let told = forecast(&[broken, folder.path().join("none.xlsx"), here]);
    assert_eq!((told.files.len(), told.failed.len()), (1, 2));
    assert!(told.failed.iter().all(|failed| !failed.why.is_empty() && !failed.hint.is_empty()));
    assert_eq!(told.counts, told.files[0].counts);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is written");
}
