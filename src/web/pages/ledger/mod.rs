//! `/ledger`: what was told to whom, when, in which words, on what grounds; where customers hold different things; what nobody was told.

mod customer;

use std::collections::BTreeMap;
use std::fmt::Write;

use askama::Template;
use axum::extract::{Query, State};
use jiff::civil::Date;
use serde::Deserialize;

use crate::domain::changes::{Piece, Stands, pieces};
use crate::domain::journal::Told;
use crate::domain::ledger::Contradiction;
use crate::domain::names::same;
use crate::engine::accounts::Right;
use crate::engine::ledger::{self, Line};
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply, page};
use crate::web::words::{filters, in_address, visible};

pub use customer::show as customer;

/// So many statements stand on one page.
const PAGE: usize = 50;

/// Which statements are wanted, as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    words: String,
    answer: String,
    customer: String,
    from: String,
    until: String,
    replaced: bool,
    page: usize,
}

impl Wanted {
    fn holds(&self, line: &Line, days: (Option<Date>, Option<Date>)) -> bool {
        let told = &line.told;
        let text = || format!("{} {} {} {} {}", told.answer, told.question, told.wording, told.workbook, told.deal).to_lowercase();
        (self.replaced || !line.replaced)
            && (self.answer.is_empty() || told.answer == self.answer)
            && (self.customer.is_empty() || same(&told.customer, &self.customer) || visible(&told.customer) == self.customer)
            && days.0.is_none_or(|from| told.date >= from)
            && days.1.is_none_or(|until| told.date <= until)
            && (self.words.trim().is_empty() || {
                let text = text();
                self.words.to_lowercase().split_whitespace().all(|word| text.contains(word))
            })
    }

    fn days(&self) -> Result<(Option<Date>, Option<Date>), Refusal> {
        let day = |text: &str| match text.trim() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| Refusal::wrong(format!("{text}: this is no day"), "write it as 2026-11-21")),
        };
        Ok((day(&self.from)?, day(&self.until)?))
    }

    fn narrows(&self) -> bool {
        self.replaced || [&self.words, &self.answer, &self.customer, &self.from, &self.until].iter().any(|text| !text.is_empty())
    }

    /// The address of another page of the same list.
    fn address(&self, at: usize) -> String {
        let mut out = format!("/ledger?page={at}");
        let fields =
            [("words", &self.words), ("answer", &self.answer), ("customer", &self.customer), ("from", &self.from), ("until", &self.until)];
        for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
            let _ = write!(out, "&{name}={}", in_address(value));
        }
        if self.replaced {
            out.push_str("&replaced=true");
        }
        out
    }
}

/// A customer, with how much they hold.
struct Holder<'a> {
    name: &'a str,
    statements: usize,
    last: Date,
}

/// What every customer holds, those who were told something last first.
fn holders(lines: &[Line]) -> Vec<Holder<'_>> {
    let mut by_name: BTreeMap<&str, Holder> = BTreeMap::new();
    for line in lines {
        let told = &line.told;
        let holder = by_name.entry(&told.customer).or_insert(Holder { name: &told.customer, statements: 0, last: told.date });
        holder.statements += usize::from(!line.replaced);
        holder.last = holder.last.max(told.date);
    }
    let mut holders: Vec<Holder> = by_name.into_values().collect();
    holders.sort_by(|a, b| b.last.cmp(&a.last).then_with(|| a.name.cmp(b.name)));
    holders
}

#[derive(Template)]
#[template(path = "ledger/list.html")]
struct List<'a> {
    frame: &'a Frame,
    wanted: &'a Wanted,
    lines: &'a [&'a Line],
    found: usize,
    holders: Vec<Holder<'a>>,
    older: Option<String>,
    newer: Option<String>,
    answers: Vec<&'a str>,
}

/// `GET /ledger`
pub async fn list(State(app): State<App>, frame: Frame, Query(wanted): Query<Wanted>) -> Reply {
    let days = wanted.days()?;
    let every = app.desk(frame.name(), ledger::everything).await?;
    let found: Vec<&Line> = every.iter().filter(|line| wanted.holds(line, days)).collect();
    let from = wanted.page.saturating_mul(PAGE).min(found.len());
    let until = (from + PAGE).min(found.len());
    let mut answers: Vec<&str> = every.iter().map(|line| line.told.answer.as_str()).collect();
    answers.sort_unstable();
    answers.dedup();
    page(&List {
        frame: &frame,
        lines: &found[from..until],
        found: found.len(),
        holders: holders(&every),
        older: (until < found.len()).then(|| wanted.address(wanted.page + 1)),
        newer: (wanted.page > 0).then(|| wanted.address(wanted.page - 1)),
        answers,
        wanted: &wanted,
    })
}

/// Two statements that differ.
struct Pair<'a> {
    found: &'a Contradiction,
}

/// What one customer was told, in stretches of words, with whether only they were told them.
struct Side<'a> {
    told: &'a Told,
    stretches: Vec<(bool, String)>,
}

impl<'a> Side<'a> {
    fn of(told: &'a Told, pieces: &[Piece], first: bool) -> Self {
        let mut stretches: Vec<(bool, String)> = Vec::new();
        let here = pieces.iter().filter_map(|piece| match piece.stands {
            Stands::Both => Some((false, piece.text.as_str())),
            Stands::Old => first.then_some((true, piece.text.as_str())),
            Stands::New => (!first).then_some((true, piece.text.as_str())),
        });
        for (alone, text) in here {
            match stretches.last_mut() {
                // The space between two words that only one was told is no word that both were told.
                Some((last, known)) if *last == alone || (*last && text.trim().is_empty()) => known.push_str(text),
                _ => stretches.push((alone, text.to_owned())),
            }
        }
        Self { told, stretches }
    }
}

impl<'a> Pair<'a> {
    fn sides(&self) -> [Side<'a>; 2] {
        let (one, other) = (&self.found.one, &self.found.other);
        let pieces = pieces(&one.wording, &other.wording);
        [Side::of(one, &pieces, true), Side::of(other, &pieces, false)]
    }
}

#[derive(Template)]
#[template(path = "ledger/contradictions.html")]
struct Contradictions<'a> {
    frame: &'a Frame,
    pairs: Vec<Pair<'a>>,
}

/// `GET /ledger/contradictions`
pub async fn contradictions(State(app): State<App>, frame: Frame) -> Reply {
    let found = app.desk(frame.name(), ledger::contradictions).await?;
    let pairs = found.iter().map(|found| Pair { found });
    page(&Contradictions { frame: &frame, pairs: pairs.collect() })
}

#[derive(Template)]
#[template(path = "ledger/unused.html")]
struct Unused<'a> {
    frame: &'a Frame,
    ids: &'a [String],
}

/// `GET /ledger/unused`
pub async fn unused(State(app): State<App>, frame: Frame) -> Reply {
    let ids = app.desk(frame.name(), ledger::unused).await?;
    page(&Unused { frame: &frame, ids: &ids })
}

/// The colour of a verdict.
pub fn colour(verdict: crate::domain::bank::Verdict) -> &'static str {
    use crate::domain::bank::Verdict;
    match verdict {
        Verdict::Yes => "good",
        Verdict::Partly | Verdict::Planned => "wait",
        Verdict::No => "gap",
        Verdict::NotApplicable | Verdict::Info => "flat",
    }
}
