//! The next twelve months as a drawing: a bar for each piece of evidence, from its first day to its last, and a line for today.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::engine::evidence::{Kept, State};

/// Width of the drawing, and of the names at its left.
const WIDTH: i32 = 1000;
const NAMES: i32 = 250;
/// Height of a row, and of the months above the first.
const ROW: i32 = 24;
const HEAD: i32 = 26;
/// So many characters of a name fit.
const NAME: usize = 38;
/// So many months are drawn.
const MONTHS: i32 = 13;

/// A drawing.
pub struct Timeline {
    /// Its measures.
    pub width: i32,
    pub height: i32,
    /// Where the months begin, with their names.
    pub months: Vec<(i32, String)>,
    /// Where today is.
    pub today: i32,
    /// Row by row.
    pub rows: Vec<Row>,
    /// What it shows, in a sentence.
    pub told: String,
}

/// A piece of evidence in the drawing.
pub struct Row {
    /// Its upper edge.
    pub y: i32,
    /// Its name, cut.
    pub name: String,
    /// The colour of its bar.
    pub class: &'static str,
    /// Where the bar begins, and how wide it is; 0 where it ended before.
    pub x: i32,
    pub width: i32,
    /// What stands beside the bar.
    pub note: String,
    /// Where that stands.
    pub note_x: i32,
    pub note_anchor: &'static str,
}

/// Draws evidence.
pub fn timeline(all: &[&Kept], today: Date) -> Timeline {
    let first = today.first_of_month();
    let last = first.saturating_add(MONTHS.months());
    let whole = days(first, last).max(1);
    let at = |day: Date| NAMES + (days(first, day.clamp(first, last)) * i64::from(WIDTH - NAMES) / whole) as i32;
    let months = (0..MONTHS).map(|month| first.saturating_add(month.months())).map(|month| (at(month), name_of(month))).collect();
    let rows: Vec<Row> = (0..).zip(all).map(|(place, kept)| row(kept, HEAD + ROW * place, today, &at)).collect();
    let soon = |until: Option<Date>| until.is_some_and(|until| until >= today && until < last);
    let ending = all.iter().filter(|kept| soon(kept.evidence.valid_until)).count();
    let told = format!("{} of {} pieces of evidence end between today and {last}; the table below says the same.", ending, all.len());
    Timeline { width: WIDTH, height: rows.last().map_or(HEAD, |row| row.y + ROW) + 6, months, today: at(today), rows, told }
}

fn row(kept: &Kept, y: i32, today: Date, at: &impl Fn(Date) -> i32) -> Row {
    let evidence = &kept.evidence;
    let from = at(evidence.issued.unwrap_or(Date::MIN));
    let to = at(evidence.valid_until.unwrap_or(Date::MAX));
    let over = evidence.valid_until.is_some_and(|until| until < today);
    let class = match kept.state {
        State::Holds if evidence.valid_until.is_none() => "f-kept",
        State::Holds => "f-good",
        State::Ending => "f-wait",
        State::NotYet => "f-info",
        State::Missing | State::Changed | State::Unproven | State::Expired => "f-gap",
    };
    let note = match (kept.state, evidence.valid_until) {
        (State::Expired, Some(until)) => format!("expired {until}"),
        (State::Missing | State::Changed | State::Unproven, _) => kept.state.name().to_owned(),
        (_, Some(until)) => until.to_string(),
        (_, None) => "no end".to_owned(),
    };
    let width = if over { 0 } else { (to - from).max(4) };
    let mut name: String = evidence.title.chars().take(NAME).collect();
    if evidence.title.chars().count() > NAME {
        name.push('…');
    }
    // Where the bar leaves no room behind it, the note stands inside its end.
    let inside = to > WIDTH - 90 && !over;
    let (note_x, note_anchor) = if over {
        (NAMES + 6, "start")
    } else if inside {
        (to - 6, "end")
    } else {
        (to + 6, "start")
    };
    Row { y, name, class, x: from, width, note, note_x, note_anchor }
}

fn days(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}

fn name_of(month: Date) -> String {
    const NAMES: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let name = NAMES.get(usize::try_from(month.month()).unwrap_or(1).saturating_sub(1)).copied().unwrap_or_default();
    if month.month() == 1 { format!("{name} {}", month.year()) } else { name.to_owned() }
}
