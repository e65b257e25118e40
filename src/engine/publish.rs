//! Use case: the trust page. What everybody may be told and see, as a static site without scripts: public answers that stand, public evidence
//! that holds, contacts. Never holds anything of a narrower audience.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path};

use askama::Template;
use jiff::civil::Date;
use pulldown_cmark::{Event, Parser, Tag, TagEnd, html};
use serde::{Deserialize, Serialize};

use super::evidence::{file_name, unchanged};
use super::{BankPlace, Failure};
use crate::bank::edit::replace;
use crate::domain::bank::{Answer, Audience, Bank, Evidence, Offered, Verdict};
use crate::domain::digest::sha256_hex;
use crate::domain::health::opposed;
use crate::domain::standing::{evidence_fault, product_and_version, validity};
use crate::domain::wording::Analyzer;

/// The list of what was published; by it a later run knows which files are its own.
const MANIFEST: &str = "published.json";

/// All that the pages show.
struct Site {
    company: String,
    date: Date,
    answers: usize,
    topics: Vec<Topic>,
    evidence: Vec<Document>,
    contacts: Vec<Contact>,
}

struct Topic {
    file: String,
    title: String,
    answers: Vec<Shown>,
}

struct Shown {
    id: String,
    question: String,
    verdict: Option<VerdictShown>,
    /// Made of the wording by [`as_html`], which escapes it.
    html: String,
    holds_for: Option<String>,
    approved: Date,
    verified: Option<Date>,
}

struct VerdictShown {
    class: &'static str,
    word: &'static str,
}

struct Document {
    title: String,
    kind: String,
    issued: Option<Date>,
    valid_until: Option<Date>,
    link: Option<String>,
    elsewhere: bool,
    sha256: Option<String>,
}

struct Contact {
    what: &'static str,
    value: String,
    link: Option<String>,
}

#[derive(Template)]
#[template(path = "index.html")]
struct IndexPage<'a> {
    site: &'a Site,
    here: &'a str,
}

#[derive(Template)]
#[template(path = "topic.html")]
struct TopicPage<'a> {
    site: &'a Site,
    topic: &'a Topic,
    here: &'a str,
}

/// What was published.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Published {
    /// The day on which all of it stood.
    pub date: String,
    /// Digest of the bank that it was made from.
    pub bank: String,
    /// How many answers.
    pub answers: usize,
    /// How many pieces of evidence.
    pub evidence: usize,
    /// Each file with its digest.
    pub files: BTreeMap<String, String>,
    /// Answers that contradict each other, of which none is published; for ourselves.
    #[serde(skip)]
    pub left_out: Vec<String>,
}

/// Writes the site into a folder. Of what is there already, only files that an earlier run wrote are replaced or removed.
///
/// # Errors
/// There is no bank, no public answer stands and nothing was published before, the folder holds files that are not ours under names that the site needs, or the disk says no.
pub fn publish(place: &BankPlace, folder: &Path, date: Date) -> Result<Published, Failure> {
    let bank = place.read()?;
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut left_out = Vec::new();
    let site = site(place, &bank, date, &mut files, &mut left_out)?;
    // A site that is there already must not go on telling what stands no more.
    if site.answers == 0 && !folder.join(MANIFEST).exists() {
        return Err(Failure::new(
            format!("no public answer stands on {date}"),
            "answers are published that are approved with audience = \"public\"; see what stands: answerbank bank stats",
        ));
    }
    let bug = |error: askama::Error| Failure::new(error.to_string(), "this is a bug; please report it");
    files.insert("index.html".into(), IndexPage { site: &site, here: "" }.render().map_err(bug)?.into_bytes());
    for topic in &site.topics {
        let page = TopicPage { site: &site, topic, here: &topic.file }.render().map_err(bug)?;
        files.insert(topic.file.clone(), page.into_bytes());
    }
    files.insert("style.css".into(), include_bytes!("publish/style.css").to_vec());
    files.insert("icon.svg".into(), include_bytes!("publish/icon.svg").to_vec());
    let published = Published {
        date: date.to_string(),
        bank: bank.digest.clone(),
        answers: site.answers,
        evidence: site.evidence.len(),
        files: files.iter().map(|(name, bytes)| (name.clone(), sha256_hex(bytes))).collect(),
        left_out,
    };
    write(folder, &files, &published)?;
    Ok(published)
}

fn site(
    place: &BankPlace,
    bank: &Bank,
    date: Date,
    files: &mut BTreeMap<String, Vec<u8>>,
    left_out: &mut Vec<String>,
) -> Result<Site, Failure> {
    let stands = |answer: &&Answer| answer.audience == Audience::Public && validity(bank, answer, date).is_empty();
    let standing: Vec<&Answer> = bank.answers.iter().filter(stands).collect();
    let opposed = opposed(&standing, &Analyzer::new(&bank.vocabulary));
    left_out.extend(opposed.iter().map(|(id, how)| format!("{id}: {how}")));
    let mut topics: BTreeMap<String, Topic> = BTreeMap::new();
    let mut answers = 0;
    for answer in standing.iter().filter(|answer| !opposed.contains_key(answer.id.as_str())) {
        let Some((approved, _)) = &answer.approved else { continue };
        answers += 1;
        // Where an import put it is nobody's topic.
        let folder = answer.topic().split('/').next().filter(|folder| *folder != "imported").unwrap_or_default();
        let topic =
            topics.entry(folder.to_owned()).or_insert_with(|| Topic { file: page_name(folder), title: title(folder), answers: Vec::new() });
        topic.answers.push(Shown {
            id: answer.id.clone(),
            question: answer.question.clone(),
            verdict: shown_verdict(answer.verdict),
            html: as_html(&answer.wording),
            holds_for: holds_for(bank, answer),
            approved: approved.on,
            verified: answer.verified.as_ref().map(|stamp| stamp.on).filter(|on| *on <= date && *on >= approved.on),
        });
    }
    let evidence = documents(place, bank, date, files)?;
    let company = ["trading_name", "company_name"].iter().find_map(|key| bank.profile.get(*key)).unwrap_or(&bank.name).clone();
    Ok(Site { company, date, answers, topics: topics.into_values().collect(), evidence, contacts: contacts(bank) })
}

/// The page of a folder: its own name where that makes one on every system, else one made of it.
fn page_name(folder: &str) -> String {
    if folder.is_empty() {
        return "answers.html".to_owned();
    }
    let plain = folder.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if plain { format!("answers-{folder}.html") } else { format!("answers-{}.html", &sha256_hex(folder.as_bytes())[..12]) }
}

/// A folder's name as a heading.
fn title(folder: &str) -> String {
    let words = folder.replace(['-', '_'], " ");
    match words.as_str() {
        "" => "Answers".to_owned(),
        short if short.len() <= 2 => short.to_uppercase(),
        words => words.chars().take(1).flat_map(char::to_uppercase).chain(words.chars().skip(1)).collect(),
    }
}

fn shown_verdict(verdict: Option<Verdict>) -> Option<VerdictShown> {
    let (class, word) = match verdict? {
        Verdict::Yes => ("yes", "Yes"),
        Verdict::Partly => ("partly", "Partly"),
        Verdict::Planned => ("planned", "Planned"),
        Verdict::No => ("no", "No"),
        Verdict::NotApplicable => ("other", "Not applicable"),
        Verdict::Info => return None,
    };
    Some(VerdictShown { class, word })
}

fn holds_for(bank: &Bank, answer: &Answer) -> Option<String> {
    let titles = |list: &[String], offered: &[Offered]| -> Vec<String> {
        list.iter()
            .map(|named| {
                let (id, version) = product_and_version(named);
                let title = offered.iter().find(|offered| offered.id == id).map_or(id, |offered| offered.title.as_str());
                version.map_or_else(|| title.to_owned(), |version| format!("{title} {version}"))
            })
            .collect()
    };
    let mut all = titles(&answer.products, &bank.products);
    all.extend(titles(&answer.regions, &bank.regions));
    (!all.is_empty()).then(|| all.join(", "))
}

/// Public evidence that holds on the date; its files are copied, if they are still what was recorded.
fn documents(place: &BankPlace, bank: &Bank, date: Date, files: &mut BTreeMap<String, Vec<u8>>) -> Result<Vec<Document>, Failure> {
    let mut documents = Vec::new();
    let mut all: Vec<_> = bank.evidence.values().filter(|one| one.audience == Audience::Public).collect();
    let rank = |kind: &str| ["certificate", "report"].iter().position(|first| *first == kind).unwrap_or(usize::MAX);
    all.sort_by(|a, b| (rank(&a.kind), &a.kind, &a.title).cmp(&(rank(&b.kind), &b.kind, &b.title)));
    for evidence in all {
        if evidence_fault(evidence, date).is_some() {
            continue;
        }
        let link = match &evidence.path {
            Some(path) => {
                let name = format!("files/{}", file_name(evidence, path));
                let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
                // A page or a picture with a script in it would run as ours.
                if !SHOWN.contains(&ending.as_str()) {
                    documents.push(document(evidence, None));
                    continue;
                }
                files.insert(name.clone(), unchanged(place, path, evidence)?);
                Some(name)
            }
            None => evidence.url.clone().filter(|url| url.starts_with("https://")),
        };
        documents.push(document(evidence, link));
    }
    Ok(documents)
}

/// Kinds of files that are put on the site; others are only named.
const SHOWN: &[&str] = &["pdf", "txt", "md", "csv", "json", "png", "jpg", "jpeg", "docx", "xlsx", "odt", "ods", "pptx", "asc", "sig"];

fn document(evidence: &Evidence, link: Option<String>) -> Document {
    Document {
        title: evidence.title.clone(),
        kind: if evidence.kind.is_empty() { "document".into() } else { evidence.kind.clone() },
        issued: evidence.issued,
        valid_until: evidence.valid_until,
        elsewhere: evidence.path.is_none(),
        sha256: evidence.sha256.clone().filter(|_| evidence.path.is_some() && link.is_some()),
        link,
    }
}

/// Whom to ask, as far as the profile says; all of the profile is public.
fn contacts(bank: &Bank) -> Vec<Contact> {
    let keys = [
        ("company_name", "Company"),
        ("address", "Address"),
        ("website", "Website"),
        ("status_page", "Status"),
        ("security_contact_email", "Security"),
        ("vulnerability_report_email", "Report a vulnerability"),
        ("privacy_contact_email", "Privacy"),
        ("dpo_email", "Data protection officer"),
    ];
    let contact = |(key, what): (&str, &'static str)| {
        let value = bank.profile.get(key)?.clone();
        let mail = key.ends_with("_email") && value.contains('@') && !value.contains(char::is_whitespace);
        let link = if mail { Some(format!("mailto:{value}")) } else { Some(value.clone()).filter(|value| value.starts_with("https://")) };
        Some(Contact { what, value, link })
    };
    keys.into_iter().filter_map(contact).collect()
}

/// A wording, which is Markdown, as HTML: paragraphs, lists and emphasis. Tags written in it are shown, not obeyed; links lead to https and mail
/// alone, pictures are their words, headings are lines.
#[must_use]
pub fn as_html(wording: &str) -> String {
    let mut links: Vec<bool> = Vec::new();
    let events = Parser::new(wording).filter_map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Start(Tag::Link { ref dest_url, .. }) => {
            let safe = ["https://", "mailto:"].iter().any(|scheme| dest_url.starts_with(scheme));
            links.push(safe);
            safe.then_some(event)
        }
        Event::End(TagEnd::Link) => links.pop().unwrap_or(false).then_some(event),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Heading { .. } | Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::Heading(_) | TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
        other => Some(other),
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    out
}

/// Puts the files in place, each whole or not at all, the manifest last; then takes away what earlier runs wrote and this one does not.
fn write(folder: &Path, files: &BTreeMap<String, Vec<u8>>, published: &Published) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| Failure::io(folder, &error))?;
    let manifest = folder.join(MANIFEST);
    let old: BTreeSet<String> = if manifest.is_file() {
        let bytes = std::fs::read(&manifest).map_err(|error| Failure::io(&manifest, &error))?;
        let read = serde_json::from_slice::<Published>(&bytes);
        let hint = "delete the file, or name another folder";
        read.map_err(|error| Failure::new(format!("{}: {error}", manifest.display()), hint))?.files.into_keys().collect()
    } else {
        BTreeSet::new()
    };
    if let Some(foreign) = files.keys().find(|name| !old.contains(*name) && folder.join(name).exists()) {
        return Err(Failure::new(
            format!("{}: this file is not of an earlier trust page", folder.join(foreign).display()),
            "name another folder, or move the file away",
        ));
    }
    // First it says which files may be of this run or of one before, so that a run that was cut off can be repeated.
    let both = published.files.keys().cloned().chain(old.iter().cloned()).map(|name| (name, String::new()));
    let begun = Published { files: both.collect(), ..published.clone() };
    replace(&manifest, &super::output::json(&begun)?).map_err(|error| Failure::io(&manifest, &error))?;
    for (name, bytes) in files {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(|error| Failure::io(parent, &error))?;
        replace(&path, bytes).map_err(|error| Failure::io(&path, &error))?;
    }
    // A manifest that somebody changed must not make us remove what lies elsewhere.
    let inside = |name: &&String| Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    for name in old.iter().filter(|name| !files.contains_key(*name)).filter(inside) {
        let path = folder.join(name);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(Failure::io(&path, &error)),
            _ => {}
        }
    }
    replace(&manifest, &super::output::json(published)?).map_err(|error| Failure::io(&manifest, &error))
}
