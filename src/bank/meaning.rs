//! What texts mean, as vectors: a small table in the program, and a sentence model where one is installed. Finds and compares; never decides.
//!
//! The table was derived from the sentence model (`src/bank/meaning/NOTICE.md`), so that a question's vector from the table can be compared with
//! a vector that the model gave to a text of the bank: a bank embedded once ranks nearly as well where no model is installed.

mod model;
mod store;
mod table;
mod wordpiece;

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::bank::{Answer, Bank};
use crate::domain::confidence::View;

pub use model::{Known, Model, ModelError, extract, known};
pub use store::{Store, StoreError};
pub use wordpiece::is_word;

/// A direction in the space of meanings, in small whole numbers: length 1 after scaling.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vector {
    scale: f32,
    values: Vec<i8>,
}

impl Vector {
    /// From numbers of any length; all zero where there is no direction.
    fn new(numbers: &[f32]) -> Self {
        let length = numbers.iter().map(|number| number * number).sum::<f32>().sqrt();
        let most = numbers.iter().fold(0.0f32, |most, number| most.max(number.abs()));
        if most == 0.0 || !length.is_finite() {
            return Self { scale: 0.0, values: vec![0; numbers.len()] };
        }
        let values = numbers.iter().map(|number| (number / most * 127.0).round() as i8).collect();
        Self { scale: most / 127.0 / length, values }
    }

    /// Whether each number is below zero, a bit each.
    fn signs(&self) -> impl Iterator<Item = u64> {
        self.values.chunks(64).map(|some| some.iter().fold(0, |bits, value| bits << 1 | u64::from(*value < 0)))
    }

    /// Cosine of the angle between two vectors of one space, -1 to 1.
    fn cosine(&self, other: &Self) -> f32 {
        dot(&self.values, &other.values) * self.scale * other.scale
    }
}

#[allow(clippy::cast_precision_loss, reason = "at most 127 · 127 a number, of a few hundred")]
fn dot(a: &[i8], b: &[i8]) -> f32 {
    // Neither can overflow; said so, since the checks would keep the processor from taking many at once.
    a.iter().zip(b).fold(0i32, |sum, (x, y)| sum.wrapping_add(i32::from(i16::from(*x).wrapping_mul(i16::from(*y))))) as f32
}

/// The direction of a few words by the program's own table, of length 1; all zero where it does not know them.
#[must_use]
pub fn word_direction(words: &str) -> Vec<f32> {
    let Vector { scale, values } = table::embed(words);
    values.into_iter().map(|value| f32::from(value) * scale).collect()
}

/// The wordings of a bank as vectors, and what makes a question's vector comparable with them.
#[derive(Clone)]
pub struct Meaning {
    bank: Arc<Bank>,
    view: View,
    dims: usize,
    /// One row a wording, one behind the other.
    rows: Vec<i8>,
    /// The signs of each row's numbers, a bit each: a few words to compare where the row has a hundred numbers.
    signs: Vec<u64>,
    scales: Vec<f32>,
    /// The answer that each row is a wording of.
    of: Vec<u32>,
    /// The rows of an answer: from here to the next one's.
    first: Vec<u32>,
    /// One row an answer for its question and text together, where the model gave them.
    together: Vec<Vector>,
    /// Vectors that the model gave, by text.
    store: Option<Arc<Store>>,
    model: Option<Arc<Model>>,
}

/// So many rows of a large bank are compared number by number, after a look at their signs. Of 16,000 rows, 2,000 chosen so held 97 of 100 of
/// the forty nearest, and 4,000 held 99; the rest were near twins of those.
const LOOKED_AT: usize = 3_000;

/// Vectors of answers' texts met before, for one thread.
#[derive(Default)]
pub struct Bodies(RefCell<HashMap<usize, Vector>>);

impl Meaning {
    /// Vectors for all wordings of a bank: those in the store where it has them, else from the table. With a model, the store must have been
    /// [completed](Store::complete) first.
    #[must_use]
    pub fn new(bank: &Arc<Bank>, store: Option<Arc<Store>>, model: Option<Arc<Model>>) -> Self {
        let store = store.filter(|store| store.covers(bank));
        let view = match (&store, &model) {
            (Some(_), Some(_)) => View::Model,
            (Some(_), None) => View::Mixed,
            (None, _) => View::Table,
        };
        let dims = if view == View::Model { store.as_ref().map_or(0, |store| store.dims()) } else { table::DIMS };
        let mut meaning = Self {
            bank: Arc::clone(bank),
            view,
            dims,
            rows: Vec::new(),
            signs: Vec::new(),
            scales: Vec::new(),
            of: Vec::new(),
            first: Vec::new(),
            together: Vec::new(),
            store,
            model,
        };
        let texts: Vec<(u32, &str)> = bank
            .answers
            .iter()
            .enumerate()
            .flat_map(|(place, answer)| answer.wordings().map(move |wording| (place as u32, wording)))
            .collect();
        let vectors = in_parallel(&texts, |(_, text)| meaning.of_bank(text));
        for ((place, _), vector) in texts.iter().zip(vectors) {
            while meaning.first.len() <= *place as usize {
                meaning.first.push(meaning.of.len() as u32);
            }
            meaning.of.push(*place);
            meaning.scales.push(vector.scale);
            meaning.signs.extend(vector.signs());
            meaning.rows.extend(vector.values);
        }
        meaning.first.push(meaning.of.len() as u32);
        if view != View::Table {
            meaning.together = in_parallel(&bank.answers, |answer| meaning.of_bank(&store::together(answer)));
        }
        meaning
    }

    /// The same vectors over a bank that is searched alike.
    #[must_use]
    pub fn over(&self, bank: &Arc<Bank>) -> Self {
        Self { bank: Arc::clone(bank), ..self.clone() }
    }

    /// By what questions and wordings are compared.
    #[must_use]
    pub fn view(&self) -> View {
        self.view
    }

    /// SHA-256 of the sentence model that questions or the bank's texts were embedded by.
    #[must_use]
    pub fn model_digest(&self) -> Option<String> {
        self.store.as_ref().map(|store| format!("sha256:{}", store.model))
    }

    /// The vector of a question.
    ///
    /// # Errors
    /// The model cannot be run.
    pub fn question(&self, text: &str) -> Result<Vector, ModelError> {
        match self.model.as_ref().filter(|_| self.view == View::Model) {
            Some(model) => model.embed(text),
            None => Ok(table::embed(text)),
        }
    }

    fn of_bank(&self, text: &str) -> Vector {
        match self.store.as_ref().and_then(|store| store.get(text)) {
            Some(vector) if self.view == View::Model => vector,
            Some(vector) => table::project(&vector),
            None => table::embed(text),
        }
    }

    /// The answers whose wordings are nearest to a question, and those that are nearest as a whole; at most so many of each, the nearest first.
    #[must_use]
    pub fn nearest(&self, question: &Vector, limit: usize) -> Vec<&Answer> {
        let scored = |row: usize| (self.row_cosine(question, row), self.of[row]);
        let mut found = match self.rows_likely(question) {
            Some(rows) => nearest(rows.into_iter().map(scored), limit),
            None => nearest((0..self.of.len()).map(scored), limit),
        };
        found.extend(nearest(self.together.iter().enumerate().map(|(place, whole)| (whole.cosine(question), place as u32)), limit));
        let mut seen = std::collections::HashSet::new();
        found.into_iter().filter(|answer| seen.insert(*answer)).map(|answer| &self.bank.answers[answer as usize]).collect()
    }

    /// Of many rows those whose signs agree most with a question's: one in ten, and at least [`LOOKED_AT`]; none where there are too few to choose from.
    fn rows_likely(&self, question: &Vector) -> Option<Vec<usize>> {
        let least = LOOKED_AT.max(self.of.len() / 10);
        if self.of.len() <= 2 * least {
            return None;
        }
        let asked: Vec<u64> = question.signs().collect();
        let apart = |row: &[u64]| row.iter().zip(&asked).map(|(a, b)| (a ^ b).count_ones()).sum::<u32>() as usize;
        let apart: Vec<usize> = self.signs.chunks_exact(asked.len()).map(apart).collect();
        let mut counts = vec![0usize; self.dims + 1];
        for distance in &apart {
            counts[*distance] += 1;
        }
        let mut taken = 0;
        let bar = counts.iter().position(|count| {
            taken += count;
            taken >= least
        })?;
        Some((0..apart.len()).filter(|row| apart[*row] <= bar).collect())
    }

    fn row_cosine(&self, question: &Vector, row: usize) -> f32 {
        dot(&question.values, &self.rows[row * self.dims..(row + 1) * self.dims]) * question.scale * self.scales[row]
    }

    /// How near a question is to the nearest wording of an answer, to its text, and to both together; 0 at the least, and where nothing is known.
    #[must_use]
    pub fn cosines(&self, question: &Vector, answer: usize, bodies: &Bodies) -> [f32; 3] {
        let rows = self.first[answer] as usize..self.first[answer + 1] as usize;
        let wording = rows.map(|row| self.row_cosine(question, row)).fold(0.0, f32::max);
        let mut bodies = bodies.0.borrow_mut();
        let body = bodies.entry(answer).or_insert_with(|| self.of_bank(&self.bank.answers[answer].wording));
        let together = self.together.get(answer).map_or(0.0, |whole| whole.cosine(question).max(0.0));
        [wording, body.cosine(question).max(0.0), together]
    }
}

/// The best of some scored answers, each once.
fn nearest(scored: impl Iterator<Item = (f32, u32)>, limit: usize) -> Vec<u32> {
    let mut best: Vec<(f32, u32)> = Vec::with_capacity(limit + 1);
    let mut least = f32::MIN;
    for (cosine, answer) in scored {
        if cosine <= least {
            continue;
        }
        match best.iter_mut().find(|(_, known)| *known == answer) {
            Some(same) => same.0 = same.0.max(cosine),
            None => best.push((cosine, answer)),
        }
        best.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        best.truncate(limit);
        least = if best.len() == limit { best[limit - 1].0 } else { f32::MIN };
    }
    best.into_iter().map(|(_, answer)| answer).collect()
}

/// Applies a function to each item, on all processors, in order.
fn in_parallel<T: Sync, R: Send>(items: &[T], apply: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    if items.len() < 200 || threads < 2 {
        return items.iter().map(apply).collect();
    }
    std::thread::scope(|scope| {
        let parts: Vec<_> =
            items.chunks(items.len().div_ceil(threads)).map(|part| scope.spawn(|| part.iter().map(&apply).collect::<Vec<R>>())).collect();
        parts.into_iter().flat_map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}
