//! The guard of cadences: how often something is done, and in which direction another rhythm still makes the answer true.

use std::collections::BTreeMap;

use super::{Sense, Warning, at};

/// Words for how often.
const PERIODS: &[(&str, &str)] = &[
    ("continuous", "continuously"),
    ("continuously", "continuously"),
    ("hourly", "hourly"),
    ("daily", "daily"),
    ("nightly", "daily"),
    ("weekly", "weekly"),
    ("fortnightly", "fortnightly"),
    ("monthly", "monthly"),
    ("quarterly", "quarterly"),
    ("semiannual", "half-yearly"),
    ("semiannually", "half-yearly"),
    ("biannual", "half-yearly"),
    ("biannually", "half-yearly"),
    ("annual", "yearly"),
    ("annually", "yearly"),
    ("yearly", "yearly"),
    ("regular", "regularly"),
    ("regularly", "regularly"),
    ("periodic", "regularly"),
    ("periodically", "regularly"),
    ("biennial", "every 2 years"),
    ("biennially", "every 2 years"),
];

/// Ways to say "at all times".
pub(super) const ALWAYS: &[&str] = &[
    "24x7",
    "24x7x365",
    "24 7",
    "24 7 365",
    "24 hours a day 7 days a week",
    "24 hours a day seven days a week",
    "24 hours a day",
    "24 hours per day",
    "7 days a week",
    "around the clock",
    "round the clock",
    "day and night",
    "at all times",
    "permanently",
    "24 hour",
    "permanent",
];

/// Units of time, and what "every" and "once a" make of them.
const EVERY: &[(&str, &str)] = &[
    ("hour", "hourly"),
    ("day", "daily"),
    ("night", "daily"),
    ("week", "weekly"),
    ("fortnight", "fortnightly"),
    ("month", "monthly"),
    ("quarter", "quarterly"),
    ("year", "yearly"),
    ("calendar year", "yearly"),
];

/// Numbers of a unit behind "every" that have a name of their own.
const SEVERAL: &[(&str, &str)] = &[
    ("3 months", "quarterly"),
    ("6 months", "half-yearly"),
    ("12 months", "yearly"),
    ("2 weeks", "fortnightly"),
    ("24 hours", "daily"),
    ("7 days", "weekly"),
    ("24 months", "every 2 years"),
    ("30 days", "monthly"),
    ("90 days", "quarterly"),
    ("365 days", "yearly"),
];

const NUMBERS: &[(&str, &str)] =
    &[("two", "2"), ("three", "3"), ("four", "4"), ("five", "5"), ("six", "6"), ("seven", "7"), ("ten", "10"), ("twelve", "12")];

/// How many days lie between two times; the smaller, the more often. Rhythms without a number have none.
fn days(period: &str) -> Option<f64> {
    Some(match period {
        "continuously" => 0.0,
        "hourly" => 1.0 / 24.0,
        "twice daily" => 0.5,
        "daily" => 1.0,
        "twice weekly" => 3.5,
        "weekly" => 7.0,
        "fortnightly" => 14.0,
        "twice monthly" => 15.0,
        "monthly" => 30.0,
        "quarterly" => 91.0,
        "half-yearly" => 182.0,
        "yearly" => 365.0,
        _ => {
            let (number, unit) = period.strip_prefix("every ")?.split_once(' ')?;
            let length = match unit.trim_end_matches('s') {
                "minute" => 1.0 / 1440.0,
                "hour" => 1.0 / 24.0,
                "day" => 1.0,
                "week" => 7.0,
                "month" => 30.4,
                "year" => 365.0,
                _ => return None,
            };
            number.parse::<f64>().ok()? * length
        }
    })
}

/// The rhythms that a text names, each with whether it is only the least ("at least annually").
#[derive(Clone, Debug, Default)]
pub(super) struct Periods(BTreeMap<String, bool>);

impl Periods {
    pub(super) fn read(words: &[String]) -> Self {
        Self((0..words.len()).filter_map(|place| Some((period(words, place)?, at_least(words, place)))).collect())
    }

    /// Whether a word says by itself how often.
    pub(super) fn names(word: &str) -> bool {
        word == "every" || PERIODS.iter().any(|(known, _)| *known == word)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn at_least(words: &[String], place: usize) -> bool {
    (1..=3).any(|back| {
        place.checked_sub(back).is_some_and(|from| words[from] == "least" || words[from] == "minimum" || at(words, from, "no less"))
    })
}

/// How often the words at a place say.
fn period(words: &[String], place: usize) -> Option<String> {
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    let find = |table: &[(&str, &'static str)], at: usize| table.iter().find(|(known, _)| *known == word(at)).map(|(_, period)| *period);
    let twice = |period: &str| if period == "yearly" { "half-yearly".to_owned() } else { format!("twice {period}") };
    let before = place.checked_sub(1).map_or("", word);
    let covers = matches!(word(place + 2), "support" | "monitoring" | "coverage" | "cover" | "service" | "operation" | "hotline" | "basis");
    if super::first_of(words, place, ALWAYS).is_some_and(|phrase| phrase != "24 hour" || covers) {
        return Some("continuously".into());
    }
    // "Continuous integration" is a way to build, no rhythm.
    if word(place) == "continuous" && matches!(word(place + 1), "integration" | "delivery" | "deployment" | "improvement") {
        return None;
    }
    match (word(place), before) {
        ("every" | "each" | "a" | "per", "twice") => find(EVERY, place + 1).map(twice),
        ("every" | "each", _) => find(EVERY, place + 1).map(str::to_owned).or_else(|| several(words, place + 1)),
        ("a" | "per", "once") => find(EVERY, place + 1).map(str::to_owned),
        (_, "semi" | "half" | "bi" | "twice") => find(PERIODS, place).map(twice),
        _ => find(PERIODS, place).map(str::to_owned),
    }
}

/// `every 90 days`, `every three months`.
fn several(words: &[String], place: usize) -> Option<String> {
    let number = words.get(place)?;
    let number = NUMBERS.iter().find(|(word, _)| word == number).map_or(number.as_str(), |(_, digits)| digits);
    let unit = words.get(place + 1)?;
    let said = format!("{number} {}s", unit.trim_end_matches('s'));
    let named = SEVERAL.iter().find(|(known, _)| *known == said).map(|(_, period)| (*period).to_owned());
    named.or_else(|| Some(format!("every {said}")).filter(|period| days(period).is_some()))
}

/// Different rhythms. One that only the question names may be told by the answer; where the question asks for the least, more often is true too.
pub(super) fn differs(asked: &Sense, stored: &Sense, answer: &Sense) -> Option<Warning> {
    let (a, b, told) = (&asked.periods.0, &stored.periods.0, &answer.periods.0);
    let list = |periods: &mut dyn Iterator<Item = &String>| periods.cloned().collect::<Vec<_>>().join(", ");
    let met = |period: &str, least: bool, by: &BTreeMap<String, bool>| {
        by.contains_key(period)
            || least && !by.is_empty() && by.keys().all(|other| days(period).zip(days(other)).is_some_and(|(asked, told)| told <= asked))
            || period == "regularly" && by.keys().any(|other| days(other).is_some())
    };
    let unmet: Vec<&String> =
        a.iter().filter(|(period, least)| !met(period, **least, b) && !met(period, **least, told)).map(|(period, _)| period).collect();
    let dropped: Vec<&String> = b.keys().filter(|period| !a.contains_key(*period) && (a.is_empty() || !unmet.is_empty())).collect();
    let asks = list(&mut unmet.iter().copied());
    let says = match (unmet.is_empty(), dropped.is_empty()) {
        (true, true) => return None,
        (true, false) => format!("the stored wording says {}, the question does not", list(&mut dropped.into_iter())),
        (false, false) => format!("asks {asks}, the stored wording says {}", list(&mut dropped.into_iter())),
        (false, true) if told.is_empty() => format!("asks {asks}, the stored wording does not say how often"),
        (false, true) => format!("asks {asks}, the answer says {}", list(&mut told.keys())),
    };
    Warning::new("period", says)
}
