//! Charts, drawn here: columns by month and bars by name. Every figure stands in them as text too, at the size of the page's own text.

use askama::Template;

use super::words::filters;

/// The height of the tallest column and the length of the longest bar, in the drawing's own units.
const FULL: f64 = 100.0;

/// One column.
pub struct Column {
    /// What stands below it.
    pub label: String,
    /// What stands above it; empty where there is nothing to tell.
    pub shown: String,
    /// Its height, as a share of the tallest that there can be.
    pub share: f64,
}

/// Columns beside each other.
#[derive(Template)]
#[template(path = "charts/columns.html")]
pub struct Columns {
    /// What they tell, for who does not see them.
    pub about: &'static str,
    /// From left to right.
    pub each: Vec<Column>,
    /// The class of their colour.
    pub colour: &'static str,
}

impl Column {
    /// Where it begins, from above, and how high it is.
    fn drawn(&self) -> (f64, f64) {
        let high = drawn(self.share);
        (FULL - high, high)
    }
}

/// One bar.
pub struct Bar {
    /// What it is of.
    pub label: String,
    /// More about that.
    pub more: String,
    /// Where one finds it; empty for nowhere.
    pub address: String,
    /// What stands at its end.
    pub shown: String,
    /// Its length, as a share of the longest.
    pub share: f64,
    /// The class of its colour.
    pub colour: &'static str,
    /// The word that says what the colour means; empty where it means nothing.
    pub word: &'static str,
}

/// Bars below each other.
#[derive(Template)]
#[template(path = "charts/bars.html")]
pub struct Bars {
    /// What they tell, for who does not see them.
    pub about: &'static str,
    /// From above.
    pub each: Vec<Bar>,
}

impl Bar {
    fn drawn(&self) -> f64 {
        drawn(self.share)
    }
}

/// A share in the drawing's units, to a tenth; what is not nothing can be seen.
fn drawn(share: f64) -> f64 {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let length = (share * FULL * 10.0).round() / 10.0;
    if share > 0.0 { length.max(1.0) } else { 0.0 }
}
