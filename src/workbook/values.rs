//! What the value readers give → the text that a person would read, near enough for finding and comparing; the same for every file kind.

use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, ExcelDateTime};

/// Runs a value reader; where it panics over a broken file, that is this file's error.
///
/// # Errors
/// What `run` says, or that it panicked.
pub fn guarded<T>(run: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err("the values could not be read".into()))
}

/// A value as text.
pub fn text_of(value: &DataRef) -> String {
    match value {
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(date) => date_text(date),
        DataRef::DateTimeIso(date) => iso_date_text(date),
        DataRef::DurationIso(time) => iso_time_text(time),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// A value that a reader gives away, as one that it lends.
pub fn lent(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(text) => DataRef::SharedString(text),
        Data::DateTimeIso(date) => DataRef::DateTimeIso(date.clone()),
        Data::DurationIso(time) => DataRef::DurationIso(time.clone()),
        Data::Bool(yes) => DataRef::Bool(*yes),
        Data::DateTime(date) => DataRef::DateTime(*date),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

/// A date as `2026-05-04` or `2026-05-04 13:30:00`; a duration as the number that is stored.
fn date_text(date: &ExcelDateTime) -> String {
    if !date.is_datetime() {
        return date.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    let time = if (hour, minute, second) == (0, 0, 0) { String::new() } else { format!(" {hour:02}:{minute:02}:{second:02}") };
    format!("{year:04}-{month:02}-{day:02}{time}")
}

/// `2026-05-04T13:30:00` as `2026-05-04 13:30:00`, and without a time where that is midnight.
pub fn iso_date_text(date: &str) -> String {
    let (day, time) = date.trim().split_once('T').unwrap_or((date.trim(), ""));
    let time = time.split(['.', ',']).next().unwrap_or_default();
    if matches!(time, "" | "00:00:00" | "00:00") { day.to_owned() } else { format!("{day} {time}") }
}

/// `PT13H30M00S` as `13:30:00`; any other spelling as it is.
pub fn iso_time_text(time: &str) -> String {
    let read = || {
        let (hours, rest) = time.trim().strip_prefix("PT")?.split_once('H')?;
        let (minutes, rest) = rest.split_once('M')?;
        let seconds = rest.strip_suffix('S')?.split(['.', ',']).next()?;
        let number = |text: &str| text.parse::<u32>().ok();
        Some(format!("{:02}:{:02}:{:02}", number(hours)?, number(minutes)?, number(seconds)?))
    };
    read().unwrap_or_else(|| time.to_owned())
}
