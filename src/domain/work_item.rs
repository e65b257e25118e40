//! Gaps → work items: what somebody has to do, each gap once however many questions wait for it. Never stores them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::bank::{Answer, Bank};
use super::digest::sha256;
use super::extract::Question;
use super::propose::{Gap, GapKind, Proposal};
use super::wording::Analyzer;

/// A question that waits for a work item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Name of the sheet.
    pub sheet: String,
    /// The question's cell.
    pub cell: String,
    /// The question.
    pub question: String,
}

/// Something that somebody must do because of a gap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkItem {
    /// Stable: the same gap has the same id in every questionnaire.
    pub id: String,
    /// The kind of gap.
    pub kind: GapKind,
    /// What it is, in one line.
    pub title: String,
    /// Why it is there.
    pub why: String,
    /// What to do about it.
    pub to_do: String,
    /// Who should, by the bank.
    pub owner: String,
    /// What kind of work it is.
    pub work: Work,
    /// What it is for.
    pub purpose: Purpose,
    /// The answer that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// The control or evidence that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Requirements behind the answer.
    pub requirements: Vec<String>,
    /// Questions that wait for it.
    pub waiting: Vec<Waiting>,
}

/// A kind of work, by who plans it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    /// Something to be decided, bought or agreed first.
    BusinessProject,
    /// Part of what is done every month.
    Operations,
    /// Something to be built or configured.
    Engineering,
    /// Something that is wrong now.
    Incident,
}

/// What work is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// To have less risk.
    Risk,
    /// To be believed by customers.
    Trust,
    /// To know what holds, and who answers for it.
    Governance,
}

impl Work {
    /// All kinds, as they are spelled.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::BusinessProject, "business-project"),
        (Self::Operations, "operations"),
        (Self::Engineering, "engineering"),
        (Self::Incident, "incident"),
    ];

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

impl Purpose {
    /// All of them, as they are spelled.
    pub const ALL: [(Self, &'static str); 3] = [(Self::Risk, "risk"), (Self::Trust, "trust"), (Self::Governance, "governance")];

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

/// What kind of work a gap is, and what it is for.
fn tags(bank: &Bank, gap: &Gap) -> (Work, Purpose) {
    match gap.kind {
        // Two answers that contradict each other may have been told already, and so may one whose evidence is not what it was.
        GapKind::Disagree => (Work::Incident, Purpose::Trust),
        GapKind::Evidence if gap.why.contains("was changed") => (Work::Incident, Purpose::Governance),
        GapKind::Control => (of_control(bank, gap.about.as_deref()), Purpose::Risk),
        GapKind::Audience => (Work::BusinessProject, Purpose::Trust),
        GapKind::CloseCall | GapKind::NotApproved | GapKind::Reworded | GapKind::Retired | GapKind::OutOfDate | GapKind::Evidence => {
            (Work::Operations, Purpose::Governance)
        }
        GapKind::NoAnswer
        | GapKind::Scope
        | GapKind::ListCannotSay
        | GapKind::NoRoomForText
        | GapKind::CellCannotHold
        | GapKind::NoPlace => (Work::Operations, Purpose::Trust),
    }
}

/// A control is built, run or agreed on, by the theme of ISO/IEC 27001:2022, Annex A, that it satisfies: technological (A.8), physical (A.7),
/// or organisational and of people (A.5, A.6).
fn of_control(bank: &Bank, id: Option<&str>) -> Work {
    let satisfies = id.and_then(|id| bank.controls.get(id)).map_or(&[][..], |control| &control.satisfies[..]);
    let theme = |theme: &str| satisfies.iter().any(|requirement| requirement.starts_with(&format!("iso27001-2022/{theme}.")));
    match () {
        () if theme("A.8") => Work::Engineering,
        () if theme("A.7") => Work::Operations,
        () if theme("A.5") || theme("A.6") => Work::BusinessProject,
        () => Work::Engineering,
    }
}

/// Makes work items of gaps; the order is that of the first question that waits for each.
#[must_use]
pub fn work_items(bank: &Bank, analyzer: &Analyzer, gaps: &[(&Question, &Proposal, Gap)]) -> Vec<WorkItem> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut items: Vec<WorkItem> = Vec::new();
    for (question, proposal, gap) in gaps {
        let key = identity(analyzer, question, gap);
        let place = *places.entry(key.clone()).or_insert_with(|| {
            items.push(new_item(bank, analyzer, &key, question, proposal, gap));
            items.len() - 1
        });
        items[place].waiting.push(Waiting { sheet: question.sheet.clone(), cell: question.name(), question: question.text.clone() });
    }
    items
}

/// What makes two gaps one: kind and control or evidence, else kind and answer, else kind and the normalised question. A cell that does not
/// take its answer is by itself, since each has its own reason.
fn identity(analyzer: &Analyzer, question: &Question, gap: &Gap) -> String {
    let about = match (gap.kind, &gap.about, &gap.answer) {
        (GapKind::NoPlace, _, Some(_)) => question.place(),
        (GapKind::NoPlace, ..) => question.sheet.clone(),
        (GapKind::Reworded, ..) | (_, None, None) => analyzer.key(&question.text),
        (GapKind::CloseCall | GapKind::Disagree, Some(one), Some(other)) => [one.min(other).as_str(), one.max(other)].join("\n"),
        (GapKind::ListCannotSay, _, Some(answer)) => format!("{answer}\n{}", question.answer.options.join("\n")),
        (_, Some(about), _) => about.clone(),
        (_, None, Some(answer)) => answer.clone(),
    };
    format!("{}\n{about}", gap.kind.name())
}

fn new_item(bank: &Bank, analyzer: &Analyzer, key: &str, question: &Question, proposal: &Proposal, gap: &Gap) -> WorkItem {
    let answer = gap.answer.as_deref().and_then(|id| bank.answer(id));
    let (title, to_do) = texts(question, gap);
    let (work, purpose) = tags(bank, gap);
    WorkItem {
        id: format!("wi-{}", &sha256(key.as_bytes())["sha256:".len()..][..12]),
        kind: gap.kind,
        title,
        why: gap.why.clone(),
        to_do,
        owner: owner(bank, analyzer, question, proposal, gap),
        work,
        purpose,
        answer: gap.answer.clone(),
        about: gap.about.clone(),
        requirements: answer.map(|answer| bank.requirements_of(answer)).unwrap_or_default(),
        waiting: Vec::new(),
    }
}

/// Who should act: the owner of the control or evidence, of the answer, of the topic, of the likeliest answer, whoever edited that last, else the bank's.
fn owner(bank: &Bank, analyzer: &Analyzer, question: &Question, proposal: &Proposal, gap: &Gap) -> String {
    let about = gap.about.as_deref();
    let of_control = about.and_then(|id| bank.controls.get(id)).map(|control| &control.owner);
    let of_evidence = about.and_then(|id| bank.evidence.get(id)).map(|evidence| &evidence.owner);
    let answer = gap.answer.as_deref().and_then(|id| bank.answer(id));
    let likeliest = proposal.matches.first().filter(|_| gap.kind != GapKind::NoPlace).map(|judged| judged.found.answer);
    let editor = |answer: &'_ Answer| answer.edited.as_ref().map(|edited| edited.by.clone());
    let named = [of_control, of_evidence, answer.map(|answer| &answer.owner), of_topic(bank, analyzer, question, likeliest)];
    named
        .into_iter()
        .chain([likeliest.map(|answer| &answer.owner)])
        .flatten()
        .find(|owner| !owner.is_empty())
        .cloned()
        .or_else(|| answer.or(likeliest).and_then(editor))
        .or_else(|| Some(bank.default_owner.clone()).filter(|owner| !owner.is_empty()))
        .unwrap_or_else(|| "nobody yet".to_owned())
}

/// Who answers for the topic: the folder of the likeliest answer, or a word of the question.
fn of_topic<'b>(bank: &'b Bank, analyzer: &Analyzer, question: &Question, likeliest: Option<&Answer>) -> Option<&'b String> {
    if bank.owners.is_empty() {
        return None;
    }
    let folder = likeliest.and_then(|answer| answer.file.strip_prefix("answers/")?.split_once('/')).map(|(folder, _)| folder);
    let terms = analyzer.terms(&question.text);
    let by_word = || bank.owners.iter().find(|(topic, _)| terms.contains(&analyzer.term(topic))).map(|(_, owner)| owner);
    folder.and_then(|folder| bank.owners.get(folder)).or_else(by_word)
}

/// Title, and what to do.
fn texts(question: &Question, gap: &Gap) -> (String, String) {
    let id = gap.answer.as_deref().unwrap_or("the answer");
    let about = gap.about.as_deref().unwrap_or(id);
    match gap.kind {
        GapKind::NoAnswer => (
            format!("Answer: {}", one_line(&question.text)),
            "write an answer with its controls and evidence, and have it approved; or add this wording to the answer that fits".into(),
        ),
        GapKind::CloseCall => (
            format!("Tell {id} and {about} apart"),
            format!("decide which of the two answers this, and make their wordings say what sets them apart: answerbank bank edit {id}"),
        ),
        GapKind::Disagree => (
            format!("{id} and {about} disagree"),
            "they stand on the same control and say different things: find out which is true, and correct or retire the other".into(),
        ),
        GapKind::Reworded => (
            format!("Approve the words for: {}", one_line(&question.text)),
            "take the reviewer's words into the bank, and have them approved: answerbank bank learn".into(),
        ),
        GapKind::NotApproved => (format!("Approve {id}"), format!("check {id}, and approve it: answerbank bank approve {id} --by NAME")),
        GapKind::Retired => (format!("Replace {id}"), format!("{id} is retired: write an answer that takes its place")),
        GapKind::OutOfDate => (format!("Review {id}"), format!("check that {id} is still true, move review_by, and approve it again")),
        GapKind::Audience => (
            format!("Who may be told {id}?"),
            format!(
                "decide whether {id} may be told to this audience, or agree on confidentiality with the customer and fill with --audience nda"
            ),
        ),
        GapKind::Scope => (
            format!("Does {id} hold for what was asked about?"),
            "name the product and region with --product and --region, or write an answer for it".into(),
        ),
        GapKind::Control => (
            format!("Put control {about} in place, or correct {id}"),
            format!("bring {about} to the state that {id} claims, or change the answer's verdict"),
        ),
        GapKind::Evidence if gap.about.is_none() => (
            format!("Put a control or evidence behind {id}"),
            format!("{id} says yes and stands on nothing: name the controls or the evidence that make it true, and have it approved again"),
        ),
        GapKind::Evidence => {
            (format!("Renew evidence: {about}"), format!("bring in current evidence for {about}; until then {id} is not given"))
        }
        GapKind::ListCannotSay => {
            (format!("Pick a word for {id}"), format!("add to {id}: choices = [{{ list = {:?}, word = \"…\" }}]", question.answer.options))
        }
        GapKind::NoRoomForText => (
            format!("Give {id} with its wording"),
            "the form has no cell for the wording: answer by hand, or write an answer whose verdict can stand alone".into(),
        ),
        GapKind::CellCannotHold => (
            format!("Write {id} by hand"),
            "the cells of these questions do not take its text: write what they take, or ask the customer what they expect".into(),
        ),
        GapKind::NoPlace if gap.answer.is_some() => (
            format!("Answer by hand: {}", one_line(&question.text)),
            format!("the cell does not take {id} as it stands: answer by hand, in words that it takes"),
        ),
        GapKind::NoPlace => (
            format!("Find where to answer on sheet {}", question.sheet),
            "the form has no cell that may be written for these questions: look at the sheet and answer by hand".into(),
        ),
    }
}

/// A text on one line, shortened.
fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= 100 { line } else { line.chars().take(99).chain(['…']).collect() }
}
