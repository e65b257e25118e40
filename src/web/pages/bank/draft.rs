//! An answer as a form holds it: all fields as text, out of the bank and back into what is said of it.

use serde::Deserialize;

use crate::domain::bank::{Audience, Choice, Verdict};
use crate::engine::curate::Fields;
use crate::engine::entry::Entry;
use crate::web::reply::Refusal;

/// What stands in the form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Typed {
    /// Digest of the file that the form was opened with.
    pub seen: String,
    /// Only for a new answer.
    pub id: String,
    /// Only for a new answer: the folder.
    pub topic: String,
    pub question: String,
    /// One on a line.
    pub also_asked: String,
    pub verdict: String,
    pub wording: String,
    pub short: String,
    pub internal: String,
    /// Ids between commas, as all lists that follow.
    pub controls: String,
    pub evidence: String,
    pub owner: String,
    pub audience: String,
    pub products: String,
    pub regions: String,
    pub tags: String,
    /// `word ← one | two | three`, one on a line.
    pub choices: String,
    /// `true` or nothing.
    pub needs_text: String,
    pub review_by: String,
}

impl Typed {
    /// The form of an answer of the bank.
    pub fn of(entry: &Entry) -> Self {
        let answer = &entry.answer;
        let one_line = |text: &String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        Self {
            seen: entry.seen.clone(),
            id: answer.id.clone(),
            topic: answer.topic().to_owned(),
            question: answer.question.clone(),
            also_asked: answer.also_asked.iter().map(one_line).collect::<Vec<_>>().join("\n"),
            verdict: answer.verdict.map(|verdict| verdict.to_string()).unwrap_or_default(),
            wording: answer.wording.clone(),
            short: answer.short.clone(),
            internal: entry.internal.clone(),
            controls: answer.controls.join(", "),
            evidence: answer.evidence.join(", "),
            owner: answer.owner.clone(),
            audience: answer.audience.to_string(),
            products: answer.products.join(", "),
            regions: answer.regions.join(", "),
            tags: answer.tags.join(", "),
            choices: answer
                .choices
                .iter()
                .map(|choice| format!("{} ← {}", choice.word, choice.list.join(" | ")))
                .collect::<Vec<_>>()
                .join("\n"),
            needs_text: if answer.needs_text { "true".into() } else { String::new() },
            review_by: answer.review_by.map(|day| day.to_string()).unwrap_or_default(),
        }
    }

    /// As browsers send it, with plain line ends.
    pub fn plain(mut self) -> Self {
        for text in [&mut self.question, &mut self.also_asked, &mut self.wording, &mut self.short, &mut self.internal, &mut self.choices] {
            *text = text.replace("\r\n", "\n");
        }
        self
    }

    /// What is said of the answer by it.
    pub fn fields(&self) -> Result<Fields, Refusal> {
        let wrong = |error: String, hint: &str| Refusal::wrong(error, format!("{hint}; nothing was changed, what you typed is still here"));
        if self.question.trim().is_empty() {
            return Err(wrong("the question is empty".into(), "write it as a customer would ask it"));
        }
        let verdict =
            Verdict::parse(&self.verdict).ok_or_else(|| wrong("no verdict is chosen".into(), "choose the short part of the answer"))?;
        let audience = Audience::parse(&self.audience).ok_or_else(|| wrong("no audience is chosen".into(), "choose who may be told"))?;
        let review_by = match self.review_by.trim() {
            "" => None,
            day => Some(day.parse().map_err(|_| wrong(format!("{day:?} is no day"), "a day is written like 2027-05-04"))?),
        };
        let list =
            |text: &str| Some(text.split([',', '\n']).map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect::<Vec<_>>());
        let lines = |text: &str| text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        let choices: Option<Vec<Choice>> = lines(&self.choices).iter().map(|line| choice(line)).collect();
        let choices = choices.ok_or_else(|| {
            wrong(
                "a line of the words for lists cannot be read".into(),
                "write the word, an arrow ← or <-, and the list with | between its words",
            )
        })?;
        Ok(Fields {
            question: Some(self.question.trim().to_owned()),
            also_asked: Some(lines(&self.also_asked)),
            verdict: Some(verdict),
            controls: list(&self.controls),
            evidence: list(&self.evidence),
            owner: Some(self.owner.trim().to_owned()).filter(|owner| !owner.is_empty()),
            audience: Some(audience),
            products: list(&self.products),
            regions: list(&self.regions),
            tags: list(&self.tags),
            choices: Some(choices),
            needs_text: Some(self.needs_text == "true"),
            review_by,
            no_review_by: review_by.is_none(),
            text: Some(self.wording.clone()),
            short: Some(self.short.clone()),
            internal: Some(self.internal.clone()),
            ..Fields::default()
        })
    }

    /// Its texts by name, for whoever compares two of them.
    pub fn texts(&self) -> [(&'static str, &str); 16] {
        [
            ("Question", &self.question),
            ("Also asked", &self.also_asked),
            ("Verdict", &self.verdict),
            ("Wording", &self.wording),
            ("In short", &self.short),
            ("Internal note", &self.internal),
            ("Controls", &self.controls),
            ("Evidence", &self.evidence),
            ("Owner", &self.owner),
            ("Audience", &self.audience),
            ("Products", &self.products),
            ("Regions", &self.regions),
            ("Tags", &self.tags),
            ("Words for lists", &self.choices),
            ("Never without the wording", &self.needs_text),
            ("Review by", &self.review_by),
        ]
    }
}

fn choice(line: &str) -> Option<Choice> {
    let (word, list) = line.split_once('←').or_else(|| line.split_once("<-"))?;
    let list: Vec<String> = list.split('|').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let word = word.trim().to_owned();
    (!word.is_empty() && !list.is_empty()).then_some(Choice { list, word })
}
