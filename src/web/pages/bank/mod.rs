//! `/bank`: the answers as a list, searched while somebody types, filtered and sorted.

pub mod approve;
mod draft;
pub mod edit;
pub mod entry;

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderValue;
use jiff::civil::Date;

use crate::engine::accounts::{Act, Right, record};
use crate::engine::curate::Hand;
use crate::engine::entries::{self, Facet, LONGEST, Order, Shelf, Wanted};
use crate::engine::questionnaire::Desk;
use crate::engine::{Failure, FailureKind};
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply, page};
use crate::web::words::{filters, in_address};

/// So many answers stand on a page.
const ANSWERS: usize = 100;

/// What of the list is wanted, as its address says it.
#[derive(Clone, Debug)]
struct View {
    wanted: Wanted,
    date: Date,
    today: Date,
    from: usize,
    /// How many were changed just before, where the list follows a change.
    approved: usize,
}

impl View {
    fn of(pairs: &[(String, String)], today: Date) -> Self {
        let named = |name: &str| pairs.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
        let chosen = Facet::ALL.iter().map(|(facet, name)| (*facet, named(name).to_owned())).filter(|(_, value)| !value.is_empty());
        Self {
            wanted: Wanted { words: named("q").to_owned(), chosen: chosen.collect(), order: Order::parse(named("order")) },
            date: named("date").parse().unwrap_or(today),
            today,
            from: named("from").parse().unwrap_or_default(),
            approved: named("approved").parse().unwrap_or_default(),
        }
    }

    /// The address of this list from its beginning, with one filter set otherwise.
    fn with(&self, facet: Facet, value: &str) -> String {
        let mut chosen = self.wanted.chosen.clone();
        chosen.insert(facet, value.to_owned());
        self.address(&chosen, 0)
    }

    fn address(&self, chosen: &BTreeMap<Facet, String>, from: usize) -> String {
        let mut pairs = vec![("q", self.wanted.words.clone())];
        pairs.extend(chosen.iter().map(|(facet, value)| (facet.name(), value.clone())));
        pairs.extend((self.wanted.order != Order::default()).then(|| ("order", self.wanted.order.name().to_owned())));
        pairs.extend((self.date != self.today).then(|| ("date", self.date.to_string())));
        pairs.extend((from > 0).then(|| ("from", from.to_string())));
        let said: Vec<String> =
            pairs.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={}", in_address(value))).collect();
        if said.is_empty() { "/bank".to_owned() } else { format!("/bank?{}", said.join("&")) }
    }

    fn chosen(&self, facet: Facet) -> &str {
        self.wanted.chosen.get(&facet).map_or("", String::as_str)
    }
}

/// A filter with what may be chosen.
struct Choice {
    facet: Facet,
    label: &'static str,
    all: &'static str,
    /// Value, how it is said, how many, whether it is chosen.
    values: Vec<(String, String, usize, bool)>,
}

/// A state as a tab.
struct Tab {
    address: String,
    label: &'static str,
    count: usize,
    chosen: bool,
}

struct List<'a> {
    view: &'a View,
    shelf: &'a Shelf,
    tabs: Vec<Tab>,
    choices: Vec<Choice>,
    may_curate: bool,
    next: Option<String>,
    orders: [(Order, &'static str); 4],
    longest: usize,
}

impl List<'_> {
    /// Whether drafts are listed for somebody who may approve them.
    fn choosing(&self) -> bool {
        self.may_curate && self.view.chosen(Facet::State) == "draft"
    }

    /// Where an answer to what was searched for is written.
    fn new_address(&self) -> String {
        match self.view.wanted.words.trim() {
            "" => "/bank/new".to_owned(),
            words => format!("/bank/new?question={}", in_address(words)),
        }
    }
}

#[derive(Template)]
#[template(path = "bank/list.html")]
struct ListPage<'a> {
    frame: &'a Frame,
    list: &'a List<'a>,
}

#[derive(Template)]
#[template(path = "bank/part.html")]
struct ListPart<'a> {
    list: &'a List<'a>,
}

#[derive(Template)]
#[template(path = "bank/rows.html")]
struct ListRows<'a> {
    list: &'a List<'a>,
}

/// `GET /bank`
pub async fn list(State(app): State<App>, frame: Frame, Query(pairs): Query<Vec<(String, String)>>) -> Reply {
    let view = View::of(&pairs, app.today());
    let (wanted, date, from) = (view.wanted.clone(), view.date, view.from);
    let shelf = app.desk(frame.name(), move |desk| entries::list(&desk.bank, &wanted, date, from, ANSWERS)).await?;
    let further = view.from + shelf.listed.len();
    let list = List {
        tabs: tabs(&view, &shelf),
        choices: choices(&view, &shelf),
        may_curate: frame.may(Right::Curate),
        next: (further < shelf.found).then(|| view.address(&view.wanted.chosen, further)),
        orders: [
            (Order::Topic, "by topic"),
            (Order::Review, "next review first"),
            (Order::Edited, "last edited first"),
            (Order::Question, "by question"),
        ],
        longest: LONGEST,
        view: &view,
        shelf: &shelf,
    };
    if !frame.part {
        return page(&ListPage { frame: &frame, list: &list });
    }
    if view.from > 0 {
        return page(&ListRows { list: &list });
    }
    let mut reply = page(&ListPart { list: &list })?;
    // The address follows the search, so that it can be kept and sent to somebody.
    if let Ok(address) = HeaderValue::from_str(&view.address(&view.wanted.chosen, 0)) {
        reply.headers_mut().insert("hx-replace-url", address);
    }
    Ok(reply)
}

fn tabs(view: &View, shelf: &Shelf) -> Vec<Tab> {
    let states = [("", "All"), ("good", "Good"), ("not-good", "Approved, not good"), ("draft", "Drafts"), ("retired", "Retired")];
    let counts = shelf.counts.get(&Facet::State);
    let count = |value: &str| match value {
        "" => counts.map_or(0, |counts| counts.values().sum()),
        value => counts.and_then(|counts| counts.get(value)).copied().unwrap_or_default(),
    };
    let tab = |(value, label): (&str, &'static str)| Tab {
        address: view.with(Facet::State, value),
        label,
        count: count(value),
        chosen: view.chosen(Facet::State) == value,
    };
    states.into_iter().map(tab).collect()
}

fn choices(view: &View, shelf: &Shelf) -> Vec<Choice> {
    let fields = [
        (Facet::Topic, "Topic", "every topic"),
        (Facet::Verdict, "Verdict", "every verdict"),
        (Facet::Why, "Why it is not good", "whatever the reason"),
        (Facet::Owner, "Owner", "every owner"),
        (Facet::Audience, "Audience", "every audience"),
        (Facet::Product, "Product", "every product"),
        (Facet::Tag, "Tag", "every tag"),
    ];
    let choice = |(facet, label, all): (Facet, &'static str, &'static str)| {
        let chosen = view.chosen(facet);
        let mut counts = shelf.counts.get(&facet).cloned().unwrap_or_default();
        counts.remove("");
        // What is chosen stays to be seen, though nothing is found by it.
        if !chosen.is_empty() {
            counts.entry(chosen.to_owned()).or_insert(0);
        }
        let values = counts.into_iter().map(|(value, count)| {
            let is = value == chosen;
            (value.clone(), said(facet, &value), count, is)
        });
        Choice { facet, label, all, values: values.collect() }
    };
    fields.into_iter().map(choice).collect()
}

/// A value of a filter in words.
fn said(facet: Facet, value: &str) -> String {
    let words = match (facet, value) {
        (Facet::Why, "not-approved") => "not approved as it stands",
        (Facet::Why, "out-of-date") => "its review is overdue",
        (Facet::Why, "control") => "a control is not in place",
        (Facet::Why, "evidence") => "evidence is missing or out of date",
        (Facet::Verdict, "not-applicable") => "not applicable",
        (Facet::Audience, "nda") => "under NDA",
        (_, other) => other,
    };
    words.to_owned()
}

/// Who changes an answer, on the day, having seen this text of its file.
fn hand(desk: &Desk, seen: &str) -> Hand {
    Hand { by: desk.by.clone(), on: desk.date, seen: Some(seen.to_owned()).filter(|seen| !seen.is_empty()) }
}

/// Writes into the audit log that an answer was changed.
fn logged(desk: &Desk, id: &str, address: &str, what: &str) -> Result<(), Failure> {
    record(desk, Act::BankChanged, id, address, what).map_err(|failure| Failure {
        message: format!("{id}: it was {what}, but that could not be logged: {}", failure.message),
        ..failure
    })
}

/// A failure in the words of a page: what the terminal would advise is no use here.
fn refusal(failure: Failure) -> Refusal {
    let words = match failure.kind {
        FailureKind::Changed => Some((
            "somebody changed this answer after you opened it",
            "nothing was changed; load the page anew, and look at what it says now",
        )),
        FailureKind::NotThere => Some(("there is no such answer in the bank", "look for it under Answers; it may have another name")),
        _ => None,
    };
    let mut refusal = Refusal::from(failure);
    // Who fills in a form knows no lines of a file, nor the stable word behind a problem.
    if let Some((_, what)) = refusal.error.split_once(": error: ") {
        refusal.error = what.rsplit_once(" [").map_or(what, |(what, _)| what).to_owned();
    }
    match words {
        Some((error, hint)) => Refusal { error: error.into(), hint: hint.into(), ..refusal },
        None if refusal.hint.is_empty() => Refusal { hint: "nothing was changed".into(), ..refusal },
        None => refusal,
    }
}
