//! The guards: which difference in meaning each of them sees, and the sentence that it says; and what none of them minds.

use answerbank::domain::guard::{Sense, warnings};

use crate::table::check_rows;

/// What is asked, what is stored, perhaps the answer's text, and the sentences.
fn said(cells: &[&str]) -> String {
    warnings(&Sense::of(cells[0]), &Sense::of(cells[1]), &Sense::of(cells.get(2).unwrap_or(&"")))
        .iter()
        .map(|warning| format!("{}: {}", warning.guard, warning.says))
        .collect::<Vec<_>>()
        .join("; ")
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
        Is sharing of data forbidden?          | Must data not be shared?               |
        Are staff prevented from sharing data? | May staff share data?                  | polarity: the question negates, the stored wording does not
        Do you prevent fires?                  | Do you detect fires?                   |
        Do you limit who is allowed to print?  | Do you restrict who may print?         |
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
        Within half an hour?         | Within 30 minutes?               |
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
        Is AES-256 used?             | Is AES-128 used?                 | standard: asks about AES 256, the stored wording is about AES 128
        Is uptime 99.9%?             | Is uptime 99.99 %?               | quantity: asks about 99.9 %, the stored wording is about 99.99 %
        Is TLS 1.2 used?             | Is TLS 1.3 used?                 | standard: asks about TLS 1.2, the stored wording is about TLS 1.3
        Is TLS 1.2 or 1.3 used?      | Is TLS 1.2 used?                 | standard: asks about TLS 1.3, which neither the stored wording nor the answer names
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
        Are keys replaced every 24 months?      | Are keys replaced every two years?        |
        Do you use continuous integration?      | Do you use integration?                   |
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

#[test]
fn the_answer_settles_a_number_or_a_rhythm_in_the_direction_that_is_asked_for() {
    check_rows(
        r#"
        Notified within 72 hours?                | How soon are we notified?          | Within 48 hours.          |
        Notified within 24 hours?                | How soon are we notified?          | Within 48 hours.          | quantity: asks about 24 hours, the answer says 48 hours
        Is availability at least 99.9 %?         | Which availability do you promise? | 99.95 % a month.          |
        Is availability at least 99.99 %?        | Which availability do you promise? | 99.95 % a month.          | quantity: asks about 99.99 %, the answer says 99.95 %
        Are rights reviewed at least annually?   | How often are rights reviewed?     | Every quarter.            |
        Are rights reviewed at least monthly?    | How often are rights reviewed?     | Every quarter.            | period: asks monthly, the answer says quarterly
        Are rights reviewed annually?            | How often are rights reviewed?     | Every quarter.            | period: asks yearly, the answer says quarterly
        Are rights reviewed every 90 days?       | How often are rights reviewed?     | Each quarter, by owners.  |
        "#,
        said,
    );
}

#[test]
fn the_guard_of_standards_sees_another_name_edition_type_or_key_length() {
    check_rows(
        r#"
        Are you ISO/IEC 27001:2022 certified?  | Are you ISO 27001 certified?         | Yes, to the 2022 edition. | standard: asks about ISO 27001:2022, which neither the stored wording nor the answer names
        Are you ISO 27701 certified?           | Are you ISO 27001 certified?         | Yes.                      | standard: asks about ISO 27701, the stored wording is about ISO 27001
        Do you have a SOC 1 report?            | Do you have a SOC 2 report?          | Yes.                      | standard: asks about SOC 1, the stored wording is about SOC 2
        Do you have a SOC 2 Type I report?     | Do you have a SOC 2 Type II report?  | Yes.                      | standard: asks about SOC 2 type 1, which neither the stored wording nor the answer names
        Do you have a Type II SOC 2 report?    | Do you have a SOC 2 Type II report?  | Yes.                      |
        Are keys in FIPS 140-3 modules?        | Are keys in FIPS 140-2 modules?      | Yes.                      | standard: asks about FIPS 140-3, the stored wording is about FIPS 140-2
        Is data encrypted with AES-256?        | Is data encrypted?                   | Yes, with AES-256.        |
        Do you tier suppliers?                 | Do you rank suppliers?               | Yes.                      |
        Is it a Tier 4 site?                   | Is it a Tier 3 site?                 | Yes.                      | standard: asks about TIER 4, the stored wording is about TIER 3
        Is a SOC watching?                     | Is a security centre watching?       | Yes.                      |
        Is OIDC supported?                     | Is OpenID Connect supported?         | Yes.                      |
        "#,
        said,
    );
}

#[test]
fn the_guard_of_scope_sees_other_things_people_and_places() {
    check_rows(
        r#"
        Are laptops hardened?                        | Are servers hardened?                 | Yes.                     | scope: asks about laptops, the stored wording is about servers
        Is MFA required for contractors?             | Is MFA required?                      | Yes, for all employees.  | scope: asks about contractors, which neither the stored wording nor the answer names
        Is MFA required for contractors?             | Is MFA required?                      | Yes, contractors too.    |
        The Contractor must require MFA.             | Is MFA required?                      | Yes.                     |
        Is mobile device management used?            | Is an MDM used?                       | Yes.                     |
        Are mobile devices managed?                  | Are they managed?                     | Yes.                     | scope: asks about mobile devices, which neither the stored wording nor the answer names
        Do you test and repair?                      | Do you repair?                        | Yes.                     |
        Is data stored in the US?                    | Where is data stored?                 | In Ireland.              | scope: asks about us, which neither the stored wording nor the answer names
        Do you tell us?                              | Do you tell customers?                | Yes.                     |
        "#,
        said,
    );
}

#[test]
fn the_guard_of_actors_sees_who_does_it_to_whom() {
    check_rows(
        r#"
        May you audit us?                                   | May we audit you?                         | actor: who does it to whom is the other way round
        Do your subprocessors encrypt data?                 | Do you encrypt data?                      | actor: asks about subprocessors, the stored wording is not about third parties
        Do the vendor's staff encrypt data?                 | Do your staff encrypt data?               |
        What notice must you give?                          | What notice must we give?                 | actor: asks what the supplier does, the stored wording is about the customer
        How soon are customers notified?                    | How soon do you notify customers?         |
        Will you share it with customers?                   | Can customers get it?                     |
        Is third-party access removed?                      | Is access removed?                        | actor: asks about third party, the stored wording is not about third parties
        Is there a third-party audit?                       | Is there an audit?                        |
        Is it in a contract with a supplier?                | Is it in contracts with suppliers?        |
        Is it tested by an independent third party?         | Is it tested?                             |
        "#,
        said,
    );
}

#[test]
fn the_guard_of_facets_sees_that_a_yes_is_no_answer_to_how_often() {
    check_rows(
        r#"
        How often is the plan tested?              | Do you have a plan?                | Yes. It is tested yearly.   |
        How often is the plan tested?              | Do you have a plan?                | Yes.                        | facet: asks how often, the stored wording asks whether
        Who tests the plan?                        | How often is the plan tested?      | Every year.                 | facet: asks who, the stored wording asks how often
        Since when are backups encrypted?          | Are backups encrypted?             | Yes.                        | facet: asks when, the stored wording asks whether; tense: asks about the past, the stored wording is about today
        Which tool do you use to scan?             | Do you scan?                       | Yes, every week.            | facet: asks what, the stored wording asks whether
        Please state whether you scan.             | Do you scan?                       | Yes.                        |
        Describe your plan.                        | What is your plan?                 | It is long.                 |
        When a user leaves, is access removed?     | Is access removed?                 | Yes.                        |
        "#,
        said,
    );
}

#[test]
fn the_guards_of_tense_and_of_compounds_speak() {
    check_rows(
        r#"
        Do you plan to offer MFA?                                   | Do you offer MFA?        | tense: asks about what is planned, the stored wording is about today
        Have you had a breach in the past three years?              | Do you have a plan?      | tense: asks about the past, the stored wording is about today; quantity
        Do you have a business continuity plan?                     | Do you have a plan?      |
        Is code reviewed, and is there a rollback procedure?        | Is code reviewed?        | compound: asks a second thing, "is there a rollback procedure", which the stored wording does not ask
        Is code reviewed? If yes, please describe how.              | Is code reviewed?        |
        "#,
        |cells| {
            let all = said(cells);
            // The number of years is the other guard's to say.
            if all.starts_with("quantity") { format!("{}; quantity", all.split("; ").last().unwrap()) } else { all }
        },
    );
}
