//! Standing: each condition of the design alone, at the day before, on and after; who may be told, for which product and region.

use answerbank::domain::bank::{Answer, Audience, Stamp, Verdict};
use answerbank::domain::standing::{Scope, standing};

use super::{answer, approve, bank, day, list, scope};
use crate::table::check_rows;

fn bars(answer: &Answer, scope: &Scope) -> String {
    standing(&bank(Vec::new()), answer, scope).iter().map(|bar| format!("{}: {bar}", bar.kind())).collect::<Vec<_>>().join("; ")
}

#[test]
fn each_verdict_stands_on_what_it_needs() {
    // Verdict, its controls (C-1, C-2, C-3, C-7 in place; C-3 on old evidence, C-7 on none that exists; C-4 partly, C-5 planned,
    // C-6 not applicable), its own evidence.
    check_rows(
        "
        yes            | C-1         |       |
        yes            | C-1 C-2     | page  |
        yes            |             | fresh |
        yes            |             |       | evidence: it says yes, and no control or evidence stands behind it
        yes            | C-4         |       | control: control C-4 is partly in place
        yes            | C-5         |       | control: control C-5 is only planned
        yes            | C-6         |       | control: control C-6 is not applicable
        yes            | C-3         |       | evidence: evidence old expired on 2026-02-28
        yes            | C-7         |       | evidence: evidence none does not exist
        yes            | C-9         |       | control: control C-9 does not exist
        partly         |             |       |
        partly         | C-1 C-4 C-6 |       |
        partly         | C-3         |       |
        partly         | C-4 C-5     |       | control: control C-5 is only planned
        planned        | C-5         |       |
        planned        | C-5         | old   | evidence: evidence old expired on 2026-02-28
        no             | C-5         |       |
        not-applicable | C-6         |       |
        info           | C-3 C-4 C-5 |       |
        info           |             | changed | evidence: evidence changed was changed: its file has another digest
        info           |             | unmarked | evidence: evidence unmarked has no recorded digest
        info           |             | nowhere | evidence: evidence nowhere does not exist
        unreadable     | C-1         |       | not-approved: its file has an error
        ",
        |cells| {
            let mut one = answer("x", "Q?", Verdict::Info);
            (one.verdict, one.controls, one.evidence) = (Verdict::parse(cells[0]), list(cells[1]), list(cells[2]));
            approve(&mut one);
            bars(&one, &scope())
        },
    );
}

#[test]
fn dates_count_from_their_first_to_their_last_day() {
    check_rows(
        "
        approved on 2026-03-02        | 2026-03-01 | not-approved: it is a draft: nobody approved it
        approved on 2026-03-02        | 2026-03-02 |
        review by 2026-03-02          | 2026-03-01 |
        review by 2026-03-02          | 2026-03-02 |
        review by 2026-03-02          | 2026-03-03 | out-of-date: it was to be reviewed by 2026-03-02
        retired on 2026-03-02         | 2026-03-01 |
        retired on 2026-03-02         | 2026-03-02 | retired: it is retired: replaced
        evidence from 2026-02-01      | 2026-01-31 | evidence: evidence fresh is only issued on 2026-02-01
        evidence from 2026-02-01      | 2026-02-01 |
        evidence until 2026-08-31     | 2026-08-31 |
        evidence until 2026-08-31     | 2026-09-01 | evidence: evidence fresh expired on 2026-08-31
        ",
        |cells| {
            let (what, on) = cells[0].rsplit_once(' ').unwrap();
            let mut one = answer("x", "Q?", Verdict::Info);
            let stamp = Stamp { by: "m".into(), on: day(on) };
            one.approved.as_mut().unwrap().0.on = day("2020-01-01");
            match what {
                "approved on" => one.approved.as_mut().unwrap().0.on = day(on),
                "review by" => one.review_by = Some(day(on)),
                "retired on" => one.retired = Some((stamp, "replaced".into())),
                _ => {
                    one.evidence = list("fresh");
                    approve(&mut one);
                    one.approved.as_mut().unwrap().0.on = day("2020-01-01");
                }
            }
            bars(&one, &Scope { date: day(cells[1]), ..scope() })
        },
    );
}

#[test]
fn only_what_was_approved_stands_and_only_as_it_was_approved() {
    check_rows(
        "
        nothing             |
        the approval        | not-approved: it is a draft: nobody approved it
        no digest           | not-approved: it was changed after it was approved
        the wording         | not-approved: it was changed after it was approved
        the audience        | not-approved: it was changed after it was approved
        the owner           |
        all of the wording  | not-approved: it has no wording
        ",
        |cells| {
            let mut one = answer("x", "Q?", Verdict::Info);
            let digest = &mut one.approved.as_mut().unwrap().1;
            match cells[0] {
                "nothing" => {}
                "the approval" => one.approved = None,
                "no digest" => digest.clear(),
                "the wording" => one.body.push('!'),
                "the audience" => one.audience = Audience::Nda,
                "the owner" => one.owner = "another".into(),
                "all of the wording" => {
                    (one.body, one.wording) = ("## Short\nS.".into(), String::new());
                    approve(&mut one);
                }
                other => panic!("{other}"),
            }
            bars(&one, &Scope { audience: Audience::Nda, ..scope() })
        },
    );
}

#[test]
fn an_answer_is_told_to_its_audience_and_internal_ones_to_nobody() {
    check_rows(
        "
        public   | public   |
        public   | nda      |
        public   | internal |
        nda      | public   | audience: it may only be told under nda
        nda      | nda      |
        nda      | internal |
        internal | public   | audience: it is internal and never leaves
        internal | nda      | audience: it is internal and never leaves
        internal | internal | audience: it is internal and never leaves
        ",
        |cells| {
            let mut one = answer("x", "Q?", Verdict::Info);
            one.audience = Audience::parse(cells[0]).unwrap();
            approve(&mut one);
            bars(&one, &Scope { audience: Audience::parse(cells[1]).unwrap(), ..scope() })
        },
    );
}

#[test]
fn an_answer_for_some_products_or_regions_is_told_about_these_alone() {
    // Products of the answer, products asked about; the same for regions.
    check_rows(
        "
                   |            |
                   | cloud      |
        cloud      |            | scope: it holds only for the product cloud ; scope: it holds only for the region cloud
        cloud      | cloud      |
        cloud      | edge       | scope: it holds only for the product cloud ; scope: it holds only for the region cloud
        cloud      | cloud edge | scope: it holds only for the product cloud ; scope: it holds only for the region cloud
        cloud edge | edge       |
        cloud edge |            | scope: it holds only for the product cloud, edge ; scope: it holds only for the region cloud, edge
        ",
        |cells| {
            let mut by_product = answer("x", "Q?", Verdict::Info);
            let mut by_region = by_product.clone();
            (by_product.products, by_region.regions) = (list(cells[0]), list(cells[0]));
            approve(&mut by_product);
            approve(&mut by_region);
            let product = bars(&by_product, &Scope { products: list(cells[1]), regions: list("other"), ..scope() });
            let region = bars(&by_region, &Scope { regions: list(cells[1]), products: list("other"), ..scope() });
            if product.is_empty() && region.is_empty() { String::new() } else { format!("{product} ; {region}") }
        },
    );
}
