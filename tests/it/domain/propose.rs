//! Match + standing → a proposal; proposal + decision → what becomes of the question. A settled response never has a bar.

use answerbank::domain::bank::{Answer, Audience, Bank, Verdict};
use answerbank::domain::cell::CellRef;
use answerbank::domain::extract::{AnswerCells, Form, Question};
use answerbank::domain::propose::{Proposal, propose};
use answerbank::domain::rank::{Candidate, Ranker};
use answerbank::domain::review::{Choice, Decision, Ground, Outcome, settle};
use answerbank::domain::standing::{Scope, standing};
use answerbank::domain::wording::Analyzer;

use super::{answer, approve, bank, day, list, scope};
use crate::table::{check, check_rows};

/// A question with a list `Yes, No, N/A` in B2 and a comment in C2.
fn question(text: &str) -> Question {
    Question {
        sheet: "S".into(),
        cell: CellRef::new(1, 0),
        text: text.into(),
        id: None,
        section: None,
        answer: AnswerCells { kind: Form::Choice, cells: vec![CellRef::new(1, 1)], options: list("Yes No N/A") },
        comment: vec![CellRef::new(1, 2)],
        extra: Vec::new(),
        writable: true,
        given: None,
        mark: None,
        why: vec!["asked for the test".into()],
    }
}

fn proposal<'b>(bank: &'b Bank, question: &Question, scope: &Scope) -> Proposal<'b> {
    let analyzer = Analyzer::new(&bank.vocabulary);
    let candidates: Vec<Candidate> = bank.answers.iter().map(|answer| Candidate { answer, score: 1.0 }).collect();
    let matches = Ranker::new(&analyzer, |_| 1.0).rank(&question.text, &candidates);
    propose(bank, question, matches, scope)
}

fn shown(proposal: &Proposal) -> String {
    let what = match (&proposal.draft, &proposal.gap) {
        (Some(draft), None) => {
            let written: Vec<&str> = [&draft.word, &draft.text].into_iter().flatten().map(String::as_str).collect();
            format!("{} from {}", written.join(" + "), proposal.matches[0].found.answer.id)
        }
        (None, Some(gap)) => format!("{}: {}", gap.kind.name(), gap.why),
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
        Outcome::Gap(gap) => format!("{}: {}", gap.kind.name(), gap.why),
        other => format!("{other:?}").to_lowercase(),
    }
}

const ENCRYPTED: &str = "Is customer data encrypted at rest?";

fn yes(id: &str) -> Answer {
    answer(id, ENCRYPTED, Verdict::Yes)
}

/// An answer changed and approved anew.
fn with(mut answer: Answer, change: impl FnOnce(&mut Answer)) -> Answer {
    change(&mut answer);
    approve(&mut answer);
    answer
}

/// Banks by the name that the tables give them.
fn bank_of(name: &str) -> Bank {
    let one = |change: fn(&mut Answer)| vec![with(yes("e"), change)];
    let nda: fn(&mut Answer) = |e| e.audience = Audience::Nda;
    bank(match name {
        "one" => vec![yes("e"), answer("f", "Are backups tested?", Verdict::Yes)],
        "two alike" => vec![yes("e"), with(yes("f"), |f| f.also_asked = vec![ENCRYPTED.into()])],
        "two, one barred" => vec![with(yes("e"), nda), yes("f")],
        "nda" => one(nda),
        "internal" => one(|e| e.audience = Audience::Internal),
        "edge only" => one(|e| e.products = list("edge")),
        "planned control" => one(|e| e.controls = list("C-5")),
        "old evidence" => one(|e| e.evidence = list("old")),
        "needs text" => one(|e| e.needs_text = true),
        "overdue" => one(|e| e.review_by = Some(day("2026-02-28"))),
        "partly" => one(|e| e.verdict = Some(Verdict::Partly)),
        "info" => one(|e| e.verdict = Some(Verdict::Info)),
        "faulty" => one(|e| e.verdict = None),
        "draft" => vec![Answer { approved: None, ..yes("e") }],
        "nothing" => Vec::new(),
        other => panic!("{other}"),
    })
}

/// Forms by the name that the tables give them.
fn form(name: &str) -> Question {
    let mut asked = question(ENCRYPTED);
    match name {
        "list" => {}
        "list alone" => asked.comment.clear(),
        "text" => asked.answer = AnswerCells { kind: Form::Text, options: Vec::new(), ..asked.answer },
        "boxes" => asked.answer = AnswerCells { kind: Form::Mark, cells: (1..4).map(|col| CellRef::new(1, col)).collect(), ..asked.answer },
        "unreadable list" => asked.answer.options.clear(),
        "yes, it covers" => asked.answer.options = vec!["Yes, it covers all".into(), "No, it does not".into()],
        "no cell" => asked.answer = AnswerCells { kind: Form::None, cells: Vec::new(), options: Vec::new() },
        "locked" => (asked.writable, asked.why) = (false, vec!["its cell is locked".into()]),
        "answered" => asked.given = Some("No".into()),
        other => panic!("{other}"),
    }
    asked
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
        |cells| shown(&proposal(&bank_of("one"), &question(cells[0]), &scope())),
    );
}

#[test]
fn a_proposal_is_a_draft_or_a_gap_with_its_kind() {
    check_rows(
        "
        one              | list            | ready: Yes + Wording of e. from e
        one              | list alone      | ready: Yes from e
        one              | text            | ready: Wording of e. from e
        one              | unreadable list | gap: list-cannot-say: the words of the cell's list could not be read
        one              | yes, it covers  | gap: list-cannot-say: no word of the list says \"yes\": Yes, it covers all / No, it does not
        one              | no cell         | gap: no-place: asked for the test
        one              | locked          | gap: no-place: its cell is locked
        two alike        | list            | review: Yes + Wording of e. from e
        two, one barred  | list            | ready: Yes + Wording of f. from f
        draft            | list            | gap: not-approved: e may not be given: it is a draft: nobody approved it
        nda              | list            | gap: audience: e may not be given: it may only be told under nda
        edge only        | list            | gap: scope: e may not be given: it holds only for the product edge
        old evidence     | list            | gap: evidence: e may not be given: evidence old expired on 2026-02-28
        overdue          | list            | gap: out-of-date: e may not be given: it was to be reviewed by 2026-02-28
        needs text       | list alone      | gap: no-room-for-text: e may not be given without its wording, and there is no cell for it
        info             | list            | gap: list-cannot-say: no word of the list says \"info\": Yes / No / N/A
        info             | text            | ready: Wording of e. from e
        ",
        |cells| shown(&proposal(&bank_of(cells[0]), &form(cells[1]), &scope())).replace(" | ", " / "),
    );
}

fn decision(text: &str) -> Option<Decision> {
    let choice = text.strip_prefix("give ").map_or(Choice::Reject, |id| Choice::Give(id.to_owned()));
    let question = ENCRYPTED.to_owned();
    (text != "none").then(|| Decision { sheet: "S".into(), cell: "A2".into(), question, choice, by: "a.quist".into() })
}

#[test]
fn a_question_is_settled_by_policy_or_by_a_decision_and_never_past_a_bar() {
    check_rows(
        "
        one              | list            | none     | Yes from e, ready
        one              | list            | give e   | Yes from e, decided by a.quist
        one              | list            | give f   | Yes from f, decided by a.quist
        one              | list            | reject   | rejected
        one              | list            | give z   | no-answer: the decision names z, which is not in the bank
        one              | answered        | none     | kept
        one              | answered        | give e   | kept
        one              | answered, overwrite | none   | Yes from e, ready
        one              | answered, overwrite | give f | Yes from f, decided by a.quist
        one              | locked          | none     | no-place: its cell is locked
        one              | locked          | give e   | no-place: its cell may not be written
        one              | unreadable list | give e   | list-cannot-say: the words of the cell's list could not be read
        two alike        | list            | none     | waiting
        two alike        | list            | give f   | Yes from f, decided by a.quist
        two, one barred  | list            | give e   | audience: e may not be given: it may only be told under nda
        draft            | list            | give e   | not-approved: e may not be given: it is a draft: nobody approved it
        edge only        | list            | give e   | scope: e may not be given: it holds only for the product edge
        planned control  | list            | give e   | control: e may not be given: control C-5 is only planned
        old evidence     | text            | give e   | evidence: e may not be given: evidence old expired on 2026-02-28
        faulty           | text            | give e   | not-approved: e may not be given: its file has an error
        needs text       | list alone      | give e   | no-room-for-text: e may not be given without its wording, and there is no cell for it
        nothing          | list            | reject   | rejected
        ",
        |cells| {
            let (bank, asked) = (bank_of(cells[0]), form(cells[1].trim_end_matches(", overwrite")));
            let proposal = proposal(&bank, &asked, &scope());
            let overwrite = cells[1].ends_with("overwrite");
            settled(&settle(&bank, &asked, &proposal, decision(cells[2]).as_ref(), &scope(), overwrite)).replace(" | ", " / ")
        },
    );
}

#[test]
fn what_was_ready_yesterday_is_judged_anew_today() {
    let bank = bank(vec![with(yes("e"), |e| e.evidence = list("fresh"))]);
    let asked = question(ENCRYPTED);
    let proposal = proposal(&bank, &asked, &scope());
    let later = |date: &str| settled(&settle(&bank, &asked, &proposal, None, &Scope { date: day(date), ..scope() }, false));
    check(&later("2026-08-31"), "Yes from e, ready");
    check(&later("2026-09-01"), "evidence: e may not be given: evidence fresh expired on 2026-08-31");
}

#[test]
fn a_settled_response_never_has_a_bar_and_gives_the_approved_wording() {
    let banks = "one; two alike; two, one barred; draft; nda; internal; edge only; planned control; old evidence; overdue; needs text; partly; info; faulty";
    let forms = "list; list alone; text; boxes; unreadable list; yes, it covers; no cell; locked; answered";
    let mut scopes = Vec::new();
    for audience in [Audience::Public, Audience::Nda, Audience::Internal] {
        for (date, products) in [("2026-01-04", ""), ("2026-02-28", "edge"), ("2026-03-01", "cloud edge"), ("2026-09-01", "")] {
            scopes.push(Scope { date: day(date), audience, products: list(products), regions: Vec::new() });
        }
    }
    let (mut responses, mut others) = (0, 0);
    for (bank, asked) in banks.split("; ").flat_map(|bank| forms.split("; ").map(move |name| (bank_of(bank), form(name)))) {
        for scope in &scopes {
            let proposal = proposal(&bank, &asked, scope);
            for (choice, overwrite) in
                ["none", "give e", "give f", "reject"].into_iter().flat_map(|choice| [(choice, false), (choice, true)])
            {
                let Outcome::Respond(response) = settle(&bank, &asked, &proposal, decision(choice).as_ref(), scope, overwrite) else {
                    others += 1;
                    continue;
                };
                responses += 1;
                assert!(standing(&bank, response.answer, scope).is_empty(), "{} {scope:?}", response.answer.id);
                assert!(asked.writable && (asked.given.is_none() || overwrite));
                assert!(response.draft.word.iter().all(|word| asked.answer.options.contains(word)));
                assert!(response.draft.text.iter().all(|text| *text == response.answer.wording));
                assert!(!response.answer.needs_text || response.draft.text.is_some());
            }
        }
    }
    assert!(responses > 1_000 && others > 1_000, "both happen: {responses} responses, {others} others");
}
