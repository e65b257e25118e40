//! What a process that goes on keeps of what it read. Each piece is checked against its source before it is used again, and nothing leaves by it:
//! a release reads the bank from the disk.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::fill::Paper;
use super::model::VECTORS;
use super::{BankPlace, Failure, OpenBank};
use crate::bank::stamp::Stamp;
use crate::domain::bank::Bank;
use crate::domain::journal::Received;
use crate::store::Connections;

/// For so long the bank's files are believed to be as they were: what somebody else writes is seen within this time.
const BELIEVED: SignedDuration = SignedDuration::from_secs(1);
/// So many workbooks are kept as they were read …
const PAPERS: usize = 64;
/// … of so many bytes together; in memory they take about ten times as much.
const PAPER_BYTES: usize = 32 << 20;
/// So often a bank is read again that changes while it is read.
const ATTEMPTS: usize = 3;

/// What is kept, for all threads of the process.
#[derive(Default)]
pub struct Memory {
    bank: Mutex<Option<KeptBank>>,
    store: Mutex<Option<Arc<Connections>>>,
    /// The last one is the one that was used last.
    papers: Mutex<Vec<(PaperOf, Arc<Paper>)>>,
}

impl Memory {
    /// The memory at a moment, for one job: by it the job knows how old what is kept has become.
    #[must_use]
    pub fn at(self: &Arc<Self>, now: Timestamp) -> Remembered {
        Remembered { memory: Arc::clone(self), now }
    }
}

/// What is remembered at one moment.
#[derive(Clone)]
pub struct Remembered {
    memory: Arc<Memory>,
    now: Timestamp,
}

impl std::fmt::Debug for Remembered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "what is remembered at {}", self.now)
    }
}

/// What a workbook was read from: its name, its digest, and the mapping that it was read by or all that the bank remembers.
type PaperOf = [String; 3];

/// A bank as it was read.
struct KeptBank {
    /// Where it is, and what it is searched by.
    of: [Option<PathBuf>; 3],
    bank: Arc<Bank>,
    opened: Option<Arc<OpenBank>>,
    /// What the bank was searched by before its files were changed: taken over where it is searched alike.
    before: Option<Arc<OpenBank>>,
    stamp: Stamp,
    /// Tells the mappings that it remembers from those of another time.
    mappings: String,
    /// When its files were last looked at; none where they have to be.
    looked: Option<Timestamp>,
}

impl KeptBank {
    fn is_believed(&self, now: Timestamp) -> bool {
        self.looked.is_some_and(|looked| (SignedDuration::ZERO..BELIEVED).contains(&now.duration_since(looked)))
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What a thread that broke down left is whole: each piece is put in at once.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Remembered {
    /// The bank as its files stand, read again only where they are others than before.
    pub(super) fn bank(&self, place: &BankPlace) -> Result<Arc<Bank>, Failure> {
        let of = [Some(place.root.clone()), place.cache.clone(), place.model.clone()];
        let mut kept = held(&self.memory.bank);
        let known = kept.as_ref().filter(|known| known.of == of);
        if let Some(known) = known.filter(|known| known.is_believed(self.now)) {
            return Ok(Arc::clone(&known.bank));
        }
        let look = |before: &Stamp| Stamp::of(&place.root, self.now, before).map_err(|error| Failure::io(&place.root, &error));
        let mut before = look(&known.map(|known| known.stamp.clone()).unwrap_or_default())?;
        if let Some(known) = kept.as_mut().filter(|known| known.of == of && known.stamp.same(&before)) {
            (known.stamp, known.looked) = (before, Some(self.now));
            return Ok(Arc::clone(&known.bank));
        }
        let last = kept.take().filter(|last| last.of == of);
        for _ in 1..ATTEMPTS {
            let bank = Arc::new(place.read()?.sealed());
            let after = look(&before)?;
            if after.same(&before) {
                let (mappings, looked) = (after.of_part("mappings"), Some(self.now));
                let same_vectors = |last: &KeptBank| last.stamp.of_part(VECTORS) == after.of_part(VECTORS);
                let before = last.filter(same_vectors).and_then(|last| last.opened.or(last.before));
                *kept = Some(KeptBank { of, bank: Arc::clone(&bank), opened: None, before, stamp: after, mappings, looked });
                return Ok(bank);
            }
            before = after;
        }
        Ok(Arc::new(place.read()?))
    }

    /// The bank with what it is searched by, built only once.
    pub(super) fn opened(
        &self,
        bank: &Arc<Bank>,
        build: impl FnOnce(Option<&OpenBank>) -> Result<Arc<OpenBank>, Failure>,
    ) -> Result<Arc<OpenBank>, Failure> {
        let mut kept = held(&self.memory.bank);
        let Some(known) = kept.as_mut().filter(|known| Arc::ptr_eq(&known.bank, bank)) else { return build(None) };
        if let Some(opened) = &known.opened {
            return Ok(Arc::clone(opened));
        }
        let opened = build(known.before.take().as_deref())?;
        known.opened = Some(Arc::clone(&opened));
        Ok(opened)
    }

    /// Has the bank's files looked at before they are believed again.
    pub(super) fn look_again(&self) {
        if let Some(known) = held(&self.memory.bank).as_mut() {
            known.looked = None;
        }
    }

    /// A questionnaire's workbook with its questions.
    pub(super) fn paper(
        &self,
        place: &BankPlace,
        received: &Received,
        read: impl FnOnce() -> Result<Arc<Paper>, Failure>,
    ) -> Result<Arc<Paper>, Failure> {
        let bank = self.bank(place)?;
        let by = match &received.mapping {
            Some(text) => Some(format!("mapping {text}")),
            None => held(&self.memory.bank).as_ref().filter(|known| Arc::ptr_eq(&known.bank, &bank)).map(|known| known.mappings.clone()),
        };
        let Some(by) = by else { return read() };
        let of = [received.name.clone(), received.content.clone(), by];
        let known = |papers: &mut Vec<(PaperOf, Arc<Paper>)>| {
            let at = papers.iter().position(|(known, _)| *known == of)?;
            papers[at..].rotate_left(1);
            papers.last().map(|(_, paper)| Arc::clone(paper))
        };
        if let Some(paper) = known(&mut held(&self.memory.papers)) {
            return Ok(paper);
        }
        let paper = read()?;
        let mut papers = held(&self.memory.papers);
        papers.push((of, Arc::clone(&paper)));
        let bytes = |papers: &[(PaperOf, Arc<Paper>)]| papers.iter().map(|(_, paper)| paper.bytes.len()).sum::<usize>();
        while papers.len() > PAPERS || (papers.len() > 1 && bytes(&papers) > PAPER_BYTES) {
            papers.remove(0);
        }
        Ok(paper)
    }

    /// Connections to a store.
    pub(super) fn store(&self, folder: &Path) -> Arc<Connections> {
        let mut kept = held(&self.memory.store);
        match kept.as_ref().filter(|known| known.folder() == folder) {
            Some(known) => Arc::clone(known),
            None => Arc::clone(kept.insert(Connections::to(folder))),
        }
    }

    /// Forgets the bank, which is not what its files say.
    pub(super) fn forget_bank(&self) {
        *held(&self.memory.bank) = None;
    }
}
