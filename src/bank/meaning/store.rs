//! Vectors that the sentence model gave to texts, by the text's digest: a cache, and a file that may be shipped with a bank.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use super::super::edit::replace;
use super::{Model, ModelError, Vector, in_parallel};
use crate::domain::bank::{Answer, Bank};
use crate::domain::digest::sha256_bytes;

/// The beginning of the file; raise the digit when the layout changes.
const MAGIC: &[u8; 4] = b"ABV1";
/// Bytes of a text's digest that are kept.
const KEY: usize = 16;

/// Texts between two words of progress.
const STEP: usize = 256;

type Key = [u8; KEY];

/// Why vectors cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be read or written.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The file is damaged or of another version.
    #[error("these are no vectors of this program: {0}")]
    Damaged(&'static str),
    /// The model failed on a text.
    #[error("{0}")]
    Model(#[from] ModelError),
}

/// Vectors by text.
#[derive(Clone, Debug, Default)]
pub struct Store {
    /// SHA-256 of the model that gave them, in hex.
    pub model: String,
    dims: usize,
    vectors: HashMap<Key, Vector>,
}

fn key(text: &str) -> Key {
    let mut key = Key::default();
    key.copy_from_slice(&sha256_bytes(text.as_bytes())[..KEY]);
    key
}

/// The texts of a bank that are embedded: each wording, each answer's text, and both together.
fn texts(bank: &Bank) -> impl Iterator<Item = Cow<'_, str>> {
    bank.answers
        .iter()
        .flat_map(|answer| answer.wordings().chain([answer.wording.as_str()]).map(Cow::Borrowed).chain([Cow::Owned(together(answer))]))
}

/// Question and answer as one text: what the entry is about.
pub(super) fn together(answer: &Answer) -> String {
    format!("{} {}", answer.question, answer.wording)
}

impl Store {
    /// An empty store for a model.
    #[must_use]
    pub fn new(model: &str) -> Self {
        Self { model: model.to_owned(), ..Self::default() }
    }

    /// Numbers of a vector.
    #[must_use]
    pub fn dims(&self) -> usize {
        self.dims
    }

    /// How many texts it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.vectors.len()
    }

    /// Whether it knows no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.vectors.is_empty()
    }

    /// Whether it knows every text of a bank.
    #[must_use]
    pub fn covers(&self, bank: &Bank) -> bool {
        !self.is_empty() && texts(bank).all(|text| self.vectors.contains_key(&key(&text)))
    }

    /// The vector of a text.
    #[must_use]
    pub fn get(&self, text: &str) -> Option<Vector> {
        self.vectors.get(&key(text)).cloned()
    }

    /// Takes over what another store of the same model knows.
    pub fn join(&mut self, other: Self) {
        if other.model == self.model && (self.dims == 0 || other.dims == self.dims) {
            self.dims = other.dims;
            self.vectors.extend(other.vectors);
        }
    }

    /// Embeds the texts of a bank that are not known yet, on all processors; `progress` hears how many of how many are done. Gives how many
    /// were new.
    ///
    /// # Errors
    /// The model cannot be run.
    pub fn complete(&mut self, bank: &Bank, model: &Model, progress: &mut dyn FnMut(usize, usize)) -> Result<usize, ModelError> {
        let mut missing: Vec<Cow<str>> = texts(bank).filter(|text| !self.vectors.contains_key(&key(text))).collect();
        missing.sort_unstable();
        missing.dedup();
        let mut done = 0;
        for part in missing.chunks(STEP) {
            progress(done, missing.len());
            for (text, vector) in part.iter().zip(in_parallel(part, |text| model.embed(text))) {
                let vector = vector?;
                self.dims = vector.values.len();
                self.vectors.insert(key(text), vector);
            }
            done += part.len();
        }
        progress(done, missing.len());
        Ok(done)
    }

    /// Forgets the texts that a bank does not have.
    pub fn keep_only(&mut self, bank: &Bank) {
        let known: std::collections::HashSet<Key> = texts(bank).map(|text| key(&text)).collect();
        self.vectors.retain(|key, _| known.contains(key));
    }

    /// The file's bytes: the same vectors give the same bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        let model = format!("{:0>64.64}", self.model);
        bytes.extend(model.as_bytes());
        bytes.extend((self.dims as u32).to_le_bytes());
        bytes.extend((self.vectors.len() as u32).to_le_bytes());
        let mut sorted: Vec<(&Key, &Vector)> = self.vectors.iter().collect();
        sorted.sort_by_key(|(key, _)| *key);
        for (key, vector) in sorted {
            bytes.extend(key);
            bytes.extend(vector.scale.to_le_bytes());
            bytes.extend(vector.values.iter().map(|value| value.cast_unsigned()));
        }
        bytes
    }

    /// Reads a file.
    ///
    /// # Errors
    /// It is not whole, or not of this program.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StoreError> {
        let rest = bytes.strip_prefix(MAGIC.as_slice()).ok_or(StoreError::Damaged("another beginning"))?;
        let (model, rest) = rest.split_at_checked(64).ok_or(StoreError::Damaged("cut off"))?;
        let (sizes, rest) = rest.split_at_checked(8).ok_or(StoreError::Damaged("cut off"))?;
        let number = |at: usize| u32::from_le_bytes([sizes[at], sizes[at + 1], sizes[at + 2], sizes[at + 3]]) as usize;
        let (dims, count) = (number(0), number(4));
        let model = String::from_utf8(model.to_vec()).map_err(|_| StoreError::Damaged("no digest of a model"))?;
        let record = KEY + 4 + dims;
        if dims == 0 || dims > 4_096 || rest.len() != count * record {
            return Err(StoreError::Damaged("another length"));
        }
        let mut vectors = HashMap::with_capacity(count);
        for one in rest.chunks_exact(record) {
            let mut key = Key::default();
            key.copy_from_slice(&one[..KEY]);
            let scale = f32::from_le_bytes([one[KEY], one[KEY + 1], one[KEY + 2], one[KEY + 3]]);
            if !scale.is_finite() {
                return Err(StoreError::Damaged("a number that is none"));
            }
            vectors.insert(key, Vector { scale, values: one[KEY + 4..].iter().map(|byte| byte.cast_signed()).collect() });
        }
        Ok(Self { model, dims, vectors })
    }

    /// Reads a file, if there is one.
    ///
    /// # Errors
    /// It cannot be read, or is not of this program.
    pub fn read(path: &Path) -> Result<Option<Self>, StoreError> {
        match std::fs::read(path) {
            Ok(bytes) => Self::from_bytes(&bytes).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes the file aside and renames it into place.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), StoreError> {
        let folder = path.parent().unwrap_or_else(|| Path::new("."));
        std::fs::create_dir_all(folder)?;
        Ok(replace(path, &self.to_bytes())?)
    }
}
