//! One text in the forms in which it is compared: words, normal form, search terms, character grams. Never compares by itself.

use std::cell::RefCell;
use std::collections::HashSet;

use foldhash::{HashMap, HashMapExt};
use frostem::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;

/// Words that say nothing about what is asked. Negations are missing on purpose: they must survive.
#[rustfmt::skip]
const STOP_WORDS: &[&str] = &[
    "a", "an", "and", "any", "are", "as", "at", "be", "been", "by", "can", "company", "confirm", "could", "describe", "detail", "details", "did", "do",
    "does", "explain", "for", "from", "had", "has", "have", "how", "if", "in", "into", "is", "it", "its", "kindly", "list", "may", "of", "on", "or",
    "organisation", "organization", "our", "please", "provide", "shall", "should", "so", "such", "that", "the", "their", "them", "there", "these",
    "they", "this", "those", "to", "us", "used", "uses", "using", "was", "we", "were", "what", "when", "where", "whether", "which", "who", "will",
    "with", "would", "you", "your", "yours", "vendor", "verify",
];

/// Words that may be there or not without a difference in meaning. "The" is none of them: "are the policies reviewed" asks about
/// policies named before, "are policies reviewed" about all.
const LIGHT_WORDS: &[&str] = &["a", "an", "please", "kindly"];

/// Words of a text: lower case, one form for characters that look alike, split at everything that is no letter or digit.
/// A point between digits stays (`1.2`), since versions and amounts differ by it; each ideograph is a word, and so is a sign that
/// changes what a number says.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let plain: Vec<char> =
        if text.is_ascii() { text.to_ascii_lowercase().chars().collect() } else { text.nfkc().flat_map(char::to_lowercase).collect() };
    for (index, &character) in plain.iter().enumerate() {
        let digit_at = |at: Option<usize>| at.and_then(|at| plain.get(at)).is_some_and(char::is_ascii_digit);
        let inside_number = matches!(character, '.' | ',') && digit_at(index.checked_sub(1)) && digit_at(Some(index + 1));
        if character == '\u{ad}' || matches!(character, '\'' | '’') && !word.is_empty() {
            continue;
        }
        if is_ideograph(character) || is_sign(&plain, index) {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
            words.push(character.to_string());
        } else if character.is_alphanumeric() || inside_number {
            word.push(character);
        } else if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// Whether the sign at a place belongs to a number: `< 4 hours` is not `> 4 hours`, `£ 5` is not `$ 5`, `18+` is not `18`.
fn is_sign(text: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).map_or(' ', |at| text[at]);
    let amount = || text[..at].iter().rev().take(2).find(|c| **c != ' ').is_some_and(char::is_ascii_digit);
    let behind = || text[at + 1..].iter().take(4).copied().find(|c| !matches!(c, ' ' | '=' | '$' | '€' | '£' | '¥')).unwrap_or(' ');
    match text[at] {
        '%' => true,
        '=' => matches!(before, '<' | '>') && behind().is_ascii_digit(),
        '+' => before.is_ascii_digit() && !behind().is_ascii_digit(),
        '$' | '€' | '£' | '¥' => amount() || behind().is_ascii_digit(),
        '<' | '>' | '≤' | '≥' => behind().is_ascii_digit(),
        _ => false,
    }
}

fn is_ideograph(character: char) -> bool {
    matches!(u32::from(character), 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF)
}

/// So many stems are remembered; more different words come from no language, but from a hostile file.
const REMEMBERED_STEMS: usize = 100_000;

/// British endings, their American form, and the least number of letters in front of them.
const SPELLINGS: &[(&str, &str, usize)] = &[
    ("isation", "ization", 3),
    ("ise", "ize", 4),
    ("ised", "ized", 4),
    ("ising", "izing", 4),
    ("lyse", "lyze", 3),
    ("lysed", "lyzed", 3),
    ("lysing", "lyzing", 3),
    ("our", "or", 3),
    ("centre", "center", 0),
    ("programme", "program", 0),
    ("defence", "defense", 0),
    ("licence", "license", 0),
    ("artefact", "artifact", 0),
    ("modelling", "modeling", 0),
    ("modelled", "modeled", 0),
    ("labelling", "labeling", 0),
    ("labelled", "labeled", 0),
];

/// British and American spellings as one.
pub(super) fn one_spelling(word: &str) -> String {
    let (one, plural) = word.strip_suffix('s').filter(|one| one.len() > 3).map_or((word, ""), |one| (one, "s"));
    let american = SPELLINGS.iter().find_map(|(british, american, least)| {
        let front = one.strip_suffix(british).filter(|front| front.chars().count() >= *least)?;
        Some(format!("{front}{american}{plural}"))
    });
    american.unwrap_or_else(|| word.to_owned())
}

/// Endings that one word may have and another not, and both mean the same: `encrypt`, `encrypted`, `encryption`. Those that make another word
/// (`custom`, `customer`; `import`, `important`) are not here.
#[rustfmt::skip]
const ENDINGS: &[&str] = &[
    "", "s", "es", "e", "ed", "d", "ing", "ion", "ions", "ation", "ations", "ment", "ments", "y", "ies", "ied", "ying", "al", "als", "ally", "ly", "ance", "ence", "age", "ive", "ity", "icate", "icates", "ication", "ications",
];

/// Whether two words are forms of one, which their stems alone do not say: `response` and `responsible` have the same.
pub(super) fn same_word(a: &str, b: &str) -> bool {
    if a == b || a.chars().next() != b.chars().next() {
        return a == b;
    }
    let (a, b) = (&*one_spelling(a), &*one_spelling(b));
    let shared = a.char_indices().zip(b.chars()).take_while(|((_, x), y)| x == y).count();
    let rest = |word: &str| -> String {
        let rest: String = word.chars().skip(shared).collect();
        let last = word.chars().take(shared).last();
        // plan, planned
        if rest.chars().next() == last && rest.len() > 2 { rest.chars().skip(1).collect() } else { rest }
    };
    a == b || shared >= 3 && ENDINGS.contains(&rest(a).as_str()) && ENDINGS.contains(&rest(b).as_str())
}

/// A word without the ending of the plural, and nothing more: deeper stems would make one of "customer" and "custom", of "important" and
/// "import".
fn singular(word: &str) -> String {
    // Not a plural, and another thing without its last letter.
    if word == "https" || word.len() < 4 {
        return word.to_owned();
    }
    let cut = |ending: &str| word.strip_suffix(ending);
    if let Some(front) = cut("ies").filter(|front| front.len() > 1) {
        return format!("{front}y");
    }
    let es = ["sses", "shes", "ches", "xes", "zzes"].iter().any(|ending| word.ends_with(ending));
    let kept = ["ss", "us", "is"].iter().any(|ending| word.ends_with(ending));
    match (es, kept) {
        (true, _) => cut("es").unwrap_or(word).to_owned(),
        (_, true) => word.to_owned(),
        _ => cut("s").unwrap_or(word).to_owned(),
    }
}

/// A term to search by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SearchTerm {
    /// The stem, or the name of the vocabulary's group.
    pub term: String,
    /// The words of the text that it stands for.
    pub words: String,
    /// Which word of the text is its first.
    pub place: usize,
}

thread_local! {
    /// Stems found before: the words of a bank repeat.
    static STEMS: RefCell<HashMap<String, String>> = RefCell::default();
}

/// What compares and stems words; made once, since vocabularies differ from bank to bank.
pub struct Analyzer {
    stemmer: Stemmer,
    stop_words: HashSet<&'static str>,
    /// A phrase's stems → the phrases that have them, each with the one term that stands for its group.
    phrases: HashMap<Vec<String>, Vec<(Vec<String>, String)>>,
    /// The term of a group → its first phrase of several words: what an abbreviation in it is short for.
    written_out: HashMap<String, Vec<String>>,
    /// The first stem of each phrase → the number of words of the longest phrase that begins with it.
    beginnings: HashMap<String, usize>,
}

impl Analyzer {
    /// An analyzer that takes the words of each group for the same.
    #[must_use]
    pub fn new(vocabulary: &[Vec<String>]) -> Self {
        let mut analyzer = Self {
            stemmer: Stemmer::new(Algorithm::English),
            stop_words: STOP_WORDS.iter().copied().collect(),
            phrases: HashMap::new(),
            written_out: HashMap::new(),
            beginnings: HashMap::new(),
        };
        for group in vocabulary {
            let phrases: Vec<Vec<String>> = group.iter().map(|phrase| words(phrase)).filter(|words| !words.is_empty()).collect();
            let Some(first) = phrases.first() else { continue };
            // A team's group that shares a phrase with one known already adds to it.
            let known = phrases.iter().find_map(|words| analyzer.group(words));
            let name = known.cloned().unwrap_or_else(|| format!("~{}", first.join("-")));
            if let Some(long) = phrases.iter().find(|words| words.len() > 1) {
                analyzer.written_out.entry(name.clone()).or_insert_with(|| long.clone());
            }
            for words in phrases {
                if analyzer.group(&words).is_some() {
                    continue;
                }
                let stems: Vec<String> = words.iter().map(|word| analyzer.stem(word)).collect();
                let longest = analyzer.beginnings.entry(stems[0].clone()).or_default();
                *longest = stems.len().max(*longest);
                analyzer.phrases.entry(stems).or_default().push((words, name.clone()));
            }
        }
        analyzer
    }

    /// The group of the vocabulary that some words name, all together.
    fn group(&self, words: &[String]) -> Option<&String> {
        let stems: Vec<String> = words.iter().map(|word| self.stem(word)).collect();
        self.group_of(words, &stems)
    }

    fn group_of(&self, words: &[String], stems: &[String]) -> Option<&String> {
        let same = |known: &[String]| known.iter().zip(words).all(|(known, word)| same_word(known, word));
        self.phrases.get(stems)?.iter().find(|(known, _)| same(known)).map(|(_, name)| name)
    }

    /// A word without its ending.
    #[must_use]
    pub fn stem(&self, word: &str) -> String {
        STEMS.with_borrow_mut(|stems| {
            if let Some(stem) = stems.get(word) {
                return stem.clone();
            }
            let stem = self.stemmer.stem(&one_spelling(word)).into_owned();
            if stems.len() < REMEMBERED_STEMS {
                stems.insert(word.to_owned(), stem.clone());
            }
            stem
        })
    }

    /// The terms to search a text by: stems without stop words, phrases of the vocabulary as one term.
    #[must_use]
    pub fn terms(&self, text: &str) -> Vec<String> {
        self.terms_of(&words(text)).into_iter().map(|term| term.term).collect()
    }

    /// As [`Analyzer::terms`], for a text that is split already, and with the words that each term stands for.
    #[must_use]
    pub fn terms_of(&self, words: &[String]) -> Vec<SearchTerm> {
        let stems: Vec<String> = words.iter().map(|word| self.stem(word)).collect();
        let mut terms = Vec::with_capacity(stems.len());
        let mut at = 0;
        while at < stems.len() {
            let longest = self.beginnings.get(&stems[at]).map_or(0, |longest| (*longest).min(stems.len() - at));
            let phrase =
                (1..=longest).rev().find_map(|length| Some((length, self.group_of(&words[at..at + length], &stems[at..at + length])?)));
            let length = phrase.map_or(1, |(length, _)| length);
            if phrase.is_some() || !self.stop_words.contains(words[at].as_str()) {
                let term = phrase.map_or_else(|| stems[at].clone(), |(_, name)| name.clone());
                terms.push(SearchTerm { term, words: words[at..at + length].join(" "), place: at });
            }
            at += length;
        }
        terms
    }

    /// The term that one word stands for by itself.
    #[must_use]
    pub fn term(&self, word: &str) -> String {
        let stem = self.stem(word);
        self.group_of(&[word.to_owned()], std::slice::from_ref(&stem)).cloned().unwrap_or(stem)
    }

    /// The words that a group of the vocabulary is written out by, if one of its phrases has several.
    #[must_use]
    pub fn written_out(&self, term: &str) -> Option<&[String]> {
        self.written_out.get(term).map(Vec::as_slice)
    }

    /// The form in which two wordings of one question are nearly equal: same words in the same order, whatever their
    /// plural endings, spelling, punctuation, numbering in front, articles and politeness.
    #[must_use]
    #[allow(clippy::unused_self, reason = "what is nearly equal is the analyzer's to say")]
    pub fn key(&self, text: &str) -> String {
        let words = words(without_numbering(text));
        let plain: Vec<String> =
            words.iter().filter(|word| !LIGHT_WORDS.contains(&word.as_str())).map(|word| one_spelling(&singular(word))).collect();
        plain.join(" ")
    }
}

/// Words that only ask for an answer, at the end of a question.
#[rustfmt::skip]
const PROMPTS: &[&str] = &[
    "y/n", "(y/n)", "[y/n]", "(y / n)", "y / n", "yes/no", "(yes/no)", "yes / no", "(yes / no)", "yes or no", "(yes or no)", "(yes, no)", "comply", "do you comply", "compliant", "confirm",
    "please confirm", "agreed", "is this the case", "true or false", "correct", "please describe", "pls describe", "describe", "please explain", "explain", "please specify", "please state",
    "please elaborate", "yes/no/n/a", "y/n/na", "y/n/n/a", "(y/n/na)",
];

/// A question without what stands around it: the number in front, and a request like `(Y/N)` or "Please confirm." behind.
#[must_use]
pub fn plain_question(text: &str) -> &str {
    let mut plain = without_numbering(text);
    loop {
        let bare = plain.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '?' | ':' | '-' | '–' | '—' | ';' | ',' | '!'));
        let cut = PROMPTS.iter().filter_map(|prompt| {
            let start = bare.len().checked_sub(prompt.len()).filter(|start| bare.is_char_boundary(*start))?;
            let front = &bare[..start];
            let parted = front.ends_with(|c: char| c.is_whitespace())
                && front.trim_end().ends_with(['.', '?', ':', '-', '–', '—', ';', ',', ')', '!'])
                || prompt.starts_with(['(', '[']);
            let slashed = prompt.contains('/') && front.ends_with(char::is_whitespace);
            (bare[start..].eq_ignore_ascii_case(prompt) && (parted || slashed) && front.split_whitespace().count() > 1).then_some(front)
        });
        match cut.min_by_key(|front| front.len()) {
            Some(front) => plain = front.trim_end(),
            None => return plain,
        }
    }
}

/// A text without the number or id in front of it: `4.2.1 `, `Q12: `, `a) `, `AC-030: `.
#[must_use]
pub fn without_numbering(text: &str) -> &str {
    numbering(text).map_or(text.trim(), |(_, rest)| rest)
}

/// The number or id in front of a text, and the text behind it.
#[must_use]
pub fn numbering(text: &str) -> Option<(&str, &str)> {
    let (first, rest) = text.trim().split_once(char::is_whitespace)?;
    let rest = rest.trim_start();
    let core = first.trim_start_matches('(').trim_end_matches(['.', ':', ')', ']', '-']);
    let closed = core != first;
    let counts = if closed { is_number(core) || is_id(first, core) } else { is_number(core) && is_counter(core, rest) };
    let asks = rest.chars().filter(|c| c.is_alphabetic()).count() > 3;
    (!core.is_empty() && core.len() <= 12 && counts && asks).then_some((core, rest))
}

fn is_number(core: &str) -> bool {
    core.starts_with(|c: char| c.is_ascii_digit()) && core.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'))
}

/// A bare number only counts where it cannot mean anything: not `24 hours a day`, `24 Hours notice`, `99.9 %`, `800-53`, `27001`.
fn is_counter(core: &str, rest: &str) -> bool {
    const UNITS: &[&str] =
        &["second", "minute", "hour", "day", "week", "month", "year", "quarter", "bit", "byte", "percent", "character", "gb", "tb", "mb"];
    let next = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
    let names_unit = UNITS.iter().any(|unit| next == *unit || next.strip_suffix('s') == Some(unit));
    let short = core.split('.').all(|part| part.len() <= 3) && !core.contains('-');
    short
        && !names_unit
        && !rest.starts_with(char::is_lowercase)
        && rest.starts_with(|c: char| c.is_alphabetic() || matches!(c, '(' | '"' | '“'))
}

/// `Q12:`, `a)`, `AC-030.1:`: letters and digits that are closed by a sign.
fn is_id(first: &str, core: &str) -> bool {
    let closed = first.ends_with([':', ')', ']', '.']);
    let digits =
        core.chars().any(|c| c.is_ascii_digit()) && core.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '&'));
    closed && (digits || core.chars().count() == 1)
}

/// FNV-1a: small, and the same on every machine. Not against an enemy.
pub(super) fn digest(signs: impl Iterator<Item = impl Into<u32>>) -> u64 {
    signs.fold(0xcbf2_9ce4_8422_2325, |hash, sign| (hash ^ u64::from(sign.into())).wrapping_mul(0x0100_0000_01b3))
}

/// Character grams of three to five letters with their damped counts, for a likeness that spelling cannot break.
#[derive(Clone, Debug, Default)]
pub struct Grams {
    /// Hash of each gram and 1 + ln(count), sorted by hash.
    weights: Vec<(u64, f32)>,
    norm: f32,
}

impl Grams {
    /// The grams of some words.
    #[must_use]
    pub fn new(words: &[String]) -> Self {
        let characters: Vec<char> = format!(" {} ", words.join(" ")).chars().collect();
        let mut hashes = Vec::with_capacity(characters.len() * 3);
        for length in 3..=5 {
            hashes.extend(characters.windows(length).map(|window| digest(window.iter().copied())));
        }
        hashes.sort_unstable();
        #[allow(clippy::cast_precision_loss, reason = "a gram stands a few times in a text")]
        let weights: Vec<(u64, f32)> = hashes.chunk_by(|a, b| a == b).map(|same| (same[0], 1.0 + (same.len() as f32).ln())).collect();
        let norm = weights.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
        Self { weights, norm }
    }

    /// Cosine of two texts' grams, 0 to 1.
    #[must_use]
    pub fn cosine(&self, other: &Self) -> f32 {
        let (mut a, mut b) = (self.weights.iter().peekable(), other.weights.iter().peekable());
        let mut dot = 0.0;
        while let (Some((gram, weight)), Some((other, their))) = (a.peek(), b.peek()) {
            match gram.cmp(other) {
                std::cmp::Ordering::Less => drop(a.next()),
                std::cmp::Ordering::Greater => drop(b.next()),
                std::cmp::Ordering::Equal => {
                    dot += weight * their;
                    a.next();
                    b.next();
                }
            }
        }
        let product = self.norm * other.norm;
        if product > 0.0 { (dot / product).clamp(0.0, 1.0) } else { 0.0 }
    }
}
