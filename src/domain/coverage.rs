//! How far the requirements of a framework are met on a date: by which controls, shown by which evidence, told in which answers. Computed
//! from the bank each time; never stores it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use serde::Serialize;

use super::bank::{Bank, Control, ControlState, Framework};
use super::standing::{evidence_bar, validity};

/// How far a requirement is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Met {
    /// A control in place satisfies it, and has evidence, all of it there, unchanged and in date.
    Met,
    /// Controls in place satisfy it, none of them with such evidence.
    Unproven,
    /// A control satisfies it in part.
    Partly,
    /// A control is decided, none runs.
    Planned,
    /// All its controls do not apply to us.
    NotApplicable,
    /// No control satisfies it.
    Bare,
}

impl Met {
    /// All of them, the best first, as people read them.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Met, "met"),
        (Self::Unproven, "unproven"),
        (Self::Partly, "partly met"),
        (Self::Planned, "planned"),
        (Self::NotApplicable, "not applicable"),
        (Self::Bare, "bare"),
    ];

    /// In words.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(met, _)| *met == self).map_or("", |(_, name)| name)
    }
}

/// A control behind a requirement, with what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Behind {
    /// Id of the control.
    pub control: String,
    /// How far it is run.
    pub state: ControlState,
    /// What is wrong with its evidence on that date; that it has none counts too, where it is said to be in place.
    pub faults: Vec<String>,
}

/// One requirement with what stands behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Covered {
    /// `framework/id`.
    pub requirement: String,
    /// Its short title.
    pub title: String,
    /// How far it is met.
    pub met: Met,
    /// The controls that satisfy it.
    pub controls: Vec<Behind>,
    /// The evidence of these controls.
    pub evidence: Vec<String>,
    /// Answers on these controls that stand on that date.
    pub answers: Vec<String>,
    /// Answers on these controls that do not stand.
    pub barred: Vec<String>,
    /// For a bare one: controls that satisfy a requirement which a crosswalk relates to it.
    pub near: Vec<String>,
}

/// What is wrong with the evidence of a control on a date.
#[must_use]
pub fn control_faults(bank: &Bank, control: &Control, date: Date) -> Vec<String> {
    if control.evidence.is_empty() && control.state == ControlState::InPlace {
        return vec!["no evidence shows it".to_owned()];
    }
    control.evidence.iter().filter_map(|id| evidence_bar(bank, id, date)).map(|bar| bar.to_string()).collect()
}

/// How far requirements are met by the controls behind them.
#[must_use]
pub fn met(controls: &[Behind]) -> Met {
    let any = |wanted: ControlState| controls.iter().any(|behind| behind.state == wanted);
    if controls.iter().any(|behind| behind.state == ControlState::InPlace && behind.faults.is_empty()) {
        Met::Met
    } else if any(ControlState::InPlace) {
        Met::Unproven
    } else if any(ControlState::Partly) {
        Met::Partly
    } else if any(ControlState::Planned) {
        Met::Planned
    } else if any(ControlState::NotApplicable) {
        Met::NotApplicable
    } else {
        Met::Bare
    }
}

/// What stands behind requirements on a date: read once, asked often.
pub struct Standings<'b> {
    bank: &'b Bank,
    /// Requirement → the controls that satisfy it.
    satisfied: BTreeMap<&'b str, Vec<Behind>>,
    /// Control → the answers that name it, each with whether it stands.
    answers: BTreeMap<&'b str, BTreeSet<(&'b str, bool)>>,
    /// Requirement → requirements that a crosswalk relates to it, in either direction.
    related: HashMap<String, BTreeSet<String>>,
}

impl<'b> Standings<'b> {
    /// Reads a bank on a date.
    #[must_use]
    pub fn new(bank: &'b Bank, date: Date) -> Self {
        let mut satisfied: BTreeMap<&str, Vec<Behind>> = BTreeMap::new();
        let mut controls: Vec<&Control> = bank.controls.values().collect();
        controls.sort_by(|a, b| a.id.cmp(&b.id));
        for control in controls {
            let behind = Behind { control: control.id.clone(), state: control.state, faults: control_faults(bank, control, date) };
            for requirement in &control.satisfies {
                satisfied.entry(requirement).or_default().push(behind.clone());
            }
        }
        let mut answers: BTreeMap<&str, BTreeSet<(&str, bool)>> = BTreeMap::new();
        for answer in &bank.answers {
            let stands = validity(bank, answer, date).is_empty();
            for control in &answer.controls {
                answers.entry(control).or_default().insert((&answer.id, stands));
            }
        }
        Self { bank, satisfied, answers, related: bank.related() }
    }

    /// The controls behind a requirement.
    #[must_use]
    pub fn behind(&self, requirement: &str) -> &[Behind] {
        self.satisfied.get(requirement).map_or(&[], Vec::as_slice)
    }

    /// What stands behind one requirement.
    #[must_use]
    pub fn covered(&self, framework: &Framework, id: &str) -> Covered {
        let requirement = format!("{}/{id}", framework.id);
        let controls = self.behind(&requirement).to_vec();
        let met = met(&controls);
        let of = |stands: bool| {
            let answers = controls.iter().filter_map(|behind| self.answers.get(behind.control.as_str())).flatten();
            let ids: BTreeSet<&str> = answers.filter(|(_, stood)| *stood == stands).map(|(id, _)| *id).collect();
            ids.into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        let named = |behind: &Behind| self.bank.controls.get(&behind.control).map(|control| control.evidence.clone()).unwrap_or_default();
        let evidence: BTreeSet<String> = controls.iter().flat_map(named).collect();
        let near = if met == Met::Bare { self.near(&requirement) } else { Vec::new() };
        Covered {
            title: framework.requirements.get(id).cloned().unwrap_or_default(),
            answers: of(true),
            barred: of(false),
            evidence: evidence.into_iter().collect(),
            requirement,
            met,
            controls,
            near,
        }
    }

    /// Controls behind requirements that a crosswalk relates, in either direction.
    fn near(&self, requirement: &str) -> Vec<String> {
        let related = self.related.get(requirement).into_iter().flatten();
        let near: BTreeSet<&String> = related.flat_map(|name| self.behind(name)).map(|behind| &behind.control).collect();
        near.into_iter().cloned().collect()
    }

    /// What stands behind each requirement of a framework, in the order of their ids.
    #[must_use]
    pub fn coverage(&self, framework: &Framework) -> Vec<Covered> {
        let mut ids: Vec<&String> = framework.requirements.keys().collect();
        ids.sort_by_key(|id| natural(id));
        ids.into_iter().map(|id| self.covered(framework, id)).collect()
    }
}

/// The part of a requirement's id that it shares with its neighbours, as frameworks number their headings: `CC6` of `CC6.1`, `AC` of
/// `AC-2(1)`, `Art.5` of `Art.5(1)(f)`; empty where the id has one part.
#[must_use]
pub fn heading(id: &str) -> &str {
    let front = id.find('(').map_or(id, |at| &id[..at]);
    let cut = |text: &'_ str| text.rfind(['.', '-']).unwrap_or(0);
    if front.len() < id.len() && !front.contains('-') { front } else { &front[..cut(front)] }
}

/// An id in parts, so that `A.8.9` stands before `A.8.10`.
fn natural(id: &str) -> Vec<(u64, String)> {
    let mut parts: Vec<(u64, String)> = Vec::new();
    let mut digits = false;
    for c in id.chars() {
        if parts.is_empty() || c.is_ascii_digit() != digits {
            parts.push((0, String::new()));
        }
        digits = c.is_ascii_digit();
        if let Some(part) = parts.last_mut() {
            part.1.push(c);
        }
    }
    parts.into_iter().map(|(_, part)| part.parse().map_or((u64::MAX, part), |number| (number, String::new()))).collect()
}
