//! Requirements that a sheet names for a question → the answers whose controls satisfy them. Only finds: what it reaches is no answer by itself.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::bank::{Bank, Framework};
use super::question::Question;
use super::wording::words;

/// Which answers stand behind each requirement of the bank's frameworks.
#[derive(Clone, Debug, Default)]
pub struct Crosswalk<'b> {
    frameworks: Vec<Named<'b>>,
    /// Requirement as `framework/id` → ids of answers that stand on a control that satisfies it.
    answers: HashMap<&'b str, BTreeSet<&'b str>>,
    /// Requirement → requirements that a crosswalk relates to it, in either direction.
    related: HashMap<String, BTreeSet<String>>,
}

/// A framework with what sheets call it.
#[derive(Clone, Debug)]
struct Named<'b> {
    framework: &'b Framework,
    /// Words written together: `nistsp80053`, `hipaa`.
    names: Vec<String>,
    /// What its own id says of the edition.
    edition: Option<String>,
    /// The id as compared → as the framework spells it.
    requirements: HashMap<String, &'b str>,
}

impl<'b> Crosswalk<'b> {
    /// Reads a bank's frameworks, controls and answers.
    #[must_use]
    pub fn new(bank: &'b Bank) -> Self {
        let first = |id: &str| words(id).into_iter().next().unwrap_or_default();
        let unique = |id: &str| bank.frameworks.keys().filter(|other| first(other) == first(id)).count() == 1;
        let frameworks = bank.frameworks.values().map(|framework| {
            let (name, edition) = match framework.id.rsplit_once('-') {
                Some((name, edition)) if edition.trim_start_matches('r').starts_with(|c: char| c.is_ascii_digit()) => {
                    (name, Some(edition.trim_start_matches('r').to_owned()))
                }
                _ => (framework.id.as_str(), None),
            };
            let mut names = vec![words(name).concat(), words(&framework.title).concat()];
            names.extend(unique(&framework.id).then(|| first(&framework.id)));
            let requirements = framework.requirements.keys().map(|id| (compared(id), id.as_str())).collect();
            Named { framework, names, edition, requirements }
        });
        let mut answers: HashMap<&str, BTreeSet<&str>> = HashMap::new();
        for answer in &bank.answers {
            for requirement in bank.controls_of(answer).flat_map(|control| &control.satisfies) {
                answers.entry(requirement).or_default().insert(&answer.id);
            }
        }
        Self { frameworks: frameworks.collect(), answers, related: bank.related() }
    }

    /// The answers that the requirements which the sheet names for a question lead to, each with one of these, as `framework/id`.
    #[must_use]
    pub fn reached(&self, question: &Question) -> BTreeMap<&'b str, &'b str> {
        let mut named: BTreeSet<String> = question.requirements.iter().flat_map(|told| self.named(told)).collect();
        // An id such as `CC6.1` or `IAM-02.1` may be that of a requirement.
        named.extend(question.id.iter().filter_map(|id| self.unmistakable(id)));
        // Where nothing of ours answers to a requirement itself, those that a crosswalk relates to it lead on, one step.
        let further: Vec<&String> = named
            .iter()
            .filter(|named| !self.answers.contains_key(named.as_str()))
            .filter_map(|named| self.related.get(named))
            .flatten()
            .collect();
        named.extend(further.into_iter().cloned().collect::<Vec<_>>());
        let mut reached = BTreeMap::new();
        for (requirement, answers) in named.iter().filter_map(|named| self.answers.get_key_value(named.as_str())) {
            for answer in answers {
                reached.entry(*answer).or_insert(*requirement);
            }
        }
        reached
    }

    /// The framework that a head of a column names, in the edition that the bank has.
    #[must_use]
    pub fn framework_named(&self, head: &str) -> Option<String> {
        let mut named = self.frameworks.iter().filter(|one| one.said(head, "") == Some(Said::This));
        match (named.next(), named.next()) {
            (Some(one), None) => Some(one.framework.id.clone()),
            _ => None,
        }
    }

    /// A requirement `framework/id` as the bank spells it, whatever its case, spaces and dashes; none where there is no such one.
    #[must_use]
    pub fn spelled(&self, name: &str) -> Option<String> {
        let (framework, id) = name.split_once('/')?;
        let one = self.frameworks.iter().find(|one| one.framework.id.eq_ignore_ascii_case(framework.trim()))?;
        one.requirements.get(&compared(id)).map(|id| format!("{}/{id}", one.framework.id))
    }

    /// The requirements that a column names, told as `head: ids`.
    fn named(&self, told: &str) -> Vec<String> {
        let (head, ids) = told.split_once(": ").unwrap_or(("", told));
        let told: Vec<(&Named, Said)> = self.frameworks.iter().filter_map(|one| Some((one, one.said(head, ids)?))).collect();
        let frameworks: Vec<&Named> = told.iter().filter(|(_, said)| *said == Said::This).map(|(one, _)| *one).collect();
        let tokens = tokens(ids);
        if told.is_empty() {
            return tokens.iter().filter_map(|id| self.unmistakable(id)).collect();
        }
        frameworks.iter().flat_map(|one| tokens.iter().filter_map(|id| one.requirement(id))).collect()
    }

    /// The requirement that an id names without a framework beside it: with letters and digits, and of one framework alone.
    fn unmistakable(&self, id: &str) -> Option<String> {
        let both = id.contains(|c: char| c.is_ascii_digit()) && id.contains(|c: char| c.is_alphabetic());
        let mut found = self.frameworks.iter().filter_map(|one| one.requirement(id)).filter(|_| both);
        match (found.next(), found.next()) {
            (Some(one), None) => Some(one),
            _ => None,
        }
    }
}

/// Which edition of a framework is named.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    /// This one, or none in particular.
    This,
    /// Another one, whose ids mean something else.
    Another,
}

impl Named<'_> {
    /// Whether the head of a column, or what stands in it, names this framework.
    fn said(&self, head: &str, ids: &str) -> Option<Said> {
        let names = |text: &str| {
            let words = words(text);
            // The longest name first: behind "PCI" stands "DSS", and only behind that the edition.
            let found = (0..words.len()).flat_map(|from| (from + 1..=words.len().min(from + 6)).rev().map(move |to| (from, to))).find(
                |(from, to)| {
                    let together = words[*from..*to].concat();
                    self.names.contains(&together)
                },
            );
            found.map(|(_, behind)| {
                words
                    .get(behind)
                    .map(|word| word.trim_start_matches(['v', 'r']).to_owned())
                    .filter(|word| word.starts_with(|c: char| c.is_ascii_digit()))
            })
        };
        let edition = |said: Option<String>| match (&self.edition, said) {
            (Some(own), Some(said)) if !own.starts_with(&said) && !said.starts_with(own.as_str()) => Said::Another,
            _ => Said::This,
        };
        names(head).map(edition).or_else(|| names(ids).map(|_| Said::This))
    }

    /// The requirement of an id, as `framework/id`; a part of one (`IAM-02.1`, `A.8.24 b)`) leads to the whole.
    fn requirement(&self, id: &str) -> Option<String> {
        let whole = compared(id);
        let part = || {
            let (front, last) = whole.rsplit_once(['.', '('])?;
            let last = last.trim_end_matches(')');
            let letters = front.contains(|c: char| c.is_ascii_digit()) && last.len() <= 2;
            self.requirements.get(front).filter(|_| letters)
        };
        let known = self.requirements.get(&whole).or_else(part)?;
        Some(format!("{}/{known}", self.framework.id))
    }
}

/// An id as it is compared: without spaces, in lower case, with one kind of dash.
fn compared(id: &str) -> String {
    id.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if matches!(c, '‑' | '–' | '—') { '-' } else { c })
        .flat_map(char::to_lowercase)
        .collect()
}

/// The ids in a cell: `9.2, 9.4, 14.1-14.3` are five.
fn tokens(ids: &str) -> Vec<String> {
    let mut found = Vec::new();
    for token in ids.split([',', ';', '\n', '|', '/', '•']).flat_map(|some| some.split(" and ")).map(str::trim) {
        found.push(token.trim_end_matches('.').to_owned());
        // Behind the name of the framework: `ISO 27001 A.8.24`.
        found.extend(token.rsplit_once(char::is_whitespace).map(|(_, last)| last.trim_matches(['(', ')']).to_owned()));
        found.extend(range(token));
    }
    found.retain(|id| !id.is_empty());
    found
}

/// What lies between the ends of `14.1-14.3`, both ends included; at most 50.
fn range(token: &str) -> Vec<String> {
    let ends = || {
        let (from, to) = token.split_once(['-', '–'])?;
        let (front, first) = from.trim().rsplit_once('.')?;
        let last = to.trim().strip_prefix(front)?.strip_prefix('.')?;
        Some((front, first.parse::<u32>().ok()?, last.parse::<u32>().ok()?))
    };
    ends().map_or_else(Vec::new, |(front, first, last)| (first..=last).take(50).map(|number| format!("{front}.{number}")).collect())
}
