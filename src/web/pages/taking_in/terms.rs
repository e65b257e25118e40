//! The terms of a questionnaire in a form: deal, value, due date, reader, products, regions.

use jiff::civil::Date;

use crate::domain::bank::Audience;
use crate::domain::journal::{Correction, Sale};
use crate::engine::summary::Offers;
use crate::web::reply::Refusal;

/// A box to tick.
#[derive(Clone, Debug)]
pub struct Tick {
    pub id: String,
    pub title: String,
    pub on: bool,
}

/// What the fields show at first.
#[derive(Clone, Debug)]
pub struct TermsShown {
    pub deal: String,
    pub value: String,
    pub due: String,
    pub nda: bool,
    pub overwrite: bool,
    pub products: Vec<Tick>,
    pub regions: Vec<Tick>,
}

impl TermsShown {
    /// Fields for something new, or with what is known.
    pub fn new(offers: Offers, known: Option<&Correction>) -> Self {
        let ticks = |offered: Vec<(String, String)>, named: &[String]| {
            let mut ticks: Vec<Tick> = offered.into_iter().map(|(id, title)| Tick { on: named.contains(&id), id, title }).collect();
            // A version, `cloud@5`, is none of the bank's own ids; it stays what it is until somebody takes it out.
            let own = named.iter().filter(|one| !ticks.iter().any(|tick| tick.id == **one)).cloned().collect::<Vec<_>>();
            ticks.extend(own.into_iter().map(|id| Tick { title: id.clone(), id, on: true }));
            ticks
        };
        let none = Correction {
            sale: Sale::default(),
            audience: Audience::Public,
            products: Vec::new(),
            regions: Vec::new(),
            overwrite: false,
            mapping: None,
        };
        let known = known.unwrap_or(&none);
        Self {
            deal: known.sale.deal.clone(),
            value: known.sale.value.map(|value| value.to_string()).unwrap_or_default(),
            due: known.sale.due.map(|due| due.to_string()).unwrap_or_default(),
            nda: known.audience == Audience::Nda,
            overwrite: known.overwrite,
            products: ticks(offers.products, &known.products),
            regions: ticks(offers.regions, &known.regions),
        }
    }
}

/// What somebody filled in, field by field.
#[derive(Clone, Debug, Default)]
pub struct Fields(pub Vec<(String, String)>);

impl Fields {
    /// The text of a field; empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, text)| text.trim())
    }

    /// Every text of a field that may be there several times.
    pub fn texts(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(known, text)| known == name && !text.trim().is_empty()).map(|(_, text)| text.trim().to_owned()).collect()
    }

    /// Whether a box is ticked.
    pub fn ticked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// The terms, for a customer.
    pub fn terms(&self, customer: &str) -> Result<Correction, Refusal> {
        const KEPT: &str = "nothing was changed; what you filled in is still there";
        let value: String = self.text("value").chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | ',' | '.')).collect();
        let value = if value.is_empty() { None } else { Some(value) };
        let value =
            value.map(|value| value.parse::<u64>().map_err(|_| Refusal::wrong("the value is no whole amount", KEPT))).transpose()?;
        let due = Some(self.text("due")).filter(|due| !due.is_empty());
        let due = due.map(|due| due.parse::<Date>().map_err(|_| Refusal::wrong("the due date is no date", KEPT))).transpose()?;
        let audience = match self.text("audience") {
            "public" => Audience::Public,
            "nda" => Audience::Nda,
            _ => return Err(Refusal::wrong("it is not said who will read the answers", KEPT)),
        };
        Ok(Correction {
            sale: Sale { customer: customer.to_owned(), deal: self.text("deal").to_owned(), value, due },
            audience,
            products: self.texts("product"),
            regions: self.texts("region"),
            overwrite: self.ticked("overwrite"),
            mapping: None,
        })
    }
}
