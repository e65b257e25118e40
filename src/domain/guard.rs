//! Guards: each sees one kind of difference in meaning between a question and a stored wording, and says it in words. Never ranks.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use super::wording::{numbering, words};

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
    let (a, b) = (words(asked), words(stored));
    let quantity = quantity(&quantities(asked, &a, stored), &quantities(stored, &b, asked));
    [polarity(&a, &b), quantity, period(&a, &b)].into_iter().flatten().collect()
}

#[rustfmt::skip]
const NEGATIONS: &[&str] = &[
    "not", "no", "non", "never", "without", "none", "neither", "nor", "nobody", "nothing", "cannot", "cant", "dont", "doesnt", "didnt", "isnt",
    "arent", "wasnt", "werent", "wont", "wouldnt", "shouldnt", "couldnt", "mustnt", "hasnt", "havent", "except", "excluding", "kein", "keine",
    "keinen", "nicht", "ohne", "pas", "sans", "aucun", "aucune", "sin", "ningun", "ninguna",
];

/// Words whose pairs turn a question round, in their first form.
const OPPOSITES: &[(&str, &str)] = &[
    ("allow", "prohibit"),
    ("allow", "forbid"),
    ("allow", "forbidden"),
    ("allow", "prevent"),
    ("allow", "block"),
    ("allow", "restrict"),
    ("allow", "disallow"),
    ("allow", "deny"),
    ("permit", "prohibit"),
    ("permit", "forbidden"),
    ("permit", "deny"),
    ("accept", "reject"),
    ("enable", "disable"),
    ("include", "exclude"),
    ("internal", "external"),
    ("grant", "revoke"),
    ("require", "optional"),
    ("mandatory", "optional"),
    ("before", "after"),
    ("minimum", "maximum"),
    ("least", "most"),
    ("public", "private"),
    ("inbound", "outbound"),
    ("incoming", "outgoing"),
    ("upload", "download"),
    ("always", "never"),
    ("opt in", "opt out"),
    ("physical", "logical"),
    ("rest", "transit"),
    ("success", "failure"),
    ("successful", "failed"),
];

/// Beginnings that turn a word round: `encrypted`, `unencrypted`.
const REVERSALS: &[&str] = &["un", "non", "in", "dis"];

/// Every form of the words of [`OPPOSITES`] → the pairs that it stands in, and on which side.
static SIDES: LazyLock<HashMap<String, Vec<(usize, bool)>>> = LazyLock::new(|| {
    let mut sides: HashMap<String, Vec<(usize, bool)>> = HashMap::new();
    for (pair, (one, other)) in OPPOSITES.iter().enumerate() {
        for (side, word) in [(false, one), (true, other)] {
            for form in forms(word) {
                sides.entry(form).or_default().push((pair, side));
            }
        }
    }
    sides
});

/// The forms of a word, and some that nobody writes.
fn forms(word: &str) -> Vec<String> {
    let (first, more) = word.split_once(' ').map_or((word, String::new()), |(first, more)| (first, format!(" {more}")));
    let last = first.chars().last().unwrap_or_default();
    let (front, endings): (&str, Vec<String>) = match last {
        'e' => (&first[..first.len() - 1], vec!["es".into(), "ed".into(), "ing".into()]),
        'y' => (&first[..first.len() - 1], vec!["ies".into(), "ied".into(), "ying".into()]),
        _ => (first, vec!["s".into(), "es".into(), "ed".into(), "ing".into(), format!("{last}ed"), format!("{last}ing")]),
    };
    let others = endings.iter().map(|ending| format!("{front}{ending}{more}"));
    std::iter::once(word.to_owned()).chain(others).collect()
}

/// Negation on one side only, or a word and its opposite.
fn polarity(a: &[String], b: &[String]) -> Option<Warning> {
    let count = |words: &[String]| words.iter().filter(|word| NEGATIONS.contains(&word.as_str())).count();
    let warn = |says: String| Some(Warning { guard: "polarity", says });
    if count(a) % 2 != count(b) % 2 {
        let (with, without) =
            if count(a) > count(b) { ("the question", "the stored wording") } else { ("the stored wording", "the question") };
        return warn(format!("{with} negates, {without} does not"));
    }
    let turned = opposites(a, b).or_else(|| reversed(a, b));
    turned.and_then(|(x, y)| warn(format!("asks about {x:?}, the stored wording is about {y:?}")))
}

/// A word of the one text and its opposite in the other.
fn opposites(a: &[String], b: &[String]) -> Option<(String, String)> {
    let (a, b) = (sides(a), sides(b));
    a.iter().find_map(|((pair, side), word)| {
        let other = b.get(&(*pair, !side))?;
        let alone = !a.contains_key(&(*pair, !side)) && !b.contains_key(&(*pair, *side));
        alone.then(|| (word.clone(), other.clone()))
    })
}

/// The sides that a text takes, with the word that takes it.
fn sides(words: &[String]) -> BTreeMap<(usize, bool), String> {
    let mut taken = BTreeMap::new();
    let mut take = |word: &str| taken.extend(SIDES.get(word).into_iter().flatten().map(|side| (*side, word.to_owned())));
    for (at, word) in words.iter().enumerate() {
        take(word);
        if let Some(next) = words.get(at + 1).filter(|_| word.starts_with("opt")) {
            take(&format!("{word} {next}"));
        }
    }
    taken
}

/// A word of the one text that the other has with a beginning that turns it round.
fn reversed(a: &[String], b: &[String]) -> Option<(String, String)> {
    let bare = |word: &str| REVERSALS.iter().find_map(|start| word.strip_prefix(start)).filter(|bare| bare.len() > 4).map(str::to_owned);
    let turned = |one: &[String], other: &[String]| {
        one.iter().filter(|long| !other.contains(long)).find_map(|long| {
            let bare = bare(long)?;
            (other.contains(&bare) && !one.contains(&bare)).then(|| (long.clone(), bare))
        })
    };
    turned(a, b).or_else(|| turned(b, a).map(|(long, bare)| (bare, long)))
}

#[rustfmt::skip]
const SMALL_NUMBERS: &[&str] = &[
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
    "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
];
const TENS: &[&str] = &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
/// Units besides those of time.
const UNITS: &[&str] = &["%", "percent", "bit", "character", "gb", "tb", "mb"];

/// What a unit of time is in seconds, or in months: these are no multiple of a day.
fn time(unit: &str) -> Option<(f64, &'static str)> {
    Some(match unit.strip_suffix('s').unwrap_or(unit) {
        "second" => (1.0, "seconds"),
        "minute" | "min" => (60.0, "seconds"),
        "hour" | "hr" | "h" => (3_600.0, "seconds"),
        "day" => (86_400.0, "seconds"),
        "week" => (604_800.0, "seconds"),
        "month" => (1.0, "months"),
        "year" => (12.0, "months"),
        _ => return None,
    })
}

/// The numbers of a text that is compared with another one. A number in front that only counts does not count, unless both have one:
/// then it may mean something. Nor is an id with letters a mere number: `SOC2: ` is not `PCI2: `.
fn quantities(text: &str, read: &[String], other: &str) -> BTreeMap<String, String> {
    match numbering(text) {
        Some((id, rest)) if id.chars().filter(|c| c.is_alphabetic()).count() > 1 => {
            let mut all = numbers(&words(rest));
            all.insert(id.to_lowercase(), id.to_owned());
            all
        }
        Some((_, rest)) if numbering(other).is_none() => numbers(&words(rest)),
        _ => numbers(read),
    }
}

/// The numbers among some words in one form, so that `24 h` and `one day` are the same, each with how it is written.
fn numbers(words: &[String]) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        let next = |at: usize| words.get(at).map_or("", String::as_str);
        if let Some(small) = small(word) {
            all.extend([amount(&small.to_string(), next(at))]);
        } else if let Some(tens) = TENS.iter().position(|tens| tens == word) {
            let ones = small(next(at)).filter(|ones| (1..10).contains(ones));
            at += usize::from(ones.is_some());
            all.extend([amount(&(10 * (tens + 2) + ones.unwrap_or(0)).to_string(), next(at))]);
        } else if word.contains(|c: char| c.is_ascii_digit()) {
            digits(word, next(at), &mut all);
        }
    }
    all
}

fn small(word: &str) -> Option<usize> {
    SMALL_NUMBERS.iter().position(|known| *known == word)
}

/// The numbers inside one word: `24`, `72h`, `24x7`, `sha256`.
fn digits(word: &str, next: &str, all: &mut BTreeMap<String, String>) {
    let inside = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    let mut rest = word;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let number = &rest[start..];
        let length = number.find(|c| !inside(c)).unwrap_or(number.len());
        rest = &number[length..];
        let unit = if rest.is_empty() { next } else { rest };
        all.extend([amount(&number[..length], unit)]);
    }
}

/// A number with the unit behind it, if it is one: in one form, and as it is written.
fn amount(written: &str, unit: &str) -> (String, String) {
    let thousands = written.split(',').skip(1).all(|part| part.len() == 3);
    let number = written.replace(',', if thousands { "" } else { "." });
    let one = unit.strip_suffix('s').unwrap_or(unit);
    match (number.parse::<f64>().ok(), time(unit)) {
        (Some(value), Some((length, of))) => (format!("{} {of}", value * length), format!("{written} {unit}")),
        _ if one == "percent" => (format!("{number} %"), format!("{written} {unit}")),
        _ if UNITS.contains(&one) => (format!("{number} {one}"), format!("{written} {unit}")),
        _ => (number, written.to_owned()),
    }
}

/// Different numbers.
fn quantity(a: &BTreeMap<String, String>, b: &BTreeMap<String, String>) -> Option<Warning> {
    let list = |one: &BTreeMap<String, String>, other: &BTreeMap<String, String>| {
        one.iter().filter(|(normal, _)| !other.contains_key(*normal)).map(|(_, written)| written.as_str()).collect::<Vec<_>>().join(", ")
    };
    let (a, b) = (list(a, b), list(b, a));
    let says = match (a.is_empty(), b.is_empty()) {
        (true, true) => return None,
        (true, false) => format!("the stored wording names {b}, the question does not"),
        (false, true) => format!("asks about {a}, the stored wording does not"),
        (false, false) => format!("asks about {a}, the stored wording is about {b}"),
    };
    Some(Warning { guard: "quantity", says })
}

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
    ("regularly", "regularly"),
    ("periodically", "regularly"),
    ("biennially", "every two years"),
];

/// Units of time, and what "every" and "once a" make of them.
const EVERY: &[(&str, &str)] =
    &[("hour", "hourly"), ("day", "daily"), ("week", "weekly"), ("month", "monthly"), ("quarter", "quarterly"), ("year", "yearly")];

/// How often some words say.
fn periods(words: &[String]) -> BTreeSet<String> {
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    let find = |table: &[(&str, &'static str)], at: usize| table.iter().find(|(known, _)| *known == word(at)).map(|(_, period)| *period);
    let twice = |period: &str| if period == "yearly" { "half-yearly".to_owned() } else { format!("twice {period}") };
    let period = |at: usize| {
        let before = at.checked_sub(1).map_or("", word);
        match (word(at), before) {
            ("every" | "each" | "a" | "per", "twice") => find(EVERY, at + 1).map(twice),
            ("every" | "each", _) | ("a" | "per", "once") => find(EVERY, at + 1).map(str::to_owned),
            (_, "semi" | "half" | "bi" | "twice") => find(PERIODS, at).map(twice),
            _ => find(PERIODS, at).map(str::to_owned),
        }
    };
    (0..words.len()).filter_map(period).collect()
}

/// Different words for how often.
fn period(a: &[String], b: &[String]) -> Option<Warning> {
    let (a, b) = (periods(a), periods(b));
    let list = |periods: &BTreeSet<String>| periods.iter().cloned().collect::<Vec<_>>().join(", ");
    let says = match (a.is_empty(), b.is_empty()) {
        _ if a == b => return None,
        (true, _) => format!("the stored wording says {}, the question does not", list(&b)),
        (_, true) => format!("asks {}, the stored wording does not say how often", list(&a)),
        _ => format!("asks {}, the stored wording says {}", list(&a), list(&b)),
    };
    Some(Warning { guard: "period", says })
}
