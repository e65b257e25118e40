//! Evidence, controls and requirements with what rests on them, as the API tells them.

use jiff::civil::Date;
use serde::Serialize;

use crate::domain::bank::{Audience, Control, ControlState, Verdict};
use crate::domain::coverage::Covered;
use crate::domain::impact::Impact;
use crate::domain::journal::Sale;
use crate::engine::evidence::{Kept, State};
use crate::engine::rests::{self, Brief, Follows};

/// A piece of evidence.
#[derive(Serialize)]
pub struct EvidenceTold {
    id: String,
    title: String,
    kind: String,
    url: Option<String>,
    sha256: Option<String>,
    issued: Option<Date>,
    valid_until: Option<Date>,
    audience: Audience,
    owner: String,
    state: State,
    /// Why it does not hold.
    fault: Option<String>,
    controls: Vec<String>,
    answers: Vec<String>,
}

impl EvidenceTold {
    fn of(kept: Kept) -> Self {
        let evidence = kept.evidence;
        Self {
            id: evidence.id,
            title: evidence.title,
            kind: evidence.kind,
            url: evidence.url,
            sha256: evidence.sha256,
            issued: evidence.issued,
            valid_until: evidence.valid_until,
            audience: evidence.audience,
            owner: evidence.owner,
            state: kept.state,
            fault: kept.fault,
            controls: kept.controls,
            answers: kept.answers,
        }
    }
}

/// A control.
#[derive(Serialize)]
pub struct ControlTold {
    id: String,
    title: String,
    statement: String,
    state: ControlState,
    owner: String,
    responsibility: String,
    satisfies: Vec<String>,
    evidence: Vec<String>,
}

impl ControlTold {
    fn of(control: Control) -> Self {
        Self {
            id: control.id,
            title: control.title,
            statement: control.statement,
            state: control.state,
            owner: control.owner,
            responsibility: control.responsibility,
            satisfies: control.satisfies,
            evidence: control.evidence,
        }
    }
}

/// An answer in short.
#[derive(Serialize)]
struct BriefTold {
    id: String,
    question: String,
    verdict: Option<Verdict>,
    bars: Vec<String>,
}

fn briefs(briefs: Vec<Brief>) -> Vec<BriefTold> {
    briefs.into_iter().map(|one| BriefTold { id: one.id, question: one.question, verdict: one.verdict, bars: one.bars }).collect()
}

/// A questionnaire in progress that counts on it.
#[derive(Serialize)]
struct WaitsTold {
    id: String,
    name: String,
    #[serde(flatten)]
    sale: Sale,
    questions: usize,
}

/// A customer who was told something that stood on it.
#[derive(Serialize)]
struct HoldsTold {
    customer: String,
    on: Date,
    answers: Vec<String>,
    statements: usize,
}

/// What follows where it is lost.
#[derive(Serialize)]
struct FollowsTold {
    impact: Impact,
    open: Vec<WaitsTold>,
    told: Vec<HoldsTold>,
}

impl FollowsTold {
    fn of(follows: Follows) -> Self {
        let open = follows.open.into_iter().map(|one| WaitsTold { id: one.id, name: one.name, sale: one.sale, questions: one.questions });
        let told = follows.told.into_iter().map(|one| HoldsTold {
            customer: one.customer,
            on: one.on,
            answers: one.answers.into_iter().collect(),
            statements: one.statements,
        });
        Self { impact: follows.impact, open: open.collect(), told: told.collect() }
    }
}

/// A piece of evidence with all that rests on it.
#[derive(Serialize)]
pub struct EvidenceShown {
    #[serde(flatten)]
    evidence: EvidenceTold,
    shows: Vec<ControlTold>,
    rest_on_it: Vec<BriefTold>,
    follows: FollowsTold,
}

impl EvidenceShown {
    /// As it is told.
    pub fn of(shown: rests::EvidenceShown) -> Self {
        Self {
            evidence: EvidenceTold::of(shown.kept),
            shows: shown.controls.into_iter().map(ControlTold::of).collect(),
            rest_on_it: briefs(shown.answers),
            follows: FollowsTold::of(shown.follows),
        }
    }
}

/// A requirement of a framework.
#[derive(Serialize)]
struct RequirementTold {
    id: String,
    title: String,
}

/// A control with all that it rests on and that rests on it.
#[derive(Serialize)]
pub struct ControlShown {
    #[serde(flatten)]
    control: ControlTold,
    faults: Vec<String>,
    requirements: Vec<RequirementTold>,
    shown_by: Vec<EvidenceTold>,
    rest_on_it: Vec<BriefTold>,
    follows: FollowsTold,
}

impl ControlShown {
    /// As it is told.
    pub fn of(shown: rests::ControlShown) -> Self {
        Self {
            control: ControlTold::of(shown.control),
            faults: shown.faults,
            requirements: shown.requirements.into_iter().map(|(id, title)| RequirementTold { id, title }).collect(),
            shown_by: shown.evidence.into_iter().map(EvidenceTold::of).collect(),
            rest_on_it: briefs(shown.answers),
            follows: FollowsTold::of(shown.follows),
        }
    }
}

/// A requirement with all that covers it.
#[derive(Serialize)]
pub struct RequirementShown {
    #[serde(flatten)]
    covered: Covered,
    covered_by: Vec<ControlTold>,
    shown_by: Vec<EvidenceTold>,
    rest_on_it: Vec<BriefTold>,
    near_to_it: Vec<ControlTold>,
}

impl RequirementShown {
    /// As it is told.
    pub fn of(shown: rests::RequirementShown) -> Self {
        Self {
            covered: shown.covered,
            covered_by: shown.controls.into_iter().map(ControlTold::of).collect(),
            shown_by: shown.evidence.into_iter().map(EvidenceTold::of).collect(),
            rest_on_it: briefs(shown.answers),
            near_to_it: shown.near.into_iter().map(ControlTold::of).collect(),
        }
    }
}
