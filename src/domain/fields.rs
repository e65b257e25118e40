//! The cells of one sheet that ask who answers, told apart from its questions. What their labels mean is said elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::cell::CellRef;
use super::identity::{self, IdentityField};
use super::question::Question;
use super::survey::Survey;
use super::workbook::Visibility;

/// The cells of one sheet that ask who answers.
pub struct Fields<'a> {
    survey: &'a Survey<'a>,
    labels: BTreeMap<CellRef, Option<&'static str>>,
    /// Header rows of tables: what stands there names columns.
    pub headers: Vec<u32>,
    /// Fields that stand among questions.
    taken: Vec<IdentityField>,
}

impl<'a> Fields<'a> {
    pub fn new(survey: &'a Survey<'a>) -> Self {
        let shown = survey.sheet.visibility == Visibility::Visible;
        Self { survey, labels: if shown { identity::labels(survey) } else { BTreeMap::new() }, headers: Vec::new(), taken: Vec::new() }
    }

    /// Takes a row of a table for a field, if its text is a label; the value goes where the table's answers go.
    pub fn take(&mut self, label: CellRef, cell: CellRef) -> bool {
        let field =
            self.labels.get(&label).filter(|key| key.is_some()).and_then(|_| identity::field(self.survey, &self.labels, label, Some(cell)));
        let is_field = field.is_some();
        self.taken.extend(field);
        is_field
    }

    /// All fields that share no row with a question or a header.
    pub fn collect(mut self, found: &[Question]) -> Vec<IdentityField> {
        let asked = |row: u32| self.headers.contains(&row) || found.binary_search_by(|question| question.cell.row.cmp(&row)).is_ok();
        let alone = self.labels.keys().filter(|at| !asked(at.row) && !self.taken.iter().any(|field| field.label_cell == **at));
        let mut fields: Vec<IdentityField> = alone.filter_map(|at| identity::field(self.survey, &self.labels, *at, None)).collect();
        fields.append(&mut self.taken);
        fields.sort_by_key(|field| field.label_cell);
        let mut keys = BTreeSet::new();
        for field in &mut fields {
            // Asked for a second time on one sheet, it may be about somebody else: a reference, an insurer.
            field.key = field.key.filter(|key| keys.insert(*key));
        }
        fields
    }
}
