//! `/overview`: how it goes: what is filled by itself, how long a look takes, where gaps are, what runs out, how far each sale is, what is late.

mod figures;

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use jiff::ToSpan;
use jiff::civil::Date;

use crate::domain::due::{Due, Task};
use crate::domain::journal::at_stake;
use crate::engine::backlog::{self, Which};
use crate::engine::questionnaire::Anew;
use crate::engine::review::{self, Listed};
use crate::engine::trends::{Month, trends};
use crate::engine::upkeep::{self, ControlTold};
use crate::web::app::App;
use crate::web::charts::{Bars, Columns};
use crate::web::reply::{Frame, Reply, page};
use crate::web::words::filters;

/// So many days ahead evidence is told to run out.
const AHEAD: i64 = 90;

/// A sale for which somebody waits, over all its questionnaires.
struct Sale<'a> {
    name: String,
    questionnaires: Vec<&'a Listed>,
    answered: usize,
    review: usize,
    gap: usize,
    found: usize,
    value: Option<u64>,
    due: Option<Date>,
    released: bool,
}

impl Sale<'_> {
    /// The share of questions that need nobody any more, in whole percent; 100 only where all do.
    fn percent(&self) -> usize {
        (self.answered * 100).checked_div(self.found).unwrap_or(0)
    }
}

/// The sales for which somebody waits: what is due first, first; what is not due at all, last.
fn sales(open: &[Listed]) -> Vec<Sale<'_>> {
    let mut by_key: BTreeMap<(&str, &str), Sale> = BTreeMap::new();
    for one in open {
        let sale = by_key.entry(one.sale.key(&one.id)).or_insert_with(|| Sale {
            name: one.sale.called(),
            questionnaires: Vec::new(),
            answered: 0,
            review: 0,
            gap: 0,
            found: 0,
            value: None,
            due: None,
            released: true,
        });
        sale.questionnaires.push(one);
        sale.answered += one.counts.filled + one.counts.kept + one.counts.rejected;
        sale.review += one.counts.review;
        sale.gap += one.counts.gap;
        sale.found += one.counts.found;
        sale.value = sale.value.max(one.sale.value);
        sale.due = [sale.due, one.sale.due].into_iter().flatten().min();
        sale.released &= one.releases > 0;
    }
    let mut sales: Vec<Sale> = by_key.into_values().collect();
    sales.sort_by_key(|sale| (sale.due.unwrap_or(Date::MAX), std::cmp::Reverse(sale.value), sale.name.clone()));
    sales
}

/// All gaps of a month.
fn all_gaps(month: &Month) -> usize {
    month.gaps.iter().map(|(_, count)| count).sum()
}

/// Something that is late: since when, what, where.
struct Late {
    since: Date,
    what: String,
    address: String,
    why: String,
}

fn late(sales: &[Sale], due: &[Due], today: Date) -> Vec<Late> {
    let sales = sales.iter().filter(|sale| !sale.released).filter_map(|sale| {
        let since = sale.due.filter(|due| *due < today)?;
        let address = sale.questionnaires.first().map(|one| format!("/questionnaires/{}", one.id)).unwrap_or_default();
        Some(Late { since, what: sale.name.clone(), address, why: "the customer wanted it back".to_owned() })
    });
    let due = due.iter().filter_map(|due| {
        let since = due.by.filter(|by| *by < today)?;
        let (what, address) = figures::thing(&due.about);
        Some(Late { since, what, address, why: due.why.clone() })
    });
    let mut late: Vec<Late> = sales.chain(due).collect();
    late.sort_by(|a, b| (a.since, &a.what).cmp(&(b.since, &b.what)));
    late
}

#[derive(Template)]
#[template(path = "overview/page.html")]
struct Overview<'a> {
    frame: &'a Frame,
    sales: &'a [Sale<'a>],
    at_stake: u64,
    to_review: usize,
    work_items: usize,
    by_itself: Option<usize>,
    months: &'a [Month],
    filled: Columns,
    minutes: Columns,
    gaps: Bars,
    expiring: Bars,
    late: &'a [Late],
    ahead: i64,
}

/// `GET /overview`
pub async fn show(State(app): State<App>, frame: Frame) -> Reply {
    let told = app
        .desk(frame.name(), |desk| {
            let until = desk.date.saturating_add(AHEAD.days());
            Ok((
                review::list(desk, false)?,
                backlog::list_soon(desk, &Which::default(), Anew::Few)?.0.len(),
                trends(desk)?,
                upkeep::controls(&desk.bank, &[], desk.date)?,
                upkeep::due(&desk.bank, desk.date, until, None)?,
            ))
        })
        .await?;
    let (open, work_items, months, controls, due): (Vec<Listed>, usize, Vec<Month>, Vec<ControlTold>, Vec<Due>) = told;
    let months = figures::last_year(months);
    let sales = sales(&open);
    let late = late(&sales, &due, frame.date);
    let ends = |due: &&Due| matches!(due.task, Task::Renew) && due.by.is_some_and(|by| by >= frame.date);
    let runs_out: Vec<&Due> = due.iter().filter(ends).collect();
    page(&Overview {
        at_stake: at_stake(open.iter().map(|one| (one.id.as_str(), &one.sale))),
        to_review: open.iter().map(|one| one.counts.review).sum(),
        work_items,
        by_itself: figures::by_itself(&months),
        filled: figures::filled(&months),
        minutes: figures::minutes(&months),
        gaps: figures::gaps(&months, &controls),
        expiring: figures::expiring(&runs_out, frame.date, AHEAD),
        months: &months,
        late: &late,
        sales: &sales,
        frame: &frame,
        ahead: AHEAD,
    })
}
