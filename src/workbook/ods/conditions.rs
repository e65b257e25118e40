//! The condition of a validation → a list's source, or what else the cell takes. Never evaluates a formula.

use crate::domain::workbook::Takes;
use crate::workbook::bounds::{About, Operator, takes};

/// What a condition asks of a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// One of a list whose words come from here.
    List(String),
    /// Something else.
    Other(Takes),
}

/// Reads a condition: `of:cell-content-is-in-list("Yes";"No")`, say. `None` for one that takes anything.
pub fn read(condition: &str) -> Option<Asked> {
    let condition = condition.trim();
    let plain = ["of:", "oooc:", "msoxl:"].iter().find_map(|prefix| condition.strip_prefix(prefix)).unwrap_or(condition).trim();
    if plain.is_empty() {
        return None;
    }
    if let Some(source) = call(plain, "cell-content-is-in-list") {
        return Some(Asked::List(source.trim().to_owned()));
    }
    Some(Asked::Other(rule(plain)))
}

fn rule(condition: &str) -> Takes {
    let about = ABOUT.iter().find(|(name, _)| condition.starts_with(name)).map_or(About::Formula, |(_, about)| *about);
    let (operator, first, second) = compared(condition);
    takes(about, operator, first, second)
}

/// How a condition such as `… and cell-content()>=5` or `…-is-between(1,9)` compares, and with what; a bound that is no number is none.
fn compared(condition: &str) -> (Operator, Option<f64>, Option<f64>) {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    if let Some((before, within)) = condition.split_once("-between(") {
        let within = within.trim_end().trim_end_matches(')');
        let (first, second) = within.split_once([',', ';']).unwrap_or((within, ""));
        return (if before.ends_with("not") { Operator::Other } else { Operator::Between }, number(first), number(second));
    }
    let behind = condition.rsplit_once("()").or_else(|| condition.rsplit_once(')')).map_or("", |(_, behind)| behind.trim());
    let operator = OPERATORS.iter().find(|(sign, _)| behind.starts_with(sign));
    operator.map_or((Operator::Between, None, None), |(sign, operator)| (*operator, number(&behind[sign.len()..]), None))
}

const ABOUT: &[(&str, About)] = &[
    ("cell-content-is-whole-number", About::Whole),
    ("cell-content-is-decimal-number", About::Decimal),
    ("cell-content-text-length", About::TextLength),
    ("cell-content-is-date", About::Date),
    ("cell-content-is-time", About::Time),
];

/// Signs, those before others that they begin with.
const OPERATORS: &[(&str, Operator)] = &[
    ("<=", Operator::AtMost),
    (">=", Operator::AtLeast),
    ("!=", Operator::Other),
    ("<>", Operator::Other),
    ("<", Operator::Less),
    (">", Operator::More),
    ("=", Operator::Equal),
];

/// What stands between the brackets of `name(…)`, where that is the whole condition.
fn call<'a>(condition: &'a str, name: &str) -> Option<&'a str> {
    condition.strip_prefix(name)?.trim_start().strip_prefix('(')?.trim_end().strip_suffix(')')
}
