//! Word by word: which words of a question and of a stored wording say the same, and which stand on one side only. Never ranks.

use super::guard::{Part, Sense, is_owned};
use super::wording::{Analyzer, SearchTerm, same_word};

/// Words that may stand on one side only without a difference in meaning: they name the one who answers or what is sold, say that something is
/// done at all, or ask for an answer. Written as they stand, since stems would let in others.
#[rustfmt::skip]
const LIGHT: &[&str] = &[
    "currently", "current", "presently", "today", "company", "companys", "organisation", "organization", "organisations", "organizations", "firm", "business",
    "service", "services", "solution", "platform", "product", "place", "state", "whether", "ensure", "ensures", "ensured", "comply", "must", "same",
    "perform", "performs", "performed", "performing", "carry", "carries", "carried", "out", "conduct", "conducts", "conducted", "undertake", "undertakes", "undertaken", "make",
    "made", "hold", "maintain", "maintains", "maintained", "exist", "exists", "implement", "implemented", "implements", "operate", "operates", "employ", "employs", "employed", "utilise", "utilize",
    "run", "take", "takes", "taken", "given", "set", "y", "n", "yes", "answer", "question", "regarding", "respect", "available", "offer", "offers", "offered", "being", "also", "then",
    "within", "during", "while", "via", "through", "under", "about", "against", "upon", "across", "per", "each", "pls", "tell", "indicate", "specify", "outline", "summarise", "summarize",
    "supplier", "vendor", "provider", "contractor", "type", "kind", "much", "own", "following", "both", "located", "involved", "possible", "allowed", "permitted", "able", "entitled", "allow", "allows", "permit", "permits", "provided", "provides", "system", "systems", "iec", "objective", "objectives", "members", "member", "having", "prior", "happens", "look", "like", "concerning", "ever", "some", "usage", "undergo", "environment", "environments", "latest", "recent", "application", "goes", "going", "level", "follow", "follows", "work", "works", "meet", "done", "use", "uses", "used", "using", "engage", "engages", "existing", "applied", "apply", "applies", "adopted",
];

/// People and bodies, who can do a thing or have it done to them: the preposition in front of them tells which.
#[rustfmt::skip]
const PEOPLE: &[&str] = &[
    "staff", "employee", "employees", "personnel", "customer", "supplier", "suppliers", "vendor", "vendors", "administrator", "administrators", "admin", "admins", "auditor", "auditors", "manager",
    "managers", "management", "user", "users", "contractor", "contractors", "third", "party", "parties", "sub", "processor", "processors", "subprocessor", "subprocessors", "visitors", "developer", "developers", "firm", "company",
    "engineer", "engineers", "authority", "authorities", "team", "partner", "partners", "provider", "providers",
];

/// How the words of a question and of a stored wording lie to each other.
#[derive(Clone, Debug, Default)]
pub struct Alignment {
    /// What both say, in the words of the question.
    pub agree: Vec<String>,
    /// What only the question says.
    pub lacks: Vec<String>,
    /// What only the stored wording says.
    pub beyond: Vec<String>,
    /// How many terms agree, also where several stand for one word.
    pub agreed: usize,
    /// Whether they stand in another order, so that somebody else may do it, or to something else.
    pub crossed: bool,
}

impl Alignment {
    /// Whether each side says all that the other says, about the same things and people.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.lacks.is_empty() && self.beyond.is_empty() && !self.crossed && self.agreed >= 2
    }
}

/// A term of a text that is laid beside those of another.
#[derive(Clone, Debug)]
pub struct Piece {
    term: SearchTerm,
    /// The words of the text that it was written out from.
    said: String,
    /// What the preposition in front makes of it.
    role: Role,
    /// Whether it may stand on one side only.
    light: bool,
}

/// What a preposition makes of the noun behind it: who does it, from whom it comes, to whom it goes, what it is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Role {
    #[default]
    Plain,
    Agent,
    Source,
    Recipient,
    Topic,
    Owner,
}

impl Role {
    /// The role of the word at a place, by the nearest preposition among the few words in front.
    fn read(words: &[String], place: usize) -> Self {
        for at in (place.saturating_sub(4)..place).rev() {
            match words[at].as_str() {
                "by" => return Self::Agent,
                // "Protected from" is "protected against".
                "from"
                    if at
                        .checked_sub(1)
                        .is_some_and(|before| words[before].starts_with("protect") || words[before].starts_with("safeguard")) =>
                {
                    return Self::Plain;
                }
                "from" => return Self::Source,
                "to" | "with" => return Self::Recipient,
                "about" | "on" | "regarding" | "concerning" => return Self::Topic,
                // "Data of customers" is customers' data.
                "of" if at.checked_sub(1).is_some_and(|before| is_owned(&words[before])) => return Self::Plain,
                "of" => return Self::Owner,
                "a" | "an" | "the" | "your" | "our" | "all" | "any" | "its" | "their" | "each" | "every" | "independent" | "external"
                | "third" | "qualified" | "other" => {}
                _ => return Self::Plain,
            }
        }
        Self::Plain
    }

    /// Whether it changes what is asked, whatever the noun: "by the platform", "from the platform".
    const fn moves(self) -> bool {
        matches!(self, Self::Agent | Self::Source)
    }

    /// Whether two roles of one noun come to the same: "customers' data" and "data of customers" do, "by customers" and "to customers" do not.
    fn agrees(self, other: Self) -> bool {
        let marked = |role| matches!(role, Self::Agent | Self::Source | Self::Topic | Self::Owner);
        self == other || !marked(self) && !marked(other)
    }
}

impl Piece {
    /// The words that it stands for.
    #[must_use]
    pub fn words(&self) -> &str {
        &self.term.words
    }
}

/// The content words of a text, in order. Whoever asks is one and the same, whatever the word: "we", "our", "customers"; and an abbreviation of
/// the vocabulary stands for its words.
#[must_use]
pub fn content(analyzer: &Analyzer, sense: &Sense) -> Vec<Piece> {
    let words = sense.words();
    let mut pieces = Vec::new();
    for term in analyzer.terms_of(words) {
        let places = term.place..term.place + term.words.split(' ').count();
        if places.clone().all(|place| sense.is_frame(place)) || sense.customer(term.place).is_some() || is_when(words, term.place) {
            continue;
        }
        let light = is_light(&term) || offers(words, term.place) || installs(words, term.place);
        let role = Role::read(words, term.place);
        let parts = written_out(analyzer, &term, 0);
        // "Share" does not become light because "make available" would be.
        let heavy = !light && parts.iter().all(is_light);
        pieces.extend(parts.into_iter().map(|one| Piece {
            light: light || !heavy && is_light(&one),
            role,
            said: term.words.clone(),
            term: one,
        }));
    }
    let own = (0..words.len()).filter(|place| sense.is_own(*place));
    pieces.extend(own.map(|place| Piece {
        term: SearchTerm { term: OWN.to_owned(), words: "your".to_owned(), place },
        said: "your".to_owned(),
        role: Role::Plain,
        // Nobody takes "your systems" for another's; "your data" may be anybody's.
        light: words.get(place + 1).is_some_and(|noun| matches!(noun.as_str(), "systems" | "network")),
    }));
    let customers = (0..words.len()).filter_map(|place| Some((place, sense.customer(place)?)));
    pieces.extend(customers.map(|(place, part)| {
        let term = if part == Part::Acts { CUSTOMER_ACTS } else { CUSTOMER };
        Piece {
            term: SearchTerm { term: term.to_owned(), words: "customer".to_owned(), place },
            said: if matches!(words[place].as_str(), "we" | "us" | "our") { "customer".to_owned() } else { words[place].clone() },
            role: Role::read(words, place),
            light: part == Part::Told,
        }
    }));
    pieces.sort_by_key(|piece| piece.term.place);
    pieces
}

/// A term as the words that its group of the vocabulary is written out by, so that `IRP` meets "a plan for incident response".
fn written_out(analyzer: &Analyzer, term: &SearchTerm, depth: usize) -> Vec<SearchTerm> {
    let Some(long) = analyzer.written_out(&term.term).filter(|_| depth < 3) else { return vec![term.clone()] };
    let parts = analyzer.terms_of(long).into_iter().flat_map(|part| {
        if part.term == term.term {
            let single =
                part.words.split(' ').map(|word| SearchTerm { term: analyzer.term(word), words: word.to_owned(), place: term.place });
            single.collect()
        } else {
            written_out(analyzer, &SearchTerm { place: term.place, ..part }, depth + 1)
        }
    });
    parts.collect()
}

/// Whether the word at a place is the verb in "do you support …": no more than that there is something.
fn offers(words: &[String], place: usize) -> bool {
    let before = place.checked_sub(1).map_or("", |at| words[at].as_str());
    let behind = words.get(place + 1).map_or("", String::as_str);
    let verb = matches!(
        before,
        "you"
            | "service"
            | "services"
            | "system"
            | "platform"
            | "portal"
            | "application"
            | "product"
            | "shall"
            | "must"
            | "it"
            | "does"
            | "vendor"
            | "supplier"
            | "provider"
            | "solution"
    );
    let noun =
        matches!(behind, "staff" | "personnel" | "team" | "teams" | "engineers" | "engineer" | "agents" | "tickets" | "hours" | "access");
    matches!(words[place].as_str(), "supports" | "supported") || words[place] == "support" && verb && !noun
}

/// Whether "once" at a place means "when": "once the contract ends"; not "once a year", nor "tested once".
fn is_when(words: &[String], place: usize) -> bool {
    let next = words.get(place + 1).map_or("", String::as_str);
    words[place] == "once" && matches!(next, "the" | "your" | "our" | "it" | "they" | "an" | "employees" | "staff")
}

/// Whether the word at a place is what is done with patches, whatever it is called.
fn installs(words: &[String], place: usize) -> bool {
    matches!(words[place].as_str(), "installed" | "install" | "deployed" | "deploy" | "rolled" | "roll")
        && words.iter().any(|word| matches!(word.as_str(), "patch" | "patches" | "hotfixes"))
}

const CUSTOMER: &str = "~whoever-asks";
const OWN: &str = "~whoever-answers-owns";
const CUSTOMER_ACTS: &str = "~whoever-asks-acts";

fn is_light(term: &SearchTerm) -> bool {
    term.words.split(' ').all(|word| LIGHT.contains(&word))
}

/// Whether two terms say the same.
fn same(a: &SearchTerm, b: &SearchTerm) -> bool {
    a.term == b.term && (a.term.starts_with('~') || same_word(&a.words, &b.words))
}

/// Whether a word that no dictionary has is another one with a letter too many or too few, or two changed places. Another letter in its place does
/// not count: that may be another word.
fn misspells(written: &str, meant: &str) -> bool {
    // Another number of letters is seen at a glance.
    if written.is_ascii() && meant.is_ascii() && written.len().abs_diff(meant.len()) > 1 {
        return false;
    }
    let (a, b): (Vec<char>, Vec<char>) = (written.chars().collect(), meant.chars().collect());
    let front = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[front..], &b[front..]);
    let swapped = a.len() == b.len() && a.len() >= 2 && a[0] == b[1] && a[1] == b[0] && a[2..] == b[2..];
    written.len() > 5 && (swapped || !a.is_empty() && a[1..] == *b || !b.is_empty() && *a == b[1..])
}

/// Whether more stands in another order than one thing that moved, as the verb does between "do you encrypt data" and "is data encrypted". Words
/// of one phrase count once.
fn is_crossed(order: &[(usize, usize)]) -> bool {
    let mut phrases: Vec<(usize, usize)> = order.to_vec();
    phrases.dedup();
    // The longest run that keeps its order; texts are short.
    let mut runs = vec![0usize; phrases.len()];
    for (place, (_, here)) in phrases.iter().enumerate() {
        let before = (0..place).filter(|other| phrases[*other].1 < *here).map(|other| runs[other]).max().unwrap_or(0);
        runs[place] = before + 1;
    }
    phrases.len() > runs.into_iter().max().unwrap_or(0) + 1
}

/// A piece as the stored wording would spell it, where no dictionary has its word: written out as there, so it may become several.
fn correct(piece: &Piece, stored: &[Piece], known: &dyn Fn(&str) -> bool) -> Vec<Piece> {
    let word = piece.term.words.as_str();
    let as_it_is = || vec![piece.clone()];
    if piece.light || stored.iter().any(|other| same(&piece.term, &other.term)) || word.len() < 6 || word.contains(' ') || known(word) {
        return as_it_is();
    }
    if let Some(meant) = stored.iter().find(|other| misspells(word, &other.said)) {
        return stored.iter().filter(|other| other.said == meant.said && other.term.place == meant.term.place).cloned().collect();
    }
    let light = LIGHT.iter().any(|light| misspells(word, light));
    if light { vec![Piece { light: true, ..piece.clone() }] } else { as_it_is() }
}

/// Lays the words of a question beside those of a stored wording. `known` says whether a word is in the dictionary: one that is not may be misspelt.
#[must_use]
pub fn align(asked: &[Piece], stored: &[Piece], known: &dyn Fn(&str) -> bool) -> Alignment {
    let corrected: Vec<Piece> = asked.iter().flat_map(|piece| correct(piece, stored, known)).collect();
    let asked = corrected.as_slice();
    let mut taken = vec![false; stored.len()];
    let mut alignment = Alignment::default();
    let mut order = Vec::new();
    let mut roles = false;
    // What has to have a partner chooses first.
    let (light, heavy): (Vec<&Piece>, Vec<&Piece>) = asked.iter().partition(|piece| piece.light);
    for Piece { term, said, light, role } in heavy.into_iter().chain(light) {
        // Each word answers for one: "encrypted by customers" says more than "customer data encrypted".
        let partner = (0..stored.len()).find(|place| !taken[*place] && same(term, &stored[*place].term));
        match partner {
            Some(place) => {
                taken[place] = true;
                order.push((term.place, stored[place].term.place));
                roles |= !role.agrees(stored[place].role)
                    && (PEOPLE.contains(&term.words.as_str()) || role.moves() || stored[place].role.moves());
                alignment.agree.push(said.clone());
                alignment.agreed += 1;
            }
            None if *light || !PEOPLE.contains(&term.words.as_str()) && stored.iter().any(|other| same(term, &other.term)) => {}
            None => alignment.lacks.push(said.clone()),
        }
    }
    order.sort_unstable();
    alignment.crossed = roles || is_crossed(&order);
    let beyond =
        stored.iter().zip(taken).filter(|(one, taken)| !taken && !one.light && !asked.iter().any(|other| same(&other.term, &one.term)));
    alignment.beyond = beyond.map(|(one, _)| one.said.clone()).collect();
    for list in [&mut alignment.agree, &mut alignment.lacks, &mut alignment.beyond] {
        let mut seen = std::collections::BTreeSet::new();
        list.retain(|word| seen.insert(word.clone()));
    }
    alignment
}
