//! Whether each piece of evidence holds: files, digests, dates, and, where it is asked for, addresses.

use std::net::{IpAddr, ToSocketAddrs};
use std::path::Path;

use jiff::civil::Date;
use serde::Serialize;

use crate::bank::links::{Link, look};
use crate::domain::bank::Evidence;
use crate::domain::digest::sha256_hex;
use crate::domain::standing::evidence_fault;
use crate::engine::{BankPlace, Failure};

/// How a piece of evidence is on a date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Who renews it.
    pub owner: String,
    /// Last day on which it holds.
    pub valid_until: Option<Date>,
    /// Why it does not hold; none where it does.
    pub fault: Option<String>,
    /// Whether it runs out before the day until which was looked.
    pub runs_out: bool,
    /// What came of looking at its address, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Whether nothing is known against its address.
    pub link_good: bool,
}

/// Checks all evidence: files, digests and dates; addresses too where a program to ask them with is given.
///
/// # Errors
/// There is no bank.
pub fn check(place: &BankPlace, date: Date, until: Date, curl: Option<&Path>) -> Result<Vec<Checked>, Failure> {
    let bank = place.read()?;
    let mut all: Vec<&Evidence> = bank.evidence.values().collect();
    all.sort_by(|a, b| a.id.cmp(&b.id));
    let checked = all.iter().enumerate().map(|(number, evidence)| {
        let link = curl.zip(evidence.url.as_deref()).map(|(curl, url)| {
            place.progress.tell("looking", number + 1, all.len());
            link(look(curl, url, &bank.link_hosts, &addresses), evidence)
        });
        Checked {
            id: evidence.id.clone(),
            title: evidence.title.clone(),
            owner: evidence.owner.clone(),
            valid_until: evidence.valid_until,
            fault: evidence_fault(evidence, date),
            runs_out: evidence.valid_until.is_some_and(|day| day >= date && day <= until),
            link_good: link.as_ref().is_none_or(|(good, _)| *good),
            link: link.map(|(_, told)| told),
        }
    });
    Ok(checked.collect())
}

fn addresses(host: &str) -> Vec<IpAddr> {
    (host, 443).to_socket_addrs().map(|found| found.map(|one| one.ip()).collect()).unwrap_or_default()
}

/// What an address showed: whether it is good, and in words. A digest that is recorded for a thing kept elsewhere is that of what is there.
fn link(seen: Link, evidence: &Evidence) -> (bool, String) {
    let digest = evidence.sha256.as_deref().filter(|_| evidence.path.is_none());
    match (seen, digest) {
        (Link::There(bytes), Some(wanted)) if !sha256_hex(&bytes).eq_ignore_ascii_case(wanted) => {
            (false, "the address has something else than when the digest was recorded".into())
        }
        (Link::There(_), _) => (true, "the address answers".into()),
        (Link::Large, _) => (true, "the address answers with more than is looked at".into()),
        (Link::Refused(why), _) => (true, format!("not looked at: {why}")),
        (Link::Gone(why), _) => (false, why),
    }
}
