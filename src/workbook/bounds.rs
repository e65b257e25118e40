//! The rule of a validation → what a cell takes; one meaning for every file kind. Never lets in what the rule may leave out.

use crate::domain::workbook::Takes;

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Whole,
    Decimal,
    Date,
    Time,
    TextLength,
    Formula,
}

/// How the operands bound it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Operator {
    #[default]
    Between,
    Equal,
    More,
    Less,
    AtLeast,
    AtMost,
    /// Not between or not equal: no span of values.
    Other,
}

const NONE: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

/// What cells with such a rule take. An operand that is no plain number bounds nothing.
pub fn takes(about: About, operator: Operator, first: Option<f64>, second: Option<f64>) -> Takes {
    let whole = matches!(about, About::Whole | About::TextLength);
    match (about, span(operator, whole, first, second)) {
        (About::Date, _) => Takes::Date,
        (About::Time, _) => Takes::Time,
        (About::Formula, _) | (_, None) => Takes::Formula,
        (About::Whole, Some((least, most))) => Takes::Whole { least, most },
        (About::Decimal, Some((least, most))) => Takes::Decimal { least, most },
        (About::TextLength, Some((least, most))) => Takes::TextLength { least, most },
    }
}

/// The bounds, both inclusive; infinite where there is none. `None` where the rule leaves values out in between.
fn span(operator: Operator, whole: bool, first: Option<f64>, second: Option<f64>) -> Option<(f64, f64)> {
    let above = |number: f64| if whole { number.floor() + 1.0 } else { number.next_up() };
    let below = |number: f64| if whole { number.ceil() - 1.0 } else { number.next_down() };
    let least = |number: Option<f64>| number.unwrap_or(NONE.0);
    let most = |number: Option<f64>| number.unwrap_or(NONE.1);
    Some(match operator {
        Operator::Between => (least(first), most(second)),
        Operator::Equal => (least(first), most(first)),
        Operator::More => (least(first.map(above)), NONE.1),
        Operator::AtLeast => (least(first), NONE.1),
        Operator::Less => (NONE.0, most(first.map(below))),
        Operator::AtMost => (NONE.0, most(first)),
        Operator::Other => return None,
    })
}
