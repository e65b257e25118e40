//! Things of the bank as the API tells them.

use jiff::civil::Date;
use serde::Serialize;

use crate::domain::bank::{Audience, Origin, Stamp, Verdict};
use crate::domain::coverage::control_faults;
use crate::domain::standing::{evidence_fault, validity};
use crate::engine::curate::Shown;

/// An answer with what stands behind it.
#[derive(Serialize)]
pub struct AnswerTold {
    id: String,
    question: String,
    also_asked: Vec<String>,
    verdict: Option<Verdict>,
    text: String,
    short: String,
    audience: Audience,
    products: Vec<String>,
    regions: Vec<String>,
    owner: String,
    tags: Vec<String>,
    needs_text: bool,
    controls: Vec<BehindTold>,
    evidence: Vec<BehindTold>,
    requirements: Vec<String>,
    /// Why it may not be given, whoever asks; empty where it may.
    bars: Vec<String>,
    edited: Option<StampTold>,
    approved: Option<StampTold>,
    verified: Option<StampTold>,
    retired: Option<StampTold>,
    review_by: Option<Date>,
    origins: Vec<Origin>,
    file: String,
    digest: String,
    seen: String,
}

/// A control or evidence behind it.
#[derive(Serialize)]
struct BehindTold {
    id: String,
    title: String,
    faults: Vec<String>,
}

/// Who did something with it, and when.
#[derive(Serialize)]
struct StampTold {
    by: String,
    on: Date,
}

impl StampTold {
    fn of(stamp: &Stamp) -> Self {
        Self { by: stamp.by.clone(), on: stamp.on }
    }
}

impl AnswerTold {
    /// An answer as it stands on a date.
    pub fn of(shown: &Shown, date: Date) -> Self {
        let (bank, answer) = (&shown.bank, &shown.answer);
        let controls = bank.controls_of(answer).map(|control| BehindTold {
            id: control.id.clone(),
            title: format!("{} ({})", control.title, control.state),
            faults: control_faults(bank, control, date),
        });
        let evidence = answer.evidence.iter().filter_map(|id| bank.evidence.get(id)).map(|evidence| BehindTold {
            id: evidence.id.clone(),
            title: evidence.title.clone(),
            faults: evidence_fault(evidence, date).into_iter().collect(),
        });
        Self {
            id: answer.id.clone(),
            question: answer.question.clone(),
            also_asked: answer.also_asked.clone(),
            verdict: answer.verdict,
            text: answer.wording.clone(),
            short: answer.short.clone(),
            audience: answer.audience,
            products: answer.products.clone(),
            regions: answer.regions.clone(),
            owner: answer.owner.clone(),
            tags: answer.tags.clone(),
            needs_text: answer.needs_text,
            controls: controls.collect(),
            evidence: evidence.collect(),
            requirements: bank.requirements_of(answer),
            bars: validity(bank, answer, date).iter().map(ToString::to_string).collect(),
            edited: answer.edited.as_ref().map(StampTold::of),
            approved: answer.approved.as_ref().map(|(approved, _)| StampTold::of(approved)),
            verified: answer.verified.as_ref().map(StampTold::of),
            retired: answer.retired.as_ref().map(|(retired, _)| StampTold::of(retired)),
            review_by: answer.review_by,
            origins: answer.origins.clone(),
            file: answer.file.clone(),
            digest: answer.digest(),
            seen: shown.seen.clone(),
        }
    }

    /// Whether this is the text that was read.
    pub fn is(&self, seen: &str) -> bool {
        self.seen == seen
    }
}
