//! The guard of scope: other data, systems, people, places or surroundings than the stored wording is about.

use std::collections::BTreeMap;

use super::actor::Actors;
use super::{Sense, Warning, first_of};

/// What a scope is about; two of one kind exclude each other, unless both are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Data,
    System,
    People,
    Place,
    Surrounding,
}

/// Words for one scope each, singular and plural; the first one names it.
#[rustfmt::skip]
const SCOPES: &[(Kind, &[&str])] = &[
    (Kind::Data, &["backups", "backup", "back up", "back ups", "backup copies", "recovery copies", "snapshots", "snapshot"]),
    (Kind::Data, &["logs", "log", "audit log", "audit logs", "audit trail", "audit trails", "log files", "log entries", "event logs", "activity history"]),
    (Kind::Data, &["personal data", "personal information", "pii", "personally identifiable information"]),
    (Kind::Data, &["employee data", "staff data", "hr data", "hr records", "personnel files", "personnel records", "employee records"]),
    (Kind::Data, &["payment card data", "cardholder data", "card data", "card numbers", "credit card"]),
    (Kind::Data, &["health data", "health information", "phi", "ephi", "patient data", "patient records"]),
    (Kind::Data, &["source code", "code repository", "code repositories", "repositories"]),
    (Kind::Data, &["telemetry", "usage data", "metadata", "analytics data"]),
    (Kind::Data, &["paper", "paper records", "paper documents", "hard copy", "hard copies", "printed"]),
    (Kind::Data, &["archives", "archived data", "archive"]),
    (Kind::System, &["laptops", "laptop", "notebooks", "notebook computers", "workstations", "desktops", "end user devices", "endpoints", "endpoint"]),
    (Kind::System, &["servers", "server", "virtual machines"]),
    (Kind::System, &["mobile devices", "mobile device", "smartphones", "smartphone", "phones", "mobile phones", "tablets"]),
    (Kind::System, &["personal devices", "byod", "own devices", "private devices"]),
    (Kind::System, &["databases", "database"]),
    (Kind::System, &["wireless", "wi fi", "wifi", "wireless network", "wlan"]),
    (Kind::System, &["e mail", "email", "emails", "mail", "mailboxes"]),
    (Kind::System, &["usb", "removable media", "memory sticks", "usb sticks", "usb drives", "removable storage"]),
    (Kind::System, &["mobile app", "mobile apps", "mobile application", "mobile applications"]),
    (Kind::System, &["website", "web site", "marketing site"]),
    (Kind::System, &["api", "apis"]),
    (Kind::System, &["ticketing system", "support tickets", "tickets"]),
    (Kind::System, &["corporate systems", "corporate network", "internal systems", "office network", "corporate applications", "corporate it", "company systems", "company applications", "internal network"]),
    (Kind::System, &["firewalls", "firewall"]),
    (Kind::System, &["containers", "container", "container images", "kubernetes"]),
    (Kind::System, &["open source", "open source components", "third party libraries", "dependencies"]),
    (Kind::System, &["ai", "artificial intelligence", "ai features", "machine learning", "ml", "llm", "llms", "language model", "language models"]),
    (Kind::System, &["ot", "operational technology", "industrial", "scada", "plc"]),
    (Kind::People, &["contractors", "contractor", "freelancers", "freelancer", "temps", "temporary staff", "temporary workers", "agency workers", "agency staff", "consultants", "contingent workers", "interns"]),
    (Kind::People, &["administrators", "administrator", "admins", "admin", "administrative", "privileged", "privileged users", "privileged accounts", "privileged access", "superusers", "root"]),
    (Kind::People, &["developers", "developer", "engineers", "programmers", "coders", "engineering staff"]),
    (Kind::People, &["visitors", "visitor", "guests", "guest", "cleaners", "cleaning firms"]),
    (Kind::People, &["board", "board members", "directors", "executives", "executive", "senior management"]),
    (Kind::People, &["service accounts", "service account", "machine accounts", "api keys", "non human accounts"]),
    (Kind::People, &["remote workers", "home workers", "teleworkers", "remote staff"]),
    (Kind::People, &["end users", "product users", "customer users", "customers users", "portal users", "merchants"]),
    (Kind::Place, &["offices", "office", "corporate sites", "premises"]),
    (Kind::Place, &["data centres", "data centre", "data centers", "data center", "datacentre", "datacenter", "datacenters", "hosting facility"]),
    (Kind::Place, &["eu", "european union", "eea", "europe", "european"]),
    (Kind::Place, &["us", "usa", "united states"]),
    (Kind::Place, &["uk", "united kingdom"]),
    (Kind::Place, &["china"]), (Kind::Place, &["india"]), (Kind::Place, &["russia"]), (Kind::Place, &["germany"]), (Kind::Place, &["switzerland"]),
    (Kind::Place, &["ireland"]), (Kind::Place, &["france"]), (Kind::Place, &["canada"]), (Kind::Place, &["australia"]), (Kind::Place, &["singapore"]),
    (Kind::Place, &["off site", "offsite"]),
    (Kind::Surrounding, &["production", "live systems", "live system", "live environment"]),
    (Kind::Surrounding, &["test", "test environment", "test environments", "staging", "non production", "development environment", "development environments", "sandbox", "uat", "qa"]),
    (Kind::Surrounding, &["on premises", "on premise", "on prem", "self hosted"]),
    (Kind::Surrounding, &["free plan", "trial", "trials"]),
];

/// "us" is also a pronoun, "test" a verb, "mail" and "log" verbs: these count only where the words before or behind make them what is meant.
fn counts(words: &[String], place: usize, phrase: &str) -> bool {
    let before = place.checked_sub(1).map_or("", |at| words[at].as_str());
    let next = words.get(place + phrase.split(' ').count()).map_or("", String::as_str);
    match phrase {
        "us" => matches!(before, "the") || matches!(next, "data" | "region" | "regions" | "customers" | "based" | "soil" | "law"),
        "test" | "trial" => {
            let behind = words.get(place + 2).map_or("", String::as_str);
            let joined = matches!(next, "and" | "or") && matches!(behind, "development" | "production" | "staging" | "acceptance" | "live");
            joined || matches!(next, "system" | "systems" | "data" | "environment" | "environments" | "development")
        }
        "contractors" | "contractor" => before != "sub",
        "mobile device" | "mobile devices" => next != "management",
        "endpoints" | "endpoint" => !matches!(before, "public" | "api"),
        "log" | "mail" => {
            matches!(before, "the" | "an" | "a" | "audit" | "your" | "event" | "security")
                || matches!(next, "files" | "retention" | "data" | "review")
        }
        "executive" | "printed" | "root" | "board" | "archive" => !matches!(next, "summary" | "cause" | "causes"),
        _ => true,
    }
}

/// The scopes that a text names: place in [`SCOPES`] → as written.
#[derive(Clone, Debug, Default)]
pub(super) struct Scopes(BTreeMap<usize, String>);

impl Scopes {
    pub(super) fn read(words: &[String], actors: &Actors) -> Self {
        let mut found = BTreeMap::new();
        for place in (0..words.len()).filter(|place| !actors.is_supplier(*place)) {
            for (number, (_, phrases)) in SCOPES.iter().enumerate() {
                if let Some(phrase) = first_of(words, place, phrases).filter(|phrase| counts(words, place, phrase)) {
                    found.entry(number).or_insert_with(|| phrase.to_owned());
                }
            }
        }
        Self(found)
    }
}

/// A scope that only the question names, and that the answer does not settle; or one of the same kind in its place.
pub(super) fn differs(asked: &Sense, stored: &Sense, answer: &Sense) -> Option<Warning> {
    let (a, b, told) = (&asked.scopes.0, &stored.scopes.0, &answer.scopes.0);
    let list = |names: &[&String]| names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
    let unmet: Vec<(usize, &String)> = a.iter().filter(|(scope, _)| !b.contains_key(scope)).map(|(scope, name)| (*scope, name)).collect();
    let dropped: Vec<(usize, &String)> = b.iter().filter(|(scope, _)| !a.contains_key(scope)).map(|(scope, name)| (*scope, name)).collect();
    let instead = unmet.iter().find_map(|(scope, name)| {
        let other = dropped.iter().find(|(other, _)| SCOPES[*other].0 == SCOPES[*scope].0)?;
        Some(format!("asks about {name}, the stored wording is about {}", other.1))
    });
    let unsettled: Vec<&String> = unmet.iter().filter(|(scope, _)| !told.contains_key(scope)).map(|(_, name)| *name).collect();
    let says = match instead {
        Some(says) => says,
        None if unsettled.is_empty() => return None,
        None => format!("asks about {}, which neither the stored wording nor the answer names", list(&unsettled)),
    };
    Warning::new("scope", says)
}

/// The scopes that a heading names, where none of some texts names one of them.
pub(super) fn only_in(heading: &Sense, texts: &[&Sense]) -> Option<String> {
    let scopes = &heading.scopes.0;
    let named = |scope: &usize| texts.iter().any(|text| text.scopes.0.contains_key(scope));
    (!scopes.is_empty() && !scopes.keys().any(named)).then(|| scopes.values().cloned().collect::<Vec<_>>().join(", "))
}
