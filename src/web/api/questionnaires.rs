//! Questionnaires: which there are, whose they are, what happened to them.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::LOOK;
use super::point::{Ask, Nothing, Paged, Point, change, paged, read};
use crate::domain::bank::Audience;
use crate::domain::journal::{Correction, Received};
use crate::domain::log::in_words;
use crate::engine::accounts::Right;
use crate::engine::questionnaire::Desk;
use crate::engine::review::{self, Listed};
use crate::web::reply::Refusal;
use crate::web::route::Access::Needs;

pub fn points() -> Vec<Point> {
    let takes_in = Needs(Right::TakeIn);
    vec![
        read("/api/v1/questionnaires", LOOK, "Lists the questionnaires, the last one first, with how many questions stand how", list),
        read("/api/v1/questionnaires/{id}/history", LOOK, "Tells everything that happened to a questionnaire, in order", history),
        change("/api/v1/questionnaires/{id}/sale", takes_in, "Corrects the sale, the reader, or what is asked about", correct),
        change("/api/v1/questionnaires/{id}/close", takes_in, "Ends a questionnaire for which nobody waits any more", close),
        change("/api/v1/questionnaires/{id}/reopen", takes_in, "Opens a closed questionnaire again", reopen),
    ]
}

/// Which questionnaires.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Listing {
    /// Also those that are released or closed
    all: Option<bool>,
    /// The place of the first to list, from 0
    offset: Option<usize>,
    /// How many to list, at most 1000
    limit: Option<usize>,
}

fn list(desk: &Desk, ask: &Ask<(), Listing>) -> Result<Paged<Listed>, Refusal> {
    Ok(paged(review::list(desk, ask.sent.all.unwrap_or(false))?, ask.sent.offset, ask.sent.limit))
}

/// One thing that happened.
#[derive(Serialize)]
struct Happened {
    number: i64,
    at: Timestamp,
    by: String,
    kind: &'static str,
    /// What, in words.
    words: String,
}

fn history(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<Vec<Happened>, Refusal> {
    let happened = |entry: crate::domain::journal::Entry| Happened {
        number: entry.number,
        at: entry.at,
        kind: entry.what.kind(),
        words: in_words(&entry.what),
        by: entry.by,
    };
    Ok(review::log(desk, &ask.path)?.into_iter().map(happened).collect())
}

/// Who will read the answers.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reader {
    /// Anybody
    Public,
    /// Who signed a non-disclosure agreement
    Nda,
}

impl Reader {
    /// As the engine says it.
    pub const fn audience(self) -> Audience {
        match self {
            Self::Public => Audience::Public,
            Self::Nda => Audience::Nda,
        }
    }
}

/// What is corrected; what is not named stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Corrected {
    /// The customer's name, spelled otherwise; another customer is refused
    #[serde(default)]
    customer: Option<String>,
    /// The sale that it belongs to
    #[serde(default)]
    deal: Option<String>,
    /// What the sale is worth, in whole units of your currency
    #[serde(default)]
    value: Option<u64>,
    /// The day on which the customer wants it back
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "2026-12-04")]
    due: Option<Date>,
    /// Who will read the answers: `public` or `nda`
    #[serde(default)]
    #[schema(inline)]
    audience: Option<Reader>,
    /// Products asked about
    #[serde(default)]
    products: Option<Vec<String>>,
    /// Regions asked about
    #[serde(default)]
    regions: Option<Vec<String>>,
    /// Whether answers that stand in the workbook already are replaced
    #[serde(default)]
    overwrite: Option<bool>,
}

impl Corrected {
    fn put_into(&self, correction: &mut Correction) {
        fn put<T: Clone>(to: &mut T, said: Option<&T>) {
            if let Some(said) = said {
                to.clone_from(said);
            }
        }
        put(&mut correction.sale.customer, self.customer.as_ref());
        put(&mut correction.sale.deal, self.deal.as_ref());
        correction.sale.value = self.value.or(correction.sale.value);
        correction.sale.due = self.due.or(correction.sale.due);
        put(&mut correction.audience, self.audience.map(Reader::audience).as_ref());
        put(&mut correction.products, self.products.as_ref());
        put(&mut correction.regions, self.regions.as_ref());
        put(&mut correction.overwrite, self.overwrite.as_ref());
    }
}

#[derive(Serialize)]
struct Sold {
    id: String,
    #[serde(flatten)]
    received: Received,
}

fn correct(desk: &Desk, ask: &Ask<String, Corrected>) -> Result<Sold, Refusal> {
    let progress = review::correct(desk, &ask.path, &|correction| ask.sent.put_into(correction))?;
    Ok(Sold { id: progress.id.clone(), received: progress.received.clone() })
}

/// Why nobody waits for it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Why {
    /// The reason
    #[schema(example = "the customer chose somebody else")]
    why: String,
}

#[derive(Serialize)]
struct Which {
    id: String,
}

fn close(desk: &Desk, ask: &Ask<String, Why>) -> Result<Which, Refusal> {
    Ok(Which { id: review::close(desk, &ask.path, &ask.sent.why)? })
}

fn reopen(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<Which, Refusal> {
    Ok(Which { id: review::reopen(desk, &ask.path)? })
}
