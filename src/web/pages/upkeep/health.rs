//! What is unhealthy: entries that ask the same or disagree, and everything else that is wrong in the bank; two entries side by side.

use askama::Template;
use axum::extract::{Query, State};
use serde::Deserialize;

use crate::domain::bank::{Answer, Bank, Problem, Severity};
use crate::domain::changes::{Stands, pieces};
use crate::engine::accounts::Right;
use crate::engine::lint;
use crate::engine::upkeep::{self, ForReview};
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply, page};
use crate::web::words::{filters, in_address};

/// So many of one kind are listed at once.
const LISTED: usize = 200;

/// What of the list is wanted.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    kind: String,
}

/// Two entries that do not go together.
struct Two {
    one: (String, String),
    other: (String, String),
    kind: &'static str,
    severity: Severity,
    what: String,
}

/// Something else that is wrong.
struct Wrong {
    problem: Problem,
    /// The page of what it is about, where there is one.
    link: String,
}

#[derive(Template)]
#[template(path = "upkeep/health.html")]
struct Health<'a> {
    frame: &'a Frame,
    pairs: &'a [Two],
    wrong: &'a [Wrong],
    kinds: &'a [(&'static str, usize)],
    wanted: &'a Wanted,
    left: usize,
    errors: usize,
    warnings: usize,
    all_pairs: usize,
}

/// The class of a severity's tag.
fn class(severity: &Severity) -> &'static str {
    match severity {
        Severity::Error => "gap",
        Severity::Warning => "wait",
        Severity::Hint => "info",
    }
}

fn word(severity: &Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "look",
        Severity::Hint => "hint",
    }
}

/// A kind of problem in words.
fn kind_said(kind: &str) -> String {
    match kind {
        "wording-twice" => "asked by two".to_owned(),
        "near-duplicate" => "nearly the same".to_owned(),
        _ => kind.replace('-', " "),
    }
}

/// `GET /upkeep/health`
pub async fn list(State(app): State<App>, frame: Frame, Query(wanted): Query<Wanted>) -> Reply {
    let date = frame.date;
    let found = app.desk(frame.name(), move |desk| lint::apart(&desk.bank, date)).await?;
    let bank = &found.bank;
    let question = |id: &String| (id.clone(), bank.answer(id).map(|answer| answer.question.clone()).unwrap_or_default());
    let mut kinds: Vec<(&'static str, usize)> = Vec::new();
    let all = found.pairs.iter().map(|pair| &pair.problem).chain(&found.problems);
    for problem in all.clone() {
        match kinds.iter_mut().find(|(kind, _)| *kind == problem.kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((problem.kind, 1)),
        }
    }
    kinds.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let count = |severity: Severity| all.clone().filter(|problem| problem.severity == severity).count();
    let fits = |problem: &Problem| wanted.kind.is_empty() || problem.kind == wanted.kind;
    let two = |pair: &crate::domain::health::Pair| Two {
        one: question(&pair.one),
        other: question(&pair.other),
        kind: pair.problem.kind,
        severity: pair.problem.severity,
        what: pair.problem.what.clone(),
    };
    let pairs: Vec<Two> = found.pairs.iter().filter(|pair| fits(&pair.problem)).map(two).collect();
    let fitting: Vec<&Problem> = found.problems.iter().filter(|problem| fits(problem)).collect();
    let wrong: Vec<Wrong> =
        fitting.iter().take(LISTED).map(|problem| Wrong { link: link(bank, &problem.file), problem: (*problem).clone() }).collect();
    page(&Health {
        frame: &frame,
        left: (fitting.len() - wrong.len()) + pairs.len().saturating_sub(LISTED),
        pairs: &pairs[..pairs.len().min(LISTED)],
        wrong: &wrong,
        kinds: &kinds,
        wanted: &wanted,
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        all_pairs: found.pairs.len(),
    })
}

/// The page of what a file of the bank says.
fn link(bank: &Bank, file: &str) -> String {
    if let Some(answer) = bank.answers.iter().find(|answer| answer.file == file) {
        return format!("/bank/{}", in_address(&answer.id));
    }
    if let Some(control) = bank.controls.values().find(|control| control.file == file) {
        return format!("/controls/{}", in_address(&control.id));
    }
    let evidence = bank.evidence.values().find(|evidence| evidence.file == file);
    evidence.map(|evidence| format!("/evidence/{}", in_address(&evidence.id))).unwrap_or_default()
}

/// The two that are compared.
#[derive(Debug, Deserialize)]
pub struct Named {
    one: String,
    other: String,
}

/// A line of the comparison: on either side texts, each with whether only that side has them.
struct Line {
    name: &'static str,
    sides: [Vec<(bool, String)>; 2],
    same: bool,
}

#[derive(Template)]
#[template(path = "upkeep/compare.html")]
struct Compare<'a> {
    frame: &'a Frame,
    sides: [&'a ForReview; 2],
    lines: &'a [Line],
    may_merge: bool,
}

/// `GET /upkeep/compare`
pub async fn compare(State(app): State<App>, frame: Frame, Query(named): Query<Named>) -> Reply {
    let date = frame.date;
    let ids = [named.one, named.other];
    let both = app.desk(frame.name(), move |desk| upkeep::for_review(&desk.bank, &ids, date)).await?;
    let [one, other] = both.as_slice() else {
        return Err(Refusal::wrong("this is one entry", "name two to compare them"));
    };
    let may_merge = frame.may(Right::Curate) && one.answer.retired.is_none() && other.answer.retired.is_none();
    page(&Compare { frame: &frame, sides: [one, other], lines: &lines(&one.answer, &other.answer), may_merge })
}

fn lines(one: &Answer, other: &Answer) -> Vec<Line> {
    let text = |name, of: &dyn Fn(&Answer) -> String| {
        let (a, b) = (of(one), of(other));
        let parts = pieces(&a, &b);
        let side = |own: Stands| {
            let shown = parts.iter().filter(|piece| piece.stands == Stands::Both || piece.stands == own);
            shown.map(|piece| (piece.stands == own, piece.text.clone())).collect()
        };
        Line { name, sides: [side(Stands::Old), side(Stands::New)], same: a == b }
    };
    let list = |name, of: &dyn Fn(&Answer) -> Vec<String>| {
        let (a, b) = (of(one), of(other));
        let side = |own: &[String], theirs: &[String]| own.iter().map(|text| (!theirs.contains(text), format!("{text}\n"))).collect();
        Line { name, sides: [side(&a, &b), side(&b, &a)], same: a == b }
    };
    let stamp = |answer: &Answer| answer.approved.as_ref().map(|(stamp, _)| format!("by {} on {}", stamp.by, stamp.on)).unwrap_or_default();
    vec![
        text("Question", &|answer| answer.question.clone()),
        list("Also asked", &|answer| answer.also_asked.clone()),
        list("Verdict", &|answer| answer.verdict.iter().map(ToString::to_string).collect()),
        text("Wording", &|answer| answer.wording.clone()),
        text("Short wording", &|answer| answer.short.clone()),
        list("Controls", &|answer| answer.controls.clone()),
        list("Evidence", &|answer| answer.evidence.clone()),
        list("Who may be told", &|answer| vec![answer.audience.to_string()]),
        list("Products", &|answer| answer.products.clone()),
        list("Regions", &|answer| answer.regions.clone()),
        list("Owner", &|answer| vec![answer.owner.clone()]),
        list("Approved", &|answer| Some(stamp(answer)).filter(|text| !text.is_empty()).into_iter().collect()),
        list("To be reviewed by", &|answer| answer.review_by.iter().map(ToString::to_string).collect()),
    ]
}
