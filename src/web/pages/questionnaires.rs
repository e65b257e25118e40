//! `/questionnaires`: those for which somebody waits, how far each is, and where the next one comes in.

use std::cmp::Reverse;

use askama::Template;
use axum::extract::{Query, State};
use jiff::civil::Date;
use serde::Deserialize;

use crate::engine::accounts::Right;
use crate::engine::review::{self, Listed};
use crate::web::app::App;
use crate::web::reply::{Frame, Reply, go_to, page};
use crate::web::words::{filters, in_address};

/// Within so many days something is due soon.
const SOON: i64 = 7;

/// What of the list is wanted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    all: bool,
    q: String,
    due: String,
    sort: String,
}

impl Wanted {
    fn holds(&self, one: &Listed, today: Date) -> bool {
        let text = format!("{} {} {} {}", one.sale.customer, one.sale.deal, one.name, one.id).to_lowercase();
        let soon = today.saturating_add(jiff::Span::new().days(SOON));
        let waits = one.releases == 0 && one.closed.is_none();
        let due = match self.due.as_str() {
            "late" => waits && one.sale.due.is_some_and(|due| due < today),
            "soon" => waits && one.sale.due.is_some_and(|due| due >= today && due <= soon),
            "none" => one.sale.due.is_none(),
            _ => true,
        };
        due && self.q.to_lowercase().split_whitespace().all(|word| text.contains(word))
    }

    fn sort(&self, listed: &mut [Listed]) {
        match self.sort.as_str() {
            "due" => listed.sort_by_key(|one| one.sale.due.unwrap_or(Date::MAX)),
            "value" => listed.sort_by_key(|one| Reverse(one.sale.value)),
            "customer" => listed.sort_by_key(|one| one.sale.customer.to_lowercase()),
            "open" => listed.sort_by_key(|one| Reverse(one.counts.review + one.counts.gap)),
            // As they came in, the last one first.
            _ => {}
        }
    }

    /// The address of the list with another order.
    fn sorted_by(&self, sort: &str) -> String {
        format!("/questionnaires?all={}&q={}&due={}&sort={sort}", self.all, in_address(&self.q), in_address(&self.due))
    }

    /// Whether something was chosen to leave others out.
    fn chosen(&self) -> bool {
        !self.q.trim().is_empty() || !self.due.is_empty()
    }
}

#[derive(Template)]
#[template(path = "questionnaires.html")]
struct List<'a> {
    frame: &'a Frame,
    listed: &'a [Listed],
    wanted: &'a Wanted,
    may_take_in: bool,
}

impl List<'_> {
    /// How a column's head is sorted, for who does not see it.
    fn order(&self, column: &str) -> &'static str {
        match (self.wanted.sort == column, column) {
            (true, "value" | "open") => "descending",
            (true, _) => "ascending",
            (false, _) => "none",
        }
    }
}

/// `GET /`
pub async fn home() -> Reply {
    go_to("/questionnaires")
}

/// `GET /questionnaires`
pub async fn list(State(app): State<App>, frame: Frame, Query(wanted): Query<Wanted>) -> Reply {
    let all = wanted.all;
    let mut listed = app.desk(frame.name(), move |desk| review::list(desk, all)).await?;
    listed.retain(|one| wanted.holds(one, frame.date));
    wanted.sort(&mut listed);
    page(&List { frame: &frame, listed: &listed, wanted: &wanted, may_take_in: frame.may(Right::TakeIn) })
}
