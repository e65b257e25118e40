//! Standing: each condition of the design alone, on the days before, at and after; who may be told, for which product and region.

use answerbank::domain::bank::Offered;
use answerbank::domain::standing::standing;

use super::{answer, bank, scope};
use crate::table::check_rows;

/// An answer, a scope, and what bars the one in the other.
fn bars(cells: &[&str]) -> String {
    let bars = standing(&bank(""), &answer(cells[0]), &scope(cells[1]));
    bars.iter().map(|bar| format!("{}: {bar}", bar.kind())).collect::<Vec<_>>().join("; ")
}

#[test]
fn each_verdict_stands_on_what_it_needs() {
    // C-1, C-2, C-3, C-7 are in place, C-3 on old evidence, C-7 on none; C-4 is partly so, C-5 planned, C-6 not applicable.
    check_rows(
        "
        x yes                                    | public |
        x yes controls=C-1,C-2 evidence=page     | public |
        x yes controls= evidence=fresh           | public |
        x yes controls=                          | public | evidence: it says yes, and no control or evidence stands behind it
        x yes controls=C-4                       | public | control: control C-4 is partly in place
        x yes controls=C-1,C-5                   | public | control: control C-5 is only planned
        x yes controls=C-6                       | public | control: control C-6 is not applicable
        x yes controls=C-3                       | public | evidence: evidence old expired on 2026-02-28
        x yes controls=C-3 evidence=old          | public | evidence: evidence old expired on 2026-02-28
        x yes controls=C-7                       | public | evidence: evidence none does not exist
        x yes controls=C-9                       | public | control: control C-9 does not exist
        x yes evidence=old                       | public | evidence: evidence old expired on 2026-02-28
        x partly                                 | public |
        x partly controls=C-1,C-3,C-4,C-6        | public |
        x partly controls=C-4,C-5                | public | control: control C-5 is only planned
        x partly controls=C-9                    | public | control: control C-9 does not exist
        x planned controls=C-5                   | public |
        x planned controls=C-5 evidence=old      | public | evidence: evidence old expired on 2026-02-28
        x no controls=C-5                        | public |
        x no evidence=gone                       | public | evidence: evidence gone is missing: its file is not there
        x not-applicable controls=C-6            | public |
        x not-applicable controls=C-9            | public | control: control C-9 does not exist
        x info controls=C-3,C-4,C-5              | public |
        x info evidence=changed                  | public | evidence: evidence changed was changed: its file has another digest
        x info evidence=unmarked                 | public | evidence: evidence unmarked has no recorded digest
        x info evidence=nowhere                  | public | evidence: evidence nowhere does not exist
        x unreadable controls=C-1                | public | not-approved: its file has an error
        ",
        bars,
    );
}

#[test]
fn dates_count_from_their_first_to_their_last_day() {
    check_rows(
        "
        x info approved=2026-03-02    | 2026-03-01 | not-approved: it is a draft: nobody approved it
        x info approved=2026-03-02    | 2026-03-02 |
        x info approved=2026-03-02    | 2026-03-03 |
        x info review=2026-03-02      | 2026-03-01 |
        x info review=2026-03-02      | 2026-03-02 |
        x info review=2026-03-02      | 2026-03-03 | out-of-date: it was to be reviewed by 2026-03-02
        x info retired=2026-03-02     | 2026-03-01 |
        x info retired=2026-03-02     | 2026-03-02 | retired: it is retired: replaced
        x info retired=2026-03-02     | 2026-03-03 | retired: it is retired: replaced
        x info evidence=fresh         | 2026-01-31 | evidence: evidence fresh is only issued on 2026-02-01
        x info evidence=fresh         | 2026-02-01 |
        x info evidence=fresh         | 2026-02-02 |
        x yes controls=C-2            | 2026-08-30 |
        x yes controls=C-2            | 2026-08-31 |
        x yes controls=C-2            | 2026-09-01 | evidence: evidence fresh expired on 2026-08-31
        ",
        bars,
    );
}

#[test]
fn only_what_was_approved_stands_and_only_as_it_was_approved() {
    check_rows(
        "
        x info                        | public |
        x info approved=              | public | not-approved: it is a draft: nobody approved it
        x info later=wording          | public | not-approved: it was changed after it was approved
        x info later=digest           | public | not-approved: it was changed after it was approved
        x info later=owner            | public |
        x info no_wording             | public | not-approved: it has no wording
        x yes controls=C-5 no_wording later=digest review=2026-01-01 audience=internal | nda | not-approved: it was changed after it was approved; \
not-approved: it has no wording; out-of-date: it was to be reviewed by 2026-01-01; control: control C-5 is only planned; audience: it is internal and never leaves
        ",
        bars,
    );
}

#[test]
fn an_answer_is_told_to_its_audience_and_for_its_products_and_regions_alone() {
    check_rows(
        "
        x info audience=public        | public              |
        x info audience=public        | nda                 |
        x info audience=public        | internal            |
        x info audience=nda           | public              | audience: it may only be told under nda
        x info audience=nda           | nda                 |
        x info audience=nda           | internal            |
        x info audience=internal      | public              | audience: it is internal and never leaves
        x info audience=internal      | nda                 | audience: it is internal and never leaves
        x info audience=internal      | internal            | audience: it is internal and never leaves
        x info                        | products=cloud      |
        x info products=cloud         |                     | scope: it holds only for the product cloud
        x info products=cloud         | products=cloud      |
        x info products=cloud         | products=edge       | scope: it holds only for the product cloud
        x info products=cloud         | products=cloud,edge | scope: it holds only for the product cloud
        x info products=cloud,edge    | products=edge       |
        x info products=cloud,edge    | products=edge,cloud |
        x info products=cloud,edge    | regions=eu          | scope: it holds only for the product cloud, edge
        x info                        | regions=eu          |
        x info regions=eu             |                     | scope: it holds only for the region eu
        x info regions=eu             | regions=eu          |
        x info regions=eu             | regions=us          | scope: it holds only for the region eu
        x info regions=eu             | regions=eu,us       | scope: it holds only for the region eu
        x info regions=eu,us          | regions=us          |
        x info products=cloud regions=eu | products=cloud   | scope: it holds only for the region eu
        ",
        bars,
    );
}

#[test]
fn a_scope_with_a_version_holds_for_that_version_alone() {
    // The products as bank.toml offers them: cloud is sold in version 4.2, edge in none that it names.
    let bars = |cells: &[&str]| {
        let mut bank = bank("");
        let offered = |id: &str, version: Option<&str>| Offered { id: id.into(), title: id.into(), version: version.map(str::to_owned) };
        bank.products = vec![offered("cloud", Some("4.2")), offered("edge", None)];
        let mut answer = answer("x info");
        answer.products = cells[0].split(" + ").map(str::to_owned).collect();
        let digest = answer.digest();
        answer.approved.as_mut().unwrap().1 = digest;
        let mut scope = scope("public");
        scope.products = cells[1].split(" + ").filter(|named| !named.is_empty()).map(str::to_owned).collect();
        standing(&bank, &answer, &scope).iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    };
    check_rows(
        "
        cloud             | cloud 4.2              |
        cloud             | cloud 9                |
        cloud 4.x         | cloud                  |
        cloud 4.x         | cloud 4.2              |
        cloud 4.x         | cloud 4.2.17           |
        cloud 4.x         | cloud v4.20            |
        cloud 4.x         | cloud 4.x              |
        cloud 4           | cloud 4.2              |
        cloud x           | cloud 3                |
        cloud 4.x         | cloud 5.0              | it holds only for the product cloud 4.x
        cloud 4.x         | cloud 40.1             | it holds only for the product cloud 4.x
        cloud 4.2         | cloud 4.20             | it holds only for the product cloud 4.2
        cloud 4.2         | cloud 4                | it holds only for the product cloud 4.2
        cloud 4.2         | cloud 4.x              | it holds only for the product cloud 4.2
        cloud 4.1         | cloud                  | it holds only for the product cloud 4.1
        cloud 4.x         | edge                   | it holds only for the product cloud 4.x
        edge 2.x          | edge                   | it holds only for the product edge 2.x
        edge 2.x          | edge 2.1               |
        cloud 4.x + edge  | cloud 4.1 + edge 1     |
        cloud 4.x + edge  | cloud 3 + edge         | it holds only for the product cloud 4.x, edge
        cloud 3.x + cloud 4.x | cloud 3.9 + cloud 4 |
        cloud 4.x         |                        | it holds only for the product cloud 4.x
        ",
        bars,
    );
}
