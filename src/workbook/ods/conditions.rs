//! The condition of a validation → a list's source, or what else the cell takes. Never evaluates a formula.

use crate::domain::workbook::Takes;

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
    Some(Asked::Other(takes(plain)))
}

fn takes(condition: &str) -> Takes {
    let starts = |name: &str| condition.starts_with(name);
    let (whole, (least, most)) = (starts("cell-content-is-whole-number"), bounds(condition));
    match () {
        // Strict bounds of whole numbers and lengths are those of the next number.
        () if whole => Takes::Whole { least: least.ceil(), most: most.floor() },
        () if starts("cell-content-text-length") => Takes::TextLength { least: least.ceil(), most: most.floor() },
        () if starts("cell-content-is-decimal-number") => Takes::Decimal { least, most },
        () if starts("cell-content-is-date") => Takes::Date,
        () if starts("cell-content-is-time") => Takes::Time,
        () => Takes::Formula,
    }
}

/// The bounds in a condition such as `… and cell-content()>=5` or `…-is-between(1,9)`.
fn bounds(condition: &str) -> (f64, f64) {
    let open = (f64::NEG_INFINITY, f64::INFINITY);
    let number = |text: &str| text.trim().parse::<f64>().ok();
    if let Some((before, within)) = condition.split_once("-is-between(") {
        let within = within.trim_end().trim_end_matches(')');
        let Some((least, most)) = within.split_once([',', ';']).filter(|_| !before.ends_with("not")) else { return open };
        return (number(least).unwrap_or(open.0), number(most).unwrap_or(open.1));
    }
    let Some((_, compared)) = condition.rsplit_once("()").or_else(|| condition.rsplit_once(')')) else { return open };
    let compared = compared.trim();
    let operator = ["<=", ">=", "!=", "<>", "<", ">", "="].into_iter().find(|operator| compared.starts_with(operator));
    let Some((operator, limit)) = operator.and_then(|operator| Some((operator, number(&compared[operator.len()..])?))) else { return open };
    match operator {
        "<=" => (open.0, limit),
        ">=" => (limit, open.1),
        "<" => (open.0, limit.next_down()),
        ">" => (limit.next_up(), open.1),
        "=" => (limit, limit),
        _ => open,
    }
}

/// What stands between the brackets of `name(…)`, where that is the whole condition.
fn call<'a>(condition: &'a str, name: &str) -> Option<&'a str> {
    condition.strip_prefix(name)?.trim_start().strip_prefix('(')?.trim_end().strip_suffix(')')
}
