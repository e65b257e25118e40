//! The word of a cell's own list for a verdict, or why there is none. Rows: verdict, list, what comes out.

use answerbank::domain::bank::{Answer, Choice, Verdict};
use answerbank::domain::list_word::word_for;

use super::list;
use crate::table::check_rows;

fn words(text: &str) -> Vec<String> {
    text.split(" / ").filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn told(answer: &Answer, options: &str) -> String {
    let options = words(options);
    match word_for(answer, &options) {
        Ok(word) => word.to_owned(),
        Err(no_word) => format!("{no_word:?}"),
    }
}

/// `yes`, or `yes on a control`.
fn says(cell: &str) -> Answer {
    let (verdict, control) = cell.split_once(" on a control").map_or((cell, ""), |(verdict, _)| (verdict, "C-1"));
    Answer { verdict: Verdict::parse(verdict), controls: list(control), ..Answer::default() }
}

#[test]
fn a_verdict_takes_the_one_word_of_the_list_that_says_it() {
    check_rows(
        "
        yes                       | Yes / No                                     | Yes
        yes                       | Y / N                                        | Y
        no                        | Yes / No / N/A                               | No
        partly                    | Yes / Partial / No                           | Partial
        partly                    | Yes / Yes, partially / No                    | Yes, partially
        partly                    | Yes / No                                     | Missing
        planned                   | Yes / Planned / No                           | Planned
        planned                   | Yes / No / In progress                       | Missing
        not-applicable            | Yes / No / N/A                               | N/A
        not-applicable            | Yes / No / Not Applicable                    | Not Applicable
        not-applicable            | Yes / No                                     | Missing
        info                      | Yes / No / N/A                               | Missing
        unknown                   | Yes / No / N/A                               | Missing
        yes                       | Yes, it covers all data / No, it does not    | Missing
        no                        | No, but planned / Yes                        | Missing
        yes                       | Yes / True / No                              | Several
        yes                       | Y / Yes / N / No                             | Several
        not-applicable            | N/A / Not applicable / No                    | Several
        yes                       |                                              | Unreadable
        ",
        |cells| told(&says(cells[0]), cells[1]),
    );
}

#[test]
fn words_of_safeguards_are_only_for_answers_that_stand_on_a_control() {
    check_rows(
        "
        yes on a control          | Implemented / Not implemented                | Implemented
        yes                       | Implemented / Not implemented                | Missing
        yes on a control          | In Place / Partially in place / Not in place | In Place
        yes on a control          | Fully compliant / Partially compliant / Non-compliant | Fully compliant
        partly on a control       | Implemented / Partially Implemented / Not implemented | Partially Implemented
        planned on a control      | Implemented / Planned, not implemented / No  | Planned, not implemented
        no on a control           | Compliant / Non-compliant / N/A              | Non-compliant
        no                        | Compliant / Non-compliant / N/A              | Missing
        yes on a control          | Yes / Implemented / No                       | Several
        yes                       | Yes / Implemented / No                       | Yes
        info on a control         | Implemented / Not implemented                | Missing
        ",
        |cells| told(&says(cells[0]), cells[1]),
    );
}

#[test]
fn lists_in_other_languages_are_read_too() {
    check_rows(
        "
        yes                       | Ja / Nein                                    | Ja
        no                        | Ja / Nein / Entfällt                         | Nein
        partly                    | Ja / Teilweise / Nein                        | Teilweise
        not-applicable            | Ja / Nein / Nicht anwendbar                  | Nicht anwendbar
        yes on a control          | Umgesetzt / Teilweise umgesetzt / Nicht umgesetzt | Umgesetzt
        planned                   | Ja / Geplant / Nein                          | Geplant
        yes                       | Oui / Non / S.O.                             | Oui
        not-applicable            | Oui / Non / Sans objet                       | Sans objet
        no on a control           | Conforme / Non conforme                      | Non conforme
        yes                       | Sí / No / No aplica                          | Sí
        no                        | Sí / No / No aplica                          | No
        not-applicable            | Sí / No / No aplica                          | No aplica
        ",
        |cells| told(&says(cells[0]), cells[1]),
    );
}

#[test]
fn the_owners_choice_for_exactly_this_list_comes_first() {
    // The list that a choice is for, its word, the cell's list.
    check_rows(
        "
        Opt-in / Opt-out                    | Opt-in | Opt-in / Opt-out                         | Opt-in
        Opt-in / Opt-out                    | Opt-in | opt-in /  OPT-OUT                        | opt-in
        Opt-in / Opt-out                    | OPT-IN | Opt-in / Opt-out                         | Opt-in
        Opt-in / Opt-out                    | Opt-in | Opt-out / Opt-in                         | Missing
        Opt-in / Opt-out                    | Opt-in | Opt-in / Opt-out / N/A                   | Missing
        Yes / No                            | No     | Yes / No                                 | No
        Yes / No                            | No     | Yes / No / N/A                           | Yes
        Within  24 hours / Within 48 hours  | Within 48 hours | Within 24 hours / Within 48  hours | Within 48  hours
        A / a / B                           | A      | A / a / B                                | Several
        ",
        |cells| {
            let choice = Choice { list: words(cells[0]), word: cells[1].to_owned() };
            told(&Answer { choices: vec![choice], ..says("yes") }, cells[2])
        },
    );
}
