//! Use case: the bank's answers as a list: searched while somebody types, filtered by what they are, sorted; with counts for every filter.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use super::search::found;
use super::{BankPlace, Failure};
use crate::domain::bank::{Answer, Audience, Bank, Severity, Verdict};
use crate::domain::snippet::{Part, Sought};
use crate::domain::standing::{Bar, product_and_version, validity};

/// The longest text that is searched for, in characters.
pub const LONGEST: usize = 1000;
/// So many characters of a wording are shown with a hit.
const SNIPPET: usize = 220;

/// Something by which answers are filtered and counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Facet {
    /// Good on the date, approved but not good, draft or retired.
    State,
    /// Why it is not good.
    Why,
    /// The short part.
    Verdict,
    /// Who may be told.
    Audience,
    /// The folder.
    Topic,
    /// Who keeps it true.
    Owner,
    /// A product that it holds for.
    Product,
    /// A word to find it by.
    Tag,
}

impl Facet {
    /// All of them, as addresses name them.
    pub const ALL: [(Self, &'static str); 8] = [
        (Self::State, "state"),
        (Self::Why, "why"),
        (Self::Verdict, "verdict"),
        (Self::Audience, "audience"),
        (Self::Topic, "topic"),
        (Self::Owner, "owner"),
        (Self::Product, "product"),
        (Self::Tag, "tag"),
    ];

    /// Reads its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(facet, _)| *facet)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

/// The order of a list in which nothing is searched for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By folder and id.
    #[default]
    Topic,
    /// Whose review comes first.
    Review,
    /// Whose last edit was latest.
    Edited,
    /// By question.
    Question,
}

impl Order {
    /// All of them, as addresses name them.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::Topic, "topic"), (Self::Review, "review"), (Self::Edited, "edited"), (Self::Question, "question")];

    /// Reads its name; what is no name means the first.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(order, _)| *order).unwrap_or_default()
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

/// Which answers are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Words to search for; empty: all answers.
    pub words: String,
    /// Only those of which this is so.
    pub chosen: BTreeMap<Facet, String>,
    /// In which order, where nothing is searched for.
    pub order: Order,
}

/// How far an answer is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nobody approved it as it stands.
    Draft,
    /// Approved as it stands.
    Approved,
    /// No longer given.
    Retired,
}

impl State {
    /// How far an answer is on a date.
    #[must_use]
    pub fn of(answer: &Answer, bars: &[Bar]) -> Self {
        let has = |kind: &str| bars.iter().any(|bar| bar.kind() == kind);
        if answer.retired.is_some() && has("retired") {
            Self::Retired
        } else if has("not-approved") {
            Self::Draft
        } else {
            Self::Approved
        }
    }

    /// Its word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Approved => "approved",
            Self::Retired => "retired",
        }
    }
}

/// The word by which answers are filtered: of those that are approved, whether they may be given.
fn state_word(state: State, bars: &[Bar]) -> &'static str {
    match state {
        State::Approved if bars.is_empty() => "good",
        State::Approved => "not-good",
        State::Draft | State::Retired => state.name(),
    }
}

/// One answer in a list.
#[derive(Clone, Debug, Serialize)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// The question, with what was looked for marked.
    pub question: Vec<Part>,
    /// Its verdict.
    pub verdict: Option<Verdict>,
    /// Who may be told.
    pub audience: Audience,
    /// Who keeps it true.
    pub owner: String,
    /// The folder.
    pub topic: String,
    /// Products that it holds for; empty: every product.
    pub products: Vec<String>,
    /// How far it is.
    pub state: State,
    /// Why it may not be given to anybody; empty where its standing is good.
    pub bars: Vec<String>,
    /// The day of its next review.
    pub review_by: Option<Date>,
    /// Its last edit.
    pub edited: Option<Date>,
    /// A piece of its wording, with what was looked for marked.
    pub snippet: Vec<Part>,
}

/// The list.
#[derive(Clone, Debug, Serialize)]
pub struct Shelf {
    /// How many answers the bank has.
    pub all: usize,
    /// How many were found.
    pub found: usize,
    /// A part of them.
    pub listed: Vec<Listed>,
    /// For each filter, how many answers would be found by each of its values, all other filters as they are.
    #[serde(skip)]
    pub counts: BTreeMap<Facet, BTreeMap<String, usize>>,
    /// Files of answers that have errors.
    pub faulty: BTreeSet<String>,
}

/// An answer with what the filters ask.
struct Card<'b> {
    answer: &'b Answer,
    bars: Vec<Bar>,
    values: BTreeMap<Facet, Vec<String>>,
}

impl<'b> Card<'b> {
    fn new(bank: &Bank, answer: &'b Answer, date: Date) -> Self {
        let bars = validity(bank, answer, date);
        let products: BTreeSet<String> = if answer.products.is_empty() {
            bank.products.iter().map(|product| product.id.clone()).collect()
        } else {
            answer.products.iter().map(|named| product_and_version(named).0.to_owned()).collect()
        };
        let kinds: BTreeSet<String> = bars.iter().map(|bar| bar.kind().to_owned()).collect();
        let values = BTreeMap::from([
            (Facet::State, vec![state_word(State::of(answer, &bars), &bars).to_owned()]),
            (Facet::Why, kinds.into_iter().collect()),
            (Facet::Verdict, answer.verdict.iter().map(ToString::to_string).collect()),
            (Facet::Audience, vec![answer.audience.to_string()]),
            (Facet::Topic, vec![answer.topic().to_owned()]),
            (Facet::Owner, vec![answer.owner.clone()]),
            (Facet::Product, products.into_iter().collect()),
            (Facet::Tag, answer.tags.clone()),
        ]);
        Self { answer, bars, values }
    }

    fn is(&self, facet: Facet, value: &str) -> bool {
        self.values[&facet].iter().any(|own| own == value)
    }

    fn listed(&self, sought: Option<&Sought>) -> Listed {
        let answer = self.answer;
        let plain = |text: &str| vec![Part { text: text.to_owned(), found: false }];
        Listed {
            id: answer.id.clone(),
            question: sought.map_or_else(|| plain(&answer.question), |sought| sought.in_text(&answer.question)),
            verdict: answer.verdict,
            audience: answer.audience,
            owner: answer.owner.clone(),
            topic: answer.topic().to_owned(),
            products: answer.products.clone(),
            state: State::of(answer, &self.bars),
            bars: self.bars.iter().map(ToString::to_string).collect(),
            review_by: answer.review_by,
            edited: answer.edited.as_ref().map(|stamp| stamp.on),
            snippet: sought.map(|sought| sought.around(&answer.wording, SNIPPET)).unwrap_or_default(),
        }
    }
}

/// Lists answers as they stand on a date: of those found, so many from a place on.
///
/// # Errors
/// There is no bank, its index cannot be built, or the text is too long to be searched for.
pub fn list(place: &BankPlace, wanted: &Wanted, date: Date, from: usize, most: usize) -> Result<Shelf, Failure> {
    if wanted.words.chars().count() > LONGEST {
        return Err(Failure::usage(format!("more than {LONGEST} characters cannot be searched for"), "search for fewer words"));
    }
    let words = wanted.words.trim();
    if words.is_empty() {
        let bank = place.bank()?;
        let mut answers: Vec<&Answer> = bank.answers.iter().collect();
        sort(&mut answers, wanted.order);
        return Ok(shelf(&bank, &answers, wanted, date, None, from, most));
    }
    let opened = place.open()?;
    let search = opened.search();
    let sought = Sought::new(search.index.analyzer(), words);
    let mut answers = found(&search, words)?;
    let known: BTreeSet<&str> = answers.iter().map(|answer| answer.id.as_str()).collect();
    // Who types has not finished the last word; and whoever looks for one word wants all that hold it.
    let holds = |answer: &&Answer| !known.contains(answer.id.as_str()) && sought.all_in(&all_text(answer));
    let mut further: Vec<&Answer> = opened.bank.answers.iter().filter(holds).collect();
    further.sort_by_key(|answer| !answer.wordings().any(|wording| sought.all_in(wording)));
    answers.extend(further);
    Ok(shelf(&opened.bank, &answers, wanted, date, Some(&sought), from, most))
}

fn all_text(answer: &Answer) -> String {
    let texts = [answer.id.as_str(), &answer.wording, &answer.short];
    answer.wordings().chain(texts).chain(answer.tags.iter().map(String::as_str)).collect::<Vec<_>>().join("\n")
}

fn sort(answers: &mut [&Answer], order: Order) {
    answers.sort_by(|a, b| (a.topic(), &a.id).cmp(&(b.topic(), &b.id)));
    let edited = |answer: &Answer| answer.edited.as_ref().map(|stamp| stamp.on);
    match order {
        Order::Topic => {}
        // Who has no day of review comes last.
        Order::Review => answers.sort_by_key(|answer| (answer.review_by.is_none(), answer.review_by)),
        Order::Edited => answers.sort_by_key(|answer| std::cmp::Reverse(edited(answer))),
        Order::Question => answers.sort_by_cached_key(|answer| answer.question.to_lowercase()),
    }
}

fn shelf(bank: &Bank, answers: &[&Answer], wanted: &Wanted, date: Date, sought: Option<&Sought>, from: usize, most: usize) -> Shelf {
    let cards: Vec<Card> = answers.iter().map(|answer| Card::new(bank, answer, date)).collect();
    let mut counts: BTreeMap<Facet, BTreeMap<String, usize>> = BTreeMap::new();
    for card in &cards {
        let against: Vec<Facet> = wanted.chosen.iter().filter(|(facet, value)| !card.is(**facet, value)).map(|(facet, _)| *facet).collect();
        for (facet, _) in Facet::ALL {
            if against.iter().all(|other| *other == facet) {
                for value in &card.values[&facet] {
                    *counts.entry(facet).or_default().entry(value.clone()).or_default() += 1;
                }
            }
        }
    }
    let kept: Vec<&Card> = cards.iter().filter(|card| wanted.chosen.iter().all(|(facet, value)| card.is(*facet, value))).collect();
    let wrong = bank.problems.iter().filter(|problem| problem.severity == Severity::Error && problem.file.starts_with("answers/"));
    Shelf {
        all: bank.answers.len(),
        found: kept.len(),
        listed: kept.iter().skip(from).take(most).map(|card| card.listed(sought)).collect(),
        counts,
        faulty: wrong.map(|problem| problem.file.clone()).collect(),
    }
}
