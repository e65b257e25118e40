//! An invented quarter through the engine: three sales from upload to release, two reviewers at once, a certificate that runs out, a gap that is closed, a recall.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use answerbank::domain::bank::{Audience, Verdict};
use answerbank::domain::journal::{ItemState, Sale};
use answerbank::domain::review::OutcomeKind;
use answerbank::engine::backlog::{self, For, Step};
use answerbank::engine::curate::{self, Fields, Hand};
use answerbank::engine::ledger::{self, RecallOrder};
use answerbank::engine::memory::Memory;
use answerbank::engine::questionnaire::Desk;
use answerbank::engine::release::{Done, Release, release};
use answerbank::engine::review::{self, Added, Asked, CarriesOn, Incoming, Wanted, Which};
use answerbank::engine::{BankPlace, backtest, keep, learn, trends};
use answerbank::workbook::Worker;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

/// A bank of its own, a store beside it, and a clock that goes on by a minute with every step.
/// Every second job is done by a process that goes on and remembers, the others by one that reads all anew: they say the same.
pub struct Team {
    pub folder: tempfile::TempDir,
    minute: Cell<i64>,
    memory: Arc<Memory>,
}

impl Team {
    pub fn begin() -> Self {
        let folder = tempfile::tempdir().unwrap();
        crate::cli::copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("answer-bank"), &folder.path().join("answer-bank"));
        Self { folder, minute: Cell::new(0), memory: Arc::default() }
    }

    pub fn desk(&self, by: &str, on: Date) -> Desk {
        self.minute.set(self.minute.get() + 1);
        let begun = on.at(9, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp();
        let now = begun + jiff::SignedDuration::from_mins(self.minute.get());
        let memory = (self.minute.get() % 2 == 0).then(|| self.memory.at(now));
        Desk {
            bank: BankPlace { memory, ..BankPlace::new(self.bank()) },
            store: self.folder.path().join(".answerbank"),
            worker: Worker::default(),
            date: on,
            now,
            by: by.to_owned(),
        }
    }

    pub fn bank(&self) -> PathBuf {
        self.folder.path().join("answer-bank")
    }

    pub fn add(&self, file: &str, customer: &str, value: u64, on: Date) -> Added {
        review::add(&self.desk("r.ellis", on), &self.incoming(file, customer, value)).unwrap()
    }

    pub fn incoming(&self, file: &str, customer: &str, value: u64) -> Incoming {
        Incoming {
            file: crate::fixtures::folder().join(file),
            sale: Sale { customer: customer.into(), deal: format!("{customer} 2027"), value: Some(value), due: Some(date(2026, 12, 15)) },
            audience: Audience::Nda,
            products: vec!["cloud".into()],
            regions: Vec::new(),
            overwrite: false,
            mapping: None,
            carries_on: CarriesOn::Latest,
        }
    }

    pub fn decide(&self, by: &str, on: Date, id: &str, place: &str, wanted: Wanted) -> Result<i64, String> {
        let asked = Asked { place: place.into(), wanted, reason: "as we agreed".into(), seen: None };
        let recorded = review::decide(&self.desk(by, on), id, &[asked]).map_err(|failure| failure.to_string())?;
        Ok(recorded[0].number)
    }

    pub fn rows(&self, on: Date, id: &str, stands: Option<OutcomeKind>) -> Vec<review::Row> {
        review::questions(&self.desk("r.ellis", on), id, &Which { stands, ..Which::default() }).unwrap().rows
    }

    pub fn release(&self, on: Date, id: &str, out: &str) -> Result<Done, Vec<String>> {
        match release(&self.desk("r.ellis", on), id, Some(&self.folder.path().join(out)), false).unwrap() {
            Release::Done(done) => Ok(done),
            Release::Blocked { why, .. } => Err(why.iter().map(|one| format!("{}: {}", one.place, one.why)).collect()),
        }
    }

    /// Changes one line of a file of the bank.
    pub fn rewrite(&self, file: &str, line: &str, new: &str) {
        let path = self.bank().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(line), "{file}: {line}");
        fs::write(path, text.replace(line, new)).unwrap();
    }
}

fn hand(by: &str, on: Date) -> Hand {
    Hand { by: by.into(), on, seen: None }
}

const HARBOUR: &str = "harbour-bank-vendor-assessment.xlsx";
/// The same form as an old file, which another customer sends.
const FERNHILL: &str = "harbour-bank-vendor-assessment.xls";
const MFA: &str = "Access & Encryption!C12";
const TOKENS: &str = "Access & Encryption!C13";
const AUDIT: &str = "Governance & People!C14";
const EXIT: &str = "Operations & Privacy!C11";

#[test]
fn a_quarter_of_three_sales_goes_from_upload_to_release_and_recall() {
    let team = Team::begin();
    let (october, november) = (date(2026, 11, 2), date(2026, 11, 23));
    let harbour = team.add(HARBOUR, "Harbour Bank", 240_000, october).id;
    let fernhill = team.add(FERNHILL, "Fernhill Trust", 60_000, october).id;
    let marlowe = team.add("marlowe-university-rfi.xlsx", "Marlowe University", 15_000, october).id;
    assert!(team.add(HARBOUR, "Harbour Bank", 240_000, october).known, "the same file of the same customer is there already");
    assert_eq!(review::list(&team.desk("", october), false).unwrap().len(), 3);

    // Two reviewers at once: what the one decided the other cannot undo without having seen it.
    team.decide("r.ellis", october, &harbour, MFA, Wanted::Accept).unwrap();
    let told = team.decide("m.okafor", october, &harbour, MFA, Wanted::Reject).unwrap_err();
    assert!(told.contains("r.ellis gave customer-mfa"), "{told}");
    team.decide("m.okafor", october, &harbour, TOKENS, Wanted::Reject).unwrap();
    team.decide("r.ellis", october, &fernhill, MFA, Wanted::Accept).unwrap();
    team.decide(
        "m.okafor",
        october,
        &marlowe,
        &team.rows(october, &marlowe, Some(OutcomeKind::Review))[0].line.place.to_string(),
        Wanted::Accept,
    )
    .unwrap();

    // A question may not be rejected, nor said not to apply, without a reason.
    let silent = Asked { place: AUDIT.into(), wanted: Wanted::Reject, reason: " ".into(), seen: None };
    assert!(review::decide(&team.desk("r.ellis", october), &harbour, &[silent]).unwrap_err().to_string().contains("only with a reason"));

    // Words of one's own wait for the bank, and keep the rest from leaving.
    team.decide("m.okafor", october, &harbour, AUDIT, Wanted::Edit("Our internal auditor looks at every control once a year.".into()))
        .unwrap();
    let blocked = team.release(october, &harbour, "early").unwrap_err();
    assert_eq!(blocked.len(), 1);
    assert!(blocked[0].starts_with(AUDIT) && blocked[0].contains("not in the bank"), "{blocked:?}");
    let lesson = learn::lessons(&team.desk("", october))
        .unwrap()
        .into_iter()
        .find(|lesson| lesson.id.starts_with("ls-") && format!("{:?}", lesson.what).contains("Draft"))
        .unwrap();
    let draft = learn::learn(&team.desk("s.lund", october), &lesson.id).unwrap();
    assert!(team.release(october, &harbour, "early").unwrap_err()[0].contains("nobody approved it"), "a draft does not leave");
    let own = curate::approve(&BankPlace::new(team.bank()), std::slice::from_ref(&draft.id), &hand("s.lund", october));
    assert!(own.unwrap_err().to_string().contains("approve their own words"));
    curate::approve(&BankPlace::new(team.bank()), std::slice::from_ref(&draft.id), &hand("m.okafor", october)).unwrap();

    // The certificate behind encryption runs out before the release.
    team.rewrite("evidence/kms-config-2026.toml", "valid_until = 2027-07-31", "valid_until = 2026-11-20");
    let blocked = team.release(november, &harbour, "late").unwrap_err();
    assert!(
        blocked.iter().any(|why| why.contains("encryption-at-rest") && why.contains("evidence kms-config-2026 expired on 2026-11-20")),
        "{blocked:?}"
    );
    assert!(!team.folder.path().join("late").exists(), "a blocked release writes no file");
    team.rewrite("evidence/kms-config-2026.toml", "valid_until = 2026-11-20", "valid_until = 2027-07-31");
    review::questions(&team.desk("r.ellis", november), &harbour, &Which::default()).unwrap();
    let first = team.release(november, &harbour, "harbour").unwrap();
    assert!(first.told >= 32 && !first.again);

    // One gap of two customers is one item; closing it refills both, and neither without being looked at.
    let second = team.add("harbour-bank-vendor-assessment.xlsx", "Quillfeather", 5_000, november).id;
    let items = backlog::list(&team.desk("", november), &backlog::Which::default()).unwrap();
    let exit = items.iter().find(|item| item.waits.iter().any(|waits| waits.place.to_string() == EXIT)).unwrap().clone();
    assert_eq!((exit.questionnaires, exit.value, exit.left_before), (3, 305_000, 0), "what was left empty in a release waits on");
    assert!(items.windows(2).all(|pair| pair[0].value >= pair[1].value), "what is most at stake comes first");
    let still = backlog::step(&team.desk("s.lund", november), &exit.item.id, Step::Done { reason: String::new() });
    assert!(still.unwrap_err().to_string().contains("the gap is still there"));
    let fields = Fields {
        question: Some(exit.waits[0].question.clone()),
        verdict: Some(Verdict::No),
        owner: Some("compliance".into()),
        audience: Some(Audience::Nda),
        text: Some("We have not rehearsed a stressed exit with a customer. Exports can be tested at any time.".into()),
        ..Fields::default()
    };
    curate::new(&BankPlace::new(team.bank()), "stressed-exit", "continuity", &fields, &hand("s.lund", november)).unwrap();
    curate::approve(&BankPlace::new(team.bank()), &["stressed-exit".into()], &hand("m.okafor", november)).unwrap();
    let blocked = team.release(november, &fernhill, "unseen").unwrap_err();
    assert!(blocked.iter().any(|why| why.contains("stressed-exit would be given, which the review has not shown")), "{blocked:?}");
    // That somebody has looked at the list meanwhile takes nothing from what closing it shows.
    backlog::list(&team.desk("", november), &backlog::Which::default()).unwrap();
    let moving = backlog::step(&team.desk("s.lund", november), &exit.item.id, Step::Done { reason: String::new() }).unwrap();
    assert_eq!(moving.item.state, ItemState::Done);
    let refilled: Vec<&str> = moving
        .refilled
        .iter()
        .filter(|moved| moved.line.answer.as_deref() == Some("stressed-exit"))
        .map(|moved| moved.questionnaire.as_str())
        .collect();
    assert_eq!(refilled, [harbour.as_str(), fernhill.as_str(), second.as_str()]);
    assert!(team.release(november, &fernhill, "unseen").is_err(), "what is refilled waits until the review has shown it");
    team.rows(november, &fernhill, None);
    let fernhill_done = team.release(november, &fernhill, "fernhill").unwrap();
    team.release(november, &marlowe, "marlowe").unwrap();
    assert!(fernhill_done.told > 30);

    // What left is what the ledger says, and what it says can be found again.
    let who = ledger::who(&team.desk("", november), "stressed-exit").unwrap();
    assert_eq!(who.iter().map(|line| line.told.customer.as_str()).collect::<Vec<_>>(), ["Fernhill Trust"]);
    let held = ledger::customer(&team.desk("", november), "harbour bank").unwrap();
    assert_eq!(held.len(), first.told);
    assert!(ledger::contradictions(&team.desk("", november)).unwrap().is_empty());

    // The answer changes: those who hold the old statement are named, with what may be told now, and nothing else.
    let words = Fields { text: Some("We rehearsed a stressed exit with one customer.".into()), ..Fields::default() };
    curate::edit(&BankPlace::new(team.bank()), "stressed-exit", &words, &hand("s.lund", november)).unwrap();
    let order = RecallOrder { about: "stressed-exit".into(), out: Some(team.folder.path().join("notices")), ..RecallOrder::default() };
    let recall = ledger::recall(&team.desk("s.lund", november), &order).unwrap();
    assert_eq!(recall.stale.len(), 1);
    assert_eq!(recall.stale[0].now, None, "a draft is told to nobody");
    curate::approve(&BankPlace::new(team.bank()), &["stressed-exit".into()], &hand("m.okafor", november)).unwrap();
    let order = RecallOrder { out: Some(team.folder.path().join("approved")), ..order };
    let recall = ledger::recall(&team.desk("s.lund", november), &order).unwrap();
    let notice = fs::read_to_string(&recall.notices[0]).unwrap();
    assert!(
        notice.contains("Fernhill Trust") && notice.contains("We rehearsed a stressed exit") && notice.contains("have not rehearsed"),
        "{notice}"
    );
    assert!(!notice.contains("Harbour") || notice.matches("Harbour").count() == notice.matches("harbour-bank").count(), "{notice}");
    let all = ledger::recall(
        &team.desk("s.lund", november),
        &RecallOrder {
            about: "evidence:kms-config-2026".into(),
            why: "a key was lost".into(),
            wrong: true,
            record: true,
            ..RecallOrder::default()
        },
    )
    .unwrap();
    assert!(
        all.stale.iter().any(|stale| stale.told.customer == "Harbour Bank")
            && all.stale.iter().any(|stale| stale.told.customer == "Fernhill Trust")
    );

    let months = trends::trends(&team.desk("", november)).unwrap();
    assert_eq!((months.len(), months[0].questionnaires, months[0].releases, months[0].wrong), (1, 4, 3, 1));
    assert!(keep::verify(&team.desk("", november).store).unwrap().problems.is_empty());
}

#[test]
fn what_was_released_is_put_out_again_byte_for_byte() {
    let team = Team::begin();
    let today = date(2026, 11, 21);
    let id = team.add(HARBOUR, "Harbour Bank", 1, today).id;
    let first = team.release(today, &id, "first").unwrap();
    let second = team.release(today, &id, "second").unwrap();
    assert!(!first.again && second.again);
    assert_eq!(ledger::customer(&team.desk("", today), "Harbour Bank").unwrap().len(), first.told, "nothing is told twice");
    for file in
        ["customer/harbour-bank-vendor-assessment.xlsx", "internal/receipt.json", "internal/report.xlsx", "internal/work-items.json"]
    {
        assert!(fs::read(first.out.join(file)).unwrap() == fs::read(second.out.join(file)).unwrap(), "{file}");
    }
}

#[test]
fn next_year_only_what_changed_is_new() {
    let team = Team::begin();
    let (this, next) = (date(2026, 11, 21), date(2027, 3, 1));
    let id = team.add(HARBOUR, "Harbour Bank", 1, this).id;
    team.decide("r.ellis", this, &id, MFA, Wanted::Accept).unwrap();
    team.decide("r.ellis", this, &id, TOKENS, Wanted::Reject).unwrap();
    team.decide("r.ellis", this, &id, AUDIT, Wanted::Accept).unwrap();
    let sheet = "Access & Encryption";
    // The customer sends it again: one question is put otherwise, one asks something else in nearly the same words.
    let file = team.folder.path().join("form-2027.xlsx");
    let edits = [
        (sheet, "C12", "Must all users of the hosted service sign in with a hardware key?"),
        (sheet, "C20", "Are the disks of all laptops and phones encrypted?"),
    ];
    let edits: Vec<answerbank::workbook::CellEdit> = edits
        .iter()
        .map(|(sheet, cell, text)| answerbank::workbook::CellEdit {
            sheet: (*sheet).into(),
            cell: answerbank::domain::cell::CellRef::parse(cell).unwrap(),
            value: (*text).into(),
        })
        .collect();
    let bytes = fs::read(crate::fixtures::folder().join(HARBOUR)).unwrap();
    fs::write(&file, answerbank::workbook::edit("form.xlsx", &bytes, &edits, &answerbank::workbook::Limits::default()).unwrap().bytes)
        .unwrap();
    // The answer behind one of the carried decisions is changed meanwhile.
    let words = Fields { text: Some("An internal auditor looks at a third of the controls every year.".into()), ..Fields::default() };
    curate::edit(&BankPlace::new(team.bank()), "internal-audit", &words, &hand("s.lund", this)).unwrap();
    curate::approve(&BankPlace::new(team.bank()), &["internal-audit".into()], &hand("m.okafor", this)).unwrap();
    let added = team.add(file.to_str().unwrap(), "Harbour Bank", 1, next);
    assert_eq!(added.carries_on.as_deref(), Some(id.as_str()));
    let changed: Vec<String> = added.changed.iter().map(|changed| changed.place.to_string()).collect();
    assert_eq!(changed, ["Access & Encryption!C12", "Access & Encryption!C20"]);
    assert_eq!((added.new.len(), added.same, added.carried), (0, 45, 2), "the decision about the changed question is not carried");
    let rows = team.rows(next, &added.id, None);
    let stands = |place: &str| rows.iter().find(|row| row.line.place.to_string() == place).map(|row| row.stands).unwrap();
    assert_eq!(stands(TOKENS), OutcomeKind::Rejected);
    assert_eq!(stands(AUDIT), OutcomeKind::Review, "who accepted the old words has not seen the new ones");
    assert_ne!(stands(MFA), OutcomeKind::Filled);
    // The very same form again: while it waits it is the one that is there, and once that is closed it begins anew.
    assert!(team.add(HARBOUR, "Harbour Bank", 1, next).known);
    let other = Incoming { audience: Audience::Public, ..team.incoming(HARBOUR, "harbour  BANK", 1) };
    let told = review::add(&team.desk("r.ellis", next), &other).unwrap_err().to_string();
    assert!(told.contains("is there already as") && told.contains("audience \"nda\", not \"public\""), "{told}");
    let blocked = team.release(next, &id, "first").unwrap_err();
    assert!(blocked.iter().any(|why| why.contains("internal-audit says something else now")), "{blocked:?}");
    team.decide("r.ellis", next, &id, AUDIT, Wanted::Accept).unwrap();
    team.rows(next, &id, None);
    team.release(next, &id, "first").unwrap();
    review::close(&team.desk("r.ellis", next), &id, "the customer has it").unwrap();
    assert!(team.decide("r.ellis", next, &id, AUDIT, Wanted::Accept).unwrap_err().contains("it is closed"));
    let again = team.add(HARBOUR, "Harbour Bank", 1, next);
    assert!(!again.known && again.id != id && again.changed.len() == 2, "it carries on the last one: {:?}", again.changed);
    // Another customer's answers are nobody else's business.
    let other = team.add(HARBOUR, "Fernhill Trust", 1, next);
    assert_eq!((other.carries_on, other.carried), (None, 0));
}

#[test]
fn decisions_of_two_reports_contest_each_other_until_one_has_seen_both() {
    let team = Team::begin();
    let today = date(2026, 11, 21);
    let id = team.add(HARBOUR, "Harbour Bank", 1, today).id;
    let report = team.folder.path().join("report.xlsx");
    fs::write(&report, review::report(&team.desk("", today), &id).unwrap()).unwrap();
    let (one, other) = (team.folder.path().join("one.xlsx"), team.folder.path().join("other.xlsx"));
    crate::stories::decide(&report, &one, |_, row| (row["Cell"] == "C12").then(|| "accept".into()));
    crate::stories::decide(&report, &other, |_, row| matches!(row["Cell"].as_str(), "C12" | "C13").then(|| "reject".into()));
    let take = |file: &Path| review::take_report(&team.desk("r.ellis", today), &id, file).unwrap();
    assert_eq!(take(&one).recorded.len(), 1);
    let taking = take(&other);
    assert_eq!((taking.recorded.len(), taking.contested.len(), taking.lost.len()), (2, 1, 0));
    assert!(taking.contested[0].starts_with(MFA), "{:?}", taking.contested);
    assert_eq!(take(&other).same, 1, "the same report again decides nothing new");
    let blocked = team.release(today, &id, "out").unwrap_err();
    assert!(blocked.iter().any(|why| why.contains("decided differently")), "{blocked:?}");
    let rows = review::questions(&team.desk("", today), &id, &Which { contested: true, ..Which::default() }).unwrap();
    assert_eq!(rows.rows.len(), 1);
    let seen = Asked { place: MFA.into(), wanted: Wanted::Accept, reason: String::new(), seen: Some(rows.seen) };
    review::decide(&team.desk("m.okafor", today), &id, &[seen]).unwrap();
    team.release(today, &id, "out").unwrap();
}

#[test]
fn history_is_played_again_without_what_it_taught() {
    let team = Team::begin();
    let today = date(2026, 11, 21);
    let id = team.add(HARBOUR, "Harbour Bank", 1, today).id;
    for place in [MFA, AUDIT, "Governance & People!C6"] {
        team.decide("r.ellis", today, &id, place, Wanted::Accept).unwrap();
    }
    team.decide("r.ellis", today, &id, "Governance & People!C7", Wanted::Reject).unwrap();
    let before = backtest::backtest(&team.desk("", today)).unwrap();
    let told = |told: &backtest::Backtest| told.bands.iter().map(|band| (band.given, band.right, band.wrong)).collect::<Vec<_>>();
    assert_eq!(told(&before), [(2, 1, 1), (1, 1, 0), (1, 1, 0), (0, 0, 0)]);
    // Once the bank has learned the wordings, it would give both by itself; its own pupil is no witness.
    for lesson in learn::lessons(&team.desk("", today)).unwrap() {
        let done = learn::learn(&team.desk("s.lund", today), &lesson.id).unwrap();
        curate::approve(&BankPlace::new(team.bank()), &[done.id], &hand("m.okafor", today)).unwrap();
    }
    assert!(learn::lessons(&team.desk("", today)).unwrap().is_empty());
    let after = backtest::backtest(&team.desk("", today)).unwrap();
    assert_eq!(told(&after), told(&before));
    assert_eq!(after.wrong[0].band, "ready");
    assert!((after.bands[0].at_most - 0.975).abs() < 0.01, "one of two: {}", after.bands[0].at_most);
    let told = backtest::calibrate(&team.desk("", today), &after).unwrap_err().to_string();
    assert!(told.contains("too few"), "{told}");
    // More of it, as a longer history would have it.
    let mut longer = after;
    (longer.bands[0].given, longer.bands[0].wrong) = (200, 1);
    backtest::calibrate(&team.desk("", today), &longer).unwrap();
    let bank = answerbank::bank::folder::read(&team.bank()).unwrap();
    assert_eq!((bank.measured, bank.bar()), (Some((200, 1)), 0.0), "one in 200 may be more than the bar of 0.005 allows");
    longer.bands[0].wrong = 0;
    backtest::calibrate(&team.desk("", today), &longer).unwrap();
    assert!(answerbank::bank::folder::read(&team.bank()).unwrap().bar() > 0.0);
}

#[test]
fn lists_of_work_bear_ids_by_which_other_tools_know_them_again() {
    let team = Team::begin();
    let today = date(2026, 11, 21);
    team.add(HARBOUR, "Harbour Bank", 10, today);
    let desk = team.desk("s.lund", today);
    let items = backlog::list(&desk, &backlog::Which::default()).unwrap();
    let text = |to: For| String::from_utf8(backlog::export(&items, to).unwrap()).unwrap();
    for (to, head) in [
        (For::Jira, "\"Summary\",\"Description\""),
        (For::Gitlab, "\"title\",\"description\",\"due_date\""),
        (For::Github, "\"title\",\"body\",\"labels\",\"state\""),
    ] {
        let list = text(to);
        assert!(list.starts_with(head), "{list}");
        assert!(items.iter().all(|item| list.contains(&format!("\"[{}] ", item.item.id)) && list.contains(item.item.work.name())));
    }
    // Closed by hand, an item stays closed for those who asked, and comes back with the next who asks.
    let id = items[0].item.id.clone();
    let done = backlog::step(&desk, &id, Step::Done { reason: "answered by telephone".into() }).unwrap();
    assert_eq!(done.item.state, ItemState::Done);
    assert!(
        backlog::step(&team.desk("s.lund", today), &id, Step::WontDo { reason: String::new() }).is_err(),
        "nothing is left undone without a reason"
    );
    team.add(FERNHILL, "Fernhill Trust", 10, today);
    let again = backlog::show(&team.desk("", today), &id).unwrap();
    assert!(again.came_back && again.state == ItemState::Open);
}
