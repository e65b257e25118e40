//! `answerbank questions`: what a workbook asks, where, and why.

use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;

use super::{Ended, LimitFlags, clipped, counted, note_unconfined, print, print_json};
use crate::domain::explain::Explained;
use crate::domain::extract::{Form, Question, Questionnaire};
use crate::engine::Failure;
use crate::engine::mapping::{LayoutFrom, bank_here, remember, write};
use crate::engine::questions::{Asked, explain, no_question, questions};

/// Where the layout of a workbook comes from.
#[derive(Args)]
pub struct LayoutFlags {
    /// Read the workbook as this mapping says, instead of finding its questions
    #[arg(long, value_name = "FILE", conflicts_with = "no_mapping")]
    mapping: Option<PathBuf>,
    /// Do not use the mapping that the bank remembers for this form
    #[arg(long)]
    no_mapping: bool,
}

impl LayoutFlags {
    pub fn layout(&self) -> LayoutFrom {
        match &self.mapping {
            Some(file) => LayoutFrom::File(file.clone()),
            None if self.no_mapping => LayoutFrom::Finder,
            None => LayoutFrom::Memory,
        }
    }
}

/// Shows what a workbook asks, where the answers go, and why.
///
/// Where the layout was read wrongly: --write-mapping FILE writes it down, a person corrects the file, --mapping FILE obeys it, and
/// --remember keeps it in the bank, so that the next copy of the form is read the same way.
#[derive(Args)]
pub struct Questions {
    /// The workbook (.xlsx, .xlsm, .ods, .csv, .tsv, .xls or .xlsb)
    file: PathBuf,
    /// Say for each question why it is one, and what was left out
    #[arg(long)]
    why: bool,
    /// Say of one cell what it was taken for, and why: B13, or 'Sheet!B13'
    #[arg(long, value_name = "CELL")]
    explain: Option<String>,
    #[command(flatten)]
    layout: LayoutFlags,
    /// Write the layout to a file that a person can correct
    #[arg(long, value_name = "FILE")]
    write_mapping: Option<PathBuf>,
    /// Let --write-mapping replace a file
    #[arg(long, requires = "write_mapping")]
    force: bool,
    /// Remember the mapping of --mapping in the bank, for the next copies of this form
    #[arg(long, requires = "mapping")]
    remember: bool,
    /// Folder of the answer bank that remembers mappings [default: answer-bank, where there is one]
    #[arg(long, value_name = "DIR", env = "ANSWERBANK_BANK")]
    bank: Option<PathBuf>,
    /// Print one JSON object; with --explain, an array
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    limits: LimitFlags,
}

impl Questions {
    pub fn run(self) -> Result<Ended, Failure> {
        let worker = self.limits.worker()?;
        let bank = self.bank.clone().or_else(bank_here);
        let asked = questions(&worker, &self.file, &self.layout.layout(), bank.as_deref())?;
        note_unconfined(&worker);
        for note in &asked.notes {
            eprintln!("note: {note}");
        }
        if let Some(to) = &self.write_mapping {
            write(&asked, &self.file, to, self.force)?;
            eprintln!("note: the layout is written to {}: correct it there, and pass it with --mapping", to.display());
        }
        if self.remember {
            eprintln!("note: remembered as {}", remember(&asked, bank.as_deref())?.display());
        }
        match &self.explain {
            Some(place) => self.tell_cell(&asked, place).map(|()| Ended::Done),
            None => self.tell_all(&asked),
        }
    }

    fn tell_all(&self, asked: &Asked) -> Result<Ended, Failure> {
        if self.json {
            print_json(asked)?;
        } else {
            print(&text(&asked.found, self.why))?;
        }
        if asked.found.questions.is_empty() { Err(no_question(&self.file)) } else { Ok(Ended::Done) }
    }

    fn tell_cell(&self, asked: &Asked, place: &str) -> Result<(), Failure> {
        let told = explain(asked, place)?;
        if self.json {
            return print_json(&told);
        }
        print(&told.iter().map(cell_text).collect::<Vec<_>>().join("\n"))
    }
}

fn cell_text(told: &Explained) -> String {
    let mut out = format!("{}!{}: {}\n", clipped(&told.sheet, 60), told.cell, clipped(&told.is, 300));
    if !told.text.is_empty() {
        let _ = writeln!(out, "    {}", clipped(&told.text, 110));
    }
    for reason in &told.why {
        let _ = writeln!(out, "  because {}", clipped(reason, 300));
    }
    for fact in &told.facts {
        let _ = writeln!(out, "  {}", clipped(fact, 300));
    }
    out
}

fn text(found: &Questionnaire, why: bool) -> String {
    let mut out = String::new();
    let mut sheet = None;
    let mut reasons: &[String] = &[];
    for question in &found.questions {
        if sheet != Some(&question.sheet) {
            let _ = writeln!(out, "{}{}", if sheet.is_some() { "\n" } else { "" }, question.sheet);
            (sheet, reasons) = (Some(&question.sheet), &[]);
        }
        if why && question.why != reasons {
            for reason in &question.why {
                let _ = writeln!(out, "    because {reason}");
            }
            reasons = &question.why;
        }
        let _ = writeln!(out, "  {:<6} {}  {}", question.name(), clipped(&question.text, 70), places(question));
    }
    if why {
        let _ = writeln!(out, "\nLeft out");
        for left in &found.left_out {
            let place = left.cell.map_or_else(|| left.sheet.clone(), |cell| format!("{}!{cell}", left.sheet));
            let _ = writeln!(
                out,
                "  {place}: {}{}",
                left.why,
                if left.text.is_empty() { String::new() } else { format!(": {}", clipped(&left.text, 60)) }
            );
        }
    }
    let count = |kind: Form| found.questions.iter().filter(|question| question.answer.kind == kind).count();
    let given = found.questions.iter().filter(|question| question.given.is_some()).count();
    let blocked = found.questions.iter().filter(|question| !question.writable).count();
    let _ = writeln!(
        out,
        "\n{}: {} from a list, {} in words, {} by a mark; {given} answered already, {blocked} that cannot be written",
        counted(found.questions.len(), "question"),
        count(Form::Choice),
        count(Form::Text),
        count(Form::Mark),
    );
    for what in &found.unread {
        let _ = writeln!(out, "not read: {what}");
    }
    for warning in &found.warnings {
        let _ = writeln!(out, "careful: {warning}");
    }
    out
}

fn places(question: &Question) -> String {
    let cells: Vec<String> = question.answer.cells.iter().map(ToString::to_string).collect();
    let mut text = if cells.is_empty() { "no answer cell".to_owned() } else { format!("→ {}", cells.join(" ")) };
    if !question.answer.options.is_empty() {
        let _ = write!(text, " [{}]", clipped(&question.answer.options.join(" | "), 60));
    }
    if let Some(comment) = question.comment.first() {
        let _ = write!(text, " text {comment}");
    }
    if let Some(given) = &question.given {
        let _ = write!(text, " = {}", clipped(given, 30));
    }
    if !question.writable {
        text.push_str(" (not written)");
    }
    text
}
