//! The language of a question, as far as its small words show it. Never translates.

/// The small words of languages that questionnaires come in. None of them is an English word, or few would be right.
#[rustfmt::skip]
const SMALL_WORDS: &[(&str, &[&str])] = &[
    ("German", &["der", "die", "das", "und", "ist", "sind", "werden", "wird", "nicht", "ein", "eine", "einen", "einer", "für", "mit", "von", "auf", "wie", "sie", "ihre", "ihr", "den", "dem", "des", "zu", "im", "bei", "oder", "alle", "dass", "durch", "kann", "können", "haben", "welche", "zur", "zum", "über"]),
    ("French", &["le", "la", "les", "des", "du", "et", "est", "sont", "une", "un", "que", "qui", "dans", "pour", "pas", "avec", "vous", "vos", "votre", "sur", "au", "aux", "ou", "quelle", "quels", "comment", "être", "doit", "toutes", "tous", "ne", "chaque", "cette"]),
    ("Spanish", &["el", "los", "las", "del", "y", "es", "son", "una", "un", "que", "para", "por", "con", "se", "sus", "su", "cómo", "está", "están", "qué", "cada", "deben", "debe", "ser", "todas", "todos", "más", "sobre", "al", "lo", "como"]),
    ("Italian", &["il", "gli", "della", "delle", "dei", "degli", "che", "sono", "per", "con", "una", "un", "nel", "nella", "come", "vostra", "vostri", "è", "quali", "ogni", "alla", "essere", "dati"]),
    ("Dutch", &["het", "een", "en", "van", "zijn", "worden", "wordt", "niet", "voor", "met", "op", "uw", "hoe", "welke", "zijn", "bij", "door", "heeft", "kunnen", "alle", "dat", "ook", "naar"]),
    ("Portuguese", &["o", "os", "da", "das", "dos", "é", "são", "uma", "um", "que", "para", "com", "não", "em", "se", "como", "sua", "seus", "cada", "está", "todos", "quais", "ao"]),
    ("Polish", &["jest", "są", "czy", "nie", "oraz", "dla", "przez", "jak", "które", "się", "lub", "od", "na", "po", "przy", "dane", "danych"]),
    ("Swedish", &["och", "är", "att", "för", "inte", "som", "med", "av", "den", "det", "hur", "ni", "era", "finns", "alla", "vid"]),
];

/// English words that are as small.
#[rustfmt::skip]
const ENGLISH: &[&str] = &[
    "the", "is", "are", "do", "does", "you", "your", "and", "of", "to", "how", "what", "which", "for", "with", "that", "be", "by", "or", "have", "has", "not", "it", "this", "can", "will", "must",
    "shall", "from", "at", "any", "all", "who", "when", "where",
];

/// The name of the language that some words are in, unless it is English or does not show.
#[must_use]
pub fn foreign(words: &[String]) -> Option<&'static str> {
    let count = |small: &[&str]| words.iter().filter(|word| small.contains(&word.as_str())).count();
    let (name, most) = SMALL_WORDS.iter().map(|(name, small)| (*name, count(small))).max_by_key(|(_, count)| *count)?;
    let script = words.iter().flat_map(|word| word.chars()).filter(|c| c.is_alphabetic() && !c.is_ascii() && !is_latin(*c)).count();
    let letters = words.iter().flat_map(|word| word.chars()).filter(|c| c.is_alphabetic()).count();
    if 2 * script > letters && letters > 0 {
        return Some("another script");
    }
    (most >= 2 && most > count(ENGLISH)).then_some(name)
}

fn is_latin(c: char) -> bool {
    matches!(u32::from(c), 0xC0..=0x24F | 0x1E00..=0x1EFF)
}
