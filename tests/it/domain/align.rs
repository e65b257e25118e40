//! Word by word: which rewordings leave nothing that could make a difference, and which small change always leaves something.

use answerbank::bank::format::built_in_vocabulary;
use answerbank::bank::meaning::is_word;
use answerbank::domain::align::{align, content};
use answerbank::domain::guard::{Sense, same_form, warnings};
use answerbank::domain::language::foreign;
use answerbank::domain::wording::{Analyzer, plain_question, words};

use crate::table::check_rows;

/// `settled`, or what is left.
fn left(cells: &[&str]) -> String {
    let analyzer = Analyzer::new(&built_in_vocabulary());
    let [asked, stored] = [cells[0], cells[1]].map(|text| Sense::of(plain_question(text)));
    let alignment = align(&content(&analyzer, &asked), &content(&analyzer, &stored), &is_word);
    let mut left: Vec<String> = warnings(&asked, &stored, &Sense::default()).iter().map(|warning| warning.guard.to_owned()).collect();
    left.extend(alignment.lacks.iter().map(|word| format!("+{word}")));
    left.extend(alignment.beyond.iter().map(|word| format!("-{word}")));
    left.extend(alignment.crossed.then(|| "order".to_owned()));
    left.extend((!same_form(&asked, &stored)).then(|| "form".to_owned()));
    if left.is_empty() && alignment.is_whole() { "settled".into() } else { left.join(" ") }
}

#[test]
fn rewordings_leave_nothing() {
    check_rows(
        "
        Do you encrypt customer data at rest?                          | Is customer data encrypted at rest?                          | settled
        3.1 Please confirm that our data is encrypted while at rest.   | Is customer data encrypted at rest?                          | settled
        The supplier shall encrypt customer data at rest. Comply?      | Is customer data encrypted at rest?                          | settled
        Client data encryption at rest? (Y/N)                          | Is customer data encrypted at rest?                          | settled
        MFA for staff required?                                        | Is multi-factor authentication required for employees?       | settled
        What is the retention period of back-ups?                      | How long are backups retained?                               | settled
        Please state how frequently access rights are reviewed.        | How often are access permissions reviewed?                   | settled
        How often does the vendor's team review access rights?         | How often does your team review access rights?               | settled
        Can we bring our own encryption keys?                          | Can customers bring their own encryption keys?               | settled
        In which countries is our data stored?                         | Where is customer data stored?                               | settled
        Do you have a documented IRP?                                  | Do you have a documented incident response plan?             | settled
        How soon are customers notified of a data breach?              | How soon do you notify customers of a data breach?           | settled
        Is there a vulnerabilty scanning programme?                    | Is there a vulnerability scanning program?                   | settled
        What is your RTO?                                              | What is your recovery time objective (RTO)?                  | settled
        What happens to our data once the contract ends?               | What happens to our data when the contract ends?             | settled
        Are backups protected against ransomware?                      | Are backups protected from ransomware?                       | settled
        Do you recieve security alerts from your suppliers?            | Do you receive security alerts from your suppliers?          | settled
        What do you process on behalf of us?                           | What do you process on our behalf?                           | settled
        How quickly are critical patches installed?                    | How quickly are critical patches applied?                    | settled
        How often do you scan your systems for vulnerabilities?        | How often do you scan for vulnerabilities?                   | settled
        Where is our customer data stored?                             | Where is customer data stored?                               | settled
        Is monitoring in place 24/7 for security events?               | Is monitoring in place around the clock for security events? | settled
        ",
        left,
    );
}

#[test]
fn a_small_change_always_leaves_something() {
    check_rows(
        "
        Are backups of laptops encrypted?                              | Are backups encrypted?                                       | scope +laptops
        Are all backups encrypted?                                     | Are backups encrypted?                                       | +all
        Is access reviewed automatically?                              | Is access reviewed?                                          | +automatically
        Who reviews access rights?                                     | How often are access rights reviewed?                        | facet form
        Are code changes released before review?                       | Are code changes reviewed before release?                    | order
        Do you use test data in production?                            | Do you use production data in test?                          | scope order
        Is customer data encrypted by customers?                       | Is customer data encrypted?                                  | +customers
        Will you use customer data to train AI models?                 | Do you use customer data to train AI models?                 | form
        How soon did you notify customers of a breach?                 | How soon do you notify customers of a breach?                | form
        Which TLS versions are accepted for connections from the site? | Which TLS versions are accepted for connections to the site? | order form
        Is data encrypted between customers of the service?            | Is data encrypted between customers and the service?         | form
        Can our support staff access your data?                        | Can your support staff access our data?                      | +your
        Will you sign our data processing agreement?                   | Will you sign a data processing agreement?                   | +customer
        Do you share test reports of customers?                        | Do you share test reports with customers?                    | order
        How often are access rights reviewed by employees?             | How often are employee access rights reviewed?               | order
        How often and where are backups made?                          | How often are backups made?                                  | form
        Must we be certified?                                          | Are you certified?                                           | +customer
        Who is responsible for incidents?                              | Who is the response to incidents?                            | +responsible -response
        Is the plan tested once?                                       | Is the plan tested when?                                     | +once
        Are policies and procedures reviewed?                          | Are the policies and procedures reviewed?                    | form
        Are custom keys supported?                                     | Are customer keys supported?                                 | +custom -customer
        Is important data logged?                                      | Is import data logged?                                       | +important -import
        ",
        left,
    );
}

#[test]
fn the_language_of_a_question_shows() {
    check_rows(
        "
        Werden die Daten der Kunden verschlüsselt?        | German
        Les données sont-elles chiffrées dans le stockage? | French
        ¿Se cifran los datos del cliente?                  | Spanish
        是否加密数据？                                       | another script
        Is data encrypted?                                 | English
        RTO / RPO?                                         | English
        Do you use the tool Les Enfants du Paradis?        | English
        ",
        |cells| foreign(&words(cells[0])).unwrap_or("English").to_owned(),
    );
}
