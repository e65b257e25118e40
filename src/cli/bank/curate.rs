//! `bank show | new | edit | approve | retire | verify`: flags as typed → what is said of an answer.

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::path::PathBuf;

use clap::Args;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use super::{Common, Ended, print, print_json, shown, shown_lines};
use crate::domain::bank::{Audience, Verdict};
use crate::domain::coverage::control_faults;
use crate::domain::standing::{evidence_fault, validity};
use crate::engine::Failure;
use crate::engine::curate::{self, Done, Fields, Hand};

/// Who does it.
#[derive(Args)]
struct HandFlags {
    /// Who does it; recorded in the file
    #[arg(long, value_name = "NAME", env = "ANSWERBANK_BY")]
    by: String,
}

/// What is said of an answer. A list that is given replaces the one that stands there; an empty one takes it away.
#[derive(Args)]
struct FieldFlags {
    /// The question as the bank asks it
    #[arg(long, value_name = "TEXT")]
    question: Option<String>,
    /// Another wording of the question, to be added; may be given several times
    #[arg(long, value_name = "TEXT")]
    ask: Vec<String>,
    /// A wording to be taken away; may be given several times
    #[arg(long, value_name = "TEXT")]
    unask: Vec<String>,
    /// The short part
    #[arg(long, value_parser = ["yes", "partly", "planned", "no", "not-applicable", "info"])]
    verdict: Option<String>,
    /// Controls that make it true
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    controls: Option<Vec<String>>,
    /// Evidence besides that of the controls
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    evidence: Option<Vec<String>>,
    /// Who keeps it true
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Who may be told
    #[arg(long, value_parser = ["public", "nda", "internal"])]
    audience: Option<String>,
    /// Products that it holds for, with a version where it holds for that alone: "cloud 4.x"
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    products: Option<Vec<String>>,
    /// Regions that it holds for
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    regions: Option<Vec<String>>,
    /// Words to find it by
    #[arg(long, value_name = "WORD,…", value_delimiter = ',')]
    tags: Option<Vec<String>>,
    /// Whether its verdict may not stand alone
    #[arg(long, value_name = "true|false")]
    needs_text: Option<bool>,
    /// Last day on which it stands without being looked at again
    #[arg(long, value_name = "DATE")]
    review_by: Option<Date>,
    /// The wording to give
    #[arg(long, value_name = "TEXT", conflicts_with = "text_file")]
    text: Option<String>,
    /// A file with the wording; `-` is standard input
    #[arg(long, value_name = "FILE")]
    text_file: Option<PathBuf>,
    /// The wording for cramped cells
    #[arg(long, value_name = "TEXT")]
    short: Option<String>,
    /// A note that never leaves the bank
    #[arg(long, value_name = "TEXT")]
    internal: Option<String>,
}

impl FieldFlags {
    fn fields(self) -> Result<Fields, Failure> {
        let list = |list: Option<Vec<String>>| {
            list.map(|list| list.iter().map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect())
        };
        let text = match &self.text_file {
            Some(path) => Some(read_text(path)?),
            None => self.text,
        };
        Ok(Fields {
            question: self.question,
            also_asked: None,
            ask: self.ask,
            unask: self.unask,
            verdict: self.verdict.as_deref().and_then(Verdict::parse),
            controls: list(self.controls),
            evidence: list(self.evidence),
            owner: self.owner,
            audience: self.audience.as_deref().and_then(Audience::parse),
            products: list(self.products),
            regions: list(self.regions),
            tags: list(self.tags),
            choices: None,
            needs_text: self.needs_text,
            review_by: self.review_by,
            no_review_by: false,
            text,
            short: self.short,
            internal: self.internal,
        })
    }
}

fn read_text(path: &std::path::Path) -> Result<String, Failure> {
    let mut text = String::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text).map(drop)
    } else {
        std::fs::read_to_string(path).map(|read| text = read)
    };
    read.map_err(|error| Failure::new(format!("{}: {error}", path.display()), "name a file with the wording, as UTF-8 text"))?;
    // Whatever wrote the file: the bank's files have line ends of their own.
    Ok(text.trim_start_matches('\u{feff}').replace("\r\n", "\n"))
}

#[derive(Args)]
pub struct Show {
    /// Id of the answer
    id: String,
    #[command(flatten)]
    common: Common,
}

#[derive(Serialize)]
struct ShownAnswer<'a> {
    id: &'a str,
    question: &'a str,
    also_asked: &'a [String],
    verdict: Option<Verdict>,
    text: &'a str,
    short: &'a str,
    audience: Audience,
    products: &'a [String],
    regions: &'a [String],
    owner: &'a str,
    tags: &'a [String],
    controls: Vec<BehindTold>,
    evidence: Vec<BehindTold>,
    requirements: Vec<String>,
    bars: Vec<String>,
    edited: Option<String>,
    approved: Option<String>,
    verified: Option<String>,
    review_by: Option<Date>,
    origins: &'a [crate::domain::bank::Origin],
    file: &'a str,
    digest: String,
    seen: &'a str,
}

#[derive(Serialize)]
struct BehindTold {
    id: String,
    title: String,
    faults: Vec<String>,
}

impl Show {
    pub fn run(self) -> Result<Ended, Failure> {
        let date = self.common.date();
        let found = curate::show(&self.common.bank.place(), &self.id)?;
        let (bank, answer) = (&found.bank, &found.answer);
        let stamp = |stamp: &crate::domain::bank::Stamp| format!("{}, {}", stamp.by, stamp.on);
        let controls = bank.controls_of(answer).map(|control| BehindTold {
            id: control.id.clone(),
            title: format!("{} ({})", control.title, control.state),
            faults: control_faults(bank, control, date),
        });
        let evidence = answer.evidence.iter().filter_map(|id| bank.evidence.get(id)).map(|evidence| BehindTold {
            id: evidence.id.clone(),
            title: evidence.title.clone(),
            faults: evidence_fault(evidence, date).into_iter().collect(),
        });
        let told = ShownAnswer {
            id: &answer.id,
            question: &answer.question,
            also_asked: &answer.also_asked,
            verdict: answer.verdict,
            text: &answer.wording,
            short: &answer.short,
            audience: answer.audience,
            products: &answer.products,
            regions: &answer.regions,
            owner: &answer.owner,
            tags: &answer.tags,
            controls: controls.collect(),
            evidence: evidence.collect(),
            requirements: bank.requirements_of(answer),
            bars: validity(bank, answer, date).iter().map(ToString::to_string).collect(),
            edited: answer.edited.as_ref().map(stamp),
            approved: answer.approved.as_ref().map(|(approved, _)| stamp(approved)),
            verified: answer.verified.as_ref().map(stamp),
            review_by: answer.review_by,
            origins: &answer.origins,
            file: &answer.file,
            digest: answer.digest(),
            seen: &found.seen,
        };
        if self.common.json {
            print_json(&told)?;
        } else {
            print(&in_words(&told, date))?;
        }
        Ok(Ended::Done)
    }
}

fn in_words(told: &ShownAnswer, date: Date) -> String {
    let mut out = format!("{}  ({})\n{}\n", told.id, told.file, shown(told.question));
    for wording in told.also_asked {
        let _ = writeln!(out, "  or: {}", shown(wording));
    }
    let verdict = told.verdict.map_or_else(|| "unreadable".to_owned(), |verdict| verdict.to_string());
    let scope = |list: &[String], all: &str| if list.is_empty() { all.to_owned() } else { list.join(", ") };
    let _ = writeln!(
        out,
        "\n{verdict} · {} · {} · {} · owner {}\n\n{}\n",
        told.audience,
        scope(told.products, "all products"),
        scope(told.regions, "all regions"),
        shown(told.owner),
        shown_lines(told.text)
    );
    if !told.short.is_empty() {
        let _ = writeln!(out, "Short: {}\n", shown_lines(told.short));
    }
    if told.bars.is_empty() {
        let _ = writeln!(out, "On {date} it stands.");
    } else {
        let _ = writeln!(out, "On {date} it does not stand:");
        for bar in &told.bars {
            let _ = writeln!(out, "  {bar}");
        }
    }
    for (name, list) in [("controls", &told.controls), ("evidence", &told.evidence)] {
        for behind in list {
            let faults = if behind.faults.is_empty() { String::new() } else { format!(": {}", behind.faults.join("; ")) };
            let _ = writeln!(out, "{name}  {}  {}{faults}", behind.id, behind.title);
        }
    }
    if !told.requirements.is_empty() {
        let _ = writeln!(out, "requirements  {}", told.requirements.join(", "));
    }
    for (name, stamp) in [("edited", &told.edited), ("approved", &told.approved), ("verified", &told.verified)] {
        if let Some(stamp) = stamp {
            let _ = writeln!(out, "{name}  {stamp}");
        }
    }
    if let Some(review_by) = told.review_by {
        let _ = writeln!(out, "next review  {review_by}");
    }
    for origin in told.origins {
        let whom = if origin.customer.is_empty() { String::new() } else { format!(", to {}", origin.customer) };
        let day = origin.on.map(|on| format!(", {on}")).unwrap_or_default();
        let _ = writeln!(out, "from  {} {}{whom}{day}: {}", origin.file, origin.at, shown(&format!("{} {}", origin.word, origin.text)));
    }
    out
}

/// Prints what became of answers.
fn tell(done: &[Done], what: &str, json: bool, one: bool) -> Result<Ended, Failure> {
    if json {
        match done {
            [only] if one => print_json(only)?,
            all => print_json(&all)?,
        }
        return Ok(Ended::Done);
    }
    let mut out = String::new();
    for one in done {
        let _ = writeln!(out, "{what} {} ({}) {}", one.id, one.file, one.digest);
        for bar in &one.bars {
            let _ = writeln!(out, "  not given: {bar}");
        }
        for note in &one.notes {
            let _ = writeln!(out, "  note: {}", shown(note));
        }
    }
    print(&out)?;
    Ok(Ended::Done)
}

#[derive(Args)]
pub struct New {
    /// Its id: letters, digits and dashes
    id: String,
    /// Folder under answers/ that it goes into
    #[arg(long, value_name = "FOLDER", default_value = "")]
    topic: String,
    #[command(flatten)]
    fields: FieldFlags,
    #[command(flatten)]
    hand: HandFlags,
    #[command(flatten)]
    common: Common,
}

impl New {
    pub fn run(self) -> Result<Ended, Failure> {
        let hand = Hand { by: self.hand.by, on: self.common.date(), seen: None };
        let done = curate::new(&self.common.bank.place(), &self.id, &self.topic, &self.fields.fields()?, &hand)?;
        tell(&[done], "drafted", self.common.json, true)
    }
}

#[derive(Args)]
pub struct Edit {
    /// Id of the answer
    id: String,
    #[command(flatten)]
    fields: FieldFlags,
    #[command(flatten)]
    hand: HandFlags,
    /// Digest of the file as you saw it (`bank show --json` tells it as `seen`); where it was changed since, nothing is
    #[arg(long, value_name = "DIGEST")]
    seen: Option<String>,
    #[command(flatten)]
    common: Common,
}

impl Edit {
    pub fn run(self) -> Result<Ended, Failure> {
        let place = self.common.bank.place();
        let fields = self.fields.fields()?;
        let mut hand = Hand { by: self.hand.by, on: self.common.date(), seen: self.seen };
        let done = if fields.is_empty() {
            let found = curate::show(&place, &self.id)?;
            let (draft, text) = Draft::new(&self.id, &found.text)?.edited()?;
            if text == found.text {
                print(&format!("{}: nothing changed\n", self.id))?;
                return Ok(Ended::Done);
            }
            hand.seen = hand.seen.or(Some(found.seen));
            match curate::edit_text(&place, &self.id, &text, &hand) {
                Ok(done) => done,
                Err(failure) => return Err(draft.kept(failure)),
            }
        } else {
            curate::edit(&place, &self.id, &fields, &hand)?
        };
        tell(&[done], "edited", self.common.json, true)
    }
}

/// A copy of an answer's file for an editor, for nobody else to read; what was written in it is only thrown away once it stands in the bank.
struct Draft(tempfile::NamedTempFile);

impl Draft {
    fn new(id: &str, text: &str) -> Result<Self, Failure> {
        let file = tempfile::Builder::new().prefix(&format!("{id}.")).suffix(".md").tempfile();
        let written = file.and_then(|mut file| file.write_all(text.as_bytes()).map(|()| file));
        written.map(Self).map_err(|error| Failure::new(format!("a file for the editor: {error}"), "check the folder for temporary files"))
    }

    /// The text after the user's editor was closed; where it cannot be read, the file is kept.
    fn edited(self) -> Result<(Self, String), Failure> {
        let editor = ["VISUAL", "EDITOR"].iter().find_map(|name| std::env::var(name).ok().filter(|editor| !editor.trim().is_empty()));
        let editor = editor.ok_or_else(|| {
            Failure::usage("nothing is said to change, and no editor is set", "say it by flags (--help lists them), or set EDITOR")
        })?;
        let mut words = editor.split_whitespace();
        let program = words.next().unwrap_or_default();
        match std::process::Command::new(program).args(words).arg(self.0.path()).status() {
            Ok(status) if status.success() => match std::fs::read_to_string(self.0.path()) {
                Ok(text) => Ok((self, text)),
                Err(error) => Err(self.kept(Failure::new(format!("what the editor wrote: {error}"), "nothing was changed"))),
            },
            Ok(_) => Err(self.kept(Failure::new(format!("{program} ended with a failure"), "nothing was changed"))),
            Err(error) => {
                Err(Failure::new(format!("{program}: {error}"), "nothing was changed; set EDITOR to the program that you edit with"))
            }
        }
    }

    fn kept(self, failure: Failure) -> Failure {
        match self.0.keep() {
            Ok((_, path)) => Failure { hint: format!("{}; what you wrote is kept in {}", failure.hint, path.display()), ..failure },
            Err(_) => failure,
        }
    }
}

#[derive(Args)]
pub struct Approve {
    /// Ids of the answers
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    #[command(flatten)]
    hand: HandFlags,
    /// Digest of the file as you read it; where it was changed since, nothing is approved. For one answer
    #[arg(long, value_name = "DIGEST")]
    seen: Option<String>,
    #[command(flatten)]
    common: Common,
}

impl Approve {
    pub fn run(self) -> Result<Ended, Failure> {
        if self.seen.is_some() && self.ids.len() > 1 {
            return Err(Failure::usage("--seen: several answers are named", "approve one at a time, or leave --seen out"));
        }
        let hand = Hand { by: self.hand.by, on: self.common.date(), seen: self.seen };
        let done = curate::approve(&self.common.bank.place(), &self.ids, &hand)?;
        tell(&done, "approved", self.common.json, false)
    }
}

#[derive(Args)]
pub struct Retire {
    /// Id of the answer
    id: String,
    /// Why it is no longer given, and what takes its place
    #[arg(long, value_name = "TEXT")]
    why: String,
    #[command(flatten)]
    hand: HandFlags,
    #[command(flatten)]
    common: Common,
}

impl Retire {
    pub fn run(self) -> Result<Ended, Failure> {
        let hand = Hand { by: self.hand.by, on: self.common.date(), seen: None };
        let done = curate::retire(&self.common.bank.place(), &self.id, &self.why, &hand)?;
        tell(&[done], "retired", self.common.json, true)
    }
}

#[derive(Args)]
pub struct Verify {
    /// Ids of the answers
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    /// Day of the next review [default: in a year]
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    #[command(flatten)]
    hand: HandFlags,
    #[command(flatten)]
    common: Common,
}

impl Verify {
    pub fn run(self) -> Result<Ended, Failure> {
        let on = self.common.date();
        let until = match self.until {
            Some(until) => until,
            None => on
                .checked_add(1.year())
                .map_err(|error| Failure::usage(format!("--date {on}: {error}"), "name the next review with --until"))?,
        };
        let hand = Hand { by: self.hand.by, on, seen: None };
        let place = self.common.bank.place();
        let done = curate::verify(&place, &self.ids, until, &hand)?;
        tell(&done, "verified", self.common.json, false)
    }
}
