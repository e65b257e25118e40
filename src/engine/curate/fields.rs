//! What somebody says of an answer: the keys of its front matter and the parts of its text that are to be another.

use jiff::civil::Date;

use super::super::Failure;
use crate::bank::edit::{Change, Value};
use crate::bank::sections::internal_note;
use crate::domain::bank::{Answer, Audience, Choice, Verdict};

/// What somebody says of an answer; `None` leaves a key as it is.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    /// The question as the bank asks it.
    pub question: Option<String>,
    /// Other wordings of the question, all of them.
    pub also_asked: Option<Vec<String>>,
    /// Wordings to add to `also_asked`.
    pub ask: Vec<String>,
    /// Wordings to take from `also_asked`.
    pub unask: Vec<String>,
    /// The short part.
    pub verdict: Option<Verdict>,
    /// Controls that make it true.
    pub controls: Option<Vec<String>>,
    /// Evidence besides that of the controls.
    pub evidence: Option<Vec<String>>,
    /// Who keeps it true.
    pub owner: Option<String>,
    /// Who may be told.
    pub audience: Option<Audience>,
    /// Products that it holds for.
    pub products: Option<Vec<String>>,
    /// Regions that it holds for.
    pub regions: Option<Vec<String>>,
    /// Words to find it by.
    pub tags: Option<Vec<String>>,
    /// Words for particular lists.
    pub choices: Option<Vec<Choice>>,
    /// Whether the verdict may not stand alone.
    pub needs_text: Option<bool>,
    /// Last day on which it stands without being looked at again.
    pub review_by: Option<Date>,
    /// Whether that day is taken away.
    pub no_review_by: bool,
    /// The wording to give.
    pub text: Option<String>,
    /// The wording for cramped cells.
    pub short: Option<String>,
    /// What never leaves the bank.
    pub internal: Option<String>,
}

impl Fields {
    /// Whether nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.unask.is_empty() && self.changes(&Answer::default()).is_empty() && !self.changes_body()
    }

    /// Refuses texts that would become another section than the one that they are given for.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let heading = |line: &str, titles: &[&str]| {
            let title = line.strip_prefix("## ").map(str::trim);
            title.is_some_and(|title| titles.is_empty() || titles.iter().any(|known| title.eq_ignore_ascii_case(known)))
        };
        let parts =
            [("--text", &self.text, &["Short", "Internal"][..]), ("--short", &self.short, &[]), ("--internal", &self.internal, &[])];
        for (flag, text, titles) in parts {
            if let Some(line) = text.iter().flat_map(|text| text.lines()).find(|line| heading(line, titles)) {
                return Err(Failure::usage(
                    format!("{flag}: the line {line:?} would begin another section of the file"),
                    "leave the heading out, or give the section by its own flag: --short, --internal",
                ));
            }
        }
        Ok(())
    }

    pub(super) fn changes_body(&self) -> bool {
        self.text.is_some() || self.short.is_some() || self.internal.is_some()
    }

    /// Only what is another than an answer says already, so that who sends a whole form changes no line that was left alone. `body` is the
    /// text behind the front matter, for the note that an answer does not carry.
    pub(super) fn differing(&self, answer: &Answer, body: &str) -> Self {
        fn other<T: PartialEq + Clone>(said: Option<&T>, stands: &T) -> Option<T> {
            said.filter(|said| *said != stands).cloned()
        }
        let other_text = |said: Option<&String>, stands: &str| said.filter(|said| said.trim() != stands.trim()).cloned();
        Self {
            question: other(self.question.as_ref(), &answer.question),
            also_asked: self.also_asked.as_ref().filter(|said| !same_lines(said, &answer.also_asked)).cloned(),
            ask: self.ask.clone(),
            unask: self.unask.clone(),
            verdict: self.verdict.filter(|verdict| answer.verdict != Some(*verdict)),
            controls: other(self.controls.as_ref(), &answer.controls),
            evidence: other(self.evidence.as_ref(), &answer.evidence),
            owner: other(self.owner.as_ref(), &answer.owner),
            audience: other(self.audience.as_ref(), &answer.audience),
            products: other(self.products.as_ref(), &answer.products),
            regions: other(self.regions.as_ref(), &answer.regions),
            tags: other(self.tags.as_ref(), &answer.tags),
            choices: other(self.choices.as_ref(), &answer.choices),
            needs_text: other(self.needs_text.as_ref(), &answer.needs_text),
            review_by: self.review_by.filter(|day| answer.review_by != Some(*day)),
            no_review_by: self.no_review_by && self.review_by.is_none() && answer.review_by.is_some(),
            text: other_text(self.text.as_ref(), &answer.wording),
            short: other_text(self.short.as_ref(), &answer.short),
            internal: other_text(self.internal.as_ref(), &internal_note(body)),
        }
    }

    /// What they change in an answer's front matter.
    pub(super) fn changes(&self, answer: &Answer) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut set = |key, value: Option<Value>| changes.extend(value.map(|value| Change::Set(key, value)));
        let text = |text: &Option<String>| text.clone().map(Value::Text);
        let texts = |list: &Option<Vec<String>>| list.clone().map(Value::Texts);
        let known = self.also_asked.as_ref().unwrap_or(&answer.also_asked);
        let mut asked: Vec<String> = known.iter().filter(|wording| !self.unask.contains(wording)).cloned().collect();
        for wording in &self.ask {
            if !asked.contains(wording) {
                asked.push(wording.clone());
            }
        }
        set("question", text(&self.question));
        set("also_asked", (asked != answer.also_asked).then_some(Value::Texts(asked)));
        set("verdict", self.verdict.map(|verdict| Value::Text(verdict.to_string())));
        set("controls", texts(&self.controls));
        set("evidence", texts(&self.evidence));
        set("owner", text(&self.owner));
        set("audience", self.audience.map(|audience| Value::Text(audience.to_string())));
        set("products", texts(&self.products));
        set("regions", texts(&self.regions));
        set("tags", texts(&self.tags));
        set("choices", self.choices.as_ref().map(|choices| Value::List(choices.iter().map(choice).collect())));
        set("needs_text", self.needs_text.map(Value::Flag));
        set("review_by", self.review_by.map(Value::Date));
        if self.no_review_by {
            changes.push(Change::Remove("review_by"));
        }
        changes
    }
}

/// Whether two lists say the same, whatever space or line ends their texts hold: a form shows each on one line.
fn same_lines(one: &[String], other: &[String]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.split_whitespace().eq(other.split_whitespace()))
}

fn choice(choice: &Choice) -> Value {
    Value::Table(vec![("list", Value::Texts(choice.list.clone())), ("word", Value::Text(choice.word.clone()))])
}
