//! The rules of what cells take, as a sheet part has them, and what they mean. Never evaluates a formula.

use crate::domain::cell::Range;
use crate::domain::workbook::Takes;
use crate::workbook::bounds::{About, Operator, takes};
use crate::workbook::xml::Tag;

/// One rule as the part has it.
#[derive(Debug, Default)]
pub struct Validation {
    /// `list`, `whole`, `decimal` …
    pub kind: String,
    /// How the operands bound it; `between` if it does not say.
    pub operator: String,
    /// Where it holds.
    pub ranges: Vec<Range>,
    /// The first operand, or the list's source.
    pub first: String,
    /// The second operand.
    pub second: String,
    /// Whether the source is words separated by commas, a word with a comma in quotes. Newer programs write it so, besides a source
    /// that tells such words wrongly for older ones.
    pub separated: bool,
}

/// Where the walk is with regard to the rules, and the rule that it is in.
#[derive(Default)]
pub struct Reading {
    rule: Option<Validation>,
    text: Place,
    /// Whether an `f` inside is of the second operand.
    second: bool,
}

/// Where text that follows belongs.
#[derive(Clone, Copy, Default, PartialEq)]
enum Place {
    #[default]
    Nowhere,
    First,
    Second,
    Ranges,
}

impl Reading {
    /// Takes an opening tag.
    pub fn open(&mut self, tag: &Tag, closed: bool) {
        let name = tag.name();
        if name == "dataValidation" {
            let ranges = ranges(&tag.get("sqref").unwrap_or_default());
            let (kind, operator) = (tag.get("type").unwrap_or_default(), tag.get("operator").unwrap_or_default());
            self.rule = (!closed).then(|| Validation { kind, operator, ranges, ..Validation::default() });
            self.second = false;
        }
        let Some(rule) = self.rule.as_mut().filter(|_| !closed) else { return };
        // The x14 extension wraps the formula in <xm:f> inside <x14:formula1>, and the places in <xm:sqref>.
        match name {
            "formula2" => (self.text, self.second) = (Place::Second, true),
            "f" if self.second => self.text = Place::Second,
            "formula1" | "f" if !rule.separated => self.text = Place::First,
            "list" => (self.text, rule.separated, rule.first) = (Place::First, true, String::new()),
            "sqref" => self.text = Place::Ranges,
            _ => {}
        }
    }

    /// Takes text.
    pub fn text(&mut self, text: &str) {
        match (&mut self.rule, self.text) {
            (Some(rule), Place::First) => rule.first.push_str(text),
            (Some(rule), Place::Second) => rule.second.push_str(text),
            (Some(rule), Place::Ranges) => rule.ranges.extend(ranges(text)),
            _ => {}
        }
    }

    /// Takes a closing tag; gives the rule that it ends.
    pub fn close(&mut self, name: &str) -> Option<Validation> {
        match name {
            "formula1" | "formula2" | "list" | "f" | "sqref" => self.text = Place::Nowhere,
            "dataValidation" => {
                let mut rule = self.rule.take()?;
                rule.first = rule.first.trim().to_owned();
                return Some(rule);
            }
            _ => {}
        }
        None
    }
}

fn ranges(sqref: &str) -> Vec<Range> {
    sqref.split_whitespace().filter_map(Range::parse).collect()
}

impl Validation {
    /// What the cells take; `None` for a list and for a rule that allows everything.
    pub fn takes(&self) -> Option<Takes> {
        let about = match self.kind.as_str() {
            "whole" => About::Whole,
            "decimal" => About::Decimal,
            "textLength" => About::TextLength,
            "date" => About::Date,
            "time" => About::Time,
            "custom" => About::Formula,
            _ => return None,
        };
        let operator = match self.operator.as_str() {
            "" | "between" => Operator::Between,
            "equal" => Operator::Equal,
            "greaterThan" => Operator::More,
            "greaterThanOrEqual" => Operator::AtLeast,
            "lessThan" => Operator::Less,
            "lessThanOrEqual" => Operator::AtMost,
            _ => Operator::Other,
        };
        let number = |text: &str| text.trim().trim_start_matches('=').parse::<f64>().ok().filter(|number| number.is_finite());
        Some(takes(about, operator, number(&self.first), number(&self.second)))
    }
}
