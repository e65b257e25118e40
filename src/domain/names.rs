//! Names of people and companies: when two are the same, and whether a text bears one. Never knows whose they are.

/// Names to look for in texts.
pub struct Names(Vec<(String, String)>);

impl Names {
    /// Names as people write them; empty ones are left out.
    pub fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        Self(names.into_iter().map(|name| (name.to_owned(), compared(name))).filter(|(_, plain)| !plain.is_empty()).collect())
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first name that a text bears as whole words.
    #[must_use]
    pub fn in_text(&self, text: &str) -> Option<&str> {
        let text = compared(text);
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let whole = |at: usize, name: &str| !letter(text[..at].chars().next_back()) && !letter(text[at + name.len()..].chars().next());
        let named = |plain: &str| text.match_indices(plain).any(|(at, _)| whole(at, plain));
        self.0.iter().find(|(_, plain)| named(plain)).map(|(name, _)| name.as_str())
    }
}

/// A name on one line, without the space that people vary.
#[must_use]
pub fn tidy(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether two names are of one person or company, as people write them.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    compared(one) == compared(other)
}

/// A text as names are compared: in lower case, without characters that do not show, dashes as spaces.
#[must_use]
pub fn compared(text: &str) -> String {
    let hidden = |c: &char| !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    let plain = text.chars().filter(hidden).map(|c| if matches!(c, '-' | '_' | '\u{a0}') || c.is_whitespace() { ' ' } else { c });
    plain.flat_map(char::to_lowercase).collect::<String>().split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
