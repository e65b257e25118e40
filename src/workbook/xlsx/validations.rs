//! The rules of what cells take, as a sheet part has them, and what they mean. Never evaluates a formula.

use crate::domain::cell::Range;
use crate::domain::workbook::Takes;
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
        let whole = matches!(self.kind.as_str(), "whole" | "textLength");
        Some(match (self.kind.as_str(), self.bounds(whole)) {
            ("whole" | "decimal" | "textLength" | "custom", None) | ("custom", _) => Takes::Formula,
            ("whole", Some((least, most))) => Takes::Whole { least, most },
            ("decimal", Some((least, most))) => Takes::Decimal { least, most },
            ("textLength", Some((least, most))) => Takes::TextLength { least, most },
            ("date", _) => Takes::Date,
            ("time", _) => Takes::Time,
            _ => return None,
        })
    }

    /// The bounds, both inclusive; infinite where an operand is no plain number. `None` where the rule is no span: it leaves values out.
    fn bounds(&self, whole: bool) -> Option<(f64, f64)> {
        const NONE: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);
        let number = |text: &str| text.trim().trim_start_matches('=').parse::<f64>().ok().filter(|number| number.is_finite());
        let (first, second) = (number(&self.first), number(&self.second));
        let above = |number: f64| if whole { number.floor() + 1.0 } else { number.next_up() };
        let below = |number: f64| if whole { number.ceil() - 1.0 } else { number.next_down() };
        let least = |number: Option<f64>| number.unwrap_or(NONE.0);
        let most = |number: Option<f64>| number.unwrap_or(NONE.1);
        Some(match self.operator.as_str() {
            "" | "between" => (least(first), most(second)),
            "equal" => (least(first), most(first)),
            "greaterThan" => (least(first.map(above)), NONE.1),
            "greaterThanOrEqual" => (least(first), NONE.1),
            "lessThan" => (NONE.0, most(first.map(below))),
            "lessThanOrEqual" => (NONE.0, most(first)),
            _ => return None,
        })
    }
}
