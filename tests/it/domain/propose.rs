//! Match + standing → a proposal; proposal + decision → what becomes of the question. A settled response never has a bar.

use answerbank::domain::bank::{Bank, READY_BAR};
use answerbank::domain::cell::CellRef;
use answerbank::domain::confidence::{Model, View};
use answerbank::domain::extract::{AnswerCells, Form, Question};
use answerbank::domain::propose::{Proposal, propose};
use answerbank::domain::rank::{Candidate, Lexicon, Ranker};
use answerbank::domain::review::{Choice, Decision, Ground, Outcome, settle};
use answerbank::domain::standing::{Scope, standing};
use answerbank::domain::wording::Analyzer;

use super::{ENCRYPTED, bank, list, scope};
use crate::table::check_rows;

/// A question with a list `Yes, No, N/A` in B2 and a comment in C2, or a form of another kind.
pub fn question(text: &str, form: &str) -> Question {
    let mut question = Question {
        sheet: "S".into(),
        cell: CellRef::new(1, 0),
        part: None,
        text: text.into(),
        about: None,
        follows: None,
        id: None,
        requirements: Vec::new(),
        section: None,
        answer: AnswerCells { kind: Form::Choice, cells: vec![CellRef::new(1, 1)], options: list("Yes No N/A") },
        comment: vec![CellRef::new(1, 2)],
        limit: None,
        extra: Vec::new(),
        writable: true,
        given: None,
        mark: None,
        why: vec!["asked for the test".into()],
    };
    let answer = &mut question.answer;
    match form {
        "list" => {}
        "list alone" => question.comment.clear(),
        "text" => (answer.kind, answer.options) = (Form::Text, Vec::new()),
        "boxes" => (answer.kind, answer.cells) = (Form::Mark, (1..4).map(|col| CellRef::new(1, col)).collect()),
        "unreadable list" => answer.options.clear(),
        "long list" => answer.options = vec!["Yes, it covers all".into(), "No, it does not".into()],
        "no cell" => *answer = AnswerCells { kind: Form::None, cells: Vec::new(), options: Vec::new() },
        "locked" => (question.writable, question.why) = (false, vec!["its cell is locked".into()]),
        "answered" => question.given = Some("No".into()),
        other => panic!("{other}"),
    }
    question
}

pub fn proposal<'b>(bank: &'b Bank, question: &Question, scope: &Scope) -> Proposal<'b> {
    let analyzer = Analyzer::new(&bank.vocabulary);
    let candidates: Vec<Candidate> = bank.answers.iter().map(|answer| Candidate::new(answer, 1.0)).collect();
    let lexicon = Lexicon { rarity: Box::new(|_| 1.0), embed: Box::new(|_| Vec::new()), known: Box::new(|_| true) };
    let ranker = Ranker::new(&analyzer, Model::of(View::Words), READY_BAR, lexicon, std::sync::Arc::default());
    propose(bank, question, ranker.rank(&question.text, &candidates), scope)
}

fn shown(proposal: &Proposal) -> String {
    let what = match (&proposal.draft, &proposal.gap) {
        (Some(draft), None) => {
            let written: Vec<&str> = [&draft.word, &draft.text].into_iter().flatten().map(String::as_str).collect();
            format!("{} from {}", written.join(" + "), proposal.matches[0].found.answer.id)
        }
        (None, Some(gap)) => format!("{}: {}", gap.kind.name(), gap.why.replace(" | ", " / ")),
        other => panic!("a draft or a gap, and never both: {other:?}"),
    };
    format!("{}: {what}", proposal.band)
}

fn settled(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Respond(response) => {
            let ground = match &response.ground {
                Ground::Ready => "ready".to_owned(),
                Ground::Decision { by } => format!("decided by {by}"),
            };
            format!("{} from {}, {ground}", response.draft.word.as_deref().unwrap_or("text"), response.answer.id)
        }
        Outcome::Gap(gap) => format!("{}: {}", gap.kind.name(), gap.why.replace(" | ", " / ")),
        other => format!("{other:?}").to_lowercase(),
    }
}

#[test]
fn an_equal_wording_is_ready_and_everything_else_needs_a_person() {
    check_rows(
        "
        Is customer data encrypted at rest?                 | ready: Yes + Wording of e. from e
        1.2 Please: is CUSTOMER DATA encrypted (at rest)    | ready: Yes + Wording of e. from e
        Is customer data not encrypted at rest?             | review: Yes + Wording of e. from e
        Is customer data encrypted in transit?              | review: Yes + Wording of e. from e
        Is all customer data encrypted at rest?             | review: Yes + Wording of e. from e
        Do you serve lunch on Fridays?                      | gap: no-answer: the bank has no answer to this
        ",
        |cells| shown(&proposal(&bank("e yes"), &question(cells[0], "list"), &scope("public"))),
    );
}

#[test]
fn a_proposal_is_a_draft_or_a_gap_with_its_kind() {
    check_rows(
        r#"
        e yes                                | list            | ready: Yes + Wording of e. from e
        e yes                                | list alone      | ready: Yes from e
        e yes                                | text            | ready: Wording of e. from e
        e yes                                | boxes           | ready: Yes + Wording of e. from e
        e yes                                | answered        | ready: Yes + Wording of e. from e
        e yes                                | unreadable list | gap: list-cannot-say: the words of the cell's list could not be read
        e yes                                | long list       | gap: list-cannot-say: no word of the list says "yes": Yes, it covers all / No, it does not
        e partly                             | list            | gap: list-cannot-say: no word of the list says "partly": Yes / No / N/A
        e info                               | text            | ready: Wording of e. from e
        e yes                                | no cell         | gap: no-place: asked for the test
        e yes                                | locked          | gap: no-place: its cell is locked
        e yes needs_text                     | list            | ready: Yes + Wording of e. from e
        e yes needs_text                     | list alone      | gap: no-room-for-text: e may not be given without its wording, and there is no cell for it
        e yes + f no                         | list            | review: Yes + Wording of e. from e
        e yes + f no asks=Backups?           | list            | ready: Yes + Wording of e. from e
        e yes audience=nda + f no            | list            | ready: No + Wording of f. from f
        e yes audience=nda + f yes controls= | list            | gap: audience: e may not be given: it may only be told under nda
        e yes approved=                      | list            | gap: not-approved: e may not be given: it is a draft: nobody approved it
        e yes controls=C-5                   | list            | gap: control: e may not be given: control C-5 is only planned
        e yes evidence=old products=edge     | list            | gap: evidence: e may not be given: evidence old expired on 2026-02-28; it holds only for the product edge
        e yes review=2026-02-28              | list            | gap: out-of-date: e may not be given: it was to be reviewed by 2026-02-28
        e yes retired=2026-02-28             | list            | gap: retired: e may not be given: it is retired: replaced
        e unreadable                         | list            | gap: not-approved: e may not be given: its file has an error
                                             | list            | gap: no-answer: the bank has no answer to this
        "#,
        |cells| shown(&proposal(&bank(cells[0]), &question(ENCRYPTED, cells[1]), &scope("public"))),
    );
}

fn decision(text: &str) -> Option<Decision> {
    let choice = text.strip_prefix("give ").map_or(Choice::Reject, Choice::give);
    let (sheet, cell, question) = ("S".into(), "A2".into(), ENCRYPTED.into());
    (text != "none").then(|| Decision { sheet, cell, question, choice, by: "a.quist".into(), reason: String::new(), contested: None })
}

#[test]
fn a_question_is_settled_by_policy_or_by_a_decision_and_never_past_a_bar() {
    check_rows(
        r#"
        e yes + f no asks=Backups?  | list            | none     | Yes from e, ready
        e yes + f no asks=Backups?  | list            | give e   | Yes from e, decided by a.quist
        e yes + f no asks=Backups?  | list            | give f   | No from f, decided by a.quist
        e yes                       | text            | none     | text from e, ready
        e yes                       | list            | reject   | rejected
        e yes                       | list            | give z   | no-answer: the decision names z, which is not in the bank
        e yes                       | answered        | none     | kept
        e yes                       | answered        | give e   | kept
        e yes                       | answered        | reject   | kept
        e yes                       | answered, overwrite | none | Yes from e, ready
        e yes + f no                | answered, overwrite | give f | No from f, decided by a.quist
        e yes                       | answered, overwrite | reject | rejected
        e yes                       | locked          | none     | no-place: its cell is locked
        e yes                       | locked          | give e   | no-place: its cell may not be written
        e yes                       | no cell         | give e   | no-place: there is no cell to write into
        e yes                       | unreadable list | give e   | list-cannot-say: the words of the cell's list could not be read
        e yes + f no                | list            | none     | waiting
        e yes + f no                | list            | give f   | No from f, decided by a.quist
        e yes audience=nda          | list            | none     | audience: e may not be given: it may only be told under nda
        e yes audience=nda + f yes  | list            | give e   | audience: e may not be given: it may only be told under nda
        e yes audience=internal     | text            | give e   | audience: e may not be given: it is internal and never leaves
        e yes later=wording         | text            | give e   | not-approved: e may not be given: it was changed after it was approved
        e yes products=edge         | list            | give e   | scope: e may not be given: it holds only for the product edge
        e yes controls=C-5          | list            | give e   | control: e may not be given: control C-5 is only planned
        e unreadable                | text            | give e   | not-approved: e may not be given: its file has an error
        e yes needs_text            | list alone      | give e   | no-room-for-text: e may not be given without its wording, and there is no cell for it
                                    | list            | reject   | rejected
        "#,
        |cells| {
            let (bank, form) = (bank(cells[0]), cells[1].trim_end_matches(", overwrite"));
            let (asked, scope) = (question(ENCRYPTED, form), scope("public"));
            let proposal = proposal(&bank, &asked, &scope);
            settled(&settle(&bank, &asked, &proposal, decision(cells[2]).as_ref(), &scope, cells[1].ends_with("overwrite")))
        },
    );
}

#[test]
fn what_was_ready_yesterday_is_judged_anew_today() {
    let (bank, asked) = (bank("e yes evidence=fresh"), question(ENCRYPTED, "list"));
    let proposal = proposal(&bank, &asked, &scope("public"));
    check_rows(
        "
        2026-08-31 | Yes from e, ready
        2026-09-01 | evidence: e may not be given: evidence fresh expired on 2026-08-31
        ",
        |cells| settled(&settle(&bank, &asked, &proposal, None, &scope(cells[0]), false)),
    );
}

#[test]
fn a_settled_response_never_has_a_bar_and_gives_the_approved_wording() {
    let answers = "e yes; e yes + f no; e yes audience=nda + f no; e yes approved=; e yes audience=internal; e yes products=edge; e yes needs_text; \
                   e yes controls=C-5; e yes controls=C-2; e yes evidence=old; e yes review=2026-02-28; e partly; e info; e unreadable; e no later=digest";
    let forms = "list; list alone; text; boxes; unreadable list; long list; no cell; locked; answered";
    let scopes = "public; nda; internal; public 2026-01-04; nda 2026-02-28 products=edge; internal 2026-03-01 products=cloud,edge; public 2026-09-01";
    let (mut responses, mut others) = (0, 0);
    for (bank, form) in answers.split("; ").map(bank).flat_map(|bank| forms.split("; ").map(move |form| (bank.clone(), form))) {
        let asked = question(ENCRYPTED, form);
        for scope in scopes.split("; ").map(scope) {
            let proposal = proposal(&bank, &asked, &scope);
            for (choice, overwrite) in
                ["none", "give e", "give f", "reject"].into_iter().flat_map(|choice| [(choice, false), (choice, true)])
            {
                let Outcome::Respond(response) = settle(&bank, &asked, &proposal, decision(choice).as_ref(), &scope, overwrite) else {
                    others += 1;
                    continue;
                };
                responses += 1;
                assert!(standing(&bank, response.answer, &scope).is_empty(), "{} {scope:?}", response.answer.id);
                assert!(asked.writable && (asked.given.is_none() || overwrite));
                assert!(response.draft.word.iter().all(|word| asked.answer.options.contains(word)));
                assert!(response.draft.text.iter().all(|text| *text == response.answer.wording));
                assert!(!response.answer.needs_text || response.draft.text.is_some());
            }
        }
    }
    assert!(responses > 500 && others > 1_000, "both happen: {responses} responses, {others} others");
}
