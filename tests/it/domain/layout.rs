//! The finder on small sheets drawn as text: where questions stand, where their answers go, and what is no question.

use std::collections::BTreeSet;

use answerbank::domain::cell::{CellRef, Range};
use answerbank::domain::extract::{Form, Question, questionnaire};
use answerbank::domain::workbook::{Cell, ListRule, Sheet, Workbook};

use crate::table::check;

/// A sheet drawn as text: a row a line, cells between `|`; lines `merge B2:D2` and `list C2:C9 Yes;No` add what is not text.
fn sheet(drawing: &str) -> Sheet {
    let mut sheet = Sheet { name: "S".into(), ..Sheet::default() };
    let mut row = 0;
    for line in drawing.trim_matches('\n').lines().map(str::trim) {
        if let Some(block) = line.strip_prefix("merge ") {
            sheet.merges.push(Range::parse(block).unwrap());
        } else if let Some((range, words)) = line.strip_prefix("list ").and_then(|rest| rest.split_once(' ')) {
            let options = words.split(';').map(str::to_owned).collect();
            sheet.lists.push(ListRule { ranges: vec![Range::parse(range).unwrap()], options, source: words.into() });
        } else {
            for (col, text) in line.split('|').map(str::trim).enumerate().filter(|(_, text)| !text.is_empty()) {
                let cell = Cell { text: text.replace('¶', "\n"), ..Cell::default() };
                sheet.cells.insert(CellRef::new(row, col as u32), cell);
            }
            row += 1;
        }
    }
    sheet
}

fn told(question: &Question) -> String {
    let cells = |cells: &[CellRef]| cells.iter().map(ToString::to_string).collect::<Vec<_>>().join("+");
    let form = match question.answer.kind {
        Form::Choice => "list",
        Form::Text => "text",
        Form::Mark => "mark",
        Form::None => "none",
    };
    let mut out = format!("{} {form} {}", question.name(), cells(&question.answer.cells));
    if question.answer.kind == Form::Mark {
        out.push_str(&format!(" ({})", question.answer.options.join("; ")));
    }
    if !question.comment.is_empty() {
        out.push_str(&format!(", text {}", cells(&question.comment)));
    }
    out.extend(question.about.iter().map(|about| format!(", about {about}")));
    out.extend(question.follows.iter().map(|before| format!(", after {before}")));
    out.extend(question.requirements.iter().map(|one| format!(", {one}")));
    out.extend(question.given.iter().map(|given| format!(", = {given}")));
    out
}

/// Draws the sheets, and compares what is asked on them.
#[track_caller]
fn asks(drawings: &[&str], expected: &str) {
    let mut sheets: Vec<Sheet> = drawings.iter().map(|drawing| sheet(drawing)).collect();
    for (number, sheet) in sheets.iter_mut().enumerate().skip(1) {
        sheet.name = format!("S{number}");
    }
    let found = questionnaire(&Workbook { sheets, ..Workbook::default() }, None);
    let reasons: BTreeSet<&str> = found.questions.iter().flat_map(|question| question.why.iter().map(String::as_str)).collect();
    assert!(!reasons.is_empty() || found.questions.is_empty());
    check(&found.questions.iter().map(told).collect::<Vec<_>>().join("\n"), expected);
}

#[test]
fn a_header_is_told_by_what_stands_below_it_in_any_language() {
    asks(
        &["
        Ukaguzi wa usalama
        Namba | Jambo | Majibu yako
        1 | Je, data huhifadhiwa kwa usimbaji fiche kila wakati?
        2 | Je, nakala rudufu hujaribiwa kila mwaka bila kukosa?
        3 | Je, wafanyakazi wote hupata mafunzo ya usalama?
        4 | Je, mifumo yote husasishwa ndani ya mwezi mmoja?
        "],
        "B3 text C3\nB4 text C4\nB5 text C5\nB6 text C6",
    );
}

#[test]
fn answers_go_below_where_an_empty_block_follows_each_question() {
    asks(
        &["
        Please answer below each question
        1 | Describe how keys are rotated and by whom.
        |
        2 | How do you test the restoration of backups?
        |
        3 | List the subprocessors of the service.
        |
        4 | Which certificates do you hold today?
        |
        merge B3:E3
        merge B5:E5
        merge B7:E7
        merge B9:E9
        "],
        "B2 text B3\nB4 text B5\nB6 text B7\nB8 text B9",
    );
}

#[test]
fn one_of_several_rows_is_marked_where_options_stand_below_each_other() {
    asks(
        &["
        No. | Question | X | Options | Remarks
        1 | How often is the policy reviewed? | | Every year |
        | | | Every two years |
        | | | Never |
        2 | Who is in charge of security? | | A dedicated officer |
        | | | The head of IT |
        3 | Are risks kept in a register? | | Yes |
        | | | No |
        4 | Is the register reviewed? | | Yes |
        | | | No |
        merge B2:B4
        merge B5:B6
        merge B7:B8
        merge B9:B10
        "],
        "
        B2 mark C2+C3+C4 (Every year; Every two years; Never), text E2
        B5 mark C5+C6 (A dedicated officer; The head of IT), text E5
        B7 mark C7+C8 (Yes; No), text E7
        B9 mark C9+C10 (Yes; No), text E9
        ",
    );
}

#[test]
fn one_of_several_columns_is_marked_also_under_letters_and_over_printed_boxes() {
    asks(
        &["
        Req | Requirement | Response | | | Remarks
        | | F | P | N |
        R1 | The system shall encrypt stored data. | ☐ | ☐ | ☐ |
        R2 | The system shall log each access. | ☐ | ☒ | ☐ |
        R3 | The system shall keep logs for a year. | ☐ | ☐ | ☐ |
        R4 | The system shall support single sign-on. | ☐ | ☐ | ☐ |
        merge C1:E1
        "],
        "
        B3 mark C3+D3+E3 (F; P; N), text F3
        B4 mark C4+D4+E4 (F; P; N), text F4, = ☒
        B5 mark C5+D5+E5 (F; P; N), text F5
        B6 mark C6+D6+E6 (F; P; N), text F6
        ",
    );
}

#[test]
fn tables_side_by_side_and_questions_asked_for_several_things_are_told_apart() {
    asks(
        &["
        Access | Y/N | Notes | | Network | Y/N | Notes
        Is a second factor required for all? | | | | Are firewalls set to deny by default? | |
        Are shared accounts forbidden? | | | | Are rules reviewed twice a year? | |
        Are leavers removed within a day? | | | | Is remote access limited to staff? | |
        Are rights reviewed by their owners? | | | | Is traffic inspected at the edge? | |
        "],
        "
        A2 text B2, text C2
        E2 text F2, text G2
        A3 text B3, text C3
        E3 text F3, text G3
        A4 text B4, text C4
        E4 text F4, text G4
        A5 text B5, text C5
        E5 text F5, text G5
        ",
    );
    asks(
        &["
        # | Question | Cloud | | Appliance |
        | | Answer | Remarks | Answer | Remarks
        1 | Is stored data encrypted? | | | |
        2 | Are backups encrypted? | | | |
        3 | Is traffic encrypted? | | | |
        merge C1:D1
        merge E1:F1
        list C3:C5 Yes;No
        list E3:E5 Yes;No
        "],
        "
        B3#1 list C3, text D3, about Cloud
        B3#2 list E3, text F3, about Appliance
        B4#1 list C4, text D4, about Cloud
        B4#2 list E4, text F4, about Appliance
        B5#1 list C5, text D5, about Cloud
        B5#2 list E5, text F5, about Appliance
        ",
    );
}

#[test]
fn of_several_lists_the_first_is_the_answer_and_requirements_are_carried() {
    asks(
        &["
        Control | ISO 27001 | Applicable? | Justification | Status
        Accounts of leavers are closed within a day | A.5.18 | | |
        Rights are reviewed each quarter by owners | A.5.18 | | |
        Keys are kept in a hardware module | A.8.24 | | |
        Logs are kept for at least one year | A.8.15 | | |
        list C2:C5 Yes;No
        list E2:E5 Done;Open
        "],
        "
        A2 list C2, text D2, ISO 27001: A.5.18
        A3 list C3, text D3, ISO 27001: A.5.18
        A4 list C4, text D4, ISO 27001: A.8.24
        A5 list C5, text D5, ISO 27001: A.8.15
        ",
    );
}

#[test]
fn a_question_that_asks_on_names_the_one_before_and_a_request_to_choose_is_no_answer() {
    asks(
        &["
        Question | Answer
        Do you use subprocessors for the service? | Select...
        If yes, describe where they are. |
        Is there an incident response plan? | Yes
        Please attach the plan or its contents. |
        Is the plan tested every year? | [Enter your response here]
        "],
        "
        A2 text B2
        A3 text B3, after A2
        A4 text B4, = Yes
        A5 text B5, after A4
        A6 text B6
        ",
    );
}

#[test]
fn several_numbered_questions_in_one_cell_are_several_questions() {
    asks(
        &["
        Question | Answer
        About backups:¶a) How often are they made?¶b) Where are they kept?¶c) Who may restore them? |
        Which data centres do you use? |
        Do you train staff? If so, how often? |
        1. Who runs the service?¶2. Who owns it? |
        "],
        "
        A2#1 text B2
        A2#2 text B2
        A2#3 text B2
        A3 text B3
        A4 text B4
        A5#1 text B5
        A5#2 text B5
        ",
    );
}

#[test]
fn questions_without_a_place_count_only_where_nothing_else_asks() {
    let catalogue = "
        req id | Requirement | Level
        1.1 | Verify that stored keys are rotated. | 1
        1.2 | Verify that logs cannot be changed. | 2
        1.3 | Verify that sessions end after an hour. | 1
        1.4 | Verify that errors tell nothing inside. | 2
        ";
    let form = "
        Question | Answer
        Is there a security policy? |
        Are backups tested each year? |
        Is access reviewed each quarter? |
        Are logs kept for a year? |
        ";
    asks(&[catalogue], "B2 none\nB3 none\nB4 none\nB5 none");
    asks(&[catalogue, form], "A2 text B2\nA3 text B3\nA4 text B4\nA5 text B5");
}

#[test]
fn headings_remarks_legends_and_labels_ask_nothing() {
    asks(
        &["
        No | Question | Answer | Comment
        | Access | |
        1 | Is a second factor required for staff? | |
        | Note: name the product that you use. | |
        2 | Are rights reviewed by their owners? | |
        | Backup | |
        3 | Are backups kept in another place? | |
        4 | Are backups encrypted with own keys? | |
        5 | Are restores tested at least yearly? | |
        6 | Is the result of the tests recorded? | |
        list C2:C10 Yes;No
        "],
        "
        B3 list C3, text D3
        B5 list C5, text D5
        B7 list C7, text D7
        B8 list C8, text D8
        B9 list C9, text D9
        B10 list C10, text D10
        ",
    );
}
