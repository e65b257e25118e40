//! A fuzzer's bytes → a small workbook of plain cells that looks like a questionnaire, more or less. Never checks anything itself.

use answerbank::domain::cell::{CellRef, Range};
use answerbank::domain::workbook::{Cell, CellRule, ListRule, Locks, Sheet, Takes, Visibility, Workbook};

use crate::workbook::random::Random;

const HEADERS: &str = "No.¦ID¦Ref¦Question¦Questions¦Requirement¦Control description¦Answer¦Response¦Yes¦No¦N/A¦Partially¦Comments¦Evidence¦\
    Owner¦Status¦Score¦Weight¦Frage¦Antwort¦Bemerkung¦Réponse¦Commentaires¦Pregunta¦Respuesta¦Domain¦Category¦Section¦Vendor response¦\
    Please attach¦For internal use only¦Guidance¦SaaS¦On premises¦Mark with X¦Company name¦Date";
const ASKED: &str = "Do you encrypt stored data?¦Describe how backups are made.¦If yes, describe.¦If not, why?¦Is there a policy? Who approves it?¦\
    Do you have:\na) a firewall\nb) a proxy¦Access is reviewed every year¦Werden Daten verschlüsselt?¦Avez-vous une politique de sécurité ?¦\
    Company name¦Contact e-mail¦Number of employees¦Please attach the report¦1. Are logs kept?¦1.2 Who has access?¦A.5.1¦\
    Which of these do you use?¦The vendor shall keep logs for a year.¦Name:¦Is it tested? (yes/no)¦How often?\nBy whom?";
const OTHER: &str = "Yes¦No¦N/A¦X¦x¦☐¦☒¦☐ Yes¦Not started¦TBD¦1¦2¦1.1¦1.2¦IAM-01¦CC6.1¦A.8.24¦Access control¦Section A¦Instructions¦\
    Please answer all questions.¦Total¦0.5¦100%¦¦ ¦\n¦Yes\nNo¦yes / no¦Answer: ____¦Information Security Questionnaire¦Larkfield Ltd¦2026-01-01";
const LISTS: &str = "Yes,No¦Yes,No,N/A¦Ja,Nein¦X¦Low,Medium,High¦1,2,3,4,5¦Implemented,Not implemented,Planned¦¦☐,☒";
const NAMES: &str = "Form¦Questions¦Instructions¦Lists¦Glossary¦Contacts¦Scoring¦Summary";

/// Rows and columns that are used.
const SIZE: u32 = 60;
/// Steps that a workbook grows in, at most.
const STEPS: usize = 200;

/// Grows a workbook.
pub fn grow(random: &mut Random) -> Workbook {
    let mut pen = Pen { book: Workbook::default(), at: CellRef::new(0, 0), left: 0, formula: false, style: 0 };
    pen.turn_to(random);
    for _ in 0..STEPS {
        if matches!(random, Random::Told([])) {
            break;
        }
        pen.step(random);
    }
    pen.book
}

/// Where it is written, and how.
struct Pen {
    book: Workbook,
    at: CellRef,
    left: u32,
    formula: bool,
    style: u32,
}

fn word<'a>(random: &mut Random, words: &'a str) -> &'a str {
    let words: Vec<&str> = words.split('¦').map(|word| word.trim_start_matches("    ")).collect();
    words[random.below(words.len() as u32) as usize]
}

impl Pen {
    fn sheet(&mut self) -> &mut Sheet {
        self.book.sheets.last_mut().expect("a sheet was turned to before")
    }

    fn turn_to(&mut self, random: &mut Random) {
        let name = format!("{} {}", word(random, NAMES), self.book.sheets.len() + 1);
        let visibility = [Visibility::Visible, Visibility::Visible, Visibility::Hidden, Visibility::VeryHidden][random.below(4) as usize];
        self.book.sheets.push(Sheet { name, visibility, ..Sheet::default() });
        (self.at, self.left) = (CellRef::new(0, 0), 0);
    }

    fn write(&mut self, text: String) {
        let (at, cell) = (self.at, Cell { text, formula: self.formula, style: self.style });
        self.sheet().cells.insert(at, cell);
        self.formula = false;
        self.at.col = (self.at.col + 1) % SIZE;
    }

    fn next_row(&mut self, down: u32) {
        self.at = CellRef::new((self.at.row + down) % SIZE, self.left);
    }

    /// A block from here on.
    fn block(&self, random: &mut Random, rows: u32, cols: u32) -> Range {
        Range::between(self.at, CellRef::new(self.at.row + random.below(rows), self.at.col + random.below(cols)))
    }

    fn step(&mut self, random: &mut Random) {
        match random.below(20) {
            0..=3 => self.next_row(1),
            4 => self.next_row(1 + random.below(4)),
            5 => self.at.col = (self.at.col + 1) % SIZE,
            6 | 7 => self.write(word(random, HEADERS).to_owned()),
            8..=10 => self.write(word(random, ASKED).to_owned()),
            11 | 12 => self.write(word(random, OTHER).to_owned()),
            13 => {
                let chars: String = (0..random.below(24)).filter_map(|_| char::from_u32(random.below(300) * 7)).collect();
                self.write(chars);
            }
            14 => {
                let range = self.block(random, 4, 8);
                // Readers repair blocks that overlap; what they make of them is not known.
                let apart = |other: &Range| {
                    other.last.row < range.first.row
                        || range.last.row < other.first.row
                        || other.last.col < range.first.col
                        || range.last.col < other.first.col
                };
                if self.sheet().merges.iter().all(apart) {
                    self.sheet().merges.push(range);
                }
            }
            15 => {
                let range = self.block(random, 30, 4);
                let options = word(random, LISTS).split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect();
                self.sheet().lists.push(ListRule { ranges: vec![range], options, source: "a list".to_owned() });
            }
            16 => (self.formula, self.style) = (random.once_in(3), random.below(3)),
            17 => self.repeat_row(random),
            18 => self.left = random.below(4),
            _ => self.rule(random),
        }
    }

    /// What else can be said of cells, rows, columns and sheets.
    fn rule(&mut self, random: &mut Random) {
        let (at, range) = (self.at, self.block(random, 20, 2));
        match random.below(6) {
            0 => self.turn_to(random),
            1 => drop(self.sheet().hidden_rows.insert(at.row)),
            2 => drop(self.sheet().hidden_cols.insert(at.col)),
            3 => drop(self.sheet().locks.get_or_insert_with(Locks::default).cells.insert(at, random.once_in(3))),
            4 => self.sheet().locks.get_or_insert_with(Locks::default).cols.push((range.first.col, range.last.col, random.once_in(3))),
            _ => {
                let takes =
                    [Takes::Date, Takes::Formula, Takes::Whole { least: 0.0, most: 5.0 }, Takes::TextLength { least: 0.0, most: 80.0 }];
                self.sheet().rules.push(CellRule { ranges: vec![range], takes: takes[random.below(4) as usize] });
            }
        }
    }

    /// Rows like the last one, with other questions in the place of its longest text.
    fn repeat_row(&mut self, random: &mut Random) {
        let row = self.at.row;
        let cells: Vec<(CellRef, Cell)> = self.sheet().row(row).map(|(at, cell)| (at, cell.clone())).collect();
        let longest = cells.iter().max_by_key(|(_, cell)| cell.text.len()).map(|(at, _)| at.col);
        for _ in 0..random.below(8) {
            self.next_row(1);
            let row = self.at.row;
            for (at, cell) in &cells {
                let text = if longest == Some(at.col) { word(random, ASKED).to_owned() } else { cell.text.clone() };
                self.sheet().cells.insert(CellRef::new(row, at.col), Cell { text, ..cell.clone() });
            }
        }
        self.next_row(1);
    }
}
