//! The entries of one questionnaire → where it stands: what is decided, by whom, what is contested, what was released. Never stores it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::journal::{Correction, Decided, Entry, Event, Line, Place, Received, Released, Snapshot};
use super::review::{Decision, OutcomeKind};
use super::work_item::WorkItem;

/// A decision with who took it, when.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// Its place in the journal.
    pub number: i64,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub decided: Decided,
    /// Decisions of others who did not know of this one and decided something else.
    pub against: Vec<Taken>,
}

impl Taken {
    /// The number of the last decision about this question, one that contests it included.
    #[must_use]
    pub fn latest(&self) -> i64 {
        self.against.iter().map(|other| other.number).max().unwrap_or(self.number)
    }

    /// Whether it was taken for this very questionnaire, and nobody contests it.
    #[must_use]
    pub fn is_first_hand(&self) -> bool {
        self.against.is_empty() && self.decided.carried_from.is_none()
    }

    /// It and all that contest it, in words.
    #[must_use]
    pub fn all_in_words(&self) -> String {
        std::iter::once(self).chain(&self.against).map(Self::in_words).collect::<Vec<_>>().join("; ")
    }

    /// What was decided, in words.
    #[must_use]
    pub fn in_words(&self) -> String {
        format!("{} {} on {}", self.by, self.decided.choice.in_words(), self.at.strftime("%Y-%m-%d %H:%M"))
    }
}

/// Where one questionnaire stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// Its id.
    pub id: String,
    /// As it came in.
    pub received: Received,
    /// When.
    pub at: Timestamp,
    /// The number of the entry with which it came in.
    pub number: i64,
    /// The last decision about each question.
    pub decisions: BTreeMap<Place, Taken>,
    /// Who is to decide about a question.
    pub assigned: BTreeMap<Place, String>,
    /// How its questions stood last.
    pub proposed: Option<Arc<Snapshot>>,
    /// The number of the entry that says so; 0 where there is none.
    pub proposed_at: i64,
    /// How its questions stood when somebody was last shown them.
    pub shown: Option<Arc<Snapshot>>,
    /// Every work item that its questions ever waited for, without the questions.
    pub items: BTreeMap<String, WorkItem>,
    /// What was released, with its place in the journal.
    pub releases: Vec<(i64, Released)>,
    /// Why nobody waits for it any more.
    pub closed: Option<String>,
    /// The number of its last entry.
    pub latest: i64,
}

impl Progress {
    /// Folds the entries of one questionnaire, in their order; none where it never came in.
    #[must_use]
    pub fn of(entries: impl IntoIterator<Item = Entry>) -> Option<Self> {
        let mut entries = entries.into_iter();
        let mut progress = entries.by_ref().find_map(|entry| Self::begun_with(&entry))?;
        for entry in entries {
            progress.follow(entry);
        }
        Some(progress)
    }

    /// Where a questionnaire stands with the entry with which it came in; none where that is another entry.
    #[must_use]
    pub fn begun_with(Entry { number, questionnaire, at, what, .. }: &Entry) -> Option<Self> {
        let Event::Received(received) = what else { return None };
        let id = questionnaire.clone().unwrap_or_default();
        Some(Self { number: *number, latest: *number, ..Self::begun(id, received.clone(), *at) })
    }

    /// Takes the next of its entries.
    pub fn follow(&mut self, Entry { number, at, by, what, .. }: Entry) {
        self.latest = number;
        match what {
            Event::Proposed(snapshot) => {
                self.remember(&snapshot.work_items);
                self.proposed = Some(Arc::new(snapshot));
                self.proposed_at = number;
            }
            Event::ProposedAgain(difference) => {
                self.remember(&difference.work_items);
                if let Some(last) = &mut self.proposed {
                    Arc::make_mut(last).follow(difference);
                }
                self.proposed_at = number;
            }
            Event::Decided(decided) => self.decide(Taken { number, by, at, decided, against: Vec::new() }),
            Event::Assigned(assigned) if assigned.to.is_empty() => {
                self.assigned.remove(&assigned.place);
            }
            Event::Assigned(assigned) => {
                self.assigned.insert(assigned.place, assigned.to);
            }
            Event::Released(released) => self.releases.push((number, released)),
            Event::Shown { proposal } if proposal == self.proposed_at => self.shown.clone_from(&self.proposed),
            Event::Corrected(correction) => self.correct(correction),
            Event::Closed { why } => self.closed = Some(why),
            Event::Reopened => self.closed = None,
            Event::Shown { .. }
            | Event::Received(_)
            | Event::Moved(_)
            | Event::Learned(_)
            | Event::Recalled(_)
            | Event::Audited(_)
            | Event::Restored { .. } => {}
        }
    }

    fn remember(&mut self, items: &[WorkItem]) {
        let bare = |item: &WorkItem| (item.id.clone(), WorkItem { waiting: Vec::new(), ..item.clone() });
        self.items.extend(items.iter().map(bare));
    }

    /// What is to be recorded where its questions stand like this now; none where that is how they stood, but for the day and the bank's digest.
    #[must_use]
    pub fn proposal(&self, now: &Snapshot) -> Option<Event> {
        let Some(last) = &self.proposed else { return Some(Event::Proposed(now.clone())) };
        if last.same_but_for_the_day(now) {
            return None;
        }
        Some(last.difference(now).map_or_else(|| Event::Proposed(now.clone()), Event::ProposedAgain))
    }

    /// A questionnaire about which nothing happened yet.
    #[must_use]
    pub fn begun(id: String, received: Received, at: Timestamp) -> Self {
        Self {
            id,
            received,
            at,
            number: 0,
            decisions: BTreeMap::new(),
            assigned: BTreeMap::new(),
            proposed: None,
            proposed_at: 0,
            shown: None,
            items: BTreeMap::new(),
            releases: Vec::new(),
            closed: None,
            latest: 0,
        }
    }

    fn correct(&mut self, correction: Correction) {
        let Correction { sale, audience, products, regions, overwrite, mapping } = correction;
        let mapping = mapping.or_else(|| self.received.mapping.take());
        self.received = Received { sale, audience, products, regions, overwrite, mapping, ..self.received.clone() };
    }

    /// A decision counts if who took it knew of the last one. If not, and it says something else, both stand against each other.
    fn decide(&mut self, taken: Taken) {
        match self.decisions.get_mut(&taken.decided.place) {
            Some(last) if taken.decided.seen < last.latest() => {
                if last.decided.choice != taken.decided.choice {
                    last.against.push(taken);
                }
            }
            _ => {
                self.decisions.insert(taken.decided.place.clone(), taken);
            }
        }
    }

    /// The decisions in force, as the review takes them.
    #[must_use]
    pub fn in_force(&self) -> Vec<Decision> {
        let decision = |taken: &Taken| Decision { contested: contested(taken), ..taken.decided.in_review(&taken.by) };
        self.decisions.values().map(decision).collect()
    }

    /// Whether somebody still waits for it: nothing was released, or something was left open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let left = |line: &Line| matches!(line.outcome, OutcomeKind::Review | OutcomeKind::Gap);
        self.closed.is_none() && (self.releases.is_empty() || self.lines().iter().any(left))
    }

    /// Its questions as they were last proposed for.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        self.proposed.as_ref().map_or(&[], |snapshot| &snapshot.lines)
    }
}

fn contested(taken: &Taken) -> Option<String> {
    (!taken.against.is_empty()).then(|| taken.all_in_words())
}
