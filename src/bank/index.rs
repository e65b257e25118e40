//! The full-text index over a bank: question → candidates. A cache that can be deleted; every hit is an answer of the bank that was read.
//! The only file that knows tantivy.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::collector::TopDocs;
use tantivy::directory::{MmapDirectory, RamDirectory};
use tantivy::indexer::UserOperation;
use tantivy::query::{BooleanQuery, BoostQuery, DisjunctionMaxQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value};
use tantivy::tokenizer::{TextAnalyzer, WhitespaceTokenizer};
use tantivy::{Index as Tantivy, IndexReader, IndexSettings, IndexWriter, ReloadPolicy, Searcher, TantivyDocument, Term};

use crate::domain::bank::{Answer, Bank};
use crate::domain::digest::sha256;
use crate::domain::rank::Candidate;
use crate::domain::wording::Analyzer;

/// Banks with fewer answers are indexed in memory at each start; larger ones on disk.
const SMALL_BANK: usize = 2_000;
/// Raise it when what is indexed changes: older indexes are then built again.
const LAYOUT: u32 = 3;
/// Only the rarest terms of a question are searched by: as good, and many times cheaper than all of them.
const SEARCHED_TERMS: usize = 12;
/// Weights of question, answer and tags.
const BOOSTS: [f32; 3] = [1.0, 0.4, 0.5];
/// Memory that building may take, in bytes; tantivy's least is 15 MB.
const BUILD_MEMORY: usize = 30_000_000;
/// Answers handed to the writer at a time.
const BATCH: usize = 500;
/// So many indexes of other banks, or of earlier states, are kept in the cache folder.
const KEPT: usize = 4;

/// Why there is no index. Never the same as finding nothing.
#[derive(Debug, thiserror::Error)]
#[error("the index of the bank could not be built: {0}")]
pub struct IndexError(String);

impl From<tantivy::TantivyError> for IndexError {
    fn from(error: tantivy::TantivyError) -> Self {
        Self(error.to_string())
    }
}

/// The fields that are indexed.
struct Fields {
    id: Field,
    /// Question and other wordings; the answer's text; tags.
    text: [Field; 3],
    /// The normal form of each wording, whole, so that an equal question is found whatever else is alike.
    key: Field,
}

/// An index over one bank.
pub struct Index {
    bank: Arc<Bank>,
    by_id: HashMap<String, usize>,
    fields: Fields,
    searcher: Searcher,
    analyzer: Analyzer,
}

fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let indexing = TextFieldIndexing::default().set_tokenizer("terms").set_index_option(IndexRecordOption::WithFreqs);
    let text = TextOptions::default().set_indexing_options(indexing);
    let fields = Fields {
        id: schema.add_text_field("id", STORED),
        text: ["question", "answer", "tags"].map(|name| schema.add_text_field(name, text.clone())),
        key: schema.add_text_field("key", STRING),
    };
    (schema.build(), fields)
}

impl Index {
    /// Opens the index of a bank, building it where it is missing. `cache` is the folder for the indexes of large banks; without it they
    /// are built in memory too.
    ///
    /// # Errors
    /// The index can be neither opened nor built.
    pub fn open(bank: &Arc<Bank>, cache: Option<&Path>) -> Result<Self, IndexError> {
        let analyzer = Analyzer::new(&bank.vocabulary);
        let folder = cache.filter(|_| bank.answers.len() >= SMALL_BANK).map(|cache| cache.join("index").join(cache_name(bank)));
        let tantivy = match &folder {
            Some(folder) => {
                open_folder(folder, bank).or_else(|_| build_folder(bank, &analyzer, folder)).or_else(|_| build_memory(bank, &analyzer))?
            }
            None => build_memory(bank, &analyzer)?,
        };
        let searcher = reader(&tantivy)?.searcher();
        let by_id = bank.answers.iter().enumerate().map(|(place, answer)| (answer.id.clone(), place)).collect();
        Ok(Self { bank: Arc::clone(bank), by_id, fields: schema().1, searcher, analyzer })
    }

    /// The same index over a bank that is searched alike.
    #[must_use]
    pub fn over(&self, bank: &Arc<Bank>) -> Self {
        Self {
            bank: Arc::clone(bank),
            by_id: self.by_id.clone(),
            fields: schema().1,
            searcher: self.searcher.clone(),
            analyzer: Analyzer::new(&bank.vocabulary),
        }
    }

    /// Which of the bank's answers has an id.
    #[must_use]
    pub fn place(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// What splits texts into terms for this bank.
    #[must_use]
    pub fn analyzer(&self) -> &Analyzer {
        &self.analyzer
    }

    /// How rare a term is, as BM25 weighs it: ln(1 + (n − d + 0.5) / (d + 0.5)) over `n` answers of which `d` have it in a wording.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "counts of answers are far below 2^24")]
    pub fn rarity(&self, term: &str) -> f32 {
        let with = self.searcher.doc_freq(&Term::from_field_text(self.fields.text[0], term)).unwrap_or(0) as f32;
        let all = self.searcher.num_docs() as f32;
        (1.0 + (all - with + 0.5).max(0.0) / (with + 0.5)).ln()
    }

    /// Up to `limit` answers that share rare terms with a question, and all that ask it in nearly equal words.
    ///
    /// # Errors
    /// The index is damaged.
    pub fn candidates(&self, question: &str, limit: usize) -> Result<Vec<Candidate<'_>>, IndexError> {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> =
            self.rarest_terms(question)?.iter().map(|term| (Occur::Should, self.term_query(term))).collect();
        let key = self.analyzer.key(question);
        if !key.is_empty() {
            let equal = TermQuery::new(Term::from_field_text(self.fields.key, &key_digest(&key)), IndexRecordOption::Basic);
            clauses.push((Occur::Should, Box::new(BoostQuery::new(Box::new(equal), 20.0))));
        }
        if clauses.is_empty() {
            return Ok(Vec::new());
        }
        let hits = self.searcher.search(&BooleanQuery::new(clauses), &TopDocs::with_limit(limit).order_by_score())?;
        let mut found = Vec::with_capacity(hits.len());
        for (score, address) in hits {
            let document: TantivyDocument = self.searcher.doc(address)?;
            let id = document.get_first(self.fields.id).and_then(|id| id.as_str()).unwrap_or_default();
            // Not in the bank that was read: the cache is of another one, and is not believed.
            let answer = self
                .place(id)
                .map(|place| &self.bank.answers[place])
                .ok_or_else(|| IndexError(format!("it names {id:?}, which is not in the bank")))?;
            found.push(Candidate::new(answer, score));
        }
        Ok(found)
    }

    fn rarest_terms(&self, question: &str) -> Result<Vec<String>, IndexError> {
        let mut terms = self.analyzer.terms(question);
        terms.sort();
        terms.dedup();
        let mut counted = Vec::new();
        for term in terms {
            let mut count = 0;
            for field in self.fields.text {
                count += self.searcher.doc_freq(&Term::from_field_text(field, &term))?;
            }
            if count > 0 {
                counted.push((count, term));
            }
        }
        counted.sort();
        Ok(counted.into_iter().take(SEARCHED_TERMS).map(|(_, term)| term).collect())
    }

    fn term_query(&self, term: &str) -> Box<dyn Query> {
        let in_field = |(field, boost): (Field, f32)| -> Box<dyn Query> {
            let query = TermQuery::new(Term::from_field_text(field, term), IndexRecordOption::WithFreqs);
            Box::new(BoostQuery::new(Box::new(query), boost))
        };
        let fields = self.fields.text.into_iter().zip(BOOSTS).map(in_field).collect();
        Box::new(DisjunctionMaxQuery::with_tie_breaker(fields, 0.3))
    }
}

fn key_digest(key: &str) -> String {
    sha256(key.as_bytes())
}

fn cache_name(bank: &Bank) -> String {
    let digest = bank.digest.trim_start_matches("sha256:");
    format!("{LAYOUT}-{}", &digest[..digest.len().min(40)])
}

fn register(tantivy: &Tantivy) {
    tantivy.tokenizers().register("terms", TextAnalyzer::from(WhitespaceTokenizer::default()));
}

fn build_memory(bank: &Bank, analyzer: &Analyzer) -> Result<Tantivy, IndexError> {
    let tantivy = Tantivy::create(RamDirectory::create(), schema().0, IndexSettings::default())?;
    build(&tantivy, bank, analyzer)?;
    Ok(tantivy)
}

fn reader(tantivy: &Tantivy) -> Result<IndexReader, IndexError> {
    Ok(tantivy.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?)
}

/// Opens an index that is whole and of this bank, as far as its checksums and its size tell.
fn open_folder(folder: &Path, bank: &Bank) -> Result<Tantivy, IndexError> {
    let tantivy = Tantivy::open(MmapDirectory::open(folder).map_err(|error| IndexError(error.to_string()))?)?;
    register(&tantivy);
    let damaged = !tantivy.validate_checksum()?.is_empty();
    if damaged || reader(&tantivy)?.searcher().num_docs() != bank.answers.len() as u64 {
        return Err(IndexError("it is damaged".into()));
    }
    Ok(tantivy)
}

/// Builds aside and renames, so that a half-built index is never opened.
fn build_folder(bank: &Bank, analyzer: &Analyzer, folder: &Path) -> Result<Tantivy, IndexError> {
    let failed = |error: std::io::Error| IndexError(error.to_string());
    let parent = folder.parent().ok_or_else(|| IndexError("no cache folder".into()))?;
    std::fs::create_dir_all(parent).map_err(failed)?;
    let aside = tempfile::TempDir::new_in(parent).map_err(failed)?;
    let directory = MmapDirectory::open(aside.path()).map_err(|error| IndexError(error.to_string()))?;
    let tantivy = Tantivy::create(directory, schema().0, IndexSettings::default())?;
    build(&tantivy, bank, analyzer)?;
    drop(tantivy);
    if std::fs::rename(aside.path(), folder).is_ok() {
        let _renamed = aside.keep();
    } else if folder.exists() {
        // Damaged, or another process was faster: an index is cheap, so the old one goes.
        std::fs::remove_dir_all(folder).map_err(failed)?;
        std::fs::rename(aside.path(), folder).map_err(failed)?;
        let _renamed = aside.keep();
    }
    forget_old(parent, folder);
    open_folder(folder, bank)
}

/// Deletes the oldest indexes beside the one just built; failing to is no harm.
fn forget_old(parent: &Path, fresh: &Path) {
    let Ok(entries) = std::fs::read_dir(parent) else { return };
    let mut others: Vec<(std::time::SystemTime, PathBuf)> = entries
        .flatten()
        .filter(|entry| entry.path() != fresh)
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    others.sort();
    for (_, old) in others.iter().rev().skip(KEPT) {
        let _ = std::fs::remove_dir_all(old);
    }
}

/// Indexes every answer; one thread, so that the same bank gives the same index.
fn build(tantivy: &Tantivy, bank: &Bank, analyzer: &Analyzer) -> Result<(), IndexError> {
    register(tantivy);
    let fields = schema().1;
    let mut writer: IndexWriter = tantivy.writer_with_num_threads(1, BUILD_MEMORY)?;
    for answers in bank.answers.chunks(BATCH) {
        writer.run(answers.iter().map(|answer| UserOperation::Add(document(answer, &fields, analyzer))))?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(())
}

fn document(answer: &Answer, fields: &Fields, analyzer: &Analyzer) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    document.add_text(fields.id, &answer.id);
    for wording in answer.wordings() {
        document.add_text(fields.text[0], analyzer.terms(wording).join(" "));
        document.add_text(fields.key, key_digest(&analyzer.key(wording)));
    }
    document.add_text(fields.text[1], analyzer.terms(&answer.wording).join(" "));
    document.add_text(fields.text[2], answer.tags.iter().flat_map(|tag| analyzer.terms(tag)).collect::<Vec<_>>().join(" "));
    document
}
