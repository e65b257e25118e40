//! One bank file's text → values and problems with their lines. Never touches the disk.

use std::collections::BTreeMap;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::sections::read_sections;
use crate::domain::bank::{
    Answer, Audience, Bank, Choice, Control, ControlState, Evidence, EvidenceFile, Framework, Offered, Origin, Problem, READY_BAR,
    Severity, Stamp, Verdict, is_device_name,
};

/// The line that opens and closes an answer's front matter.
const FENCE: &str = "+++";

/// The keys of an answer's front matter, in the order in which they are written.
#[rustfmt::skip]
pub const ANSWER_KEYS: &[&str] = &[
    "id", "question", "also_asked", "verdict", "controls", "evidence", "owner", "audience", "products", "regions", "tags", "choices",
    "needs_text", "edited", "approved", "verified", "review_by", "retired", "origins",
];
/// The keys of a control, in the order in which they are written.
pub const CONTROL_KEYS: &[&str] = &["id", "title", "state", "state_note", "owner", "responsibility", "statement", "satisfies", "evidence"];
/// The keys of an evidence record, in the order in which they are written.
pub const EVIDENCE_KEYS: &[&str] = &["id", "title", "kind", "file", "url", "sha256", "issued", "valid_until", "audience", "owner", "note"];

/// A TOML table being read: knows the file and collects what is wrong.
pub struct Reading<'a> {
    file: &'a str,
    text: &'a str,
    /// Line of the text's first line in the file, from 1.
    first_line: usize,
    table: DeTable<'a>,
    /// Byte offset at which the table begins.
    start: usize,
    /// What was wrong so far.
    pub problems: Vec<Problem>,
}

/// The line of a byte offset, from 1.
fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}

impl<'a> Reading<'a> {
    /// Parses a TOML text.
    ///
    /// # Errors
    /// The text is not TOML: one problem with its line.
    pub fn new(file: &'a str, text: &'a str, first_line: usize) -> Result<Self, Problem> {
        match DeTable::parse(text) {
            Ok(table) => Ok(Self { file, text, first_line, table: table.into_inner(), start: 0, problems: Vec::new() }),
            Err(error) => {
                let line = line_of(text, error.span().map_or(0, |span| span.start)) + first_line - 1;
                let what = error.message().lines().next().unwrap_or("not TOML").to_owned();
                Err(Problem { file: file.to_owned(), line, severity: Severity::Error, kind: "syntax", what })
            }
        }
    }

    fn problem(&mut self, offset: usize, severity: Severity, kind: &'static str, what: String) {
        let line = line_of(self.text, offset) + self.first_line - 1;
        self.problems.push(Problem { file: self.file.to_owned(), line, severity, kind, what });
    }

    /// The line of a key, or of the table where the key is missing.
    pub fn line(&self, key: &str) -> usize {
        let offset = self.table.iter().find(|(name, _)| name.get_ref() == key).map_or(self.start, |(name, _)| name.span().start);
        line_of(self.text, offset) + self.first_line - 1
    }

    /// Complains of keys that are not in `known`: what is misspelt may be the day until which something holds, or whom it is for.
    fn unknown_keys(&mut self, known: &[&str]) {
        let strange: Vec<(usize, String)> = self
            .table
            .keys()
            .filter(|key| !known.contains(&key.get_ref().as_ref()))
            .map(|key| (key.span().start, format!("unknown key {:?}; known keys: {}", key.get_ref(), known.join(", "))))
            .collect();
        for (offset, what) in strange {
            self.problem(offset, Severity::Error, "unknown-key", what);
        }
    }

    /// Reads a value through `read`; a value of another kind is a problem.
    fn value<T>(&mut self, key: &str, expected: &str, read: impl Fn(&DeValue) -> Option<T>) -> Option<T> {
        let value = self.table.get(key)?;
        let (offset, found) = (value.span().start, read(value.get_ref()));
        if found.is_none() {
            self.problem(offset, Severity::Error, "bad-value", format!("{key} must be {expected}"));
        }
        found
    }

    /// Whether something could not be read, or is missing that must be there.
    fn has_errors(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }

    fn string(&mut self, key: &str) -> String {
        self.value(key, "a text in quotes", |value| value.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// A text that must be there and not be empty.
    fn required(&mut self, key: &'static str, kind: &'static str) -> String {
        let text = self.string(key);
        if text.trim().is_empty() && self.table.get(key).is_none_or(|value| value.get_ref().is_str()) {
            let offset = self.table.get(key).map_or(self.start, |value| value.span().start);
            self.problem(offset, Severity::Error, kind, format!("{key} is missing"));
        }
        text
    }

    fn strings(&mut self, key: &str) -> Vec<String> {
        self.value(key, "a list of texts", strings).unwrap_or_default()
    }

    fn flag(&mut self, key: &str) -> Option<bool> {
        self.value(key, "true or false", |value| if let DeValue::Boolean(value) = value { Some(*value) } else { None })
    }

    fn date(&mut self, key: &str) -> Option<Date> {
        self.value(key, "a date such as 2027-05-04", date)
    }

    fn stamp(&mut self, key: &str) -> Option<Stamp> {
        let expected = "{ by = \"name\", on = 2026-05-03 }";
        self.value(key, expected, |value| {
            let table = value.as_table()?;
            Some(Stamp { by: table.get("by")?.get_ref().as_str()?.to_owned(), on: date(table.get("on")?.get_ref())? })
        })
    }

    /// A text of the table inside `key`.
    fn inner(&self, key: &str, inner: &str) -> Option<String> {
        self.table.get(key)?.get_ref().as_table()?.get(inner)?.get_ref().as_str().map(str::to_owned)
    }

    fn parsed<T>(&mut self, key: &'static str, missing: Option<T>, parse: impl Fn(&str) -> Option<T>, words: &str) -> Option<T> {
        if self.table.get(key).is_none() {
            if missing.is_none() {
                self.problem(self.start, Severity::Error, "missing-key", format!("{key} is missing; it is one of {words}"));
            }
            return missing;
        }
        self.value(key, &format!("one of {words}"), |value| parse(value.as_str()?))
    }
}

fn strings(value: &DeValue) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect()
}

fn date(value: &DeValue) -> Option<Date> {
    value.as_datetime()?.to_string().parse().ok()
}

fn audience(reading: &mut Reading) -> Audience {
    reading.parsed("audience", Some(Audience::default()), Audience::parse, "\"public\", \"nda\", \"internal\"").unwrap_or_default()
}

/// Splits an answer file: the front matter, the line on which it starts, and the text after it.
#[must_use]
pub fn front_matter(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix(FENCE)?;
    let rest = rest.strip_prefix('\n')?;
    if let Some(body) = rest.strip_prefix("+++\n").or_else(|| (rest == FENCE).then_some("")) {
        return Some(("", body));
    }
    let end = rest.find("\n+++\n").or_else(|| rest.strip_suffix("\n+++").map(str::len))?;
    let body = rest.get(end + "\n+++\n".len()..).unwrap_or_default();
    Some((&rest[..=end], body))
}

/// Reads one answer; `None` where the file has no readable front matter.
pub fn answer(file: &str, text: &str, problems: &mut Vec<Problem>) -> Option<Answer> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    let Some((front, body)) = front_matter(&text) else {
        let what = format!("an answer begins with a line {FENCE}, TOML, and a line {FENCE}");
        problems.push(Problem { file: file.to_owned(), line: 1, severity: Severity::Error, kind: "syntax", what });
        return None;
    };
    let mut reading = match Reading::new(file, front, 2) {
        Ok(reading) => reading,
        Err(problem) => {
            problems.push(problem);
            return None;
        }
    };
    reading.unknown_keys(ANSWER_KEYS);
    let mut answer = Answer {
        id: id(&mut reading, file),
        question: reading.required("question", "missing-key"),
        also_asked: reading.strings("also_asked"),
        verdict: reading.parsed("verdict", None, Verdict::parse, "\"yes\", \"partly\", \"planned\", \"no\", \"not-applicable\", \"info\""),
        controls: reading.strings("controls"),
        evidence: reading.strings("evidence"),
        owner: reading.required("owner", "missing-owner"),
        audience: audience(&mut reading),
        products: reading.strings("products"),
        regions: reading.strings("regions"),
        tags: reading.strings("tags"),
        choices: reading.value("choices", "a list of { list = [\"…\"], word = \"…\" }", choices).unwrap_or_default(),
        needs_text: reading.flag("needs_text").unwrap_or(false),
        edited: reading.stamp("edited"),
        review_by: reading.date("review_by"),
        verified: reading.stamp("verified"),
        origins: reading.value("origins", "tables [[origins]] with file and at", origins).unwrap_or_default(),
        file: file.to_owned(),
        ..Answer::default()
    };
    answer.approved = reading.stamp("approved").map(|stamp| (stamp, reading.inner("approved", "digest").unwrap_or_default()));
    answer.retired = reading.stamp("retired").map(|stamp| (stamp, reading.inner("retired", "why").unwrap_or_default()));
    check_choices(&mut reading, &answer.choices);
    if let Some(place) = read_sections(body, &mut answer) {
        let what = "only a heading \"## Internal\" keeps what follows inside; this one would let it out".to_owned();
        let line = front.lines().count() + 3 + place;
        reading.problems.push(Problem { file: file.to_owned(), line, severity: Severity::Error, kind: "heading", what });
    }
    if reading.has_errors() {
        // Without a verdict it never stands: what could not be read may be the day until which it holds, or whom it is for.
        answer.verdict = None;
    }
    problems.append(&mut reading.problems);
    Some(answer)
}

fn origins(value: &DeValue) -> Option<Vec<Origin>> {
    let read = |item: &Spanned<DeValue>| {
        let table = item.get_ref().as_table()?;
        let text = |key: &str| table.get(key).map_or(Some(String::new()), |value| value.get_ref().as_str().map(str::to_owned));
        let on = table.get("on").map_or(Some(None), |value| date(value.get_ref()).map(Some))?;
        let origin = Origin {
            file: text("file")?,
            at: text("at")?,
            asked: text("asked")?,
            customer: text("customer")?,
            on,
            word: text("word")?,
            text: text("text")?,
        };
        Some(origin).filter(|origin| !origin.file.is_empty())
    };
    value.as_array()?.iter().map(read).collect()
}

fn choices(value: &DeValue) -> Option<Vec<Choice>> {
    let read = |item: &Spanned<DeValue>| {
        let table = item.get_ref().as_table()?;
        Some(Choice { list: strings(table.get("list")?.get_ref())?, word: table.get("word")?.get_ref().as_str()?.to_owned() })
    };
    value.as_array()?.iter().map(read).collect()
}

/// A word that is not in its own list could never be written.
fn check_choices(reading: &mut Reading, choices: &[Choice]) {
    let offset = reading.table.get("choices").map_or(0, |value| value.span().start);
    for choice in choices.iter().filter(|choice| !choice.list.contains(&choice.word)) {
        reading.problem(offset, Severity::Error, "choice-not-in-list", format!("choices: {:?} is not a word of its own list", choice.word));
    }
}

/// A file's name without its folder and its ending.
fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Whether a file bears the name of its id; a control, evidence or framework in another file is not used, lest it take the place of
/// the right one.
fn is_named(id: &str, file: &str) -> bool {
    id == stem(file)
}

/// The id, which must be the file's name.
fn id(reading: &mut Reading, file: &str) -> String {
    let id = reading.required("id", "missing-key");
    if !id.is_empty() && !is_named(&id, file) {
        let stem = stem(file);
        let offset = reading.table.get("id").map_or(0, |value| value.span().start);
        reading.problem(offset, Severity::Error, "id-not-file-name", format!("id is {id:?}, but the file is called {stem:?}"));
    }
    if !id.is_empty() && !is_id(&id) {
        let offset = reading.table.get("id").map_or(0, |value| value.span().start);
        reading.problem(offset, Severity::Error, "bad-id", format!("id is {id:?}: use letters from a to z, digits, dots and dashes"));
    }
    id
}

/// Whether a text makes an id, and the name of a file on every system.
#[must_use]
pub fn is_id(text: &str) -> bool {
    !is_device_name(text)
        && !text.is_empty()
        && text.len() <= 120
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !text.ends_with('.')
}

/// Reads one control.
pub fn control(file: &str, text: &str, problems: &mut Vec<Problem>) -> Option<Control> {
    let text = text.replace("\r\n", "\n");
    let mut reading = Reading::new(file, &text, 1).map_err(|problem| problems.push(problem)).ok()?;
    reading.unknown_keys(CONTROL_KEYS);
    let mut control = Control {
        id: id(&mut reading, file),
        title: reading.required("title", "missing-key"),
        statement: reading.string("statement"),
        state: reading
            .parsed("state", None, ControlState::parse, "\"in-place\", \"partly\", \"planned\", \"not-applicable\"")
            .unwrap_or(ControlState::Planned),
        owner: reading.required("owner", "missing-owner"),
        responsibility: reading
            .parsed("responsibility", Some(String::new()), whose, "\"provider\", \"customer\", \"shared\"")
            .unwrap_or_default(),
        satisfies: reading.strings("satisfies"),
        evidence: reading.strings("evidence"),
        file: file.to_owned(),
    };
    if reading.has_errors() {
        // What cannot be read must not make anything true.
        control.state = ControlState::Planned;
    }
    problems.append(&mut reading.problems);
    Some(control).filter(|control| is_named(&control.id, file))
}

/// Whether a text is the address of a page.
#[must_use]
pub fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty()) && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

fn whose(text: &str) -> Option<String> {
    matches!(text, "provider" | "customer" | "shared").then(|| text.to_owned())
}

/// Reads one evidence record. Nobody has looked at its file yet: until then one that has a file counts as missing.
pub fn evidence(file: &str, text: &str, problems: &mut Vec<Problem>) -> Option<Evidence> {
    let text = text.replace("\r\n", "\n");
    let mut reading = Reading::new(file, &text, 1).map_err(|problem| problems.push(problem)).ok()?;
    reading.unknown_keys(EVIDENCE_KEYS);
    let nonempty = |text: String| (!text.is_empty()).then_some(text);
    let path = nonempty(reading.string("file"));
    let address = |value: &DeValue| value.as_str().filter(|url| is_address(url)).map(str::to_owned);
    let url = reading.value("url", "an address that begins with https:// or http://", address);
    let digest = nonempty(reading.string("sha256"));
    if path.is_none() && url.is_none() {
        reading.problem(0, Severity::Error, "missing-key", "file or url is missing".into());
    }
    let mut evidence = Evidence {
        id: id(&mut reading, file),
        title: reading.required("title", "missing-key"),
        kind: reading.string("kind"),
        content: if path.is_some() { EvidenceFile::Missing } else { EvidenceFile::Elsewhere },
        path,
        url,
        sha256: digest.map(|digest| digest.strip_prefix("sha256:").unwrap_or(&digest).to_owned()),
        issued: reading.date("issued"),
        valid_until: reading.date("valid_until"),
        audience: audience(&mut reading),
        owner: reading.required("owner", "missing-owner"),
        file: file.to_owned(),
    };
    // A date that is there but cannot be read must not count as no limit, and a record of nothing shows nothing.
    if reading.has_errors() {
        evidence.content = EvidenceFile::Unreadable;
    }
    problems.append(&mut reading.problems);
    Some(evidence).filter(|evidence| is_named(&evidence.id, file))
}

/// Reads one framework.
pub fn framework(file: &str, text: &str, problems: &mut Vec<Problem>) -> Option<Framework> {
    let text = text.replace("\r\n", "\n");
    let mut reading = Reading::new(file, &text, 1).map_err(|problem| problems.push(problem)).ok()?;
    reading.unknown_keys(&["id", "title", "edition", "requirements", "note"]);
    let read = |value: &DeValue| {
        let pair = |item: &Spanned<DeValue>| {
            let table = item.get_ref().as_table()?;
            let title = table.get("title").and_then(|title| title.get_ref().as_str()).unwrap_or_default();
            let related = table.get("related").map_or(Some(Vec::new()), |related| strings(related.get_ref()))?;
            Some((table.get("id")?.get_ref().as_str()?.to_owned(), title.to_owned(), related, item.span().start))
        };
        value.as_array()?.iter().map(pair).collect::<Option<Vec<_>>>()
    };
    let list = reading.value("requirements", "a list of tables with id and title", read).unwrap_or_default();
    let (mut requirements, mut relations) = (BTreeMap::new(), BTreeMap::new());
    for (id, title, related, offset) in list {
        if !related.is_empty() {
            relations.insert(id.clone(), related);
        }
        if requirements.insert(id.clone(), title).is_some() {
            reading.problem(offset, Severity::Warning, "duplicate-requirement", format!("requirement {id} stands twice"));
        }
    }
    let framework = Framework {
        id: id(&mut reading, file),
        title: reading.required("title", "missing-key"),
        edition: reading.string("edition"),
        requirements,
        related: relations,
        file: file.to_owned(),
    };
    problems.append(&mut reading.problems);
    Some(framework).filter(|framework| is_named(&framework.id, file))
}

/// The keys of `bank.toml`, in the order in which they are written.
pub const BANK_KEYS: &[&str] = &[
    "version",
    "name",
    "default_owner",
    "owners",
    "approver_is_not_editor",
    "customers",
    "link_hosts",
    "ready_bar",
    "measured",
    "products",
    "regions",
    "profile",
];

/// Reads `bank.toml` into the bank; an unreadable one leaves it as it is.
pub fn bank(file: &str, text: &str, bank: &mut Bank, problems: &mut Vec<Problem>) {
    let text = text.replace("\r\n", "\n");
    let Some(mut reading) = Reading::new(file, &text, 1).map_err(|problem| problems.push(problem)).ok() else { return };
    reading.unknown_keys(BANK_KEYS);
    let version = reading.value("version", "a whole number", |value| value.as_integer()?.as_str().parse::<u32>().ok());
    if version != Some(1) {
        reading.problem(0, Severity::Error, "version", "version must be 1: this program reads that version of the format".into());
    }
    let profile = |value: &DeValue| {
        let text = |value: &DeValue| match value {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Integer(number) => Some(number.as_str().to_owned()),
            DeValue::Datetime(date) => Some(date.to_string()),
            _ => None,
        };
        Some(value.as_table()?.iter().filter_map(|(key, value)| Some((key.get_ref().to_string(), text(value.get_ref())?))).collect())
    };
    let share = |value: &DeValue| {
        let share = value
            .as_float()
            .map(|number| number.as_str().to_owned())
            .or_else(|| value.as_integer().map(|number| number.as_str().to_owned()))?;
        share.parse::<f32>().ok().filter(|share| (0.0..=0.05).contains(share))
    };
    bank.ready_bar = reading.value("ready_bar", "a share from 0 to 0.05, such as 0.005 for 5 in 1000", share).unwrap_or(READY_BAR);
    let measured = |value: &DeValue| {
        let number = |key: &str| value.as_table()?.get(key)?.get_ref().as_integer()?.as_str().parse().ok();
        Some((number("given")?, number("wrong")?)).filter(|(given, wrong)| wrong <= given)
    };
    bank.measured = reading.value("measured", "a table with numbers, such as { given = 400, wrong = 0 }", measured);
    bank.name = reading.required("name", "missing-key");
    bank.default_owner = reading.string("default_owner");
    let owners = |value: &DeValue| {
        let owner = |(topic, owner): (&Spanned<_>, &Spanned<DeValue>)| {
            Some((AsRef::<str>::as_ref(topic.get_ref()).to_owned(), owner.get_ref().as_str()?.to_owned()))
        };
        value.as_table()?.iter().map(owner).collect()
    };
    bank.owners = reading
        .value("owners", "a table of topics with their owners, such as { encryption = \"platform-security\" }", owners)
        .unwrap_or_default();
    bank.products = reading.value("products", OFFERED, offered).unwrap_or_default();
    bank.regions = reading.value("regions", OFFERED, offered).unwrap_or_default();
    bank.profile = reading.value("profile", "a table", profile).unwrap_or_default();
    bank.customers = reading.strings("customers");
    bank.approver_is_not_editor = reading.flag("approver_is_not_editor").unwrap_or(false);
    bank.link_hosts = reading.strings("link_hosts");
    problems.append(&mut reading.problems);
}

/// How `products` and `regions` are written.
const OFFERED: &str = "a list of ids without spaces, or of tables with such an id";

fn offered(value: &DeValue) -> Option<Vec<Offered>> {
    let one = |item: &Spanned<DeValue>| match item.get_ref() {
        DeValue::String(id) => Some(Offered { id: id.to_string(), title: id.to_string(), version: None }),
        DeValue::Table(table) => {
            let text = |key: &str| table.get(key)?.get_ref().as_str().map(str::to_owned);
            let id = text("id").filter(|id| !id.contains(char::is_whitespace))?;
            let version = match table.get("version").map(toml::Spanned::get_ref) {
                None => None,
                Some(DeValue::Integer(number)) => Some(number.as_str().to_owned()),
                Some(DeValue::Float(number)) => Some(number.as_str().to_owned()),
                Some(other) => Some(other.as_str()?.to_owned()),
            };
            Some(Offered { title: text("title").unwrap_or_else(|| id.clone()), version, id })
        }
        _ => None,
    };
    value.as_array()?.iter().map(one).collect()
}

/// What every bank begins with, in the format of a bank's own `vocabulary.toml`.
pub const VOCABULARY: &str = include_str!("vocabulary.toml");

/// The groups of [`VOCABULARY`].
#[must_use]
pub fn built_in_vocabulary() -> Vec<Vec<String>> {
    vocabulary("vocabulary.toml", VOCABULARY, &mut Vec::new())
}

/// Reads `vocabulary.toml`: groups of words that mean the same.
pub fn vocabulary(file: &str, text: &str, problems: &mut Vec<Problem>) -> Vec<Vec<String>> {
    let text = text.replace("\r\n", "\n");
    let Some(mut reading) = Reading::new(file, &text, 1).map_err(|problem| problems.push(problem)).ok() else { return Vec::new() };
    reading.unknown_keys(&["group"]);
    let groups = |value: &DeValue| {
        let words = |item: &Spanned<DeValue>| strings(item.get_ref().as_table()?.get("words")?.get_ref());
        value.as_array()?.iter().map(words).collect::<Option<Vec<_>>>()
    };
    let groups = reading.value("group", "tables [[group]] with words = [\"…\"]", groups).unwrap_or_default();
    problems.append(&mut reading.problems);
    groups
}
