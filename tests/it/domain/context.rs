//! What stands around a question: the heading above it, requirements that the sheet names, other entries that say something else.

use std::collections::BTreeMap;

use answerbank::domain::bank::{Bank, Framework};
use answerbank::domain::context::read_below;
use answerbank::domain::requirement::Crosswalk;

use super::propose::{proposal, question};
use super::{ENCRYPTED, bank, list, scope};
use crate::table::check_rows;

#[test]
fn a_heading_about_something_else_leaves_the_answer_to_a_person() {
    check_rows(
        "
        Data security                           | ready
        Suppliers and subcontractors            | review: careful, actor: it stands under a heading about suppliers, which neither the stored wording nor the answer names (\"Suppliers and subcontractors\")
        Backups                                 | review: careful, scope: it stands under a heading about backups, which neither the stored wording nor the answer names (\"Backups\")
        Mobile devices / Laptops                | review: careful, scope: it stands under a heading about laptops, mobile devices, which neither the stored wording nor the answer names (\"Mobile devices / Laptops\")
        ",
        |cells| {
            let (bank, mut asked) = (bank("e yes"), question(ENCRYPTED, "list"));
            asked.section = Some(cells[0].to_owned());
            let proposal = proposal(&bank, &asked, &scope("public"));
            let why = proposal.reasons.first().filter(|why| why.starts_with("careful"));
            why.map_or(proposal.band.to_string(), |why| format!("{}: {why}", proposal.band))
        },
    );
}

#[test]
fn a_question_that_does_not_stand_alone_is_read_with_its_heading() {
    check_rows(
        "
        Is it tested at least once a year?                     | Continuity plan | with it
        Retention period                                       | Backups         | with it
        Are the results reviewed by management?                | Access reviews  | with it
        Is customer data encrypted at rest?                    | Encryption      | alone
        Is it tested at least once a year?                     | The supplier shall keep a plan and shall say below how it is tested, by whom and when | alone
        ",
        |cells| {
            let mut asked = question(cells[0], "list");
            asked.section = Some(cells[1].to_owned());
            if read_below(&asked) == Some(cells[1]) { "with it".into() } else { "alone".into() }
        },
    );
}

#[test]
fn entries_that_disagree_about_one_control_are_left_to_a_person() {
    check_rows(
        "
        e yes + f no controls=C-1 asks=Is_the_data_of_all_customers_encrypted_at_rest?                    | review: careful, disagreement: f says \"no\" where this says \"yes\"
        e yes + f no controls=C-1 audience=internal asks=Is_the_data_of_all_customers_encrypted_at_rest?  | review: careful, disagreement: f says \"no\" where this says \"yes\"
        e yes + f no controls=C-1 retired=2026-02-01 asks=Is_the_data_of_all_customers_encrypted_at_rest? | ready: the bank asks this in the same words: \"Is customer data encrypted at rest?\"
        e yes + f no controls=C-4 asks=Is_the_data_of_all_customers_encrypted_at_rest?                    | ready: the bank asks this in the same words: \"Is customer data encrypted at rest?\"
        e yes + f yes asks=Is_the_data_of_all_customers_encrypted_at_rest?                                | ready: the bank asks this in the same words: \"Is customer data encrypted at rest?\"
        ",
        |cells| {
            let (bank, asked) = (bank(cells[0]), question(ENCRYPTED, "list"));
            let proposal = proposal(&bank, &asked, &scope("public"));
            format!("{}: {}", proposal.band, proposal.reasons[0].split(" (").next().unwrap_or_default())
        },
    );
}

/// Four answers, each on a control of its own, and three frameworks.
fn crosswalk_bank() -> Bank {
    let mut bank = bank("iam yes controls=C-1 + key yes controls=C-2 + log yes controls=C-3 + all yes controls=C-1,C-3");
    for (control, satisfies) in
        [("C-1", "ccm-4/IAM-02 iso27001-2022/A.5.15"), ("C-2", "iso27001-2022/A.8.24 cis-8/3.11"), ("C-3", "cis-8/8.2 cis-8/8.4")]
    {
        bank.controls.get_mut(control).unwrap().satisfies = list(satisfies);
    }
    for (id, title, requirements) in [
        ("ccm-4", "Cloud Controls Matrix", "IAM-02 IAM-03"),
        ("iso27001-2022", "ISO/IEC 27001", "A.5.15 A.8.24 6.1"),
        ("cis-8", "CIS Critical Security Controls", "3.11 8.2 8.3 8.4 6.1"),
    ] {
        let requirements: BTreeMap<String, String> = list(requirements).into_iter().map(|id| (id, String::new())).collect();
        bank.frameworks.insert(id.into(), Framework { id: id.into(), title: title.into(), requirements, ..Framework::default() });
    }
    bank
}

#[test]
fn requirements_that_a_sheet_names_lead_to_answers() {
    let bank = crosswalk_bank();
    let crosswalk = Crosswalk::new(&bank);
    check_rows(
        "
        CCM Control ID: IAM-02              |          | all by ccm-4/IAM-02, iam by ccm-4/IAM-02
        CCM v3.0.1: IAM-02                  |          | none
        Control: IAM-02                     |          | all by ccm-4/IAM-02, iam by ccm-4/IAM-02
        ISO 27001:2022: A.8.24, A 5.99      |          | key by iso27001-2022/A.8.24
        ISO 27001:2013: A.8.24              |          | none
        Reference: ISO/IEC 27001 A.8.24     |          | key by iso27001-2022/A.8.24
        CIS Critical Security Controls v7: 3.11 |      | none
        CIS Controls: 3.11; 8.1-8.3         |          | all by cis-8/8.2, key by cis-8/3.11, log by cis-8/8.2
        Clause: 8.2                         |          | none
        Clause: 6.1                         |          | none
                                            | IAM-02.1 | all by ccm-4/IAM-02, iam by ccm-4/IAM-02
                                            | a.8.24   | key by iso27001-2022/A.8.24
                                            | 8.2      | none
                                            | Q-02     | none
        ",
        |cells| {
            let mut asked = question(ENCRYPTED, "list");
            asked.requirements = Some(cells[0].to_owned()).filter(|told| !told.is_empty()).into_iter().collect();
            asked.id = Some(cells[1].to_owned()).filter(|id| !id.is_empty());
            let found: Vec<String> = crosswalk.reached(&asked).iter().map(|(answer, by)| format!("{answer} by {by}")).collect();
            if found.is_empty() { "none".into() } else { found.join(", ") }
        },
    );
}
