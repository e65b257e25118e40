//! One text in the forms in which it is compared: words, normal form, search terms, character grams. Never compares by itself.

use std::collections::{BTreeMap, HashMap};

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
/// A point between digits stays (`1.2`), since versions and amounts differ by it; each ideograph is a word.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let plain: Vec<char> = text.nfkc().flat_map(char::to_lowercase).collect();
    for (index, &character) in plain.iter().enumerate() {
        let digit_at = |at: Option<usize>| at.and_then(|at| plain.get(at)).is_some_and(char::is_ascii_digit);
        let inside_number = matches!(character, '.' | ',') && digit_at(index.checked_sub(1)) && digit_at(Some(index + 1));
        if character == '\u{ad}' || matches!(character, '\'' | '’') && !word.is_empty() {
            continue;
        }
        if is_ideograph(character) {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
            words.push(character.to_string());
        } else if character.is_alphanumeric() || character == '%' || inside_number {
            word.push(character);
        } else if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

fn is_ideograph(character: char) -> bool {
    matches!(u32::from(character), 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF)
}

/// British and American spellings as one.
fn one_spelling(word: &str) -> String {
    for (british, american) in [
        ("isation", "ization"),
        ("ise", "ize"),
        ("ised", "ized"),
        ("ising", "izing"),
        ("our", "or"),
        ("centre", "center"),
        ("programme", "program"),
    ] {
        if word.len() > british.len() + 3 && word.ends_with(british) || word == british && british.len() > 5 {
            return format!("{}{american}", &word[..word.len() - british.len()]);
        }
    }
    word.to_owned()
}

/// What compares and stems words; made once, since vocabularies differ from bank to bank.
pub struct Analyzer {
    stemmer: Stemmer,
    /// A phrase's stems → the one term that stands for its group.
    phrases: HashMap<Vec<String>, String>,
    longest: usize,
}

impl Analyzer {
    /// An analyzer that takes the words of each group for the same.
    #[must_use]
    pub fn new(vocabulary: &[Vec<String>]) -> Self {
        let mut analyzer = Self { stemmer: Stemmer::new(Algorithm::English), phrases: HashMap::new(), longest: 1 };
        for group in vocabulary {
            let Some(first) = group.first() else { continue };
            let name = format!("~{}", words(first).join("-"));
            for phrase in group {
                let stems: Vec<String> = words(phrase).iter().map(|word| analyzer.stem(word)).collect();
                analyzer.longest = analyzer.longest.max(stems.len());
                analyzer.phrases.entry(stems).or_insert_with(|| name.clone());
            }
        }
        analyzer
    }

    /// A word without its ending.
    #[must_use]
    pub fn stem(&self, word: &str) -> String {
        self.stemmer.stem(&one_spelling(word)).into_owned()
    }

    /// The terms to search a text by: stems without stop words, phrases of the vocabulary as one term.
    #[must_use]
    pub fn terms(&self, text: &str) -> Vec<String> {
        let words = words(text);
        let stems: Vec<String> = words.iter().map(|word| self.stem(word)).collect();
        let mut terms = Vec::with_capacity(stems.len());
        let mut at = 0;
        while at < stems.len() {
            let longest = self.longest.min(stems.len() - at);
            if let Some((length, name)) = (1..=longest).rev().find_map(|length| Some((length, self.phrases.get(&stems[at..at + length])?)))
            {
                terms.push(name.clone());
                at += length;
                continue;
            }
            if !STOP_WORDS.contains(&words[at].as_str()) {
                terms.push(stems[at].clone());
            }
            at += 1;
        }
        terms
    }

    /// The form in which two wordings of one question are nearly equal: same words in the same order, whatever their
    /// endings, spelling, punctuation, numbering in front, articles and politeness.
    #[must_use]
    pub fn key(&self, text: &str) -> String {
        let words = words(without_numbering(text));
        let stems: Vec<String> = words.iter().filter(|word| !LIGHT_WORDS.contains(&word.as_str())).map(|word| self.stem(word)).collect();
        stems.join(" ")
    }
}

/// A text without the number or id in front of it: `4.2.1 `, `Q12: `, `a) `, `AC-030: `.
#[must_use]
pub fn without_numbering(text: &str) -> &str {
    let text = text.trim();
    let Some((first, rest)) = text.split_once(char::is_whitespace) else { return text };
    let rest = rest.trim_start();
    let core = first.trim_start_matches('(').trim_end_matches(['.', ':', ')', ']', '-']);
    let numbering = !core.is_empty() && core.len() <= 12 && (is_number(core) || is_id(first, core));
    // "24 hours a day …" begins with a number that means something.
    let lower_case_follows = core == first && rest.starts_with(char::is_lowercase);
    if numbering && !lower_case_follows && rest.chars().filter(|c| c.is_alphabetic()).count() > 3 { rest } else { text }
}

fn is_number(core: &str) -> bool {
    core.starts_with(|c: char| c.is_ascii_digit()) && core.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'))
}

/// `Q12:`, `a)`, `AC-030.1:`: letters and digits that are closed by a sign.
fn is_id(first: &str, core: &str) -> bool {
    let closed = first.ends_with([':', ')', ']', '.']);
    let digits =
        core.chars().any(|c| c.is_ascii_digit()) && core.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '&'));
    closed && (digits || core.chars().count() == 1)
}

/// Character grams of three to five letters with their counts, for a likeness that spelling cannot break.
#[must_use]
pub fn grams(text: &str) -> BTreeMap<u64, f32> {
    let padded = format!(" {} ", words(text).join(" "));
    let characters: Vec<char> = padded.chars().collect();
    let mut grams = BTreeMap::new();
    for length in 3..=5 {
        for window in characters.windows(length) {
            // FNV-1a: small, and the same on every machine.
            let hash =
                window.iter().fold(0xcbf2_9ce4_8422_2325u64, |hash, c| (hash ^ u64::from(u32::from(*c))).wrapping_mul(0x0100_0000_01b3));
            *grams.entry(hash).or_insert(0.0) += 1.0;
        }
    }
    grams
}

/// Cosine of two gram counts, 0 to 1; counts are damped so that repetition does not win.
#[must_use]
pub fn cosine(a: &BTreeMap<u64, f32>, b: &BTreeMap<u64, f32>) -> f32 {
    let norm = |grams: &BTreeMap<u64, f32>| grams.values().map(|count| (1.0 + count.ln()).powi(2)).sum::<f32>().sqrt();
    let dot: f32 = a.iter().filter_map(|(gram, count)| Some((1.0 + count.ln()) * (1.0 + b.get(gram)?.ln()))).sum();
    let product = norm(a) * norm(b);
    if product > 0.0 { (dot / product).clamp(0.0, 1.0) } else { 0.0 }
}
