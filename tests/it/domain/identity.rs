//! Whom labels are about: what the profile may answer, and what it must not, since it asks about somebody else. Rows: a sheet, row by row
//! with `;` between cells, and the cells that the profile answers.

use answerbank::bank::mappings;
use answerbank::domain::explain::explain;
use answerbank::domain::extract::questionnaire;
use answerbank::domain::map_found::map_found;
use answerbank::workbook::{Limits, read};

use crate::table::check_rows;

fn answered(cells: &[&str]) -> String {
    let lines: Vec<&str> = cells[0].split(" / ").collect();
    let width = lines.iter().map(|line| line.matches(';').count()).max().unwrap_or(0).max(1);
    let padded = |line: &&str| format!("{line}{}\n", ";".repeat(width - line.matches(';').count()));
    let book = read("cover.csv", lines.iter().map(padded).collect::<String>().as_bytes(), &Limits::default()).unwrap();
    let fields = questionnaire(&book, None).identity;
    let told: Vec<String> = fields.iter().filter_map(|field| field.key.map(|key| format!("{}={key}", field.cell))).collect();
    if told.is_empty() { "-".into() } else { told.join(" ") }
}

#[test]
fn fields_of_whoever_answers_are_told() {
    check_rows(
        "
        Supplier information / Company name / Address / Country | B2=company_name B3=address B4=country
        Company data / Name / Country | B2=company_name B3=country
        Lieferantenfragebogen / Firma / Anschrift / Ansprechpartner / E-Mail | B2=company_name B3=address B4=contact_name B5=contact_email
        Questionnaire fournisseur / Raison sociale / Siège social / Interlocuteur | B2=company_name B3=address B4=contact_name
        Cuestionario / Empresa / País / Persona de contacto | B2=company_name B3=country B4=contact_name
        Questionnaire / Company / VAT number / Country | B2=company_name B4=country
        Pinewood plc /  / Company name / Contact name | B3=company_name B4=contact_name
        Pinewood plc / Vendor name / Website | B2=company_name B3=website
        Customer / Name / Email / Vendor / Name / Email | B5=company_name B6=email
        Customer details;;Supplier details / Name;;Name / Email;;Email | D2=company_name D3=email
        ;Supplier;Customer / Company name / Contact name | B2=company_name B3=contact_name
        Q-01;Vendor name / Q-02;Contact email | C1=company_name C2=contact_email
        ",
        answered,
    );
}

#[test]
fn fields_of_others_get_no_value() {
    check_rows(
        "
        Reference 1 / Company name / Phone | -
        Certification body / Company name / Address | -
        Insurance details / Provider name / Country | -
        Hosting / Provider / Country / City | -
        Penetration test / Company / Date / Contact | -
        Please return to / Contact name / Email | -
        Pinewood plc - Third Party Risk / Contact name / Email | -
        FOR PINEWOOD USE ONLY / Vendor name / Date | -
        Sub-processor / Company name / Country | -
        Your suppliers / Company name / Country | -
        Critical supplier 1 / Supplier name / Country | -
        Parent company / Name / Website | -
        Angaben zum Auftraggeber / Firma / Anschrift | -
        Coordonnées du client / Société / Adresse | -
        Datos del subcontratista / Empresa / País | -
        Dati del committente / Ragione sociale | -
        Company / CEO name / Name / Email | B1=company_name
        Term;Meaning / Vendor / Contact / CISO | -
        Name;Country /  /  | -
        Company name;Country;Employees /  / | -
        Role;Email;Name / Security contact / Contact person | -
        ;Customer;Supplier / Company name / Email | -
        Bidder name: ________ | -
        ",
        answered,
    );
}

#[test]
fn a_field_is_explained_and_a_sheet_that_a_person_skips_gets_nothing() {
    let book = read("cover.csv", b"Vendor questionnaire;\nVendor name;\nCountry;\n", &Limits::default()).unwrap();
    let found = questionnaire(&book, None);
    assert_eq!(found.identity.len(), 2);
    assert_eq!(map_found(&book, None, &found).sheets.len(), 0, "skipped it would get nothing");
    let why = &explain(&book, None, &found, "B2").unwrap()[0].why;
    assert_eq!(why[..], ["its label \"Vendor name\" is answered by company_name of the profile in bank.toml"]);
    let skipped = mappings::read("m.toml", &format!("[[sheet]]\nname = {:?}\nskip = true\n", book.sheets[0].name)).unwrap();
    assert_eq!(questionnaire(&book, Some(&skipped)).identity, []);
}
