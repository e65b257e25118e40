//! The evidence that somebody may see, as one archive that proves itself. Never holds what is for a narrower audience, out of date or changed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use super::{file_name, unchanged};
use crate::domain::bank::{Audience, Verdict};
use crate::domain::digest::sha256_hex;
use crate::domain::standing::{Scope, evidence_fault, standing};
use crate::engine::output::{file_date, json};
use crate::engine::{BankPlace, Failure, check_scope};
use crate::workbook::archive;

/// One file of an evidence pack.
#[derive(Clone, Debug, Serialize)]
pub struct Packed {
    /// Its id in the bank.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Report, certificate, policy …
    pub kind: String,
    /// Its name in the pack; none where it is kept elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Where it is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Digest of the file in the pack.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// First day on which it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued: Option<Date>,
    /// Last day on which it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Date>,
    /// Ids of the answers that it stands behind, of those that may be told.
    pub answers: Vec<String>,
}

#[derive(Serialize)]
struct Manifest<'a> {
    version: u32,
    bank: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<&'a str>,
    #[serde(flatten)]
    scope: &'a Scope,
    evidence: &'a [Packed],
}

/// A pack, and what is in it.
pub struct Pack {
    /// The archive.
    pub bytes: Vec<u8>,
    /// What is in it.
    pub evidence: Vec<Packed>,
}

/// Packs the evidence that somebody may see: that behind the answers which may be told in the scope, for their audience, in date and unchanged.
///
/// # Errors
/// There is no bank, nothing may be seen, or a file changed while it was read.
pub fn pack(place: &BankPlace, scope: &Scope, customer: Option<&str>) -> Result<Pack, Failure> {
    let bank = place.read()?;
    check_scope(&bank, scope)?;
    let mut behind: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for answer in bank.answers.iter().filter(|answer| standing(&bank, answer, scope).is_empty()) {
        // Evidence of a control shows that it runs; an answer that says no has nothing to show for it.
        let shows = matches!(answer.verdict, Some(Verdict::Yes | Verdict::Partly | Verdict::Info));
        let of_controls = bank.controls_of(answer).filter(|_| shows).flat_map(|control| &control.evidence);
        for id in answer.evidence.iter().chain(of_controls) {
            behind.entry(id).or_default().insert(&answer.id);
        }
    }
    let mut packed = Vec::new();
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for (id, answers) in behind {
        let Some(evidence) = bank.evidence.get(id) else { continue };
        let may = evidence.audience != Audience::Internal
            && evidence.audience <= scope.audience
            && evidence_fault(evidence, scope.date).is_none();
        if !may {
            continue;
        }
        let file = evidence.path.as_deref().map(|path| format!("evidence/{}", file_name(evidence, path)));
        if let (Some(name), Some(path)) = (&file, &evidence.path) {
            files.push((name.clone(), unchanged(place, path, evidence)?));
        }
        packed.push(Packed {
            id: id.to_owned(),
            title: evidence.title.clone(),
            kind: evidence.kind.clone(),
            sha256: evidence.sha256.clone().filter(|_| file.is_some()),
            file,
            url: evidence.url.clone().filter(|_| evidence.path.is_none()),
            issued: evidence.issued,
            valid_until: evidence.valid_until,
            answers: answers.into_iter().map(str::to_owned).collect(),
        });
    }
    if packed.is_empty() {
        return Err(Failure::new(
            format!("no evidence may be shown to {}", scope.audience),
            "name the audience and product with --audience and --product; see what holds: answerbank evidence check",
        ));
    }
    let sums: String = files.iter().map(|(name, bytes)| format!("{}  {name}\n", sha256_hex(bytes))).collect();
    let manifest = json(&Manifest { version: 1, bank: &bank.name, customer, scope, evidence: &packed })?;
    let mut all = vec![("manifest.json".to_owned(), manifest), ("SHA256SUMS".to_owned(), sums.into_bytes())];
    all.extend(files);
    let bytes = archive::pack(&all, file_date(scope.date))
        .map_err(|what| Failure::new(format!("the archive: {what}"), "this is a bug; please report it"))?;
    Ok(Pack { bytes, evidence: packed })
}
