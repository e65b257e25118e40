//! The guards: which difference in meaning each of them sees, and the sentence that it says; and what none of them minds.

use answerbank::domain::guard::warnings;

use crate::table::check_rows;

/// What is asked, what is stored, and the sentences.
fn said(cells: &[&str]) -> String {
    warnings(cells[0], cells[1]).iter().map(|warning| format!("{}: {}", warning.guard, warning.says)).collect::<Vec<_>>().join("; ")
}

#[test]
fn the_guard_of_polarity_sees_a_question_turned_round() {
    check_rows(
        r#"
        Is data shared?                        | Is data not shared?                    | polarity: the stored wording negates, the question does not
        Is data not shared?                    | Is data shared?                        | polarity: the question negates, the stored wording does not
        Is there no exception?                 | Is there an exception?                 | polarity: the question negates, the stored wording does not
        Is data sent without encryption?       | Is data sent with encryption?          | polarity: the question negates, the stored wording does not
        Is production monitored?               | Is non-production monitored?           | polarity: the stored wording negates, the question does not
        Werden Daten weitergegeben?            | Werden keine Daten weitergegeben?      | polarity: the stored wording negates, the question does not
        Is data never sent without consent?    | Is data sent with consent?             |
        Do you allow USB storage?              | Do you prohibit USB storage?           | polarity: asks about "allow", the stored wording is about "prohibit"
        Is USB storage forbidden?              | Is USB storage permitted?              | polarity: asks about "forbidden", the stored wording is about "permitted"
        Are requests denied by default?        | Are requests allowed by default?       | polarity: asks about "denied", the stored wording is about "allowed"
        Who grants access?                     | Who revokes access?                    | polarity: asks about "grants", the stored wording is about "revokes"
        Is it mandatory?                       | Is it optional?                        | polarity: asks about "mandatory", the stored wording is about "optional"
        At least 14 characters?                | At most 14 characters?                 | polarity: asks about "least", the stored wording is about "most"
        Is data protected at rest?             | Is data protected in transit?          | polarity: asks about "rest", the stored wording is about "transit"
        Is data protected at rest and in transit? | Is data protected in transit?       |
        Is marketing opt-in?                   | Is marketing opt-out?                  | polarity: asks about "opt in", the stored wording is about "opt out"
        Are failures logged?                   | Are successes logged?                  | polarity: asks about "failures", the stored wording is about "successes"
        Is data encrypted?                     | Is data unencrypted?                   | polarity: asks about "encrypted", the stored wording is about "unencrypted"
        Is unauthorised access logged?         | Is authorised access logged?           | polarity: asks about "unauthorised", the stored wording is about "authorised"
        Is the protocol insecure?              | Is the protocol secure?                | polarity: asks about "insecure", the stored wording is about "secure"
        Is it a unit?                          | Is it so?                              |
        Is data encrypted?                     | Is the data of customers encrypted?    |
        "#,
        said,
    );
}

#[test]
fn the_guard_of_quantity_sees_another_number() {
    check_rows(
        r#"
        Within 24 hours?             | Within one day?                  |
        Within 24h?                  | Within 24 hrs?                   |
        Within twenty-four hours?    | Within 24-hour time?             |
        Within 72 h?                 | Within three days?               |
        Within 72 hours?             | Within 24 hours?                 | quantity: asks about 72 hours, the stored wording is about 24 hours
        Within twenty-four hours?    | Within four hours?               | quantity: asks about 24 hours, the stored wording is about 4 hours
        Within 7 days?               | Within one week?                 |
        Within 90 minutes?           | Within 1.5 hours?                |
        Within 1,5 hours?            | Within 15 hours?                 | quantity: asks about 1,5 hours, the stored wording is about 15 hours
        In 12 months?                | In one year?                     |
        In 18 months?                | In 2 years?                      | quantity: asks about 18 months, the stored wording is about 2 years
        In 30 days?                  | In one month?                    | quantity: asks about 30 days, the stored wording is about 1 month
        Is 256-bit AES used?         | Is 128-bit AES used?             | quantity: asks about 256 bit, the stored wording is about 128 bit
        Is AES-256 used?             | Is AES-128 used?                 | quantity: asks about 256, the stored wording is about 128
        Is uptime 99.9%?             | Is uptime 99.99 %?               | quantity: asks about 99.9 %, the stored wording is about 99.99 %
        Is TLS 1.2 used?             | Is TLS 1.3 used?                 | quantity: asks about 1.2, the stored wording is about 1.3
        Is TLS 1.2 or 1.3 used?      | Is TLS 1.2 used?                 | quantity: asks about 1.3, the stored wording does not
        More than 1,000 users?       | More than 1000 users?            |
        Kept for thirty-five days?   | Kept for 35 days?                |
        Are keys rotated?            | Are keys rotated in 365 days?    | quantity: the stored wording names 365 days, the question does not
        Reported within 48 hours?    | Reported?                        | quantity: asks about 48 hours, the stored wording does not
        Is it covered 24x7?          | Is it covered 24/7?              |
        4.2.1 Is data encrypted?     | Is data encrypted?               |
        Q12: Is data encrypted?      | 7) Is data encrypted?            | quantity: asks about 12, the stored wording is about 7
        SOC2: Is a report available? | PCI2: Is a report available?     | quantity: asks about SOC2, the stored wording is about PCI2
        SOC2: Is a report available? | Is a report available?           | quantity: asks about SOC2, the stored wording does not
        "#,
        said,
    );
}

#[test]
fn the_guard_of_period_sees_another_rhythm() {
    check_rows(
        r#"
        Are rights reviewed annually?           | Are rights reviewed quarterly?            | period: asks yearly, the stored wording says quarterly
        Are rights reviewed annually?           | Are rights reviewed every year?           |
        Is there an annual review?              | Is there a review once a year?            |
        Are rights reviewed each quarter?       | Are rights reviewed quarterly?            |
        Are rights reviewed every month?        | Are rights reviewed every week?           | period: asks monthly, the stored wording says weekly
        Are rights reviewed semi-annually?      | Are rights reviewed annually?             | period: asks half-yearly, the stored wording says yearly
        Are rights reviewed half-yearly?        | Are rights reviewed twice a year?         |
        Are rights reviewed bi-weekly?          | Are rights reviewed weekly?               | period: asks twice weekly, the stored wording says weekly
        Are backups made daily?                 | Are backups made nightly?                 |
        Are rights reviewed?                    | Are rights reviewed regularly?            | period: the stored wording says regularly, the question does not
        Are rights reviewed monthly?            | Are rights reviewed?                      | period: asks monthly, the stored wording does not say how often
        Is monitoring continuous?               | Do you monitor continuously?              |
        "#,
        said,
    );
}

#[test]
fn each_guard_speaks_for_itself() {
    check_rows(
        "Is data not kept 30 days and deleted daily? | Is data kept 60 days and deleted weekly? | polarity: the question negates, the stored wording does not; \
         quantity: asks about 30 days, the stored wording is about 60 days; period: asks daily, the stored wording says weekly",
        said,
    );
}
