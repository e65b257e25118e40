//! Match + standing → a draft or a gap, with reasons. The band `ready` is given here and nowhere else; nothing is written here.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::bank::{Answer, Bank, Verdict};
use super::context::depends;
use super::extract::{Form, Question};
use super::list_word::word_for;
use super::rank::{Match, Nearness};
use super::standing::{Bar, Scope, standing};

/// How sure a proposal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Band {
    /// Safe to fill without a look.
    Ready,
    /// For a person to decide.
    Review,
    /// Nothing can be offered.
    Gap,
}

impl fmt::Display for Band {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ready => "ready",
            Self::Review => "review",
            Self::Gap => "gap",
        })
    }
}

/// Why nothing can be offered, by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapKind {
    /// The bank has no answer to this.
    NoAnswer,
    /// Two answers fit equally well.
    CloseCall,
    /// Two answers fit and say different things.
    Disagree,
    /// A reviewer's own words are not in the bank.
    Reworded,
    /// The answer is a draft, or was changed since it was approved.
    NotApproved,
    /// The answer is retired.
    Retired,
    /// The answer was to be reviewed before.
    OutOfDate,
    /// The answer may not be told to this audience.
    Audience,
    /// The answer holds for other products or regions.
    Scope,
    /// A control behind the answer is not in place.
    Control,
    /// Evidence behind the answer is missing, changed or expired.
    Evidence,
    /// The cell's list has no word, or several, for the answer.
    ListCannotSay,
    /// The verdict may not stand alone and there is no cell for the wording.
    NoRoomForText,
    /// There is no cell that may be written.
    NoPlace,
    /// The cell does not take the text: by its rule, or because the file cannot hold it.
    CellCannotHold,
}

impl GapKind {
    /// All kinds.
    pub const ALL: [Self; 15] = [
        Self::NoAnswer,
        Self::CloseCall,
        Self::Disagree,
        Self::Reworded,
        Self::NotApproved,
        Self::Retired,
        Self::OutOfDate,
        Self::Audience,
        Self::Scope,
        Self::Control,
        Self::Evidence,
        Self::ListCannotSay,
        Self::NoRoomForText,
        Self::NoPlace,
        Self::CellCannotHold,
    ];

    /// The kind's stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoAnswer => "no-answer",
            Self::CloseCall => "close-call",
            Self::Disagree => "disagree",
            Self::Reworded => "reworded",
            Self::NotApproved => "not-approved",
            Self::Retired => "retired",
            Self::OutOfDate => "out-of-date",
            Self::Audience => "audience",
            Self::Scope => "scope",
            Self::Control => "control",
            Self::Evidence => "evidence",
            Self::ListCannotSay => "list-cannot-say",
            Self::NoRoomForText => "no-room-for-text",
            Self::CellCannotHold => "cell-cannot-hold",
            Self::NoPlace => "no-place",
        }
    }

    /// The kind of gap that a bar makes.
    #[must_use]
    pub fn of(bar: &Bar) -> Self {
        match bar.kind() {
            "not-approved" => Self::NotApproved,
            "retired" => Self::Retired,
            "out-of-date" => Self::OutOfDate,
            "audience" => Self::Audience,
            "scope" => Self::Scope,
            "control" => Self::Control,
            _ => Self::Evidence,
        }
    }
}

/// Why no draft can be offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Its kind.
    pub kind: GapKind,
    /// In words.
    pub why: String,
    /// The answer that it is about.
    pub answer: Option<String>,
    /// The control or evidence that it is about.
    pub about: Option<String>,
}

impl Gap {
    /// The gap of an answer that fits and may not be given; its kind is that of the first bar.
    #[must_use]
    pub fn barred(answer: &Answer, bars: &[Bar]) -> Self {
        let all: Vec<String> = bars.iter().map(ToString::to_string).collect();
        Self {
            kind: GapKind::of(&bars[0]),
            why: format!("{} may not be given: {}", answer.id, all.join("; ")),
            answer: Some(answer.id.clone()),
            about: bars[0].about().map(str::to_owned),
        }
    }
}

/// What would be written if the draft is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The word of the list, for choices and marks.
    pub word: Option<String>,
    /// The wording, where there is a cell for it.
    pub text: Option<String>,
    /// The same in one line, for where the wording is too long; empty where there is none.
    pub short: String,
}

/// A match with what bars its answer from being given.
#[derive(Clone, Debug)]
pub struct Judged<'a> {
    /// The match.
    pub found: Match<'a>,
    /// Why it may not be given; empty where it may.
    pub bars: Vec<Bar>,
}

/// What the program proposes for one question.
#[derive(Clone, Debug)]
pub struct Proposal<'a> {
    /// How sure.
    pub band: Band,
    /// The best matches, the proposed one first.
    pub matches: Vec<Judged<'a>>,
    /// What would be written; none for a gap.
    pub draft: Option<Draft>,
    /// Why there is none.
    pub gap: Option<Gap>,
    /// What the bank leaves open, so that a person had to look although there is a draft: two answers that fit, or that disagree.
    pub doubt: Option<Gap>,
    /// Why, in words: what agrees, what it stands on, what speaks against it.
    pub reasons: Vec<String>,
}

/// So many matches are shown.
pub const SHOWN: usize = 5;
/// So many matches are judged.
pub const JUDGED: usize = 10;
/// A match with less of a chance to be the entry to start from is not worth a reviewer's time.
const REVIEW_BAR: f32 = 0.25;

/// Judges matches by their standing.
#[must_use]
pub fn judge<'a>(bank: &Bank, matches: Vec<Match<'a>>, scope: &Scope) -> Vec<Judged<'a>> {
    matches.into_iter().take(JUDGED).map(|found| Judged { bars: standing(bank, found.answer, scope), found }).collect()
}

/// What judged matches, best first, come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// This one is asked in the same words and may be given.
    Ready(usize),
    /// Two fit as well, so a person has to choose.
    Close(usize, usize),
    /// This one is asked in the same words and may not be given.
    Barred(usize),
    /// None is asked in the same words.
    Alike,
}

/// So many words may be on one side only where two wordings still ask much the same.
const RIVAL: usize = 2;

fn differs_little(found: &Match) -> bool {
    found.alignment.lacks.len() + found.alignment.beyond.len() <= RIVAL
}

/// Tells what judged matches come to.
#[must_use]
pub fn fit(judged: &[Judged]) -> Fit {
    let ready = || judged.iter().enumerate().filter(|(_, one)| one.found.is_ready());
    let mut free = ready().filter(|(_, one)| one.bars.is_empty());
    // Where the words differ, another entry that is at least as likely and differs in hardly a word leaves a doubt, whether it may be given or not.
    let rivals = |other: &Match| other.warnings.is_empty() && differs_little(other);
    let ahead = |one: usize| judged[..one].iter().position(|other| other.found.place >= judged[one].found.place && rivals(&other.found));
    match (free.next(), free.next(), ready().next()) {
        (Some((one, found)), None, _) => match ahead(one).filter(|_| found.found.nearness == Nearness::Alike) {
            Some(other) => Fit::Close(one, other),
            None => Fit::Ready(one),
        },
        (Some((one, _)), Some((other, _)), _) => Fit::Close(one, other),
        (None, _, Some((barred, _))) => Fit::Barred(barred),
        (None, _, None) => Fit::Alike,
    }
}

/// The share of the best chance that an answer must have to take the place of one that may not be given.
const NEARLY_AS_LIKELY: f32 = 0.9;

/// The draft that stands in the way: asked in the same words, and never approved by anybody.
#[must_use]
pub fn draft_in_the_way<'a>(bank: &'a Bank, proposal: &Proposal) -> Option<&'a Answer> {
    let gap = proposal.gap.as_ref().filter(|gap| gap.kind == GapKind::NotApproved)?;
    bank.answer(gap.answer.as_deref()?).filter(|answer| answer.approved.is_none())
}

/// Proposes what is found among approved answers alone, where a draft stands in the way: always for a person, who is told of the draft. None
/// where nothing of it may be given.
#[must_use]
pub fn propose_past<'a>(
    bank: &'a Bank,
    question: &Question,
    draft: &Answer,
    approved: Vec<Match<'a>>,
    scope: &Scope,
) -> Option<Proposal<'a>> {
    let mut proposal = propose(bank, question, approved, scope);
    proposal.draft.as_ref()?;
    proposal.band = Band::Review;
    proposal.reasons.insert(0, format!("careful, draft: {} asks this too, and nobody has approved it", draft.id));
    Some(proposal)
}

/// Proposes for one question.
#[must_use]
pub fn propose<'a>(bank: &'a Bank, question: &Question, matches: Vec<Match<'a>>, scope: &Scope) -> Proposal<'a> {
    let judged = judge(bank, matches, scope);
    if question.answer.cells.is_empty() || !question.writable {
        let why = question.why.last().cloned().unwrap_or_default();
        return gap(judged, Gap { kind: GapKind::NoPlace, why, answer: None, about: None });
    }
    match fit(&judged) {
        Fit::Ready(one) => {
            let context = depends(question, judged[one].found.wording, judged[one].found.answer);
            let doubts: Vec<Doubt> = context.map(Doubt::of_form).or_else(|| disagreement(&judged, one)).into_iter().collect();
            let band = if doubts.is_empty() { Band::Ready } else { Band::Review };
            doubted(offer(bank, question, judged, one, band), doubts)
        }
        Fit::Close(one, other) => {
            let doubts = [Some(close_call(&judged, one, &judged[other])), disagreement(&judged, one)];
            let doubts = doubts.into_iter().flatten().collect();
            doubted(offer(bank, question, judged, one, Band::Review), doubts)
        }
        Fit::Barred(one) => {
            let barred = Gap::barred(judged[one].found.answer, &judged[one].bars);
            gap(judged, barred)
        }
        Fit::Alike => alike(bank, question, judged),
    }
}

/// Leaves to a person what would be ready, for a reason outside the question's own words.
pub fn hold_back(proposal: &mut Proposal, why: &str) {
    if proposal.band == Band::Ready {
        proposal.band = Band::Review;
        proposal.reasons.insert(0, why.to_owned());
    }
}

/// What speaks against a draft although it fits.
pub struct Doubt {
    /// In words.
    pub says: String,
    /// Its kind and the two answers, where the bank could be told apart better; none where it lies in the form.
    between: Option<(GapKind, String, String)>,
}

impl Doubt {
    fn of_form(says: String) -> Self {
        Self { says, between: None }
    }

    fn of_bank(kind: GapKind, one: &Answer, other: &Answer, says: String) -> Self {
        Self { says, between: Some((kind, one.id.clone(), other.id.clone())) }
    }
}

/// A proposal with what speaks against it in front of its reasons; a gap has its own.
fn doubted(mut proposal: Proposal, doubts: Vec<Doubt>) -> Proposal {
    if proposal.gap.is_some() {
        return proposal;
    }
    // That answers disagree weighs more than that they are alike.
    let between = doubts.iter().filter_map(|doubt| Some((doubt.between.clone()?, &doubt.says))).max_by_key(|((kind, ..), _)| *kind);
    proposal.doubt = between.map(|((kind, one, other), why)| Gap { kind, why: why.clone(), answer: Some(one), about: Some(other) });
    proposal.reasons.splice(0..0, doubts.into_iter().map(|doubt| doubt.says));
    proposal
}

fn close_call(judged: &[Judged], one: usize, other: &Judged) -> Doubt {
    let how = if other.found.is_ready() { "is asked in the same words" } else { "is nearly as likely" };
    let (answer, rival) = (judged[one].found.answer, other.found.answer);
    let says = format!("close call: {} {how} ({:?}); a person has to choose", rival.id, other.found.wording);
    Doubt::of_bank(GapKind::CloseCall, answer, rival, says)
}

/// Another entry that asks much the same, stands on the same control, and says something else; whether it may be given or not.
#[must_use]
pub fn disagreement(judged: &[Judged], one: usize) -> Option<Doubt> {
    let answer = judged[one].found.answer;
    let elsewhere = |other: &Judged| other.bars.iter().any(|bar| matches!(bar.kind(), "retired" | "scope"));
    let says_else = |other: &Answer| matches!((answer.verdict, other.verdict), (Some(a), Some(b)) if a != b && a != Verdict::Info && b != Verdict::Info);
    let (other, control) = judged.iter().enumerate().filter(|(place, _)| *place != one).find_map(|(_, other)| {
        let likely = other.found.place >= REVIEW_BAR.max(judged[one].found.place * NEARLY_AS_LIKELY);
        let alike = (likely || differs_little(&other.found)) && other.found.warnings.is_empty() && !elsewhere(other);
        let control = answer.controls.iter().find(|control| other.found.answer.controls.contains(control))?;
        (alike && says_else(other.found.answer)).then_some((other, control))
    })?;
    let says = |answer: &Answer| answer.verdict.map(|verdict| verdict.to_string()).unwrap_or_default();
    let told = format!(
        "careful, disagreement: {} says {:?} where this says {:?} ({:?}), and both stand on control {control}",
        other.found.answer.id,
        says(other.found.answer),
        says(answer),
        other.found.wording,
    );
    Some(Doubt::of_bank(GapKind::Disagree, answer, other.found.answer, told))
}

/// No wording is the same: a likely answer for a person to look at, or a gap. Where the likeliest answer may not be given, only one that is
/// nearly as likely takes its place: anything else would answer another question.
fn alike<'a>(bank: &'a Bank, question: &Question, judged: Vec<Judged<'a>>) -> Proposal<'a> {
    let bar = judged.first().map_or(REVIEW_BAR, |first| REVIEW_BAR.max(first.found.place * NEARLY_AS_LIKELY));
    let likely = |at: &usize| judged[*at].found.place >= bar;
    let best = (0..judged.len()).filter(likely).find(|at| judged[*at].bars.is_empty());
    if let Some(best) = best {
        let chance = judged[best].found.place;
        let tie = judged[best + 1..].iter().find(|other| other.bars.is_empty() && other.found.place >= chance * NEARLY_AS_LIKELY);
        let doubts = [tie.map(|tie| close_call(&judged, best, tie)), disagreement(&judged, best)];
        let doubts = doubts.into_iter().flatten().collect();
        return doubted(offer(bank, question, judged, best, Band::Review), doubts);
    }
    match judged.first().filter(|first| first.found.place >= REVIEW_BAR) {
        Some(first) => {
            let barred = Gap::barred(first.found.answer, &first.bars);
            gap(judged, barred)
        }
        None => gap(judged, Gap { kind: GapKind::NoAnswer, why: "the bank has no answer to this".into(), answer: None, about: None }),
    }
}

fn gap(judged: Vec<Judged>, gap: Gap) -> Proposal {
    let reasons = vec![gap.why.clone()];
    Proposal { band: Band::Gap, matches: shown(judged), draft: None, gap: Some(gap), doubt: None, reasons }
}

fn shown(mut judged: Vec<Judged>) -> Vec<Judged> {
    judged.truncate(SHOWN);
    judged
}

/// Offers one of the matches, if the cell can take it.
fn offer<'a>(bank: &'a Bank, question: &Question, mut judged: Vec<Judged<'a>>, place: usize, band: Band) -> Proposal<'a> {
    let chosen = judged.remove(place);
    judged.insert(0, chosen);
    let answer = judged[0].found.answer;
    match draft(question, answer) {
        Err(refused) => gap(judged, refused),
        Ok(draft) => {
            let reasons = reasons(bank, &judged[0]);
            Proposal { band, matches: shown(judged), draft: Some(draft), gap: None, doubt: None, reasons }
        }
    }
}

/// What an answer would write into a question's cells.
///
/// # Errors
/// The cells cannot take it: the gap that this is.
pub fn draft(question: &Question, answer: &Answer) -> Result<Draft, Gap> {
    let refuse = |kind, why| Err(Gap { kind, why, answer: Some(answer.id.clone()), about: None });
    match question.answer.kind {
        Form::None => refuse(GapKind::NoPlace, "there is no cell to write into".into()),
        Form::Text => Ok(Draft { word: None, text: Some(answer.wording.clone()), short: answer.short.clone() }),
        Form::Choice | Form::Mark => match word_for(answer, &question.answer.options) {
            Err(no_word) => refuse(GapKind::ListCannotSay, no_word.why(answer.verdict, &question.answer.options)),
            Ok(_) if answer.needs_text && question.comment.is_empty() => {
                refuse(GapKind::NoRoomForText, format!("{} may not be given without its wording, and there is no cell for it", answer.id))
            }
            Ok(word) => Ok(Draft {
                word: Some(word.to_owned()),
                text: (!question.comment.is_empty()).then(|| answer.wording.clone()),
                short: answer.short.clone(),
            }),
        },
    }
}

/// Why an answer is proposed, in words.
#[must_use]
pub fn reasons(bank: &Bank, judged: &Judged) -> Vec<String> {
    let Judged { found, bars } = judged;
    let mut reasons: Vec<String> = found.warnings.iter().map(|warning| format!("careful, {}: {}", warning.guard, warning.says)).collect();
    reasons.push(match found.nearness {
        Nearness::Equal => format!("the bank asks this in the same words: {:?}", found.wording),
        Nearness::NearlyEqual => format!("the bank asks this in nearly the same words: {:?}", found.wording),
        Nearness::Alike if found.is_settled() => {
            format!("the bank asks the same in other words: {:?}; both name {}", found.wording, listed(&found.alignment.agree))
        }
        Nearness::Alike => format!("the bank asks something alike: {:?}; both name {}", found.wording, listed(&found.alignment.agree)),
    });
    if found.nearness == Nearness::Alike && !found.alignment.lacks.is_empty() {
        reasons.push(format!("the stored wording does not name {}", listed(&found.alignment.lacks)));
    }
    if found.nearness == Nearness::Alike && !found.alignment.beyond.is_empty() {
        reasons.push(format!("the question does not name {}", listed(&found.alignment.beyond)));
    }
    if found.with_heading {
        reasons.push("the question says too little by itself, so it was read with the heading above it".to_owned());
    }
    if let Some(requirement) = found.requirement {
        reasons.push(format!("the sheet names {requirement}, which a control behind this answer satisfies"));
    }
    for control in bank.controls_of(found.answer) {
        reasons.push(format!("stands on control {} ({}), which is {}", control.id, control.title, control.state));
    }
    for id in &found.answer.evidence {
        if let Some(evidence) = bank.evidence.get(id) {
            let until = evidence.valid_until.map(|until| format!(", valid until {until}")).unwrap_or_default();
            reasons.push(format!("stands on evidence {id} ({}{until})", evidence.title));
        }
    }
    reasons.extend(bars.iter().map(ToString::to_string));
    reasons
}

fn listed(terms: &[String]) -> String {
    if terms.is_empty() { "no word".into() } else { terms.join(", ") }
}
