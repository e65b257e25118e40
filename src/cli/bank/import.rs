//! `bank import`: what was said elsewhere, into the bank as drafts.

use std::fmt::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use super::{Common, Ended, clipped, counted, print, print_json};
use crate::cli::{LimitFlags, note_unconfined};
use crate::engine::Failure;
use crate::engine::import::{Imported, Order, Source, import};

/// What a file is taken for.
#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    /// A questionnaire with its answers, in any format that fill reads
    Questionnaire,
    /// A table of questions and answers, exported from another library
    Library,
    /// A catalog or a component definition of OSCAL, as JSON
    Oscal,
    /// A table that relates requirements to each other, or to our controls
    Crosswalk,
}

/// Brings into the bank what was said elsewhere: as drafts for nobody outside, each with where it came from.
///
/// The same question in many files becomes one draft. Where answers of different years or customers disagree, or disagree with what is approved, you are told. Approved and
/// hand-written entries are never touched, and a second import of the same file changes nothing.
#[derive(Args)]
pub struct Import {
    /// The files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What they are [default: oscal for .json, else questionnaire]
    #[arg(long = "as", value_name = "KIND")]
    kind: Option<Kind>,
    /// Whom the answers were given to
    #[arg(long, value_name = "NAME", default_value = "")]
    customer: String,
    /// When they were given
    #[arg(long, value_name = "DATE")]
    given: Option<Date>,
    /// Who keeps the drafts and controls [default: the bank's default owner]
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Folder under answers/ for the drafts
    #[arg(long, value_name = "FOLDER", default_value = "imported")]
    topic: String,
    /// Which column of a library is which: `question=HEAD`, and so on for `answer`, `verdict`, `also_asked`, `id`, `category`, `tags`, `owner`, `customer`, `given_on`, `review_by`
    #[arg(long, value_name = "FIELD=HEAD", value_parser = column)]
    column: Vec<(String, String)>,
    /// The framework that an OSCAL file is, or is about [default: by its title, or by its ids]
    #[arg(long, value_name = "ID")]
    framework: Option<String>,
    /// Only tell what would be imported
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    limits: LimitFlags,
}

fn column(text: &str) -> Result<(String, String), String> {
    let (field, head) = text.split_once('=').ok_or("write FIELD=HEAD, such as question=Frage")?;
    Ok((field.trim().to_owned(), head.trim().to_owned()))
}

impl Import {
    pub fn run(self) -> Result<Ended, Failure> {
        let order = Order {
            files: self.files,
            source: self.kind.map(|kind| match kind {
                Kind::Questionnaire => Source::Questionnaire,
                Kind::Library => Source::Library,
                Kind::Oscal => Source::Oscal,
                Kind::Crosswalk => Source::Crosswalk,
            }),
            worker: self.limits.worker()?,
            bank: self.common.bank.place(),
            customer: self.customer,
            given_on: self.given,
            date: self.common.date(),
            owner: self.owner,
            topic: self.topic,
            columns: self.column.into_iter().collect(),
            framework: self.framework,
            dry_run: self.dry_run,
            only: None,
        };
        let done = import(&order)?;
        note_unconfined(&order.worker);
        if self.common.json {
            print_json(&done)?;
        } else {
            print(&in_words(&done))?;
        }
        Ok(Ended::Done)
    }
}

/// So many ids are listed.
const LISTED: usize = 20;

fn in_words(done: &Imported) -> String {
    let mut out = String::new();
    for file in &done.files {
        let _ = writeln!(out, "{} ({}): {} found, {} of them say something", file.file, file.source, file.found, file.given);
        for note in file.notes.iter().take(10) {
            let _ = writeln!(out, "  note: {}", clipped(note, 200));
        }
        if file.notes.len() > 10 {
            let _ = writeln!(out, "  … and {} more notes (--json)", file.notes.len() - 10);
        }
    }
    for written in &done.written {
        let _ = writeln!(out, "{written}");
    }
    let _ = writeln!(
        out,
        "\n{}, {} added to; {} known to the word; {} say what the bank says, {} say it in other words",
        counted(done.drafted.len(), "new draft"),
        counted(done.extended.len(), "draft"),
        done.known,
        done.agree,
        done.differ,
    );
    for (list, what) in [(&done.drafted, "drafted"), (&done.extended, "added to")] {
        for id in list.iter().take(LISTED) {
            let _ = writeln!(out, "  {what} {id}");
        }
        if list.len() > LISTED {
            let _ = writeln!(out, "  … and {} more (--json)", list.len() - LISTED);
        }
    }
    if !done.drafted.is_empty() && !done.dry_run {
        out.push_str(
            "Look at them, say who may be told and what stands behind them, and have them approved: bank show | edit | approve ID\n",
        );
    }
    for left_out in &done.left_out {
        let _ = writeln!(out, "left out: {}", clipped(left_out, 300));
    }
    if !done.contradictions.is_empty() {
        let _ = writeln!(out, "\n{}:", counted(done.contradictions.len(), "contradiction"));
    }
    for one in &done.contradictions {
        let approved = if one.approved { " (approved, not touched)" } else { "" };
        let _ = writeln!(out, "  {}{approved}: {}\n    {}", one.answer, clipped(&one.question, 100), clipped(&one.what, 300));
    }
    if done.dry_run {
        out.push_str("\nNothing was written.\n");
    }
    out
}
