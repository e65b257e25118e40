//! A bank's folder → all its values and all its problems. One bad file takes out itself, not the bank. Never writes.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::format;
use crate::domain::bank::{Answer, Audience, Bank, Evidence, EvidenceFile, Offered, Problem, Severity};
use crate::domain::digest::{hex, sha256_hex};
use crate::domain::names::Names;
use crate::domain::standing::product_and_version;

/// Why a folder is no bank.
#[derive(Debug, thiserror::Error)]
pub enum BankError {
    /// There is no such folder, or no `bank.toml` in it.
    #[error("{path}: there is no answer bank here (no bank.toml)")]
    NotABank {
        /// The folder.
        path: PathBuf,
    },
    /// A file could not be read.
    #[error("{path}: {error}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
}

impl BankError {
    /// What the user can do.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NotABank { .. } => "name the bank's folder with --bank; a bank is a folder with a file bank.toml".into(),
            Self::Io { .. } => "check that the file can be read".into(),
        }
    }
}

/// A text file of the bank.
struct File {
    /// Path from the bank's folder, with `/`.
    name: String,
    text: Result<String, String>,
}

/// Reads the whole bank.
///
/// # Errors
/// There is no bank, or its folder cannot be read. Bad files in it are problems of the bank, not errors.
pub fn read(root: &Path) -> Result<Bank, BankError> {
    if !root.join("bank.toml").is_file() {
        return Err(BankError::NotABank { path: root.to_owned() });
    }
    let (mut files, mut strays) = (Vec::new(), Vec::new());
    collect(root, root, &mut files, &mut strays)?;
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let mut bank = Bank { digest: digest(&files), vocabulary: format::built_in_vocabulary(), ..Bank::default() };
    let stray = |file: String| {
        let what = "this file is not read: an answer's name ends with .md".to_owned();
        Problem { file, line: 1, severity: Severity::Warning, kind: "not-read", what }
    };
    let mut problems: Vec<Problem> = strays.into_iter().map(stray).collect();
    for file in &files {
        let text = match &file.text {
            Ok(text) => text,
            Err(what) => {
                let what = what.clone();
                problems.push(Problem { file: file.name.clone(), line: 1, severity: Severity::Error, kind: "unreadable", what });
                continue;
            }
        };
        read_file(root, &mut bank, &file.name, text, &mut problems);
    }
    note_lost_evidence(&mut bank);
    drop_twins(&mut bank.answers, &mut problems);
    bar_names(&mut bank, &mut problems);
    check_links(&bank, &mut problems);
    place_problems(root, &mut problems);
    problems.sort();
    bank.problems = problems;
    Ok(bank)
}

/// A bank whose evidence is not what its records say is another bank: other answers stand in it, though no text of it changed.
fn note_lost_evidence(bank: &mut Bank) {
    let lost = |evidence: &&Evidence| matches!(evidence.content, EvidenceFile::Differs | EvidenceFile::Missing);
    let mut lost: Vec<String> =
        bank.evidence.values().filter(lost).map(|evidence| format!("{}: {:?}", evidence.id, evidence.content)).collect();
    if !lost.is_empty() {
        lost.sort();
        bank.digest = sha256_hex(format!("{}\n{}", bank.digest, lost.join("\n")).as_bytes());
    }
}

/// The bank's files, and what lies among the answers and is none.
fn collect(root: &Path, folder: &Path, files: &mut Vec<File>, strays: &mut Vec<String>) -> Result<(), BankError> {
    let failed = |error| BankError::Io { path: folder.to_owned(), error };
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(failed)?);
        let name = entry.file_name();
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        if kind.is_dir() {
            collect(root, &path, files, strays)?;
        } else if kind.is_file()
            && let Some(name) = relative(root, &path)
        {
            if !is_bank_file(&name) {
                strays.extend(name.starts_with("answers/").then_some(name));
                continue;
            }
            let text = std::fs::read(&path).map_err(|error| error.to_string());
            let text = text.and_then(|bytes| String::from_utf8(bytes).map_err(|_| "the file is not UTF-8 text".to_owned()));
            files.push(File { name, text });
        }
    }
    Ok(())
}

fn relative(root: &Path, path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.strip_prefix(root).ok()?.iter().map(|part| part.to_str()).collect();
    parts.map(|parts| parts.join("/"))
}

/// The files that make the bank; whatever else lies in the folder is not looked at.
fn is_bank_file(name: &str) -> bool {
    let toml_in = |folder: &str| name.strip_prefix(folder).is_some_and(|rest| !rest.contains('/') && rest.ends_with(".toml"));
    matches!(name, "bank.toml" | "vocabulary.toml")
        || (name.starts_with("answers/") && name.ends_with(".md"))
        || toml_in("controls/")
        || toml_in("evidence/")
        || toml_in("frameworks/")
}

/// One digest over the names and texts of all files.
fn digest(files: &[File]) -> String {
    let mut hash = Sha256::new();
    for file in files {
        let text = file.text.as_deref().unwrap_or_default();
        hash.update((file.name.len() as u64).to_le_bytes());
        hash.update(file.name.as_bytes());
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    }
    format!("sha256:{}", hex(&hash.finalize()))
}

fn read_file(root: &Path, bank: &mut Bank, name: &str, text: &str, problems: &mut Vec<Problem>) {
    match name.split('/').next().unwrap_or_default() {
        "bank.toml" => format::bank(name, text, bank, problems),
        "vocabulary.toml" => bank.vocabulary.extend(format::vocabulary(name, text, problems)),
        "answers" => bank.answers.extend(format::answer(name, text, problems)),
        "controls" => {
            if let Some(control) = format::control(name, text, problems) {
                bank.controls.insert(control.id.clone(), control);
            }
        }
        "evidence" => {
            if let Some(mut evidence) = format::evidence(name, text, problems) {
                if let Some(file) = evidence.path.as_ref().filter(|_| evidence.content != EvidenceFile::Unreadable) {
                    evidence.content = content(&root.join("evidence"), file, evidence.sha256.as_deref());
                }
                bank.evidence.insert(evidence.id.clone(), evidence);
            }
        }
        "frameworks" => {
            if let Some(framework) = format::framework(name, text, problems) {
                bank.frameworks.insert(framework.id.clone(), framework);
            }
        }
        _ => {}
    }
}

/// No file of evidence is larger, in bytes: a larger one is not looked at, and counts as missing.
pub const MOST_EVIDENCE: u64 = 64 << 20;

/// Looks at the file behind a piece of evidence; a path that leaves the evidence folder counts as missing, and so does what is no plain file.
fn content(folder: &Path, file: &str, recorded: Option<&str>) -> EvidenceFile {
    let inside = Path::new(file).components().all(|part| matches!(part, std::path::Component::Normal(_)));
    let path = folder.join(file);
    let real = path.canonicalize().ok().zip(folder.canonicalize().ok());
    // Opening what is no plain file might wait for ever.
    let plain = std::fs::metadata(&path).is_ok_and(|meta| meta.is_file() && meta.len() <= MOST_EVIDENCE);
    if !inside || !plain || !real.is_some_and(|(path, folder)| path.starts_with(folder)) {
        return EvidenceFile::Missing;
    }
    let Some(recorded) = recorded else { return EvidenceFile::NoDigest };
    match std::fs::read(&path) {
        Ok(bytes) if sha256_hex(&bytes).eq_ignore_ascii_case(recorded) => EvidenceFile::Same,
        Ok(_) => EvidenceFile::Differs,
        Err(_) => EvidenceFile::Missing,
    }
}

/// Two answers of one id: neither can be trusted to be the one that was meant, so none is used.
fn drop_twins(answers: &mut Vec<Answer>, problems: &mut Vec<Problem>) {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for answer in answers.iter() {
        *count.entry(answer.id.clone()).or_default() += 1;
    }
    answers.retain(|answer| {
        let twin = count[&answer.id] > 1;
        if twin {
            let what = format!("id {:?} is used by {} files; none of them is used", answer.id, count[&answer.id]);
            problems.push(Problem { file: answer.file.clone(), line: 1, severity: Severity::Error, kind: "duplicate-id", what });
        }
        !twin && !answer.id.is_empty()
    });
}

/// An answer that names a customer would tell every other one of it: it does not stand. Evidence that does is not shown to anybody.
fn bar_names(bank: &mut Bank, problems: &mut Vec<Problem>) {
    let names = Names::new(bank.customers.iter().map(String::as_str));
    if names.is_empty() {
        return;
    }
    let named = |text: &str| names.in_text(text).map(str::to_owned);
    let mut problem = |file: &str, what: String| {
        problems.push(Problem { file: file.to_owned(), line: 1, severity: Severity::Error, kind: "customer-name", what });
    };
    for answer in &mut bank.answers {
        let words = answer.choices.iter().map(|choice| choice.word.as_str());
        // Its folder is a topic of the trust page.
        let found = [answer.question.as_str(), &answer.body, &answer.id, answer.topic()].into_iter().chain(words).find_map(named);
        if let Some(name) = found {
            problem(&answer.file, format!("it names the customer {name:?}: every other one would be told of it, so it is not given"));
            answer.verdict = None;
        }
    }
    for evidence in bank.evidence.values_mut().filter(|evidence| evidence.audience != Audience::Internal) {
        let all =
            [Some(evidence.title.as_str()), Some(&evidence.id), Some(&evidence.kind), evidence.path.as_deref(), evidence.url.as_deref()];
        if let Some(name) = all.into_iter().flatten().find_map(named) {
            problem(&evidence.file, format!("it names the customer {name:?}: every other one would see it, so it is shown to nobody"));
            evidence.audience = Audience::Internal;
        }
    }
}

/// What an answer names and the bank does not have.
#[must_use]
pub fn answer_links(bank: &Bank, answer: &Answer) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut problem = |kind: &'static str, what: String| {
        problems.push(Problem { file: answer.file.clone(), line: 1, severity: Severity::Error, kind, what });
    };
    for id in missing(&answer.controls, &bank.controls) {
        problem("unknown-control", format!("controls: there is no control {id:?}"));
    }
    for id in missing(&answer.evidence, &bank.evidence) {
        problem("unknown-evidence", format!("evidence: there is no evidence {id:?}"));
    }
    let strange = |named: &str, offered: &[Offered]| {
        let id = product_and_version(named).0;
        !offered.is_empty() && offered.iter().all(|offered| offered.id != id)
    };
    for named in answer.products.iter().filter(|named| strange(named, &bank.products)) {
        problem("unknown-product", format!("products: there is no product {named:?} in bank.toml"));
    }
    for named in answer.regions.iter().filter(|named| strange(named, &bank.regions)) {
        problem("unknown-region", format!("regions: there is no region {named:?} in bank.toml"));
    }
    problems
}

/// Names that lead nowhere, and evidence whose content is not what was recorded.
fn check_links(bank: &Bank, problems: &mut Vec<Problem>) {
    for answer in &bank.answers {
        problems.extend(answer_links(bank, answer));
    }
    let mut problem = |file: &str, kind: &'static str, what: String| {
        problems.push(Problem { file: file.to_owned(), line: 1, severity: Severity::Error, kind, what });
    };
    let known = |name: &str| {
        name.split_once('/').is_some_and(|(framework, requirement)| {
            bank.frameworks.get(framework).is_some_and(|framework| framework.requirements.contains_key(requirement))
        })
    };
    for control in bank.controls.values() {
        for id in missing(&control.evidence, &bank.evidence) {
            problem(&control.file, "unknown-evidence", format!("evidence: there is no evidence {id:?}"));
        }
        for name in &control.satisfies {
            if !known(name) {
                problem(&control.file, "unknown-requirement", format!("satisfies: there is no requirement {name:?} in frameworks/"));
            }
        }
    }
    for framework in bank.frameworks.values() {
        // A framework that is not in the bank is one that nobody answers to: no fault.
        let here = |name: &&String| name.split_once('/').is_some_and(|(id, _)| bank.frameworks.contains_key(id));
        for name in framework.related.values().flatten().filter(here).filter(|name| !known(name)) {
            problem(&framework.file, "unknown-requirement", format!("related: there is no requirement {name:?} in frameworks/"));
        }
    }
    for evidence in bank.evidence.values() {
        match evidence.content {
            EvidenceFile::Missing => problem(&evidence.file, "evidence-missing", "file: there is no such file in evidence/".into()),
            EvidenceFile::Differs => problem(&evidence.file, "evidence-changed", "sha256: the file has another digest".into()),
            EvidenceFile::NoDigest => {
                problem(&evidence.file, "evidence-digest", "sha256 is missing: a change of the file would not be seen".into());
            }
            // Told of the file already.
            EvidenceFile::Unreadable | EvidenceFile::Same | EvidenceFile::Elsewhere => {}
        }
    }
}

/// Gives problems that only know their file the line of the key or of the quoted name that they speak of.
pub fn place_problems(root: &Path, problems: &mut [Problem]) {
    let unplaced = |problem: &&mut Problem| problem.line == 1 && !matches!(problem.kind, "syntax" | "unreadable");
    let mut texts: HashMap<String, Option<String>> = HashMap::new();
    for problem in problems.iter_mut().filter(unplaced) {
        let read = || std::fs::read_to_string(root.join(&problem.file)).ok();
        let Some(text) = texts.entry(problem.file.clone()).or_insert_with(read) else { continue };
        let quoted = problem.what.split('"').nth(1).map(|name| format!("\"{name}\""));
        let key = match problem.kind {
            "digest" | "draft" => Some("approved"),
            "out-of-date" => Some("review_by"),
            "control-state" => Some("controls"),
            "no-control" | "nothing-behind" => Some("verdict"),
            "evidence" => Some("evidence"),
            "expired" => Some("valid_until"),
            _ => problem.what.split_once(':').map(|(key, _)| key).filter(|key| !key.contains(' ')),
        };
        let has_key =
            |line: &str| key.is_some_and(|key| line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('=')));
        let by_name = quoted.as_ref().and_then(|name| text.lines().position(|line| line.contains(name)));
        // What is said of a text, and not of a name, quotes it.
        let by_text = || {
            let said = quoted.as_ref().filter(|_| matches!(problem.kind, "promise" | "contradiction" | "customer-name"))?;
            let said = said.trim_matches('"').to_lowercase();
            text.lines().position(|line| line.to_lowercase().contains(&said))
        };
        if let Some(line) = by_name.or_else(by_text).or_else(|| text.lines().position(has_key)) {
            problem.line = line + 1;
        }
    }
}

fn missing<'a, V>(ids: &'a [String], known: &'a HashMap<String, V>) -> impl Iterator<Item = &'a String>
where
    String: Eq + Hash,
{
    ids.iter().filter(|id| !known.contains_key(*id))
}
