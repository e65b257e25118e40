//! The closed words of labels that ask who answers, and of the headings over them. Says what words mean, never what a cell is.

/// Whom a label is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Company,
    Contact,
    Security,
    Privacy,
    /// Somebody of whom the profile says nothing: the customer, an assessor, whoever fills in the form.
    Other,
}

/// What a label asks about its subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute {
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
    /// A plain fact of a company that the profile has no key for.
    Fact,
}

/// Names of subjects.
#[rustfmt::skip]
pub const SUBJECTS: &[(Subject, &[&str])] = &[
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

/// Names of what is asked.
#[rustfmt::skip]
pub const ATTRIBUTES: &[(Attribute, &[&str])] = &[
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
    (Attribute::Fact, &[
        "trading name", "vat", "vat number", "vat id", "tax id", "tax number", "duns", "duns number", "fax", "postcode", "post code", "postal code", "zip", "zip code", "state",
        "turnover", "annual turnover", "revenue", "annual revenue", "ust id", "ust idnr", "umsatzsteuer id", "steuernummer", "umsatz", "jahresumsatz", "plz", "postleitzahl", "tva", "code postal",
        "chiffre d affaires", "código postal", "postcode", "btw nummer", "partita iva", "cap", "cep",
    ]),
    (Attribute::Date, &[
        "date", "date completed", "completion date", "date of completion", "date of response", "response date", "submission date", "date submitted", "date of submission", "today s date", "todays date",
        "datum", "ausgefüllt am", "date de réponse", "date de remplissage", "fecha", "fecha de respuesta", "data di compilazione", "data de preenchimento", "記入日", "回答日",
    ]),
    (Attribute::Name, &[
        "name", "legal name", "full name", "full legal name", "registered name", "names", "bezeichnung", "firmenname", "nom", "raison sociale", "nombre", "razón social", "denominación",
        "denominación social", "naam", "nome", "ragione sociale", "razão social", "navn", "namn", "nazwa", "name der", "name des", "名", "社名", "会社名", "氏名",
    ]),
];

/// Words between subject and attribute that say nothing.
#[rustfmt::skip]
pub const FILLING: &[&str] = &[
    "the", "of", "your", "our", "full", "legal", "registered", "official", "main", "primary", "der", "die", "des", "ihr", "ihre", "ihres", "vollständiger", "le", "la", "de", "du", "l", "d", "votre", "des", "el", "su", "del", "da", "do", "van", "het", "di", "data", "daten", "angaben", "données", "datos", "dati", "dados", "gegevens", "information", "details", "required", "person", "if", "any", "and",
];

/// Names of a company that only whoever answers can have: labels with them need no heading.
#[rustfmt::skip]
pub const ANSWERER: &[&str] = &[
    "vendor", "supplier", "bidder", "tenderer", "lieferant", "lieferanten", "anbieter", "anbieters", "auftragnehmer", "auftragnehmers", "fournisseur", "prestataire",
    "soumissionnaire", "candidat", "proveedor", "licitador", "leverancier", "fornitore", "fornecedor", "leverandør", "dostawca", "貴社",
];

/// Words of a title: it names the form, not whom the fields below it are about.
#[rustfmt::skip]
pub const TITLES: &[&str] = &[
    "questionnaire", "assessment", "checklist", "survey", "rfp", "rfi", "tender", "diligence", "fragebogen", "selbstauskunft", "deckblatt", "cuestionario", "autoevaluación", "vragenlijst",
    "questionario", "questionário", "spørgeskema", "ankieta", "análisis", "analysis", "analyse",
];

/// Words of a heading over guidance, which says nothing of fields.
pub const GUIDANCE: &[&str] =
    &["instruction", "instructions", "introduction", "guidance", "anleitung", "hinweise", "consignes", "instrucciones"];

/// Names and seats that only a company has, and of which the words do not say so.
#[rustfmt::skip]
pub const OF_COMPANIES: &[&str] = &[
    "firmenname", "firmensitz", "raison sociale", "siège social", "razón social", "denominación social", "domicilio social", "ragione sociale", "razão social", "会社名", "社名",
];

/// Words of a heading that make the fields below it those of whoever answers.
#[rustfmt::skip]
pub const OURS: &[&str] = &[
    "company", "organisation", "organization", "business", "firm", "your", "contact", "contacts", "kontakt", "kontakte", "kontaktdaten", "ansprechpartner", "contactos", "general", "respondent", "responder", "cover", "provider", "contractor", "allgemeine", "allgemein",
    "unternehmen", "unternehmens", "firma", "firmendaten", "unternehmensdaten", "stammdaten", "ihr", "ihre", "entreprise", "société", "identification", "générales", "généralités", "votre",
    "empresa", "generales", "identificación", "bedrijf", "organisatie", "algemene", "algemeen", "azienda", "generali", "gerais", "anagrafica",
];

/// Beginnings of words of a heading that make the fields below it somebody else's, or no fields at all.
#[rustfmt::skip]
pub const FOREIGN: &[&str] = &[
    "referenc", "referenz", "référence", "referencia", "customer", "client", "cliënt", "kunde", "subcontract", "subprocess", "processor", "controller", "insur", "versicher", "assur", "asegur",
    "seguro", "verzeker", "broker", "affiliate", "subsidiar", "buyer", "purchas", "office", "internal", "unterauftrag", "subunternehm", "sous", "subcontrat", "onderaannem", "subappalt", "auftraggeb",
    "opdrachtgev", "committent", "contratante", "acheteur", "donneur", "comprador", "requester", "requestor", "assessor", "assessed", "reviewer", "reviewed", "evaluat", "auditor", "audited",
    "parent", "only", "return", "submit", "current", "previous", "former", "critical", "incumbent", "existing", "worked", "gloss", "glosar",
    "term", "terms", "definition", "meaning", "abbreviat", "acronym", "begriff", "abkürzung", "顧客",
];

/// Names of many: fields below them are about one of these.
#[rustfmt::skip]
pub const MANY: &[&str] = &["suppliers", "vendors", "providers", "contractors", "companies", "lieferanten", "dienstleister", "fournisseurs", "prestataires", "proveedores", "leveranciers", "fornitori", "fornecedores"];
