//! `answerbank review`: questionnaires of the store, taken in, looked at and decided about without a browser.

mod decisions;
mod terms;

use std::fmt::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;

use super::desk::{ByFlag, Common};
use super::{Ended, clipped, columns, counted, print, print_json, shown, shown_lines, write_new};
use crate::domain::bank::Audience;
use crate::domain::journal::Sale;
use crate::domain::review::OutcomeKind;
use crate::engine::Failure;
use crate::engine::review::{
    Added, CarriesOn, Incoming, Listed, Moved, Row, Rows, ShownQuestion, Which, add, assign, list, questions, report, show, take_report,
};

/// Looks after questionnaires in progress: what waits, why, and who decided what.
#[derive(Args)]
pub struct ReviewArguments {
    #[command(subcommand)]
    command: ReviewCommand,
}

#[derive(Subcommand)]
enum ReviewCommand {
    /// Take a questionnaire in; answers to questions that the customer asked before are carried forward
    Add(Add),
    /// List the questionnaires, or the questions of one
    List(List),
    /// Show one question with its proposal, the reasons and the alternatives
    Show(Show),
    /// Accept what is proposed: for named questions, or together with --above
    Accept(decisions::Accept),
    /// Give another answer of the bank
    Choose(decisions::Choose),
    /// Put it in other words; they wait until the bank has them, approved
    Edit(decisions::Edit),
    /// Give nothing, with a reason
    Reject(decisions::Reject),
    /// Take a decision back
    Undo(decisions::Undo),
    /// Say who is to decide
    Assign(Assign),
    /// Write the report, whose sheet Review has a column for decisions
    Report(Report),
    /// Take in the decisions of a report
    Take(Take),
    /// Correct what is known of the sale, the reader, the product or the region
    Correct(terms::Correct),
    /// Tell everything that happened to a questionnaire
    Log(terms::Log),
    /// End a questionnaire for which nobody waits any more
    Close(terms::Close),
    /// Open a closed one again
    Reopen(terms::Reopen),
}

impl ReviewArguments {
    pub fn run(self) -> Result<Ended, Failure> {
        match self.command {
            ReviewCommand::Add(command) => command.run(),
            ReviewCommand::List(command) => command.run(),
            ReviewCommand::Show(command) => command.run(),
            ReviewCommand::Accept(command) => command.run(),
            ReviewCommand::Choose(command) => command.run(),
            ReviewCommand::Edit(command) => command.run(),
            ReviewCommand::Reject(command) => command.run(),
            ReviewCommand::Undo(command) => command.run(),
            ReviewCommand::Assign(command) => command.run(),
            ReviewCommand::Report(command) => command.run(),
            ReviewCommand::Take(command) => command.run(),
            ReviewCommand::Correct(command) => command.run(),
            ReviewCommand::Log(command) => command.run(),
            ReviewCommand::Close(command) => command.run(),
            ReviewCommand::Reopen(command) => command.run(),
        }
    }
}

/// Takes a questionnaire in. The same file of the same customer is the questionnaire that is there already.
#[derive(Args)]
struct Add {
    /// The received workbook; it is kept as it is
    file: PathBuf,
    /// Who asks
    #[arg(long, value_name = "NAME")]
    customer: String,
    /// The sale that it belongs to
    #[arg(long, value_name = "NAME", default_value = "")]
    deal: String,
    /// What the sale is worth, in whole units of your currency
    #[arg(long, value_name = "AMOUNT")]
    value: Option<u64>,
    /// Day on which the customer wants it back
    #[arg(long, value_name = "DATE")]
    due: Option<Date>,
    /// Who will read the answers; answers for a narrower audience are kept back
    #[arg(long, value_parser = ["public", "nda"], default_value = "public")]
    audience: String,
    /// Product asked about, by its id in bank.toml; may be given several times
    #[arg(long, value_name = "ID")]
    product: Vec<String>,
    /// Region asked about, by its id in bank.toml; may be given several times
    #[arg(long, value_name = "ID")]
    region: Vec<String>,
    /// Replace answers that stand in the workbook already
    #[arg(long)]
    overwrite: bool,
    /// Layout that was corrected by hand, as `questions --write-mapping` writes it
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// The customer's questionnaire that this one carries on, or `none` [default: the last one that asks much the same]
    #[arg(long, value_name = "ID")]
    carries_on: Option<String>,
    #[command(flatten)]
    by: ByFlag,
    #[command(flatten)]
    common: Common,
}

impl Add {
    fn run(self) -> Result<Ended, Failure> {
        let desk = self.common.desk.desk_of(&self.by)?;
        let incoming = Incoming {
            file: self.file,
            sale: Sale { customer: self.customer, deal: self.deal, value: self.value, due: self.due },
            audience: Audience::parse(&self.audience).unwrap_or(Audience::Public),
            products: self.product,
            regions: self.region,
            overwrite: self.overwrite,
            mapping: self.mapping,
            carries_on: match self.carries_on.as_deref() {
                None => CarriesOn::Latest,
                Some("none") => CarriesOn::Nothing,
                Some(id) => CarriesOn::From(id.to_owned()),
            },
        };
        let added = add(&desk, &incoming)?;
        let rows = questions(&desk, &added.id, &Which::default())?;
        if self.common.json {
            print_json(&serde_json::json!({ "added": added, "questions": rows.rows }))?;
        } else {
            print(&added_in_words(&added, &rows))?;
        }
        Ok(Ended::Done)
    }
}

fn added_in_words(added: &Added, rows: &Rows) -> String {
    let mut out = if added.known {
        format!("{} is there already as {}\n", shown(&rows.name), added.id)
    } else {
        format!("{} is {}\n", shown(&rows.name), added.id)
    };
    if let Some(before) = &added.carries_on {
        let _ = writeln!(
            out,
            "\nIt carries on {before}: {} as before, {} carried forward",
            counted(added.same, "question"),
            counted(added.carried, "decision")
        );
        for changed in &added.changed {
            let _ = writeln!(
                out,
                "  changed  {:<12}  {}\n           before:       {}",
                changed.place.to_string(),
                clipped(&changed.now, 90),
                clipped(&changed.before, 90)
            );
        }
        for place in &added.new {
            let text = rows.rows.iter().find(|row| row.line.place == *place).map_or("", |row| &row.line.question);
            let _ = writeln!(out, "  new      {:<12}  {}", place.to_string(), clipped(text, 90));
        }
    }
    let count = |kind: OutcomeKind| rows.rows.iter().filter(|row| row.stands == kind).count();
    let _ = writeln!(out);
    for (kind, what) in [
        (OutcomeKind::Filled, "are answered"),
        (OutcomeKind::Kept, "were answered before, and are kept"),
        (OutcomeKind::Review, "wait for a decision"),
        (OutcomeKind::Rejected, "are rejected"),
        (OutcomeKind::Gap, "have no answer that may be given"),
    ] {
        let _ = writeln!(out, "  {:>5}  {what}", count(kind));
    }
    let _ = writeln!(out, "\nNext: answerbank review list {}", added.id);
    out
}

/// Without a name: the questionnaires for which somebody waits. With one: its questions, as they stand with today's bank.
#[derive(Args)]
struct List {
    /// A questionnaire: its id or the beginning of it, or the name of its file, customer or deal
    questionnaire: Option<String>,
    /// Only questions that stand so
    #[arg(long, value_parser = ["filled", "kept", "review", "rejected", "gap"])]
    stands: Option<String>,
    /// Only questions about which two people decided differently
    #[arg(long)]
    contested: bool,
    /// Only questions that this person is to decide about
    #[arg(long, value_name = "NAME")]
    assigned: Option<String>,
    /// Also questionnaires that are released or closed
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    common: Common,
}

impl List {
    fn run(self) -> Result<Ended, Failure> {
        let desk = self.common.desk.desk()?;
        let Some(named) = &self.questionnaire else {
            let listed = list(&desk, self.all)?;
            if self.common.json {
                print_json(&listed)?;
            } else {
                print(&listed_in_words(&listed, desk.date))?;
            }
            return Ok(Ended::Done);
        };
        let which = Which { stands: self.stands.as_deref().and_then(outcome), contested: self.contested, assigned: self.assigned };
        let rows = questions(&desk, named, &which)?;
        if self.common.json {
            print_json(&rows)?;
        } else {
            print(&rows_in_words(&rows))?;
        }
        Ok(Ended::Done)
    }
}

fn outcome(name: &str) -> Option<OutcomeKind> {
    [OutcomeKind::Filled, OutcomeKind::Kept, OutcomeKind::Review, OutcomeKind::Rejected, OutcomeKind::Gap]
        .into_iter()
        .find(|kind| kind.name() == name)
}

fn listed_in_words(listed: &[Listed], date: Date) -> String {
    if listed.is_empty() {
        return "No questionnaire is open. Take one in: answerbank review add FILE --customer NAME\n".into();
    }
    let titles = ["ID", "CUSTOMER", "DEAL", "DUE", "QUESTIONS", "ANSWERED", "WAIT", "GAPS", "CONTESTED", "WORKBOOK"];
    let mut rows = vec![titles.map(str::to_owned).to_vec()];
    rows.extend(listed.iter().map(|one| {
        let late = one.sale.due.is_some_and(|due| due < date) && one.releases == 0;
        let due = one.sale.due.map(|due| format!("{due}{}", if late { " (late)" } else { "" })).unwrap_or_default();
        let counts = &one.counts;
        let state = match (&one.closed, one.releases) {
            (Some(why), _) => format!(" (closed: {})", clipped(why, 40)),
            (None, 0) => String::new(),
            (None, 1) => " (released)".into(),
            (None, times) => format!(" (released {times} times)"),
        };
        vec![
            one.id.clone(),
            clipped(&one.sale.customer, 24),
            clipped(&one.sale.deal, 20),
            due,
            counts.found.to_string(),
            (counts.filled + counts.kept).to_string(),
            counts.review.to_string(),
            counts.gap.to_string(),
            one.contested.to_string(),
            format!("{}{state}", clipped(&one.name, 50)),
        ]
    }));
    columns(&rows)
}

fn rows_in_words(rows: &Rows) -> String {
    let mut out = moved_in_words(&rows.changed);
    let mut table = vec![["AT", "STANDS", "CONFIDENCE", "ANSWER", "QUESTION"].map(str::to_owned).to_vec()];
    table.extend(rows.rows.iter().map(row_in_words));
    out.push_str(&columns(&table));
    let _ = writeln!(out, "\n{} of {} ({}), as of entry {}", counted(rows.rows.len(), "question"), shown(&rows.name), rows.id, rows.seen);
    out
}

fn row_in_words(row: &Row) -> Vec<String> {
    let line = &row.line;
    let stands = if row.against.is_empty() { row.stands.name() } else { "contested" };
    let confidence = if line.confidence > 0.0 { format!("{:.0} %", line.confidence * 100.0) } else { String::new() };
    let mut question = clipped(&line.question, 80);
    if let Some(to) = &row.assigned {
        let _ = write!(question, "  → {}", clipped(to, 20));
    }
    if let Some(decided) = &row.decided {
        let _ = write!(question, "  ({})", clipped(decided, 60));
    }
    vec![line.place.to_string(), stands.to_owned(), confidence, line.answer.clone().unwrap_or_default(), question]
}

/// What stands otherwise than before.
pub fn moved_in_words(moved: &[Moved]) -> String {
    let mut out = String::new();
    if !moved.is_empty() {
        let _ = writeln!(
            out,
            "{} otherwise than before:",
            if moved.len() == 1 { "1 question stands".to_owned() } else { format!("{} questions stand", moved.len()) }
        );
        for one in moved {
            let why = one.line.why.as_ref().map(|why| format!(": {}", clipped(why, 90))).unwrap_or_default();
            let answer = one.line.answer.as_ref().map(|answer| format!(" {answer}")).unwrap_or_default();
            let _ = writeln!(out, "  {}  {}  {} → {}{answer}{why}", one.questionnaire, one.line.place, one.before, one.line.outcome.name());
        }
        out.push('\n');
    }
    out
}

/// Shows one question with its proposal, the reasons and the alternatives.
#[derive(Args)]
struct Show {
    /// The questionnaire
    questionnaire: String,
    /// The question: `Sheet!B13`, `B13`, or its id in the form
    question: String,
    #[command(flatten)]
    common: Common,
}

impl Show {
    fn run(self) -> Result<Ended, Failure> {
        let question = show(&self.common.desk.desk()?, &self.questionnaire, &self.question)?;
        if self.common.json {
            print_json(&question)?;
        } else {
            print(&shown_in_words(&question))?;
        }
        Ok(Ended::Done)
    }
}

fn shown_in_words(question: &ShownQuestion) -> String {
    let line = &question.row.line;
    let mut out = format!("{}  {}\n", line.place, question.row.stands.name());
    if let Some(section) = &line.section {
        let _ = writeln!(out, "{}", clipped(section, 100));
    }
    let _ = writeln!(out, "\n{}\n", shown_lines(&line.question));
    if !question.options.is_empty() {
        let _ = writeln!(out, "Takes one of: {}", question.options.iter().map(|option| clipped(option, 40)).collect::<Vec<_>>().join(", "));
    }
    for why in &question.why {
        let _ = writeln!(out, "  - {}", shown(why));
    }
    for decided in question.row.decided.iter().chain(&question.row.against) {
        let _ = writeln!(out, "Decided: {}", shown(decided));
    }
    if let Some(to) = &question.row.assigned {
        let _ = writeln!(out, "To be decided by {}", shown(to));
    }
    for (number, offered) in question.offered.iter().enumerate() {
        let _ = writeln!(
            out,
            "\n{}. {}  ({:.0} %)  {}",
            number + 1,
            offered.answer,
            offered.confidence * 100.0,
            clipped(&offered.question, 80)
        );
        if let Some(word) = &offered.word {
            let _ = writeln!(out, "   word: {}", shown(word));
        }
        for line in offered.wording.lines().filter(|line| !line.trim().is_empty()) {
            let _ = writeln!(out, "   {}", shown(line));
        }
        for bar in &offered.bars {
            let _ = writeln!(out, "   may not be given: {}", shown(bar));
        }
    }
    let _ = writeln!(out, "\nAs of entry {} (--seen {})", question.seen, question.seen);
    out
}

/// Says who is to decide.
#[derive(Args)]
struct Assign {
    /// The questionnaire
    questionnaire: String,
    /// The questions
    #[arg(required = true)]
    questions: Vec<String>,
    /// Who; an empty name takes it back
    #[arg(long, value_name = "NAME")]
    to: String,
    #[command(flatten)]
    by: ByFlag,
    #[command(flatten)]
    common: Common,
}

impl Assign {
    fn run(self) -> Result<Ended, Failure> {
        let places = assign(&self.common.desk.desk_of(&self.by)?, &self.questionnaire, &self.questions, &self.to)?;
        if self.common.json {
            print_json(&places)?;
        } else {
            let to = if self.to.trim().is_empty() { "to nobody any more".to_owned() } else { format!("to {}", shown(&self.to)) };
            print(&format!("{} assigned {to}\n", counted(places.len(), "question")))?;
        }
        Ok(Ended::Done)
    }
}

/// Writes the report of a questionnaire.
#[derive(Args)]
struct Report {
    /// The questionnaire
    questionnaire: String,
    /// The file
    #[arg(long, value_name = "FILE", default_value = "report.xlsx")]
    out: PathBuf,
    /// Replace the file if there is one
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    common: Common,
}

impl Report {
    fn run(self) -> Result<Ended, Failure> {
        let bytes = report(&self.common.desk.desk()?, &self.questionnaire)?;
        write_new(&self.out, &bytes, self.force)?;
        if self.common.json {
            print_json(&serde_json::json!({ "report": self.out }))?;
        } else {
            print(&format!(
                "{}\nDecide in its sheet Review, and take it in: answerbank review take {:?} {:?}\n",
                self.out.display(),
                shown(&self.questionnaire),
                self.out.display().to_string()
            ))?;
        }
        Ok(Ended::Done)
    }
}

/// Takes in the decisions of a report. Where somebody decided otherwise meanwhile, both are kept and the question waits until one of them has seen both.
#[derive(Args)]
struct Take {
    /// The questionnaire
    questionnaire: String,
    /// The report with its decision column filled in
    report: PathBuf,
    #[command(flatten)]
    by: ByFlag,
    #[command(flatten)]
    common: Common,
}

impl Take {
    fn run(self) -> Result<Ended, Failure> {
        let taking = take_report(&self.common.desk.desk_of(&self.by)?, &self.questionnaire, &self.report)?;
        if self.common.json {
            print_json(&taking)?;
        } else {
            print(&format!("{} recorded, {} decided the same already\n", counted(taking.recorded.len(), "decision"), taking.same))?;
            for contested in &taking.contested {
                print(&format!("contested  {}\n", shown(contested)))?;
            }
        }
        for lost in &taking.lost {
            eprintln!("note: not recorded: {}", shown(lost));
        }
        Ok(if taking.contested.is_empty() { Ended::Done } else { Ended::OpenEnds })
    }
}
