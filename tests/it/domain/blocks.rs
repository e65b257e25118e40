//! Blocks over blocks: the index over a sheet's rules and merged blocks gives what a look at every block gives.

use answerbank::domain::cell::{CellRef, Range, RangeMap};
use answerbank::domain::workbook::{CellRule, Sheet, Takes};

use crate::workbook::random::Random;

#[test]
fn the_index_finds_the_block_that_a_look_at_all_of_them_finds() {
    let mut random = Random::Drawn(7);
    for round in 0..200 {
        let mut corner = || CellRef::new(random.below(12), random.below(4));
        let ranges: Vec<Range> = (0..round % 9).map(|_| Range::between(corner(), corner())).collect();
        let takes = |length: usize| Takes::TextLength { least: 0.0, most: length as f64 };
        let rules = ranges.iter().enumerate().map(|(place, range)| CellRule { ranges: vec![*range], takes: takes(place) }).collect();
        let sheet = Sheet { rules, ..Sheet::default() };
        let index = RangeMap::new(ranges.iter().enumerate().map(|(place, range)| (*range, place)), 2);
        for at in (0..14).flat_map(|row| (0..3).map(move |col| CellRef::new(row, col))) {
            assert_eq!(index.get(at).map(takes), sheet.rule(at), "{at} of {ranges:?}");
        }
    }
}
