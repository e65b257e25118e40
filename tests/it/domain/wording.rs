//! Which two wordings are nearly equal: what may differ, and what never may.

use answerbank::domain::wording::{Analyzer, words};

use crate::table::check_rows;

fn nearly_equal(cells: &[&str]) -> String {
    let analyzer = Analyzer::new(&[]);
    (if analyzer.key(cells[0]) == analyzer.key(cells[1]) { "equal" } else { "other" }).to_owned()
}

#[test]
fn numbering_politeness_spelling_and_plurals_make_no_difference() {
    check_rows(
        "
        4.2.1 Is data encrypted?                 | Is data encrypted?                        | equal
        (3) Is data encrypted?                   | Is data encrypted                         | equal
        3 Is data encrypted?                     | Is data encrypted?                        | equal
        a) Is data encrypted?                    | b) Is data encrypted?                     | equal
        Q12: Is data encrypted?                  | Is data encrypted?                        | equal
        AC-030: Is data encrypted?               | Is data encrypted?                        | equal
        Is data encrypted?                       | IS DATA ENCRYPTED                         | equal
        Is data encrypted?                       | Is   data – encrypted ...                 | equal
        Do you have a policy?                    | Do you have policy?                       | equal
        Do you have an owner?                    | Do you have owner?                        | equal
        Please describe your policy.             | Kindly describe your policy.              | equal
        Is access authorised?                    | Is access authorized?                     | equal
        Describe your organisation's roles.      | Describe your organization’s roles.       | equal
        Is the behaviour of users analysed?      | Is the behavior of users analyzed?        | equal
        Describe the data centre programme.      | Describe the data center program.         | equal
        Describe threat modelling and defences.  | Describe threat modeling and defenses.    | equal
        Which licences and artefacts are kept?   | Which licenses and artifacts are kept?    | equal
        Describe the policies.                   | Describe the policy.                      | equal
        Describe the customer's boxes.           | Describe the customers box.               | equal
        Is uptime 99.9 % or more?                | Is uptime 99.9% or more?                  | equal
        Ｉｓ ｄａｔａ encrypted？                    | Is data encrypted?                        | equal
        ",
        nearly_equal,
    );
}

#[test]
fn words_that_carry_meaning_make_a_difference() {
    check_rows(
        "
        Are the policies reviewed?               | Are policies reviewed?                    | other
        Is there no exception?                   | Is there an exception?                    | other
        Is data not shared?                      | Is data shared?                           | other
        Do you share data?                       | Don't you share data?                     | other
        Is data shared without consent?          | Is data shared with consent?              | other
        Is data encrypted?                       | Is data unencrypted?                      | other
        Are accounts locked after 5 tries?       | Are accounts locked after 10 tries?       | other
        Is TLS 1.2 supported?                    | Is TLS 1.3 supported?                     | other
        Is uptime 99.9 %?                        | Is uptime 99.99 %?                        | other
        Is the RTO < 4 hours?                    | Is the RTO > 4 hours?                     | other
        Is cover above $ 5 million?              | Is cover above £5 million?                | other
        24 Hours notice of incidents?            | 48 Hours notice of incidents?             | other
        27001 Certification held?                | 9001 Certification held?                  | other
        800-53 Controls in place?                | 800-171 Controls in place?                | other
        Do staff approve suppliers?              | Do suppliers approve staff?               | other
        Is data encrypted at rest?               | Is data encrypted in transit?             | other
        Is data encrypted at rest?               | Is data encrypted?                        | other
        Is data encrypted?                       | Is all data encrypted?                    | other
        Is data encrypted?                       | Is customer data encrypted?               | other
        Are customer keys supported?             | Are custom keys supported?                | other
        Is important data logged?                | Is import data logged?                    | other
        Is HTTPS enforced?                       | Is HTTP enforced?                         | other
        Is it required?                          | Was it required?                          | other
        是否加密数据？                              | 是否备份数据？                               | other
        ",
        nearly_equal,
    );
}

#[test]
fn a_text_falls_into_words() {
    check_rows(
        "
        Is it AES-256, or not?      | is it aes 256 or not
        TLS 1.2/1.3                 | tls 1.2 1.3
        don't, can’t                | dont cant
        10,000 users; 99.9% up      | 10,000 users 99.9 % up
        <b>bold</b> & <4 h          | b bold b < 4 h
        >= 5 and x = 5              | > = 5 and x 5
        $5, 5 €, US$ 5, $HOME       | $ 5 5 € us $ 5 home
        24+ hours, 1+1, C++         | 24 + hours 1 1 c
        数据 at 静止                  | 数 据 at 静 止
        '' -- …                     |
        ",
        |cells| words(cells[0]).join(" "),
    );
}
