//! What falls when one thing is lost: a piece of evidence, or a control. Asks the standing of the bank with and without it; never guesses.

use std::fmt;

use jiff::civil::Date;
use serde::Serialize;

use super::bank::{Audience, Bank, ControlState, EvidenceFile};
use super::coverage::{Met, Standings, met};
use super::standing::validity;

/// Something that answers stand on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Thing {
    /// A piece of evidence, by id.
    Evidence(String),
    /// A control, by id.
    Control(String),
}

impl Thing {
    /// Reads `evidence:ID` or `control:ID`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':')? {
            ("evidence", id) => Some(Self::Evidence(id.to_owned())),
            ("control", id) => Some(Self::Control(id.to_owned())),
            _ => None,
        }
    }
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Evidence(id) => write!(f, "evidence:{id}"),
            Self::Control(id) => write!(f, "control:{id}"),
        }
    }
}

/// An answer that falls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fallen {
    /// Its id.
    pub id: String,
    /// Who keeps it true.
    pub owner: String,
    /// Who may be told while it stands.
    pub audience: Audience,
    /// Why it would not stand.
    pub why: String,
}

/// A requirement that is met less than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lessened {
    /// `framework/id`.
    pub requirement: String,
    /// How far it is met now.
    pub from: Met,
    /// How far it would be met.
    pub to: Met,
}

/// What falls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Impact {
    /// Controls whose evidence it is, or itself.
    pub controls: Vec<String>,
    /// Answers that stand now and would not.
    pub falls: Vec<Fallen>,
    /// Answers that rest on it and do not stand as it is, for other reasons or for this one.
    pub down_already: Vec<String>,
    /// Answers that name it or its controls and stand all the same, since they claim less.
    pub stays: Vec<String>,
    /// Requirements that would be met less.
    pub requirements: Vec<Lessened>,
}

/// What falls when a thing is lost on a date; none where the bank does not have it.
#[must_use]
pub fn impact(bank: &Bank, thing: &Thing, date: Date) -> Option<Impact> {
    let mut without = bank.clone();
    let controls = match thing {
        Thing::Evidence(id) => {
            without.evidence.get_mut(id)?.content = EvidenceFile::Missing;
            let mut controls: Vec<String> =
                bank.controls.values().filter(|control| control.evidence.contains(id)).map(|control| control.id.clone()).collect();
            controls.sort();
            controls
        }
        Thing::Control(id) => {
            without.controls.get_mut(id)?.state = ControlState::Planned;
            vec![id.clone()]
        }
    };
    let rests = |answer: &&super::bank::Answer| {
        let names = matches!(thing, Thing::Evidence(id) if answer.evidence.contains(id));
        names || answer.controls.iter().any(|control| controls.contains(control))
    };
    let mut impact =
        Impact { controls: controls.clone(), falls: Vec::new(), down_already: Vec::new(), stays: Vec::new(), requirements: Vec::new() };
    for answer in bank.answers.iter().filter(rests) {
        if !validity(bank, answer, date).is_empty() {
            impact.down_already.push(answer.id.clone());
        } else if validity(&without, answer, date).is_empty() {
            impact.stays.push(answer.id.clone());
        } else {
            let direct = matches!(thing, Thing::Evidence(id) if answer.evidence.contains(id)) || matches!(thing, Thing::Control(_));
            let over: Vec<&str> = answer.controls.iter().filter(|control| controls.contains(control)).map(String::as_str).collect();
            let why = if direct { format!("it stands on {thing}") } else { format!("its control {} stands on {thing}", over.join(", ")) };
            impact.falls.push(Fallen { id: answer.id.clone(), owner: answer.owner.clone(), audience: answer.audience, why });
        }
    }
    let (before, after) = (Standings::new(bank, date), Standings::new(&without, date));
    let mut requirements: Vec<&String> = controls.iter().filter_map(|id| bank.controls.get(id)).flat_map(|one| &one.satisfies).collect();
    requirements.sort();
    requirements.dedup();
    for requirement in requirements {
        let (from, to) = (met(before.behind(requirement)), met(after.behind(requirement)));
        if to != from {
            impact.requirements.push(Lessened { requirement: requirement.clone(), from, to });
        }
    }
    Some(impact)
}
