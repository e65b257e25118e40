//! Cells that ask who answers: company, contact, address, date. Told from questions by their labels, in closed words; a label whose
//! subject is not clear gets no value. Never decides what stands in them: that is the bank's profile.

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Serialize;

use super::cell::{CellRef, one_as_a1};
use super::survey::Survey;
use super::wording::words;

/// Whom a label is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    Company,
    Contact,
    Security,
    Privacy,
    /// Somebody of whom the profile says nothing: the customer, an assessor, whoever fills in the form.
    Other,
}

/// What a label asks about its subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attribute {
    Name,
    Title,
    Email,
    Phone,
    Address,
    City,
    Country,
    Website,
    Founded,
    Employees,
    Industry,
    Registration,
    LegalForm,
    Parent,
    Date,
}

/// A cell that asks who answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IdentityField {
    /// Name of the sheet.
    pub sheet: String,
    /// The cell with the label.
    #[serde(serialize_with = "one_as_a1")]
    pub label_cell: CellRef,
    /// The label.
    pub label: String,
    /// The cell for the value.
    #[serde(serialize_with = "one_as_a1")]
    pub cell: CellRef,
    /// The key of the bank's profile that answers it, or `date`; none where the profile cannot say it, such as who filled in the form.
    pub key: Option<&'static str>,
    /// What stands there already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<String>,
}

/// The key that stands for the day of the run.
pub const DATE: &str = "date";

#[rustfmt::skip]
const SUBJECTS: &[(Subject, &[&str])] = &[
    (Subject::Security, &[
        "security contact", "information security contact", "security officer", "information security officer", "chief information security officer", "ciso",
        "sicherheitsbeauftragter", "informationssicherheitsbeauftragter", "informationssicherheitsbeauftragte", "it sicherheitsbeauftragter", "rssi",
        "responsable de la sécurité", "responsable de seguridad", "contacto de seguridad",
    ]),
    (Subject::Privacy, &[
        "data protection officer", "dpo", "privacy contact", "privacy officer", "datenschutzbeauftragter", "datenschutzbeauftragte",
        "délégué à la protection des données", "delegado de protección de datos", "functionaris gegevensbescherming",
        "responsabile della protezione dei dati", "encarregado de dados",
    ]),
    (Subject::Other, &[
        "customer", "client", "buyer", "assessor", "reviewer", "auditor", "requester", "requestor", "interviewer", "interviewee", "prepared for", "prepared by",
        "completed by", "filled in by", "answered by", "respondent", "signature", "signed by", "subsidiary", "subcontractor", "insurance", "auftraggeber",
        "kunde", "ausgefüllt von", "bearbeiter", "prüfer", "rempli par", "acheteur", "donneur d ordre", "cliente", "cumplimentado por", "ingevuld door",
        "compilato da", "preenchido por", "project", "projekt", "projet", "proyecto", "application", "product", "produkt", "produit",
    ]),
    (Subject::Contact, &[
        "contact", "contact person", "primary contact", "main contact", "point of contact", "contact details", "ansprechpartner", "ansprechpartnerin", "kontakt",
        "kontaktperson", "interlocuteur", "personne de contact", "contact principal", "persona de contacto", "contacto", "contactpersoon", "referente",
        "persona di contatto", "contatto", "pessoa de contato", "contato", "kontaktperson", "osoba kontaktowa", "担当者",
    ]),
    (Subject::Company, &[
        "company", "vendor", "supplier", "organisation", "organization", "provider", "service provider", "solution provider", "bidder", "business", "firm",
        "third party", "contractor", "entity", "tenderer", "unternehmen", "unternehmens", "firma", "firmen", "lieferant", "lieferanten", "anbieter", "anbieters", "auftragnehmer", "auftragnehmers", "dienstleister",
        "entreprise", "société", "fournisseur", "prestataire", "soumissionnaire", "candidat", "organisme", "empresa", "proveedor", "organización", "licitador", "entidad",
        "leverancier", "bedrijf", "organisatie", "azienda", "fornitore", "società", "fornecedor", "organização", "leverandør", "virksomhed", "företag", "dostawca", "会社", "貴社",
    ]),
];

#[rustfmt::skip]
const ATTRIBUTES: &[(Attribute, &[&str])] = &[
    (Attribute::Email, &["email", "e mail", "email address", "e mail address", "mail", "e mail adresse", "adresse e mail", "courriel", "correo", "correo electrónico", "メール", "メールアドレス"]),
    (Attribute::Phone, &["phone", "telephone", "phone number", "telephone number", "tel", "tel no", "telefon", "telefonnummer", "téléphone", "teléfono", "telefoon", "telefono", "telefone", "電話番号"]),
    (Attribute::Website, &["website", "web site", "url", "homepage", "web address", "webseite", "internetseite", "site web", "site internet", "sitio web", "página web", "sito web", "site"]),
    (Attribute::Employees, &[
        "employees", "number of employees", "no of employees", "employee count", "headcount", "number of staff", "total number of employees", "staff", "size",
        "mitarbeiter", "anzahl mitarbeiter", "anzahl der mitarbeiter", "mitarbeiterzahl", "anzahl mitarbeitende", "effectif", "nombre de salariés", "nombre d employés",
        "número de empleados", "nº de empleados", "empleados", "aantal medewerkers", "numero di dipendenti", "número de funcionários", "従業員数",
    ]),
    (Attribute::Founded, &["founded", "year founded", "year established", "year of establishment", "year of incorporation", "gründungsjahr", "année de création", "año de fundación"]),
    (Attribute::Registration, &[
        "registration number", "registration no", "company number", "company registration number", "registered number", "handelsregisternummer", "handelsregister",
        "siren", "siret", "numéro d immatriculation", "cif", "nif", "kvk nummer", "kvk",
    ]),
    (Attribute::LegalForm, &["legal form", "rechtsform", "forme juridique", "forma jurídica", "type of entity", "rechtsvorm"]),
    (Attribute::Parent, &["parent", "parent company", "ultimate parent", "holding company", "muttergesellschaft", "maison mère", "empresa matriz"]),
    (Attribute::Industry, &["industry", "sector", "industry sector", "branche", "secteur", "secteur d activité", "nature of business"]),
    (Attribute::Address, &[
        "address", "registered address", "registered office", "head office", "headquarters", "postal address", "street address", "office address", "adresse", "anschrift", "firmensitz", "sitz",
        "siège", "siège social", "dirección", "domicilio", "domicilio social", "adres", "indirizzo", "endereço", "所在地", "住所",
    ]),
    (Attribute::City, &["city", "town", "stadt", "ort", "ville", "ciudad", "plaats"]),
    (Attribute::Country, &["country", "land", "pays", "país", "paese", "country of registration"]),
    (Attribute::Title, &["title", "job title", "role", "position", "function", "funktion", "rolle", "fonction", "titre", "cargo", "puesto", "functie", "ruolo", "役職"]),
    (Attribute::Date, &[
        "date", "date completed", "completion date", "date of completion", "date of response", "response date", "submission date", "date submitted", "date of submission", "today s date", "todays date",
        "datum", "ausgefüllt am", "date de réponse", "date de remplissage", "fecha", "fecha de respuesta", "data di compilazione", "data de preenchimento", "記入日", "回答日",
    ]),
    (Attribute::Name, &[
        "name", "legal name", "full name", "full legal name", "registered name", "trading name", "names", "bezeichnung", "firmenname", "nom", "raison sociale", "nombre", "razón social", "denominación",
        "denominación social", "naam", "nome", "ragione sociale", "razão social", "navn", "namn", "nazwa", "name der", "name des", "名", "社名", "会社名", "氏名",
    ]),
];

/// Words between subject and attribute that say nothing.
const FILLING: &[&str] = &[
    "the",
    "of",
    "your",
    "our",
    "full",
    "legal",
    "registered",
    "official",
    "main",
    "primary",
    "der",
    "die",
    "des",
    "ihr",
    "ihre",
    "ihres",
    "vollständiger",
    "le",
    "la",
    "de",
    "du",
    "l",
    "d",
    "votre",
    "des",
    "el",
    "su",
    "del",
    "da",
    "do",
    "van",
    "het",
    "di",
    "information",
    "details",
    "required",
    "person",
    "if",
    "any",
    "and",
];
/// Longer texts are no labels.
const MAX_WORDS: usize = 8;
/// Who answers is asked near the top: fields are not looked for below this row.
const LAST_ROW: u32 = 400;
/// After so many rows without a label a block of labels has ended.
const BLOCK_GAP: u32 = 3;

impl Subject {
    fn key(self, attribute: Attribute) -> Option<&'static str> {
        Some(match (self, attribute) {
            (Self::Other, _) | (Self::Company, Attribute::Title) => return None,
            (_, Attribute::Date) => DATE,
            (Self::Company, Attribute::Name) => "company_name",
            (Self::Company, Attribute::Email) => "email",
            (Self::Company, Attribute::Phone) => "phone",
            (_, Attribute::Address) => "address",
            (_, Attribute::City) => "city",
            (_, Attribute::Country) => "country",
            (_, Attribute::Website) => "website",
            (_, Attribute::Founded) => "founded",
            (_, Attribute::Employees) => "employees",
            (_, Attribute::Industry) => "industry",
            (_, Attribute::Registration) => "registration_number",
            (_, Attribute::LegalForm) => "legal_form",
            (_, Attribute::Parent) => "parent_company",
            (Self::Contact, Attribute::Name) => "contact_name",
            (Self::Contact, Attribute::Title) => "contact_title",
            (Self::Contact, Attribute::Email) => "contact_email",
            (Self::Contact, Attribute::Phone) => "contact_phone",
            (Self::Security, Attribute::Name) => "security_contact_name",
            (Self::Security, Attribute::Title) => "security_contact_title",
            (Self::Security, Attribute::Email) => "security_contact_email",
            (Self::Security, Attribute::Phone) => "security_contact_phone",
            (Self::Privacy, Attribute::Name) => "dpo_name",
            (Self::Privacy, Attribute::Title) => "dpo_title",
            (Self::Privacy, Attribute::Email) => "dpo_email",
            (Self::Privacy, Attribute::Phone) => "dpo_phone",
        })
    }
}

/// The longest phrase of a table that stands in some words: its value, and the words without it.
fn take<T: Copy>(table: &[(T, &[&str])], words: &[String]) -> Option<(T, Vec<String>)> {
    let mut best: Option<(usize, T, Vec<String>)> = None;
    for (value, phrases) in table {
        for phrase in *phrases {
            let phrase: Vec<&str> = phrase.split(' ').collect();
            let at = words.windows(phrase.len()).position(|window| window.iter().zip(&phrase).all(|(a, b)| a == b));
            if let Some(at) = at.filter(|_| best.as_ref().is_none_or(|(length, ..)| phrase.len() > *length)) {
                let rest = words[..at].iter().chain(&words[at + phrase.len()..]).cloned().collect();
                best = Some((phrase.len(), *value, rest));
            }
        }
    }
    best.map(|(_, value, rest)| (value, rest))
}

/// Every word that a label may consist of.
static KNOWN: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let phrases = SUBJECTS.iter().flat_map(|(_, phrases)| *phrases).chain(ATTRIBUTES.iter().flat_map(|(_, phrases)| *phrases));
    phrases.flat_map(|phrase| phrase.split(' ')).chain(FILLING.iter().copied()).collect()
});

/// What a label says: its subject, and what it asks; `None` where it is not made of such words alone.
fn read(text: &str) -> Option<(Option<Subject>, Option<Attribute>)> {
    if text.len() > 160 || text.contains('?') {
        return None;
    }
    let text = text.split(['(', '（']).next().unwrap_or_default();
    let all = words(text);
    if all.is_empty() || all.len() > MAX_WORDS || !all.iter().all(|word| KNOWN.contains(word.as_str())) {
        return None;
    }
    let filling = |rest: &[String]| rest.iter().all(|word| FILLING.contains(&word.as_str()));
    // "Company registration number" holds one long attribute, "security contact" one long subject: the whole must be used up, either way.
    let (attribute, rest) = take(ATTRIBUTES, &all).map_or((None, all.clone()), |(attribute, rest)| (Some(attribute), rest));
    let (subject, rest) = take(SUBJECTS, &rest).map_or((None, rest.clone()), |(subject, rest)| (Some(subject), rest));
    if filling(&rest) && (subject.is_some() || attribute.is_some()) {
        return Some((subject, attribute));
    }
    let (subject, rest) = take(SUBJECTS, &all)?;
    let (attribute, rest) = take(ATTRIBUTES, &rest).map_or((None, rest.clone()), |(attribute, rest)| (Some(attribute), rest));
    filling(&rest).then_some((Some(subject), attribute))
}

/// The label cells of a sheet with the keys that answer them. A label that does not name its subject is about that of the labels above it
/// or left of it, and is no label without one.
#[must_use]
pub fn labels(survey: &Survey) -> BTreeMap<CellRef, Option<&'static str>> {
    let mut labels = BTreeMap::new();
    let mut blocks: BTreeMap<u32, (Subject, u32)> = BTreeMap::new();
    let mut foreign: BTreeMap<u32, bool> = BTreeMap::new();
    for (at, cell) in survey.sheet.cells.range(..CellRef::new(LAST_ROW, 0)) {
        let text = cell.text.trim();
        if survey.anchor(*at) != *at {
            continue;
        }
        let Some((named, attribute)) = read(text) else {
            if text.len() <= 80 {
                foreign.insert(at.col, words(text).iter().any(|word| FOREIGN.contains(&word.as_str())));
            }
            continue;
        };
        let above = blocks.get(&at.col).filter(|(_, row)| at.row - row <= BLOCK_GAP).map(|(subject, _)| *subject);
        // Of labels beside each other the first names whom all are about.
        let beside = blocks.range(..at.col).next_back().filter(|(_, (_, row))| *row == at.row).map(|(_, (subject, _))| *subject);
        let about_others = foreign.range(..=at.col).next_back().is_some_and(|(_, foreign)| *foreign);
        let Some(subject) = named.or(above).or(beside).map(|subject| if about_others { Subject::Other } else { subject }) else { continue };
        blocks.insert(at.col, (subject, at.row));
        let attribute = attribute.or_else(|| (!is_heading(survey, *at)).then_some(Attribute::Name));
        if let Some(attribute) = attribute {
            labels.insert(*at, subject.key(attribute));
        }
    }
    labels
}

/// Words of a heading that make the fields below it somebody else's.
#[rustfmt::skip]
const FOREIGN: &[&str] = &[
    "reference", "references", "customer", "customers", "client", "clients", "subcontractor", "subcontractors", "subprocessor", "subprocessors", "insurer", "insurance", "broker",
    "affiliate", "affiliates", "subsidiary", "subsidiaries", "buyer", "office", "internal", "referenz", "referenzen", "referenzkunde", "unterauftragnehmer", "kunde", "référence",
    "références", "sous", "referencia", "referencias", "subcontratista", "subcontratistas",
];

/// Whether a label that names a subject alone stands over labels that ask about it.
fn is_heading(survey: &Survey, at: CellRef) -> bool {
    let below = survey.text(CellRef::new(at.row + 1, at.col)).trim();
    matches!(read(below), Some((None, Some(_)))) || survey.merge(at).is_some_and(|range| range.last.col > range.first.col + 1)
}

/// The field of a label: its value goes into `cell`, or else into the next cell to the right. `None` where that is no free cell; labels
/// over cells below them would be a table to fill in, about anybody.
#[must_use]
pub fn field(
    survey: &Survey,
    labels: &BTreeMap<CellRef, Option<&'static str>>,
    label: CellRef,
    cell: Option<CellRef>,
) -> Option<IdentityField> {
    let next = survey.merge(label).map_or(label.col, |range| range.last.col) + 1;
    let cell = cell.unwrap_or_else(|| survey.anchor(CellRef::new(label.row, next)));
    let held = survey.sheet.cells.get(&cell);
    if labels.contains_key(&cell) || cell.row != label.row || held.is_some_and(|held| held.formula) || survey.sheet.locked(cell) {
        return None;
    }
    let given = survey.text(cell).trim();
    Some(IdentityField {
        sheet: survey.sheet.name.clone(),
        label_cell: label,
        label: survey.text(label).trim().to_owned(),
        cell,
        key: labels.get(&label).copied().flatten(),
        given: (!given.is_empty()).then(|| given.to_owned()),
    })
}

/// What the profile, or the day of the run, has to say to a field.
#[must_use]
pub fn value(field: &IdentityField, profile: &BTreeMap<String, String>, date: Date) -> Option<String> {
    match field.key? {
        // Without a profile nobody is there whose day it is.
        DATE => (!profile.is_empty()).then(|| date.to_string()),
        key => profile.get(key).filter(|value| !value.trim().is_empty()).cloned(),
    }
}
