//! The guard of the facet asked: whether, how, how often, how long, who, when, where …: a "yes" is no answer to "how often".

use super::{Sense, Warning, at, first_of};

/// What a text asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Facet {
    /// Whether it is so; statements that ask to be confirmed too.
    #[default]
    Whether,
    /// Whether somebody may, or can.
    May,
    /// Which one, or what.
    What,
    /// In which way.
    How,
    /// Everything about it.
    Describe,
    /// How often.
    HowOften,
    /// How long, how soon, by when.
    HowLong,
    /// How many, how much.
    HowMuch,
    /// At which time, since when.
    When,
    /// Which person or body.
    Who,
    /// In which place.
    Where,
    /// For what reason.
    Why,
    /// A paper to look at.
    Evidence,
}

impl Facet {
    /// In the words of a question.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Whether => "whether",
            Self::May => "whether one may",
            Self::What => "what",
            Self::How => "how",
            Self::Describe => "for a description",
            Self::HowOften => "how often",
            Self::HowLong => "how long",
            Self::HowMuch => "how much",
            Self::When => "when",
            Self::Who => "who",
            Self::Where => "where",
            Self::Why => "why",
            Self::Evidence => "for a document",
        }
    }

    /// Whether an answer to the one is an answer to the other in form: "what is" and "describe" are; "whether" and "how" are not.
    #[must_use]
    pub fn same_kind(self, other: Self) -> bool {
        let open = |facet| matches!(facet, Self::What | Self::How | Self::Describe);
        let time = |facet| matches!(facet, Self::HowLong | Self::When);
        self == other || time(self) && time(other) || open(self) && open(other) && (self == Self::Describe || other == Self::Describe)
    }
}

/// Phrases that ask for one thing only, wherever the question begins.
#[rustfmt::skip]
const STRONG: &[(Facet, &[&str])] = &[
    (Facet::HowOften, &["how often", "how frequently", "how regularly", "at what interval", "at what intervals", "at which intervals", "with what frequency", "at what frequency", "on what schedule", "how many times"]),
    (Facet::HowLong, &["how long", "for how long", "how soon", "how quickly", "how fast", "how rapidly", "how promptly", "within what time", "in what time", "within what period", "within which period", "within what timeframe", "within how many days", "within how many hours", "how many days", "how many hours", "how many weeks", "how many months", "how many years", "how long in advance", "how far in advance", "how far ahead", "how much notice", "how much advance notice", "by when", "how much time", "for what period", "for which period", "after what period"]),
    (Facet::HowMuch, &["how many", "how much", "up to what amount"]),
    (Facet::When, &["since when", "on what date", "on which date", "in which year", "in what year", "when"]),
    (Facet::Who, &["who", "whom", "whose", "to whom", "by whom"]),
    (Facet::Where, &["where", "in which country", "in which countries", "in what country", "in what countries", "in which region", "in which regions", "in what region", "in what regions", "in which location", "in which locations", "in what location", "in what locations", "in which place", "from where"]),
    (Facet::Why, &["why", "for what reason"]),
];

/// Nouns that make one of these of "what is the …", "state the …", "your … period": looked for near the asking word.
#[rustfmt::skip]
const NOUNS: &[(Facet, &[&str])] = &[
    (Facet::HowOften, &["frequency", "frequencies", "interval", "intervals", "cadence", "periodicity", "regularity"]),
    (Facet::HowLong, &["retention period", "retention time", "retention periods", "time limit", "time limits", "time frame", "time frames", "timeframe", "timeframes", "timeline", "timelines", "deadline", "deadlines", "duration", "number of days", "number of hours", "number of months", "period within", "period for", "period", "notice", "notice period", "time to", "patching time", "notification time"]),
    (Facet::HowMuch, &["number of", "percentage", "amount of", "share of"]),
    (Facet::When, &["date of", "date on"]),
    (Facet::Who, &["person", "name and contact", "name of the", "role responsible", "team responsible", "department responsible"]),
    (Facet::Where, &["country", "countries", "location", "locations", "jurisdiction", "jurisdictions", "regions"]),
];

const OPEN: &[(Facet, &[&str])] = &[
    (Facet::What, &["what", "which", "list", "name", "identify", "enumerate"]),
    (Facet::How, &["how", "in what way", "in which way", "by what means", "by which means", "in what manner"]),
    (
        Facet::Describe,
        &[
            "describe",
            "explain",
            "outline",
            "elaborate",
            "summarise",
            "summarize",
            "detail",
            "give an overview of",
            "tell us about",
            "give details of",
            "provide details of",
            "provide a description of",
            "provide an overview of",
            "provide information on",
            "provide information about",
            "set out",
        ],
    ),
];

/// Words that ask for what follows, and say nothing themselves.
#[rustfmt::skip]
const DIRECTIONS: &[&str] = &[
    "state", "specify", "indicate", "disclose", "declare", "tell us", "advise", "please", "kindly", "pls", "confirm", "let us know", "clarify", "can you tell us", "could you tell us",
    "we would like to know", "please could you", "answer",
];

/// Words that ask for a paper, at the beginning or behind "can you".
const PAPERS: &[&str] = &["attach", "upload", "enclose", "provide", "submit", "send", "share", "supply", "furnish", "forward"];
/// Behind "provide", these ask for words and not for a paper.
const NO_PAPER: &[&str] = &[
    "details",
    "detail",
    "information",
    "a description",
    "an overview",
    "a summary",
    "an explanation",
    "us with details",
    "the name",
    "contact",
];

const AUXILIARIES: &[&str] = &[
    "do", "does", "did", "shall", "should", "will", "would", "have", "has", "had", "are", "is", "were", "was", "must", "am", "if",
    "whether", "that",
];
const MAY: &[&str] = &["can", "could", "may", "might"];
/// What makes "are customers …" and "do you … customers" a question of what may be done.
const MAY_VERBS: &[&str] = &["allowed to", "permitted to", "able to", "entitled to", "possible for", "possible to", "free to"];

/// What a text asks for, and the words that say so and nothing else.
#[derive(Clone, Debug, Default)]
pub(super) struct Asking {
    pub(super) facet: Facet,
    pub(super) words: Vec<usize>,
}

impl Asking {
    pub(super) fn read(words: &[String]) -> Self {
        let mut place = start(words);
        let mut said: Vec<usize> = (0..place).collect();
        let mut directed = place > 0;
        while let Some(direction) = first_of(words, place, DIRECTIONS) {
            directed |= !matches!(direction, "please" | "kindly" | "pls" | "confirm");
            let length = direction.split(' ').count();
            said.extend(place..place + length);
            place += length;
        }
        if words.get(place).is_none() {
            return Self { facet: Facet::Whether, words: said };
        }
        let take = |facet, from: usize, phrase: &str, said: Vec<usize>| {
            let mut words = said;
            words.extend(from..from + phrase.split(' ').count());
            Self { facet, words }
        };
        // A preposition or a condition may stand in front: "After what period", "In the event of a breach, how soon".
        let first = (place..words.len().min(place + 8))
            .take_while(|at| *at == place || !auxiliary(&words[*at - 1]))
            .find_map(|at| Some((at, find(words, at, STRONG)?)));
        // "When a system fails, is …": a condition.
        let condition = |at: usize, phrase: &str| {
            matches!(phrase, "when" | "where") && words.get(at + 1).is_none_or(|next| !auxiliary(next) && next != "and")
        };
        if let Some((at, (facet, phrase))) = first
            .filter(|(at, (_, phrase))| !condition(*at, phrase))
            .filter(|(at, (facet, _))| *at == place || !matches!(facet, Facet::When | Facet::Where | Facet::Who))
        {
            return take(facet, at, phrase, said);
        }
        if let Some((facet, phrase)) = find(words, place, OPEN) {
            let behind = place + phrase.split(' ').count();
            // "Describe how often", "explain where".
            if let Some((at, (strong, strong_phrase))) =
                (behind..words.len().min(behind + 2)).find_map(|at| Some((at, find(words, at, STRONG)?)))
            {
                return take(strong, at, strong_phrase, said);
            }
            if facet != Facet::How
                && let Some((at, (noun, noun_phrase))) =
                    (behind..words.len().min(behind + 6)).find_map(|at| Some((at, find(words, at, NOUNS)?)))
            {
                said.extend(place..behind);
                said.extend(noun_words(at, noun_phrase));
                return Self { facet: noun, words: said };
            }
            if facet == Facet::Describe
                && (at(words, behind, "how") || at(words, behind, "what") || at(words, behind, "in what way") || at(words, behind, "which"))
            {
                return take(facet, behind, "how", take(facet, place, phrase, said).words);
            }
            if facet == Facet::Describe && (at(words, behind, "whether") || at(words, behind, "if")) {
                return take(Facet::Whether, behind, "if", take(facet, place, phrase, said).words);
            }
            return take(facet, place, phrase, said);
        }
        let serves = words
            .get(place + 1)
            .is_some_and(|word| matches!(word.as_str(), "users" | "customers" | "staff" | "employees" | "support" | "each" | "all"));
        if PAPERS.contains(&words[place].as_str()) && !serves {
            let words_asked = first_of(words, place + 1, NO_PAPER).is_some();
            return take(if words_asked { Facet::Describe } else { Facet::Evidence }, place, "provide", said);
        }
        let mood = words.iter().enumerate().skip(place).any(|(at, _)| first_of(words, at, MAY_VERBS).is_some());
        if MAY.contains(&words[place].as_str()) {
            let you = words.get(place + 1).is_some_and(|word| word == "you");
            if you && words.get(place + 2).is_some_and(|word| PAPERS.contains(&word.as_str()) && word != "share" && word != "supply") {
                return Self { facet: Facet::Evidence, words: said };
            }
            return Self { facet: Facet::May, words: said };
        }
        if auxiliary(&words[place]) {
            return Self { facet: if mood || permits(words, place) { Facet::May } else { Facet::Whether }, words: said };
        }
        // A fragment or a statement: "Backup retention period?", "The supplier shall …".
        let stated = words
            .iter()
            .any(|word| matches!(word.as_str(), "shall" | "must" | "should" | "will" | "is" | "are" | "has" | "have" | "does" | "do"));
        if directed || !stated {
            let noun = (place..words.len()).find_map(|at| Some((at, find(words, at, NOUNS)?)));
            if let Some((at, (facet, phrase))) = noun.filter(|(_, (_, phrase))| {
                !matches!(*phrase, "time" | "period" | "notice" | "location" | "country" | "countries" | "regions") || words.len() < 6
            }) {
                said.extend(noun_words(at, phrase));
                return Self { facet, words: said };
            }
        }
        let whether = words.get(place).is_some_and(|word| matches!(word.as_str(), "whether" | "if" | "that"));
        if directed && !whether && !words.iter().skip(place).take(8).any(|word| auxiliary(word)) {
            return Self { facet: Facet::What, words: said };
        }
        let mood = mood || words.iter().skip(place).take(8).any(|word| MAY.contains(&word.as_str()));
        Self { facet: if mood || permits(words, place) { Facet::May } else { Facet::Whether }, words: said }
    }
}

/// How many words go before what is asked: "The supplier shall state …".
fn start(words: &[String]) -> usize {
    let modal = words.iter().take(5).position(|word| matches!(word.as_str(), "shall" | "must" | "should" | "will"));
    let directs = |at: &usize| {
        first_of(words, at + 1, DIRECTIONS).is_some() || find(words, at + 1, OPEN).is_some_and(|(facet, _)| facet == Facet::Describe)
    };
    modal.filter(|at| *at > 0).filter(directs).map_or(0, |at| at + 1)
}

/// The words of a noun that say nothing but what is asked: "period" in "retention period".
fn noun_words(place: usize, phrase: &str) -> impl Iterator<Item = usize> {
    let matter = usize::from(["retention", "patching", "notification", "notice period"].iter().any(|first| phrase.starts_with(first)));
    place + matter..place + phrase.split(' ').count()
}

fn auxiliary(word: &str) -> bool {
    AUXILIARIES.contains(&word) || MAY.contains(&word)
}

/// "Do you allow customers to …", "The supplier shall permit …".
fn permits(words: &[String], place: usize) -> bool {
    words.iter().skip(place).take(5).any(|word| matches!(word.as_str(), "allow" | "allows" | "permit" | "permits" | "let"))
}

fn find(words: &[String], place: usize, table: &[(Facet, &'static [&'static str])]) -> Option<(Facet, &'static str)> {
    table.iter().filter_map(|(facet, phrases)| Some((*facet, first_of(words, place, phrases)?))).max_by_key(|(_, phrase)| phrase.len())
}

/// Words that name somebody, in an answer to "who".
const SOMEBODY: &[&str] = &[
    "officer",
    "team",
    "ciso",
    "cto",
    "ceo",
    "coo",
    "dpo",
    "manager",
    "head",
    "board",
    "committee",
    "lead",
    "director",
    "auditor",
    "engineer",
    "engineers",
    "department",
    "firm",
    "company",
    "provider",
    "counsel",
    "owner",
    "owners",
];

/// A facet that the stored wording does not ask for and that the answer does not tell.
pub(super) fn differs(asked: &Sense, stored: &Sense, answer: &Sense) -> Option<Warning> {
    let (a, b) = (asked.asking.facet, stored.asking.facet);
    let told = match a {
        Facet::HowOften => !answer.periods.is_empty(),
        Facet::HowLong => answer.quantities.tells_time() || !answer.periods.is_empty(),
        Facet::HowMuch => !answer.quantities.is_empty(),
        Facet::When => answer.quantities.names_year() || answer.quantities.tells_time(),
        Facet::Who => answer.words.iter().any(|word| SOMEBODY.contains(&word.as_str())),
        Facet::Where => b == Facet::What,
        Facet::What | Facet::How => !matches!(b, Facet::Whether | Facet::May) || !asks_for_another_thing(asked, stored, answer),
        Facet::Evidence => {
            answer.words.iter().any(|word| matches!(word.as_str(), "share" | "shared" | "provide" | "provided" | "available" | "request"))
        }
        Facet::Why => false,
        Facet::Whether | Facet::Describe | Facet::May => true,
    };
    if a.same_kind(b) || told {
        return None;
    }
    Warning::new("facet", format!("asks {}, the stored wording asks {}", a.name(), b.name()))
}

/// Words behind "which" that name no thing of their own.
#[rustfmt::skip]
const NO_THING: &[&str] = &[
    "is", "are", "do", "does", "of", "kind", "type", "measures", "controls", "steps", "happens", "can", "your", "has", "have", "was", "were", "will", "would", "procedures", "procedure", "processes",
    "process", "mechanisms", "safeguards", "methods", "extent", "conditions", "circumstances", "provisions", "arrangements", "must", "should", "means", "way",
];

/// "Which tool …": the word behind "which" or "what" is named by neither the stored wording nor the answer.
fn asks_for_another_thing(asked: &Sense, stored: &Sense, answer: &Sense) -> bool {
    let Some(place) = asked.words.iter().position(|word| matches!(word.as_str(), "what" | "which")) else { return false };
    let Some(thing) = asked.words.get(place + 1).filter(|word| !NO_THING.contains(&word.as_str())) else { return false };
    let bare = thing.trim_end_matches('s');
    !stored.words.iter().chain(&answer.words).any(|word| word.starts_with(bare))
}
