//! The guard of actors: who does it, and to whom: we who answer, the customer who asks, or a third party.

use super::{Sense, Warning, at};

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Actor {
    /// Whoever answers.
    Supplier,
    /// Whoever asks.
    Customer,
    /// Somebody else: subprocessors, the supplier's own suppliers.
    Third,
}

impl Actor {
    const fn name(self) -> &'static str {
        match self {
            Self::Supplier => "the supplier",
            Self::Customer => "the customer",
            Self::Third => "a third party",
        }
    }
}

#[rustfmt::skip]
const THIRD: &[&str] = &[
    "subprocessor", "subprocessors", "sub processor", "sub processors", "subcontractor", "subcontractors", "sub contractor", "sub contractors",
    "your suppliers", "your vendors", "your providers", "your partners", "your supplier", "your vendor", "your hosting provider", "your cloud provider",
    "your hosting company", "suppliers", "vendors", "third parties", "third party providers", "third party suppliers", "third party vendors",
    "service providers", "hosting provider", "cloud provider", "cloud providers", "hosting company", "fourth parties", "critical suppliers",
    "downstream suppliers", "resellers", "business partners", "outsourcers", "third party", "a third party", "a supplier", "each supplier", "new suppliers", "new supplier",
];
#[rustfmt::skip]
const SUPPLIER: &[&str] = &[
    "you", "the supplier", "the vendor", "the provider", "the contractor", "the company", "the organisation", "the organization", "your company",
    "your organisation", "your organization", "your firm", "your business", "the bidder", "the tenderer", "the respondent", "the service provider", "supplier", "vendor", "provider", "bidder", "tenderer",
    "supplier shall", "vendor shall", "provider shall", "contractor shall", "supplier must", "vendor must", "provider must", "contractor must",
    "supplier will", "vendor will",
];
#[rustfmt::skip]
const CUSTOMER: &[&str] = &[
    "we", "us", "buyer", "authority", "customer", "customers", "the customer", "customers", "client", "clients", "the client", "the buyer", "the purchaser", "the authority",
    "our administrators", "our administrator", "our users", "our staff", "our employees", "tenant administrators", "your customers", "your clients", "a customer",
    "each customer", "merchants", "the hospital", "the bank", "the university",
];
/// Behind these, a noun for the customer says whose something is, and not who acts.
#[rustfmt::skip]
const OWNED: &[&str] = &[
    "data", "information", "content", "records", "record", "files", "file", "documents", "account", "accounts", "environment", "environments", "support",
    "success", "facing", "tenant", "tenants", "keys", "key", "managed", "own", "systems", "system", "side", "portal", "user", "users", "database", "administrators",
    "contract", "contracts", "base", "satisfaction", "instance", "instances", "workspace", "notification", "notifications", "passwords", "backups",
];

/// Whether a noun is of the kind that customers own.
#[must_use]
pub fn is_owned(word: &str) -> bool {
    OWNED.contains(&word)
}

/// Behind "third party", these make it one who checks, and not one who works for us.
#[rustfmt::skip]
const CHECKS: &[&str] = &[
    "audit", "audits", "auditor", "auditors", "assessment", "assessments", "assessor", "assessors", "penetration", "pen", "attestation", "certification", "certificate", "report", "reports",
    "review", "reviews", "tester", "testers", "test", "tests", "testing", "security", "software", "libraries", "library", "components", "component", "code", "cookies", "risk", "verification", "scan", "scans",
    "evaluation", "validation", "certified", "verified", "experts", "firm", "company", "organisation", "organization", "body", "independent",
];

const AUXILIARIES: &[&str] = &[
    "do", "does", "did", "can", "could", "may", "might", "must", "shall", "should", "will", "would", "have", "has", "are", "is", "am",
    "were", "was",
];

/// Words behind "are customers …" that make them act.
const OBLIGED: &[&str] = &["expected", "required", "allowed", "able", "permitted", "entitled", "responsible", "obliged", "free"];
const BEING: &[&str] = &["is", "are", "was", "were", "be", "been", "am", "have", "has"];
/// Words that may stand between the verb and the one who acts.
const DETERMINERS: &[&str] = &["the", "your", "all", "any", "each", "every", "those", "these", "of", "our"];

/// Who stands in a text, in order; and who acts in its main clause, where the words show it.
#[derive(Clone, Debug, Default)]
pub(super) struct Actors {
    order: Vec<Actor>,
    subject: Option<Actor>,
    third: Option<String>,
    /// The words that name whoever answers.
    supplier: Vec<usize>,
    /// The words that name whoever asks.
    customer: Vec<(usize, Part)>,
    /// "Your" in front of what is nearly always the customer's.
    own: Vec<usize>,
}

/// What belongs to whoever asks, in nearly every questionnaire: "your data" is another thing.
const DATA: &[&str] = &["data", "information", "records", "content", "files", "documents", "systems", "network", "keys"];

/// What whoever asks is to the matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Does it.
    Acts,
    /// Owns it, or it is done to them.
    Named,
    /// Is only told of it, or addressed: may be left out without a difference.
    Told,
}

impl Actors {
    pub(super) fn read(words: &[String]) -> Self {
        let mut found = Self::default();
        let mut place = 0;
        while place < words.len() {
            let word = words[place].as_str();
            let Some((actor, length)) = actor(words, place) else {
                let named = matches!(
                    word,
                    "customerowned"
                        | "customer"
                        | "customers"
                        | "client"
                        | "clients"
                        | "authority"
                        | "authoritys"
                        | "buyer"
                        | "buyers"
                        | "purchaser"
                );
                let next = words.get(place + 1).map_or("", String::as_str);
                if named || word == "our" {
                    // "Our data" is the data; "our agreement" is not yours.
                    let behind = words.get(place + 2).map_or("", String::as_str);
                    let paper =
                        matches!(behind, "processing" | "protection" | "sharing" | "agreement" | "policy" | "form" | "terms" | "addendum");
                    // "Our customer data" is customer data.
                    let of_theirs = matches!(next, "customer" | "customers" | "client") && OWNED.contains(&behind);
                    let told = word == "our" && (OWNED.contains(&next) && !paper || of_theirs);
                    found.customer.push((place, if told { Part::Told } else { Part::Named }));
                }
                let mut of =
                    words[place + 1..].iter().skip_while(|word| matches!(word.as_str(), "own" | "company" | "corporate" | "internal"));
                if word == "your" && of.next().is_some_and(|noun| DATA.contains(&noun.as_str())) {
                    found.own.push(place);
                }
                place += 1;
                continue;
            };
            let acts = acts(words, place, length);
            if found.subject.is_none() && acts {
                found.subject = Some(actor);
            }
            match actor {
                Actor::Third => drop(found.third.get_or_insert_with(|| words[place..place + length].join(" "))),
                Actor::Supplier => found.supplier.extend(place..place + length),
                // "us" and "our" only say who is told; one who acts, and a noun, say whose matter it is.
                Actor::Customer => found.customer.extend((place..place + length).map(|at| {
                    let told = matches!(words[at].as_str(), "us" | "the" | "a" | "each");
                    (
                        at,
                        if acts {
                            Part::Acts
                        } else if told {
                            Part::Told
                        } else {
                            Part::Named
                        },
                    )
                })),
            }
            found.order.push(actor);
            place += length;
        }
        found
    }

    /// The third party that stands in the text, as written.
    pub(super) fn third(&self) -> Option<&str> {
        self.third.as_deref()
    }

    /// Whether the word at a place names whoever answers.
    pub(super) fn is_supplier(&self, place: usize) -> bool {
        self.supplier.binary_search(&place).is_ok()
    }

    /// Whether "your" at a place makes data the supplier's own.
    pub(super) fn is_own(&self, place: usize) -> bool {
        self.own.contains(&place)
    }

    /// What whoever asks is to the matter, if the word at a place names them.
    pub(super) fn customer(&self, place: usize) -> Option<Part> {
        self.customer.iter().find(|(at, _)| *at == place).map(|(_, part)| *part)
    }
}

/// Whether whom the words at a place name does something: "do you …", "customers may …"; not "are customers told".
fn acts(words: &[String], place: usize, length: usize) -> bool {
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    let mut front = place;
    while front > 0 && DETERMINERS.contains(&word(front - 1)) {
        front -= 1;
    }
    let before = front.checked_sub(1).map_or("", word);
    let behind = word(place + length);
    let being = BEING.contains(&before);
    let asked = AUXILIARIES.contains(&before)
        && behind != "be"
        && (!being || OBLIGED.contains(&behind) || behind == "you" || before.starts_with("ha"));
    let stated = front == 0 && AUXILIARIES.contains(&behind) && !BEING.contains(&behind) && word(place + length + 1) != "be";
    asked || stated
}

/// A text in which what belongs to whom is one word: "the supplier's" is "your", so that it is not taken for several suppliers, and "customers'" is
/// nobody who acts.
pub(super) fn plain_possessives(text: &str) -> String {
    use std::sync::LazyLock;

    use regex::Regex;
    #[allow(clippy::unwrap_used, reason = "a pattern that every run uses")]
    static OWNER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:the |each |that )?(?:supplier|vendor|provider|contractor|bidder|tenderer|service provider|company|organi[sz]ation)['’]s?\s").unwrap()
    });
    #[allow(clippy::unwrap_used, reason = "a pattern that every run uses")]
    static OWNED: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?i)\b(?:the |each |an? |other )?(?:customer|client|tenant)(?:['’]s|s['’])\s").unwrap());
    #[allow(clippy::unwrap_used, reason = "a pattern that every run uses")]
    static PREFIXED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?i)\b(re|co)-([a-z]{4})").unwrap());
    #[allow(clippy::unwrap_used, reason = "a pattern that every run uses")]
    static BEHALF: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?i)\bon behalf of us\b").unwrap());
    let text = BEHALF.replace_all(text, "on our behalf");
    let text = OWNER.replace_all(&text, "your ");
    let text = OWNED.replace_all(&text, "customerowned ");
    PREFIXED.replace_all(&text, "$1$2").into_owned()
}

/// The actor that the words at a place name, and in how many words.
fn actor(words: &[String], place: usize) -> Option<(Actor, usize)> {
    let longest = |phrases: &[&str]| phrases.iter().filter(|phrase| at(words, place, phrase)).map(|phrase| phrase.split(' ').count()).max();
    let owned = |length: usize| words.get(place + length).is_some_and(|next| OWNED.contains(&next.as_str()));
    // A country, not a pronoun.
    if words[place] == "us" && place.checked_sub(1).is_some_and(|at| matches!(words[at].as_str(), "the" | "or" | "in")) {
        return None;
    }
    // An auditor, not a supplier.
    let assessed =
        place.checked_sub(1).is_some_and(|at| matches!(words[at].as_str(), "independent" | "external" | "qualified" | "accredited"));
    // One who checks, or what one writes about it: "a third party audit".
    let third = longest(THIRD).filter(|length| {
        let behind = words.get(place + length).map_or("", String::as_str);
        !words[place..place + length].ends_with(&["party".to_owned()]) || !CHECKS.contains(&behind)
    });
    let found = [(Actor::Third, third), (Actor::Supplier, longest(SUPPLIER)), (Actor::Customer, longest(CUSTOMER))];
    let (actor, length) = found.into_iter().filter_map(|(actor, length)| Some((actor, length?))).max_by_key(|(_, length)| *length)?;
    let whose = actor == Actor::Customer && owned(length) && !words[place].starts_with("our");
    (!(whose || assessed && actor == Actor::Third)).then_some((actor, length))
}

/// A third party on one side only; another one who acts; or the same two the other way round.
pub(super) fn differs(asked: &Sense, stored: &Sense) -> Option<Warning> {
    let (a, b) = (&asked.actors, &stored.actors);
    let warn = |says: String| Warning::new("actor", says);
    match (&a.third, &b.third) {
        (Some(third), None) => return warn(format!("asks about {third}, the stored wording is not about third parties")),
        (None, Some(third)) => return warn(format!("the stored wording is about {third}, the question is not")),
        _ => {}
    }
    // "You share it with customers" and "customers can get it" are one.
    if let (Some(one), Some(other)) = (a.subject, b.subject)
        && one != other
        && (one == Actor::Third || other == Actor::Third || !a.order.contains(&other) && !b.order.contains(&one))
    {
        return warn(format!("asks what {} does, the stored wording is about {}", one.name(), other.name()));
    }
    let turned =
        a.order.len() == 2 && b.order.len() == 2 && a.order[0] != a.order[1] && a.order[0] == b.order[1] && a.order[1] == b.order[0];
    if turned && a.subject.is_some() && b.subject.is_some() {
        return warn("who does it to whom is the other way round".into());
    }
    None
}
