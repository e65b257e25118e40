//! The guard of quantities: other numbers, counted in one unit, and in which direction a number still makes the answer true.

use std::collections::BTreeMap;

use super::period::Periods;
use super::standard::Standards;
use super::{Sense, Warning, at};
use crate::domain::wording::{numbering, words};

#[rustfmt::skip]
const SMALL_NUMBERS: &[&str] = &[
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
    "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
];
const TENS: &[&str] = &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
/// Units besides those of time.
const UNITS: &[&str] = &["%", "percent", "bit", "character", "gb", "tb", "mb", "attempt", "million", "thousand", "billion"];
/// Words in front of a number that say it is the least, or the most, that will do.
const AT_LEAST: &[&str] = &[
    "at least",
    "minimum of",
    "minimum",
    "no less than",
    "not less than",
    "no fewer than",
    "more than",
    "over",
    "above",
    ">",
    "≥",
    "or more",
];
const AT_MOST: &[&str] = &[
    "within",
    "at most",
    "maximum of",
    "maximum",
    "no more than",
    "not more than",
    "no later than",
    "not later than",
    "less than",
    "fewer than",
    "under",
    "below",
    "inside",
    "<",
    "≤",
    "up to",
    "not exceed",
    "not exceeding",
    "in less than",
];

/// What a unit of time is in seconds, or in months: these are no multiple of a day.
fn time(unit: &str) -> Option<(f64, &'static str)> {
    Some(match unit.strip_suffix('s').unwrap_or(unit) {
        "second" => (1.0, "seconds"),
        "minute" | "min" => (60.0, "seconds"),
        "hour" | "hr" | "h" => (3_600.0, "seconds"),
        "day" => (86_400.0, "seconds"),
        "week" => (604_800.0, "seconds"),
        "month" => (1.0, "months"),
        "quarter" => (3.0, "months"),
        "year" => (12.0, "months"),
        _ => return None,
    })
}

/// Which way a number may be missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bound {
    Exactly,
    AtLeast,
    AtMost,
}

/// A number with its unit.
#[derive(Clone, Debug)]
struct Quantity {
    value: Option<f64>,
    unit: String,
    bound: Bound,
    written: String,
}

impl Quantity {
    /// As a number of seconds where it is a time: a month is 30 days, a year 365. For comparing, never for equality.
    fn size(&self) -> Option<(f64, &str)> {
        let value = self.value?;
        Some(match self.unit.as_str() {
            "months" if value >= 12.0 => (value / 12.0 * 365.0 * 86_400.0, "seconds"),
            "months" => (value * 30.0 * 86_400.0, "seconds"),
            unit => (value, unit),
        })
    }

    /// Whether what is told is at least as good as what is asked for.
    fn satisfied_by(&self, told: &Self) -> bool {
        let (Some((asked, one)), Some((told, other))) = (self.size(), told.size()) else { return false };
        one == other
            && match self.bound {
                Bound::Exactly => false,
                Bound::AtLeast => told >= asked,
                Bound::AtMost => told <= asked,
            }
    }
}

/// The numbers of a text: one form → what it says.
#[derive(Clone, Debug, Default)]
pub(super) struct Quantities {
    all: BTreeMap<String, Quantity>,
    /// A number or id in front that only counts, unless both texts have one: then it may mean something.
    front: Option<(String, String)>,
}

impl Quantities {
    /// Reads the numbers of a text, but for those that belong to the name of a standard.
    pub(super) fn read(text: &str, read: &[String], standards: &Standards) -> Self {
        match numbering(text) {
            // An id with letters is no mere number: `SOC2: ` is not `PCI2: `.
            Some((id, rest)) if id.chars().filter(|c| c.is_alphabetic()).count() > 1 => {
                let words = words(rest);
                let mut all = numbers(&words, &Standards::read(&words));
                let named = Quantity { value: None, unit: String::new(), bound: Bound::Exactly, written: id.to_owned() };
                all.insert(id.to_lowercase(), named);
                Self { all, front: None }
            }
            Some((id, rest)) => {
                let words = words(rest);
                let number: String = id.trim_start_matches(|c: char| !c.is_ascii_digit()).to_owned();
                Self { all: numbers(&words, &Standards::read(&words)), front: Some((number.clone(), number)) }
            }
            None => Self { all: numbers(read, standards), front: None },
        }
    }

    /// Whether a text tells a time, or any number.
    pub(super) fn tells_time(&self) -> bool {
        self.all.values().any(|one| matches!(one.unit.as_str(), "seconds" | "months"))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether a text names a year of our time.
    pub(super) fn names_year(&self) -> bool {
        self.all.values().any(|one| one.unit.is_empty() && one.value.is_some_and(|value| (1980.0..2100.0).contains(&value)))
    }
}

/// The numbers among some words in one form, so that `24 h` and `one day` are the same.
fn numbers(words: &[String], standards: &Standards) -> BTreeMap<String, Quantity> {
    let mut all = BTreeMap::new();
    let mut place = 0;
    while let Some(word) = words.get(place) {
        let first = place;
        place += 1;
        if standards.has(first) || joined(words, first) {
            continue;
        }
        if let Some(length) = always(words, first) {
            place = first + length;
            continue;
        }
        let next = |place: usize| words.get(place).map_or("", String::as_str);
        // "Every 90 days" is a rhythm.
        if first > 0 && matches!(words[first - 1].as_str(), "every" | "each") && time(next(place)).is_some() {
            continue;
        }
        let bound = bound(words, first);
        if at(words, first, "half an hour") {
            all.extend([amount("30", "minutes", bound)]);
            place = first + 3;
        } else if let Some(small) = small(word) {
            all.extend([amount(&small.to_string(), next(place), bound)]);
        } else if let Some(tens) = TENS.iter().position(|tens| tens == word) {
            let ones = small(next(place)).filter(|ones| (1..10).contains(ones));
            place += usize::from(ones.is_some());
            all.extend([amount(&(10 * (tens + 2) + ones.unwrap_or(0)).to_string(), next(place), bound)]);
        } else if word.contains(|c: char| c.is_ascii_digit()) {
            digits(word, next(place), bound, &mut all);
        }
    }
    all
}

/// "one" and "two" that count nothing: "no one", "one of", "one another", "two factor", "2 step", and the like.
fn joined(words: &[String], place: usize) -> bool {
    let word = words[place].as_str();
    let next = words.get(place + 1).map_or("", String::as_str);
    let before = place.checked_sub(1).map_or("", |at| words[at].as_str());
    let ordinal = |word: &str| {
        ["st", "nd", "rd", "th"]
            .iter()
            .any(|end| word.strip_suffix(end).is_some_and(|front| front.chars().all(|c| c.is_ascii_digit()) && !front.is_empty()))
    };
    match word {
        "one" => {
            time(next).is_none() && !UNITS.contains(&next)
                || matches!(before, "no" | "any" | "every" | "which" | "this" | "that" | "each" | "some")
        }
        "two" | "2" | "four" => matches!(next, "factor" | "step" | "eyes" | "eye"),
        "2fa" | "3des" | "3d" | "2sv" => true,
        _ => ordinal(word),
    }
}

/// How many words at a place say "at all times": `24x7`, `24 hours a day, 7 days a week`. They count nothing.
fn always(words: &[String], place: usize) -> Option<usize> {
    let named = super::first_of(words, place, super::period::ALWAYS).filter(|named| *named != "24 hour")?;
    let length = named.split(' ').count();
    Some(length + usize::from(words.get(place + length).is_some_and(|word| word == "365")))
}

/// What the words around a number say of its direction.
fn bound(words: &[String], place: usize) -> Bound {
    let before = |phrase: &&str| {
        let length = phrase.split(' ').count();
        (0..=1).any(|gap: usize| place.checked_sub(length + gap).is_some_and(|from| at(words, from, phrase)))
    };
    if AT_LEAST.iter().any(&before) {
        Bound::AtLeast
    } else if AT_MOST.iter().any(before) {
        Bound::AtMost
    } else {
        Bound::Exactly
    }
}

fn small(word: &str) -> Option<usize> {
    SMALL_NUMBERS.iter().position(|known| *known == word)
}

/// The numbers inside one word: `24`, `72h`, `24x7`.
fn digits(word: &str, next: &str, bound: Bound, all: &mut BTreeMap<String, Quantity>) {
    let inside = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    let mut rest = word;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let number = &rest[start..];
        let length = number.find(|c| !inside(c)).unwrap_or(number.len());
        rest = &number[length..];
        let unit = if rest.is_empty() { next } else { rest };
        all.extend([amount(&number[..length], unit, bound)]);
    }
}

/// A number with the unit behind it, if it is one.
fn amount(written: &str, unit: &str, bound: Bound) -> (String, Quantity) {
    let thousands = written.split(',').skip(1).all(|part| part.len() == 3);
    let number = written.replace(',', if thousands { "" } else { "." });
    let one = match unit.strip_suffix('s').unwrap_or(unit) {
        "megabyte" => "mb",
        "gigabyte" => "gb",
        "terabyte" => "tb",
        one => one,
    };
    let value = number.parse::<f64>().ok();
    let quantity = |value, unit: &str, written: String| Quantity { value, unit: unit.to_owned(), bound, written };
    match (value, time(unit)) {
        (Some(value), Some((length, of))) => {
            (format!("{} {of}", value * length), quantity(Some(value * length), of, format!("{written} {unit}")))
        }
        _ if one == "percent" => (format!("{number} %"), quantity(value, "%", format!("{written} {unit}"))),
        _ if UNITS.contains(&one) => (format!("{number} {one}"), quantity(value, one, format!("{written} {unit}"))),
        _ => (number, quantity(value, "", written.to_owned())),
    }
}

/// Different numbers. One that only the question names may be told by the answer, or be met by what the answer tells.
pub(super) fn differs(asked: &Sense, stored: &Sense, answer: &Sense) -> Option<Warning> {
    let (asked, stored, answer) = (&asked.quantities, &stored.quantities, &answer.quantities);
    let front = |one: &Quantities, other: &Quantities| match (&one.front, &other.front) {
        (Some((mine, written)), Some((theirs, _))) if mine != theirs => Some(written.clone()),
        _ => None,
    };
    let only = |one: &Quantities, other: &Quantities| -> Vec<Quantity> {
        one.all.iter().filter(|(form, _)| !other.all.contains_key(*form)).map(|(_, quantity)| quantity.clone()).collect()
    };
    let list = |quantities: &[Quantity], front: Option<String>| {
        front.into_iter().chain(quantities.iter().map(|one| one.written.clone())).collect::<Vec<_>>().join(", ")
    };
    let unmet: Vec<Quantity> = only(asked, stored).into_iter().filter(|one| !told(one, asked, answer)).collect();
    let dropped = only(stored, asked);
    // What the answer says instead, in the same unit.
    let instead = unmet.iter().find_map(|one| {
        let told = answer
            .all
            .values()
            .find(|told| !one.unit.is_empty() && told.size().map(|(_, unit)| unit) == one.size().map(|(_, unit)| unit))?;
        Some(format!("asks about {}, the answer says {}", one.written, told.written))
    });
    let (a, b) = (list(&unmet, front(asked, stored)), list(&dropped, front(stored, asked)));
    let says = match (a.is_empty(), b.is_empty()) {
        (true, true) => return None,
        // The question's own number was met by the answer, which is about the stored one: no difference is left.
        (true, false) if !only(asked, stored).is_empty() => return None,
        (true, false) => format!("the stored wording names {b}, the question does not"),
        (false, true) => instead.unwrap_or_else(|| format!("asks about {a}, the stored wording does not")),
        (false, false) => format!("asks about {a}, the stored wording is about {b}"),
    };
    Warning::new("quantity", says)
}

/// Whether a word measures something: a number, a unit, a rhythm.
#[must_use]
pub fn is_measure(word: &str) -> bool {
    let one = word.strip_suffix('s').unwrap_or(word);
    word.starts_with(|c: char| c.is_ascii_digit())
        || small(word).is_some()
        || TENS.contains(&word)
        || UNITS.contains(&one)
        || time(word).is_some()
        || Periods::names(word)
}

/// Whether the answer tells a quantity that the question names, or something at least as good.
fn told(one: &Quantity, asked: &Quantities, answer: &Quantities) -> bool {
    let form = asked.all.iter().find(|(_, known)| known.written == one.written).map(|(form, _)| form);
    let same = form.is_some_and(|form| answer.all.contains_key(form));
    let comparable: Vec<&Quantity> =
        answer.all.values().filter(|told| told.size().map(|(_, unit)| unit) == one.size().map(|(_, unit)| unit)).collect();
    same || !comparable.is_empty() && comparable.iter().all(|told| one.satisfied_by(told))
}
