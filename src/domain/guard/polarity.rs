//! The guard of polarity: a question turned round by a negation, by an opposite, or by asking for the exceptions.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use super::{Sense, Warning, first_of};

#[rustfmt::skip]
const NEGATIONS: &[&str] = &[
    "not", "no", "never", "without", "none", "neither", "nor", "nobody", "nothing", "cannot", "cant", "dont", "doesnt", "didnt", "isnt",
    "arent", "wasnt", "werent", "wont", "wouldnt", "shouldnt", "couldnt", "mustnt", "hasnt", "havent", "kein", "keine", "keinen", "nicht", "ohne",
    "pas", "sans", "aucun", "aucune", "sin", "ningun", "ninguna",
];

/// In front of these, a negation only bounds a number: "no later than", "not exceeding".
const BOUNDS: &[&str] =
    &["later", "less", "more", "fewer", "longer", "exceed", "exceeding", "limited", "only", "sooner", "greater", "earlier"];

/// Phrases that ask for what is left out of a rule, or that affirm an absence: on one side only, they turn the question.
#[rustfmt::skip]
const EXCEPTIONS: &[&str] = &[
    "except", "exception", "exceptions", "excepted", "excluding", "exclude", "excludes", "excluded", "exempt", "exempted", "exemption", "exemptions", "exempted from",
    "excused", "waived", "waiver", "waivers", "bypass", "bypassed", "circumvent", "circumvented", "skip", "skipped", "unless", "free of", "free from", "absence", "lack of", "lack",
    "lacks", "lacking", "refrain", "unable", "impossible", "instead of", "decline", "refuse", "refused", "out of", "in the clear", "clear text", "cleartext", "plain text", "plaintext",
    "rule out", "ruled out", "turned off", "switched off", "turn off", "switch off", "disable", "disabled",
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
    ("allow", "ban"),
    ("permit", "prohibit"),
    ("permit", "forbidden"),
    ("permit", "deny"),
    ("permit", "prevent"),
    ("permit", "block"),
    ("permit", "restrict"),
    ("permit", "ban"),
    ("accept", "reject"),
    ("enable", "disable"),
    ("enable", "block"),
    ("include", "exclude"),
    ("internal", "external"),
    ("grant", "revoke"),
    ("require", "optional"),
    ("mandatory", "optional"),
    ("mandatory", "voluntary"),
    ("before", "after"),
    ("prior to", "after"),
    ("minimum", "maximum"),
    ("least", "most"),
    ("public", "private"),
    ("inbound", "outbound"),
    ("incoming", "outgoing"),
    ("upload", "download"),
    ("always", "never"),
    ("always", "sometimes"),
    ("opt in", "opt out"),
    ("physical", "logical"),
    ("rest", "transit"),
    ("success", "failure"),
    ("successful", "failed"),
    ("import", "export"),
    ("add", "remove"),
    ("create", "delete"),
    ("start", "end"),
    ("increase", "decrease"),
    ("increase", "reduce"),
    ("share", "separate"),
    ("shared", "dedicated"),
    ("shared", "individual"),
    ("shared", "own"),
    ("generic", "individual"),
    ("generic", "unique"),
    ("shared", "unique"),
    ("synthetic", "production"),
    ("manual", "automatic"),
    ("manually", "automatically"),
    ("encrypt", "decrypt"),
    ("lock", "unlock"),
    ("symmetric", "asymmetric"),
    ("single", "multi"),
    ("win", "lose"),
    ("open", "closed"),
    ("hardened", "default"),
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

/// What in a text can turn a question round.
#[derive(Clone, Debug, Default)]
pub(super) struct Turns {
    negations: usize,
    /// The words behind "non".
    non: Vec<String>,
    exception: Option<String>,
    sides: BTreeMap<(usize, bool), String>,
}

impl Turns {
    pub(super) fn read(words: &[String]) -> Self {
        Self {
            negations: (0..words.len()).filter(|place| negates(words, *place) || forbids(words, *place)).count(),
            non: words.windows(2).filter(|pair| pair[0] == "non").map(|pair| pair[1].clone()).collect(),
            exception: (0..words.len()).find_map(|place| first_of(words, place, EXCEPTIONS)).map(str::to_owned),
            sides: sides(words),
        }
    }
}

fn negates(words: &[String], place: usize) -> bool {
    let next = words.get(place + 1).map_or("", String::as_str);
    let before = place.checked_sub(1).map_or("", |at| words[at].as_str());
    let choice =
        matches!(before, "or" | "if") && next.is_empty() || before == "yes" || next == "yes" || before == "or" && words[place] == "not";
    NEGATIONS.contains(&words[place].as_str()) && !BOUNDS.contains(&next) && !choice
}

/// Whether the word at a place says that something must not be: "is it forbidden to …", "prevented from …"; not "do you prevent fires".
fn forbids(words: &[String], place: usize) -> bool {
    let from = || words[place + 1..].iter().take(4).any(|word| word == "from");
    match words[place].as_str() {
        "forbid" | "forbids" | "forbidden" | "forbidding" | "prohibit" | "prohibits" | "prohibited" | "prohibiting" | "ban" | "bans"
        | "banned" => true,
        "prevent" | "prevents" | "prevented" | "preventing" | "barred" | "stopped" => from(),
        _ => false,
    }
}

/// Negation or exceptions on one side only, or a word and its opposite.
pub(super) fn differs(asked: &Sense, stored: &Sense) -> Option<Warning> {
    let (a, b) = (&asked.polarity, &stored.polarity);
    let warn = |says: String| Warning::new("polarity", says);
    let rhythm = !asked.periods.is_empty() && !stored.periods.is_empty();
    if let Some((x, y)) = opposites(&a.sides, &b.sides)
        .filter(|(x, y)| !(rhythm && is_bound(x) && is_bound(y)))
        .or_else(|| reversed(&asked.words, &stored.words))
    {
        return warn(format!("asks about {x:?}, the stored wording is about {y:?}"));
    }
    // "Non-production" turns "production" round, and nothing else.
    let count = |one: &Sense, other: &Sense| {
        one.polarity.negations
            + one.polarity.non.iter().filter(|word| other.words.contains(word) && !other.polarity.non.contains(word)).count()
    };
    let (negated, stored_negated) = (count(asked, stored), count(stored, asked));
    if negated % 2 != stored_negated % 2 && comparable(asked, stored) {
        let (with, without) =
            if negated > stored_negated { ("the question", "the stored wording") } else { ("the stored wording", "the question") };
        return warn(format!("{with} negates, {without} does not"));
    }
    match (&a.exception, &b.exception) {
        _ if !comparable(asked, stored) => None,
        (Some(word), None) => warn(format!("asks about {word:?}, the stored wording is about the rule")),
        (None, Some(word)) => warn(format!("the stored wording is about {word:?}, the question is about the rule")),
        _ => None,
    }
}

/// "At most every six months apart" and "at least every six months" are one.
fn is_bound(word: &str) -> bool {
    matches!(word, "least" | "most" | "minimum" | "maximum")
}

/// Questions of more words than this negate in side clauses too.
const SHORT: usize = 14;

/// Whether one negation more or less turns the question: in short questions, and in long ones that share most of their words. Long ones in other
/// words say the same with a negation more ("are refused", "must not be accepted").
fn comparable(asked: &Sense, stored: &Sense) -> bool {
    let (a, b) = (&asked.words, &stored.words);
    let shared = a.iter().filter(|word| b.contains(word)).count();
    a.len().min(b.len()) <= SHORT || 2 * shared >= a.len().max(b.len())
}

/// A word of the one text and its opposite in the other.
fn opposites(a: &BTreeMap<(usize, bool), String>, b: &BTreeMap<(usize, bool), String>) -> Option<(String, String)> {
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
        // "Who is allowed" asks for somebody, and turns nothing.
        let who = at > 1 && words[at - 2] == "who" && matches!(words[at - 1].as_str(), "is" | "are");
        if who {
            continue;
        }
        take(word);
        if let Some(next) = words.get(at + 1).filter(|_| word.starts_with("opt") || word == "prior") {
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
