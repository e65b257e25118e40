//! The guard of named standards: another norm, edition, report type, protocol version, algorithm or key length.

use std::collections::BTreeMap;

use super::{Sense, Warning};

/// Names whose numbers are part of them, and the words between name and number that say nothing.
const NUMBERED: &[(&str, &[&str])] = &[
    ("iso", &["iec", "ieee", "en", "bs"]),
    ("iec", &[]),
    ("soc", &[]),
    ("ssae", &[]),
    ("isae", &[]),
    ("nist", &["sp", "special", "publication", "csf"]),
    ("fips", &["pub"]),
    ("tls", &["version", "versions", "v"]),
    ("ssl", &["version", "v"]),
    ("aes", &["encryption"]),
    ("sha", &[]),
    ("rsa", &[]),
    ("saml", &["v"]),
    ("oauth", &["v"]),
    ("pci", &["dss", "v", "version"]),
    ("cvss", &["v"]),
    ("tier", &[]),
    ("wcag", &["v", "version"]),
    ("asvs", &["level", "v"]),
    ("cmmc", &["level"]),
    ("bs", &[]),
    ("cis", &["level"]),
    ("argon2", &[]),
    ("nen", &[]),
];

/// Norms, laws, marks, protocols and methods that stand alone; longer ones first where one begins another.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "hipaa", "hitrust", "hitech", "gdpr", "ccpa", "cpra", "lgpd", "pipeda", "ferpa", "coppa", "sox", "glba", "fedramp", "stateramp", "fisma", "itar",
    "tisax", "irap", "c5", "ens", "secnumcloud", "hds", "dora", "nis2", "nis", "eidas", "psd2", "cobit", "itil", "csa star", "cyber essentials plus",
    "cyber essentials", "owasp", "samm", "bsimm", "stig", "cmmi", "togaf", "swift csp", "nerc cip", "argon2", "argon2id", "bcrypt", "scrypt", "pbkdf2",
    "md5", "des", "3des", "rc4", "chacha20", "ed25519", "ecdsa", "openid connect", "openid", "oidc", "scim", "ldap", "kerberos", "radius", "fido2", "webauthn", "totp",
    "sms", "cyclonedx", "spdx", "vpat", "ai act", "bcr", "dpf", "uk gdpr",
];

/// Types of a report, behind its name.
const TYPES: &[(&str, &str)] = &[("i", "1"), ("ii", "2"), ("1", "1"), ("2", "2"), ("iii", "3")];

/// The standards that a text names: one form → as written; and the words that belong to the names.
#[derive(Clone, Debug, Default)]
pub(super) struct Standards {
    named: BTreeMap<String, String>,
    places: Vec<usize>,
}

impl Standards {
    pub(super) fn read(words: &[String]) -> Self {
        let mut found = Self::default();
        let mut place = 0;
        while place < words.len() {
            let length = found.numbered(words, place).or_else(|| found.name(words, place)).unwrap_or(0);
            found.places.extend(place..place + length);
            place += length.max(1);
        }
        found
    }

    /// Whether the word at a place belongs to the name of a standard.
    pub(super) fn has(&self, place: usize) -> bool {
        self.places.binary_search(&place).is_ok()
    }

    fn name(&mut self, words: &[String], place: usize) -> Option<usize> {
        let name = super::first_of(words, place, NAMES)?;
        let form = if name.starts_with("openid") { "oidc" } else { name };
        self.named.insert(form.to_owned(), name.to_uppercase());
        Some(name.split(' ').count())
    }

    /// `iso iec 27001 2022`, `soc 2 type ii`, `aes 256`, `tls 1.2`, `soc2`, `sha256`.
    fn numbered(&mut self, words: &[String], place: usize) -> Option<usize> {
        let word = words[place].as_str();
        let (name, between) = NUMBERED.iter().find(|(name, _)| word == *name || glued(word, name).is_some())?;
        let mut next = place + 1;
        // "SOC" alone is also a team that watches.
        if *name == "soc" && glued(word, name).is_none() && words.get(next).is_none_or(|word| number(word).is_none()) {
            return None;
        }
        let number = if let Some(number) = glued(word, name) {
            number.to_owned()
        } else {
            while words.get(next).is_some_and(|word| between.contains(&word.as_str())) {
                next += 1;
            }
            let number = words.get(next).and_then(|word| number(word));
            next += usize::from(number.is_some());
            number.unwrap_or_default()
        };
        // A tier without a number is a rank: "do you tier suppliers".
        if *name == "tier" && number.is_empty() {
            return None;
        }
        let mut form = format!("{name} {number}");
        // A part or a year behind the number: 800-53, 140-2, 27001:2022.
        if let Some(part) =
            words.get(next).and_then(|word| number_only(word)).filter(|_| matches!(*name, "iso" | "iec" | "nist" | "fips" | "bs"))
        {
            next += 1;
            if part.len() == 4 && (part.starts_with("19") || part.starts_with("20")) {
                self.named.insert(format!("{form}:{part}"), format!("{} {number}:{part}", name.to_uppercase()));
            } else {
                form = format!("{form}-{part}");
            }
        }
        if *name == "nist" && number.is_empty() && words[place..next].iter().any(|word| word == "csf") {
            form = "nist csf".into();
        }
        if words.get(next).is_some_and(|word| word == "type")
            && let Some((_, kind)) = words.get(next + 1).and_then(|word| TYPES.iter().find(|(known, _)| known == word))
        {
            next += 2;
            self.named.insert(format!("{} type {kind}", form.trim()), format!("{} type {kind}", written(&form)));
        } else if let Some([kind, number]) = place.checked_sub(2).and_then(|from| words.get(from..place)).map(|pair| [&pair[0], &pair[1]])
            && kind == "type"
            && let Some((_, kind)) = TYPES.iter().find(|(known, _)| known == number)
        {
            self.named.insert(format!("{} type {kind}", form.trim()), format!("{} type {kind}", written(&form)));
        }
        let form = form.trim().to_owned();
        self.named.insert(form.clone(), written(&form));
        // Another version of the same: `TLS 1.2 or 1.3`, `SOC 1 and 2`.
        while let Some(more) =
            words.get(next + 1).and_then(|word| number_only(word)).filter(|_| matches!(words[next].as_str(), "or" | "and"))
        {
            self.named.insert(format!("{name} {more}"), format!("{} {more}", name.to_uppercase()));
            next += 2;
        }
        Some(next - place)
    }
}

fn written(form: &str) -> String {
    form.split_once(' ').map_or_else(|| form.to_uppercase(), |(name, rest)| format!("{} {rest}", name.to_uppercase()))
}

/// The number that is written together with a name: `soc2`, `iso27001`, `sha256`.
fn glued<'w>(word: &'w str, name: &str) -> Option<&'w str> {
    word.strip_prefix(name)
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()) && rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

fn number(word: &str) -> Option<String> {
    number_only(word.trim_start_matches('v')).map(str::to_owned)
}

fn number_only(word: &str) -> Option<&str> {
    (word.starts_with(|c: char| c.is_ascii_digit()) && word.chars().all(|c| c.is_ascii_digit() || c == '.')).then_some(word)
}

/// A standard that only one of the texts names. One that the answer names is settled.
pub(super) fn differs(asked: &Sense, stored: &Sense, answer: &Sense) -> Option<Warning> {
    let (a, b, told) = (&asked.standards.named, &stored.standards.named, &answer.standards.named);
    let list = |names: Vec<&String>| names.into_iter().cloned().collect::<Vec<_>>().join(", ");
    // "TLS" says less than "TLS 1.2": a bare name is covered by any of its versions.
    let covered = |form: &str, by: &BTreeMap<String, String>| {
        by.contains_key(form)
            || !form.contains(|c: char| c.is_ascii_digit()) && by.keys().any(|other| other.starts_with(&format!("{form} ")))
    };
    let unmet: Vec<&String> = a.iter().filter(|(form, _)| !covered(form, b) && !covered(form, told)).map(|(_, written)| written).collect();
    // A question that names none is only less exact; one that names the family is met by its member.
    let family = |form: &str| a.keys().any(|other| form.starts_with(other.as_str()));
    let dropped: Vec<&String> = if a.is_empty() {
        Vec::new()
    } else {
        b.iter().filter(|(form, _)| !covered(form, a) && !family(form)).map(|(_, written)| written).collect()
    };
    let says = match (unmet.is_empty(), dropped.is_empty()) {
        (true, true) => return None,
        (false, true) => format!("asks about {}, which neither the stored wording nor the answer names", list(unmet)),
        (true, false) => format!("the stored wording is about {}, the question does not name it", list(dropped)),
        (false, false) => format!("asks about {}, the stored wording is about {}", list(unmet), list(dropped)),
    };
    Warning::new("standard", says)
}
