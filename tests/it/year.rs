//! A year of the sample bank: certificates run out and are renewed, controls change, answers are edited, approved and retired. At each date the
//! standing of every entry is what the table says, and `fill` gives nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use answerbank::bank::folder;
use answerbank::domain::bank::Audience;
use answerbank::domain::standing::{Scope, standing, validity};
use answerbank::engine::BankPlace;
use answerbank::engine::curate::{self, Fields, Hand};
use answerbank::engine::evidence::{NewEvidence, add};
use answerbank::engine::fill::{Order, fill};
use jiff::civil::Date;

use crate::table::check;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// The bank of the year.
struct Year {
    folder: tempfile::TempDir,
    place: BankPlace,
    stood: BTreeSet<String>,
    told: String,
    /// What `fill` gave on the first day.
    first: BTreeSet<String>,
}

fn hand(by: &str, on: &str) -> Hand {
    Hand { by: by.into(), on: day(on), seen: None }
}

impl Year {
    fn begin() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("bank");
        crate::cli::copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("answer-bank"), &root);
        Self { place: BankPlace::new(root), folder, stood: BTreeSet::new(), told: String::new(), first: BTreeSet::new() }
    }

    /// What changed in the standing of any entry since the date before, and that `fill` obeys.
    fn on(&mut self, date: &str) {
        let bank = folder::read(&self.place.root).unwrap();
        assert!(bank.problems.iter().all(|problem| problem.kind == "evidence-changed"), "{:?}", bank.problems);
        let bars: BTreeMap<String, String> = bank
            .answers
            .iter()
            .map(|answer| {
                (answer.id.clone(), validity(&bank, answer, day(date)).iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
            })
            .collect();
        let stand: BTreeSet<String> = bars.iter().filter(|(_, why)| why.is_empty()).map(|(id, _)| id.clone()).collect();
        self.told.push_str(&format!("{date}: {} stand\n", stand.len()));
        let mut fell: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for id in self.stood.difference(&stand) {
            fell.entry(&bars[id]).or_default().push(id);
        }
        for (why, ids) in fell {
            self.told.push_str(&format!("- {why}: {}\n", ids.join(" ")));
        }
        let back: Vec<&str> = stand.difference(&self.stood).map(String::as_str).collect();
        if !self.stood.is_empty() && !back.is_empty() {
            self.told.push_str(&format!("+ {}\n", back.join(" ")));
        }
        let scope = Scope { date: day(date), audience: Audience::Nda, products: vec!["cloud".into()], regions: Vec::new() };
        let given = self.fill(date, &scope);
        for id in &given {
            assert!(
                standing(&bank, bank.answer(id).unwrap_or_else(|| panic!("{id}")), &scope).is_empty(),
                "{date}: {id} was given and does not stand"
            );
        }
        if self.first.is_empty() {
            self.first.clone_from(&given);
        }
        for id in self.first.intersection(&stand) {
            assert!(given.contains(id), "{date}: {id} stands and was not given");
        }
        self.stood = stand;
    }

    /// The answers that `fill` gives to the questionnaire of Harbour Bank.
    fn fill(&self, date: &str, scope: &Scope) -> BTreeSet<String> {
        let out = self.folder.path().join(date);
        let order = Order {
            file: crate::fixtures::folder().join("harbour-bank-vendor-assessment.xlsx"),
            worker: answerbank::workbook::Worker::default(),
            layout: answerbank::engine::mapping::LayoutFrom::default(),
            bank: self.place.clone(),
            out: Some(out.clone()),
            decisions: None,
            customer: None,
            deal: None,
            scope: scope.clone(),
            overwrite: false,
            force: true,
            include_review: false,
        };
        fill(&order).unwrap();
        let receipt: serde_json::Value = serde_json::from_slice(&fs::read(out.join("internal/receipt.json")).unwrap()).unwrap();
        let written = receipt["written"].as_array().unwrap().iter();
        // Identity fields are filled from the profile: nobody approves them.
        let answers = written.filter(|written| written["ground"] != "policy: profile");
        answers.map(|written| written["answer"].as_str().unwrap().to_owned()).collect()
    }

    fn rewrite(&self, file: &str, old: &str, new: &str) {
        let path = self.place.root.join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(old), "{file} does not hold {old}");
        fs::write(path, text.replacen(old, new, 1)).unwrap();
    }

    fn renew(&self, id: &str, issued: &str, until: &str) {
        let file = self.folder.path().join(format!("{id}.txt"));
        fs::write(&file, format!("{id} of {issued}")).unwrap();
        let new = NewEvidence {
            file: Some(file),
            url: None,
            id: Some(id.into()),
            title: None,
            kind: None,
            issued: Some(day(issued)),
            valid_until: Some(day(until)),
            audience: None,
            owner: None,
            controls: Vec::new(),
            renew: true,
            no_end: false,
        };
        add(&self.place, &new).unwrap();
    }
}

#[test]
fn at_each_date_of_a_year_every_answer_stands_as_the_table_says_and_fill_obeys() {
    let mut year = Year::begin();
    // The reviews of the year are done at once, so that what happens to controls, evidence and words can be seen.
    let bank = folder::read(&year.place.root).unwrap();
    for answer in &bank.answers {
        if validity(&bank, answer, day("2026-12-01")).is_empty() {
            curate::verify(&year.place, std::slice::from_ref(&answer.id), day("2028-06-30"), &hand("compliance", "2026-12-01")).unwrap();
        }
    }
    year.on("2026-12-01");
    year.rewrite("controls/LOG-02.toml", "state = \"in-place\"", "state = \"partly\"");
    year.on("2027-01-10");
    year.rewrite("controls/LOG-02.toml", "state = \"partly\"", "state = \"in-place\"");
    year.on("2027-02-01");
    let words = Fields { text: Some("Customer data is encrypted at rest with AES-256-GCM.".into()), ..Fields::default() };
    curate::edit(&year.place, "encryption-at-rest", &words, &hand("j.lind", "2027-03-01")).unwrap();
    year.on("2027-03-01");
    let own = curate::approve(&year.place, &["encryption-at-rest".into()], &hand("j.lind", "2027-03-02"));
    assert!(own.unwrap_err().message.contains("nobody approve their own words"));
    curate::approve(&year.place, &["encryption-at-rest".into(), "post-quantum".into()], &hand("m.okafor", "2027-03-02")).unwrap();
    year.on("2027-03-02");
    curate::retire(&year.place, "customer-managed-keys", "replaced by own-keys", &hand("j.lind", "2027-04-15")).unwrap();
    year.on("2027-04-14");
    year.on("2027-04-15");
    year.on("2027-07-31");
    year.on("2027-08-01");
    for (id, issued) in [
        ("kms-config-2026", "2027-08-03"),
        ("pentest-cloud-2026", "2027-06-20"),
        ("insurance-2026", "2027-08-01"),
        ("infosec-policy-2026", "2027-07-01"),
    ] {
        year.renew(id, issued, "2028-07-31");
    }
    year.on("2027-08-03");
    fs::write(year.place.root.join("evidence/files/insurance-2026.txt"), "a forged line").unwrap();
    year.on("2027-08-04");
    check(&year.told, TABLE);
}

/// Each date with what fell and what came back since the date before, by reason.
const TABLE: &str = "
2026-12-01: 241 stand
2027-01-10: 237 stand
- control LOG-02 is partly in place: admin-activity-logging intrusion-detection security-monitoring-alerts soc-24x7
2027-02-01: 241 stand
+ admin-activity-logging intrusion-detection security-monitoring-alerts soc-24x7
2027-03-01: 240 stand
- it was changed after it was approved: encryption-at-rest
2027-03-02: 242 stand
+ encryption-at-rest post-quantum
2027-04-14: 242 stand
2027-04-15: 241 stand
- it is retired: replaced by own-keys: customer-managed-keys
2027-07-31: 240 stand
- it was to be reviewed by 2027-04-30: post-quantum
2027-08-01: 196 stand
- evidence ai-policy-draft expired on 2027-07-31: ai-governance
- evidence hosting-soc2-2026 expired on 2027-07-31: data-centre-environment data-centre-security media-disposal supplier-assessment supplier-reviews
- evidence incident-plan-2026 expired on 2027-07-31: admin-activity-logging intrusion-detection security-monitoring-alerts soc-24x7
- evidence incident-plan-2026 expired on 2027-07-31; evidence incident-tabletop-2026 expired on 2027-07-31: incident-plan-tests incident-response-plan lost-device post-incident-review
- evidence infosec-policy-2026 expired on 2027-07-31: acceptable-use board-oversight clear-desk confidentiality-agreements data-classification data-ownership disciplinary-process information-security-policy office-access office-cctv policy-exceptions policy-review-cycle removable-media security-leadership standard-questionnaires visitors wireless
- evidence insurance-2026 expired on 2027-07-31: cyber-insurance
- evidence kms-config-2026 expired on 2027-07-31: backup-encryption encryption-at-rest hsm key-management key-rotation
- evidence pentest-cloud-2026 expired on 2027-07-31: ai-use-in-product pentest-cloud pentest-edge pentest-retest tenant-isolation
- evidence screening-procedure expired on 2027-07-31: background-screening
- evidence screening-procedure expired on 2027-07-31; evidence infosec-policy-2026 expired on 2027-07-31: contractor-security
2027-08-03: 224 stand
+ acceptable-use ai-use-in-product backup-encryption board-oversight clear-desk confidentiality-agreements cyber-insurance data-classification data-ownership disciplinary-process encryption-at-rest hsm information-security-policy key-management key-rotation office-access office-cctv pentest-cloud pentest-edge pentest-retest policy-exceptions policy-review-cycle removable-media security-leadership standard-questionnaires tenant-isolation visitors wireless
2027-08-04: 223 stand
- evidence insurance-2026 was changed: its file has another digest: cyber-insurance
";
