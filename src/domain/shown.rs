//! What people see of a text, wherever they read it: which characters do not show, and counts in words.

/// Whether a character does not show, or turns the direction of what follows. Line ends and tabs count too; what has marks of its own for them looks
/// for these first. Marks that only choose a character's shape (as in ✔️) do not count: people's texts are full of them.
///
/// The characters are those of Unicode's `Default_Ignorable_Code_Point` but for variation selectors and what plane 14 leaves unassigned, with those
/// of the categories Cc, Zl, Zp and the annotation marks U+FFF9 to U+FFFB.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}')
        || matches!(c, '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e007f}')
}

/// `1 question`, `2 questions`.
#[must_use]
pub fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}
