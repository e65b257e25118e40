//! Guards: each sees one kind of difference in meaning between a question and a stored wording, and says it in words. Never ranks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use super::wording::words;

/// A difference that a guard saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Which guard: `polarity`, `quantity` or `period`.
    pub guard: &'static str,
    /// What differs, for a reviewer.
    pub says: String,
}

/// What each of the guards has to say about giving the answer of `stored` to `asked`.
#[must_use]
pub fn warnings(asked: &str, stored: &str) -> Vec<Warning> {
    [polarity(asked, stored), quantity(asked, stored), period(asked, stored)].into_iter().flatten().collect()
}

#[rustfmt::skip]
const NEGATIONS: &[&str] = &[
    "not", "no", "never", "without", "none", "neither", "nor", "cannot", "cant", "dont", "doesnt", "isnt", "arent", "wont", "hasnt", "havent", "except",
    "excluding", "kein", "keine", "nicht", "ohne", "pas", "sans", "aucun", "aucune", "sin", "ningun",
];

/// Words whose pairs turn a question round.
#[rustfmt::skip]
const OPPOSITES: &[(&str, &str)] = &[
    ("allow", "prohibit"), ("allow", "forbid"), ("allow", "prevent"), ("allow", "block"), ("allow", "restrict"), ("allow", "disallow"),
    ("allowed", "prohibited"), ("allowed", "forbidden"), ("allowed", "prevented"), ("allowed", "blocked"), ("allowed", "restricted"),
    ("permit", "prohibit"), ("permitted", "prohibited"), ("permit", "deny"), ("permitted", "denied"), ("accept", "reject"),
    ("enable", "disable"), ("enabled", "disabled"), ("include", "exclude"), ("included", "excluded"), ("internal", "external"),
    ("grant", "revoke"), ("granted", "revoked"), ("encrypted", "unencrypted"), ("authorized", "unauthorized"), ("required", "optional"),
    ("before", "after"), ("minimum", "maximum"), ("least", "most"), ("public", "private"), ("inbound", "outbound"), ("always", "never"),
    ("opt in", "opt out"), ("physical", "logical"), ("rest", "transit"), ("success", "failure"), ("successful", "failed"),
];

/// Negation on one side only, or a word and its opposite.
fn polarity(asked: &str, stored: &str) -> Option<Warning> {
    let (a, b) = (words(asked), words(stored));
    let count = |words: &[String]| words.iter().filter(|word| NEGATIONS.contains(&word.as_str())).count();
    let warn = |says: String| Some(Warning { guard: "polarity", says });
    if count(&a) % 2 != count(&b) % 2 {
        let (with, without) =
            if count(&a) > count(&b) { ("the question", "the stored wording") } else { ("the stored wording", "the question") };
        return warn(format!("{with} negates, {without} does not"));
    }
    let has = |words: &[String], word: &str| words.iter().any(|w| w == word);
    let turned =
        OPPOSITES.iter().flat_map(|(x, y)| [(*x, *y), (*y, *x)]).find(|(x, y)| has(&a, x) && !has(&a, y) && has(&b, y) && !has(&b, x));
    turned.and_then(|(x, y)| warn(format!("asks about {x:?}, the stored wording is about {y:?}")))
}

/// Numbers as written with digits, and the unit behind them where it is one of time or size.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    #[allow(clippy::expect_used, reason = "the pattern is a constant that every test compiles")]
    Regex::new(r"(\d+(?:[.,]\d+)*)\s*-?\s*(%|percent|per cent|bit|bits|seconds?|minutes?|mins?|hours?|hrs?|h\b|days?|weeks?|months?|years?|characters?|gb|tb|mb)?").expect("a valid pattern")
});

/// Length of a unit of time in minutes.
fn minutes(unit: &str) -> Option<f64> {
    Some(match unit {
        "second" | "seconds" => 1.0 / 60.0,
        "minute" | "minutes" | "min" | "mins" => 1.0,
        "hour" | "hours" | "hr" | "hrs" | "h" => 60.0,
        "day" | "days" => 1_440.0,
        "week" | "weeks" => 10_080.0,
        // Months and years are not multiples of days; they only compare with themselves.
        _ => return None,
    })
}

/// A number with its unit in one form: `24 h` and `one day` are the same.
fn quantities(text: &str) -> BTreeSet<String> {
    let mut lower = format!(" {} ", text.to_lowercase().replace(['-', '–'], " "));
    for (word, digit) in NUMBER_WORDS {
        lower = lower.replace(&format!(" {word} "), &format!(" {digit} "));
    }
    NUMBER
        .captures_iter(&lower)
        .filter_map(|found| {
            let number = found.get(1)?.as_str().trim_end_matches(['.', ',']);
            let unit = found.get(2).map_or("", |unit| unit.as_str());
            let parsed: Option<f64> = number.replace(',', "").parse().ok();
            Some(match (parsed, minutes(unit)) {
                (Some(value), Some(length)) => format!("{} minutes", value * length),
                (_, None) if unit.starts_with("year") && number == "1" => "12 month".into(),
                _ => format!("{number} {}", unit.trim_end_matches('s').replace("per cent", "%").replace("percent", "%")).trim().to_owned(),
            })
        })
        .collect()
}

#[rustfmt::skip]
const NUMBER_WORDS: &[(&str, &str)] = &[
    ("one", "1"), ("two", "2"), ("three", "3"), ("four", "4"), ("five", "5"), ("six", "6"), ("seven", "7"), ("eight", "8"), ("ten", "10"),
    ("twelve", "12"), ("fourteen", "14"), ("thirty", "30"), ("sixty", "60"), ("ninety", "90"),
];

/// Different numbers.
fn quantity(asked: &str, stored: &str) -> Option<Warning> {
    let (a, b) = (quantities(asked), quantities(stored));
    let list = |numbers: &BTreeSet<String>| numbers.iter().cloned().collect::<Vec<_>>().join(", ");
    let says = match (a.is_empty(), b.is_empty()) {
        _ if a == b => return None,
        (true, _) => format!("the stored wording names {}, the question does not", list(&b)),
        (_, true) => format!("asks about {}, the stored wording names no number", list(&a)),
        _ => format!("asks about {}, the stored wording is about {}", list(&a), list(&b)),
    };
    Some(Warning { guard: "quantity", says })
}

/// Words for how often, and the times a year that they mean.
#[rustfmt::skip]
const PERIODS: &[(&str, &str)] = &[
    ("continuous", "continuously"), ("continuously", "continuously"), ("hourly", "hourly"), ("daily", "daily"), ("nightly", "daily"), ("weekly", "weekly"),
    ("fortnightly", "fortnightly"), ("monthly", "monthly"), ("quarterly", "quarterly"), ("semiannually", "half-yearly"), ("biannually", "half-yearly"),
    ("annual", "yearly"), ("annually", "yearly"), ("yearly", "yearly"), ("regularly", "regularly"), ("periodically", "regularly"), ("biennially", "every two years"),
];

/// Different words for how often.
fn period(asked: &str, stored: &str) -> Option<Warning> {
    let known: BTreeMap<&str, &str> = PERIODS.iter().copied().collect();
    let read = |text: &str| words(text).iter().filter_map(|word| known.get(word.as_str()).copied()).collect::<BTreeSet<_>>();
    let (a, b) = (read(asked), read(stored));
    let list = |periods: &BTreeSet<&str>| periods.iter().copied().collect::<Vec<_>>().join(", ");
    let says = match (a.is_empty(), b.is_empty()) {
        _ if a == b => return None,
        (true, _) => format!("the stored wording says {}, the question does not", list(&b)),
        (_, true) => format!("asks {}, the stored wording does not say how often", list(&a)),
        _ => format!("asks {}, the stored wording says {}", list(&a), list(&b)),
    };
    Some(Warning { guard: "period", says })
}
