//! The journal folded to where each questionnaire stands, kept by a process that goes on. Checked against the journal's last entry before it is
//! used, and brought up to date with what others wrote since; never believed where the journal says something else.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::StoreError;
use super::database::Store;
use crate::domain::journal::Entry;
use crate::domain::progress::Progress;

/// Entries that are read by their kind are kept as they are.
const KINDS: [&str; 4] = ["received", "released", "moved", "learned"];

/// The journal up to one entry.
#[derive(Clone, Default)]
struct Folded {
    /// The number of its last entry, and the chain there.
    head: (i64, String),
    /// Questionnaires in the order in which they came in.
    order: Vec<String>,
    questionnaires: BTreeMap<String, Arc<Progress>>,
    kinds: BTreeMap<&'static str, Arc<Vec<Entry>>>,
}

/// The journal as a process remembers it, for all its connections.
#[derive(Default)]
pub(super) struct Remembered(Mutex<Arc<Folded>>);

impl Remembered {
    fn held(&self) -> MutexGuard<'_, Arc<Folded>> {
        // It is replaced as a whole, so what a thread that broke down left is sound.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Folded {
    fn follow(&mut self, entry: Entry, chain: String) {
        self.head = (entry.number, chain);
        if let Some(kind) = KINDS.into_iter().find(|kind| *kind == entry.what.kind()) {
            Arc::make_mut(self.kinds.entry(kind).or_default()).push(entry.clone());
        }
        let Some(id) = entry.questionnaire.clone() else { return };
        if let Some(progress) = self.questionnaires.get_mut(&id) {
            Arc::make_mut(progress).follow(entry);
        } else if let Some(progress) = Progress::begun_with(&entry) {
            self.order.push(id.clone());
            self.questionnaires.insert(id, Arc::new(progress));
        }
    }

    fn follow_all(&mut self, entries: Vec<(Entry, String)>) {
        for (entry, chain) in entries {
            self.follow(entry, chain);
        }
    }

    fn all(&self) -> Vec<Arc<Progress>> {
        self.order.iter().filter_map(|id| self.questionnaires.get(id).cloned()).collect()
    }
}

impl Store {
    /// Where one questionnaire stands; none where there is none of this id.
    ///
    /// # Errors
    /// An entry is not what was written.
    pub fn progress(&mut self, id: &str) -> Result<Option<Arc<Progress>>, StoreError> {
        match self.folded() {
            Some(Ok(folded)) => Ok(folded.questionnaires.get(id).cloned()),
            // What is wrong with another questionnaire does not matter here.
            None | Some(Err(_)) => Ok(Progress::of(self.entries(Some(id))?).map(Arc::new)),
        }
    }

    /// Where every questionnaire stands, in the order in which they came in.
    ///
    /// # Errors
    /// As for [`Store::progress`].
    pub fn questionnaires(&mut self) -> Result<Vec<Arc<Progress>>, StoreError> {
        if let Some(folded) = self.folded() {
            return Ok(folded?.all());
        }
        let mut folded = Folded::default();
        folded.follow_all(self.entries_of_questionnaires()?.into_iter().map(|entry| (entry, String::new())).collect());
        Ok(folded.all())
    }

    /// Entries of one kind, in their order.
    ///
    /// # Errors
    /// One of them is not what was written.
    pub fn entries_of_kind(&mut self, kind: &str) -> Result<Arc<Vec<Entry>>, StoreError> {
        match self.folded() {
            Some(Ok(folded)) if KINDS.contains(&kind) => Ok(folded.kinds.get(kind).cloned().unwrap_or_default()),
            _ => self.read_kind(kind).map(Arc::new),
        }
    }

    /// The journal as it stands for this connection; none where nothing is remembered.
    fn folded(&mut self) -> Option<Result<Arc<Folded>, StoreError>> {
        let remembered = self.remembered.clone()?;
        let mut known = remembered.held();
        Some(self.brought_up(&known).inspect(|now| {
            if !self.apart && !Arc::ptr_eq(now, &known) {
                *known = Arc::clone(now);
            }
        }))
    }

    fn brought_up(&mut self, known: &Arc<Folded>) -> Result<Arc<Folded>, StoreError> {
        let new = if known.head.0 > 0 { self.entries_after(known.head.0, &known.head.1)? } else { None };
        let now = match new {
            Some(new) if new.is_empty() => return Ok(Arc::clone(known)),
            Some(new) => {
                let mut now = Folded::clone(known);
                now.follow_all(new);
                now
            }
            None => {
                let (head, all) = self.entries_to_head()?;
                let mut now = Folded::default();
                now.follow_all(all);
                now.head = head;
                now
            }
        };
        Ok(Arc::new(now))
    }

    /// Takes down what the open transaction appended.
    pub(super) fn follow(&mut self, entry: impl FnOnce() -> Entry, [before, chain]: [String; 2]) {
        if self.remembered.is_some() {
            self.apart = true;
            self.appended.get_or_insert_with(|| (before, Vec::new())).1.push((entry(), chain));
        }
    }

    /// What was appended is committed: remembered without being read again, if nothing lies between.
    pub(super) fn committed(&mut self) {
        self.apart = false;
        let (Some(remembered), Some((before, appended))) = (&self.remembered, self.appended.take()) else { return };
        let mut known = remembered.held();
        if known.head.0 > 0 && known.head.1 == before {
            Arc::make_mut(&mut known).follow_all(appended);
        }
    }

    pub(super) fn rolled_back(&mut self) {
        self.apart = false;
        self.appended = None;
    }
}
