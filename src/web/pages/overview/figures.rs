//! What the overview's charts show: months, gaps by family of controls, days until evidence runs out.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::domain::due::Due;
use crate::engine::trends::Month;
use crate::engine::upkeep::ControlTold;
use crate::web::charts::{Bar, Bars, Column, Columns};
use crate::web::words::{counted, in_address};

/// So many months are shown.
const MONTHS: usize = 12;
/// So many families of controls are shown.
const FAMILIES: usize = 10;

/// The last months, those in which nothing happened between others included.
pub fn last_year(months: Vec<Month>) -> Vec<Month> {
    let first_day = |month: &Month| format!("{}-01", month.month).parse::<Date>().ok();
    let mut whole: Vec<Month> = Vec::new();
    for month in months {
        while let (Some(last), Some(this)) = (whole.last().and_then(first_day), first_day(&month)) {
            let next = last.saturating_add(1.months());
            if next >= this {
                break;
            }
            whole.push(Month { month: next.strftime("%Y-%m").to_string(), ..Month::default() });
        }
        whole.push(month);
    }
    whole.split_off(whole.len().saturating_sub(MONTHS))
}

/// The months' names as columns bear them: with the year where one begins.
fn names(months: &[Month]) -> Vec<String> {
    let name = |(at, month): (usize, &Month)| match format!("{}-01", month.month).parse::<Date>() {
        Ok(day) if at == 0 || day.month() == 1 => day.strftime("%b %Y").to_string(),
        Ok(day) => day.strftime("%b").to_string(),
        Err(_) => month.month.clone(),
    };
    months.iter().enumerate().map(name).collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A share in whole percent: 100 only where it is all.
fn percent(part: usize, whole: usize) -> usize {
    (part * 100).checked_div(whole).unwrap_or(0)
}

/// What was filled by itself over all these months, in percent; none where nothing was asked.
pub fn by_itself(months: &[Month]) -> Option<usize> {
    let asked: usize = months.iter().map(|month| month.questions).sum();
    let filled = months.iter().map(|month| month.by_itself).sum();
    (asked > 0).then(|| percent(filled, asked))
}

/// What was filled by itself, month by month.
pub fn filled(months: &[Month]) -> Columns {
    let column = |(month, label): (&Month, String)| Column {
        label,
        shown: if month.questions == 0 { "–".to_owned() } else { format!("{} %", percent(month.by_itself, month.questions)) },
        share: share(month.by_itself, month.questions),
    };
    Columns {
        about: "Share of questions filled by itself, month by month",
        each: months.iter().zip(names(months)).map(column).collect(),
        colour: "f-good",
    }
}

/// Minutes for each decision, month by month.
pub fn minutes(months: &[Month]) -> Columns {
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    let each = |month: &Month| if month.decisions == 0 { None } else { Some(month.minutes / month.decisions as f64) };
    let most = months.iter().filter_map(each).fold(0.0_f64, f64::max);
    let column = |(month, label): (&Month, String)| Column {
        label,
        shown: each(month).map_or_else(|| "–".to_owned(), |minutes| format!("{minutes:.1}")),
        share: each(month).map_or(0.0, |minutes| if most > 0.0 { minutes / most } else { 0.0 }),
    };
    Columns {
        about: "Minutes for each decision, month by month",
        each: months.iter().zip(names(months)).map(column).collect(),
        colour: "f-accent",
    }
}

/// The family of a control: what stands before the first dash of its id.
fn family(control: &str) -> &str {
    control.split('-').next().unwrap_or(control)
}

/// Gaps of these months by the family of the control behind them, most first.
pub fn gaps(months: &[Month], controls: &[ControlTold]) -> Bars {
    let mut by_family: BTreeMap<&str, usize> = BTreeMap::new();
    for (control, count) in months.iter().flat_map(|month| &month.gaps) {
        *by_family.entry(family(control)).or_default() += count;
    }
    let most = by_family.values().copied().max().unwrap_or(0);
    let mut families: Vec<(&str, usize)> = by_family.into_iter().collect();
    families.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let titles = |id: &str| {
        let titles: Vec<&str> = controls.iter().filter(|control| family(&control.id) == id).map(|control| control.title.as_str()).collect();
        titles.join(", ")
    };
    let bar = |(id, count): (&str, usize)| Bar {
        label: if id.is_empty() { "No control stands behind it".to_owned() } else { id.to_owned() },
        more: titles(id),
        address: String::new(),
        shown: counted(count, "gap"),
        share: share(count, most),
        colour: if id.is_empty() { "f-kept" } else { "f-gap" },
        word: "",
    };
    Bars { about: "Gaps by family of controls", each: families.into_iter().take(FAMILIES).map(bar).collect() }
}

/// Evidence that runs out soon, what ends first on top.
pub fn expiring(due: &[&Due], today: Date, ahead: i64) -> Bars {
    let days = |by: Date| i64::from((by - today).get_days());
    let bar = |due: &&Due| {
        let by = due.by?;
        let left = days(by);
        let (label, address) = thing(&due.about);
        let (colour, word) = match left {
            ..=30 => ("f-gap", "soon"),
            31..=60 => ("f-wait", ""),
            _ => ("f-accent", ""),
        };
        Some(Bar {
            label,
            more: format!("{} · {}", due.owner, counted(due.answers, "answer")),
            address,
            shown: if left == 0 { "today".to_owned() } else { counted(usize::try_from(left).unwrap_or(0), "day") },
            share: share(usize::try_from(left).unwrap_or(0), usize::try_from(ahead).unwrap_or(1)),
            colour,
            word,
        })
    };
    Bars { about: "Days until evidence runs out", each: due.iter().filter_map(bar).collect() }
}

/// What `answer:ID` or `evidence:ID` is called, and where it is.
pub fn thing(about: &str) -> (String, String) {
    match about.split_once(':') {
        Some(("evidence", id)) => (id.to_owned(), format!("/evidence/{}", in_address(id))),
        Some((_, id)) => (id.to_owned(), format!("/bank/{}", in_address(id))),
        None => (about.to_owned(), String::new()),
    }
}
