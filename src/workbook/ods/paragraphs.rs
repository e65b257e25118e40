//! The text of a cell: paragraphs with white space as `OpenDocument` means it, both ways. Never makes more spaces than a limit allows.

/// Text as it is read from paragraphs.
#[derive(Debug, Default)]
pub struct Gathered {
    /// What was read.
    pub text: String,
    paragraphs: usize,
    /// Where the paragraph begins in the text.
    begins: usize,
    /// Whether the last character is a space that stands for white space in the text.
    loose: bool,
    /// Whether it vanishes at the end of a paragraph. Office suites write a single last space as it is, and read it so.
    vanishes: bool,
}

impl Gathered {
    /// A paragraph begins: in one cell, on a line of its own.
    pub fn begin(&mut self) {
        if self.paragraphs > 0 {
            self.text.push('\n');
        }
        self.paragraphs += 1;
        self.begins = self.text.len();
        self.loose = false;
    }

    /// A paragraph ends.
    pub fn end(&mut self) {
        if self.loose && self.vanishes {
            self.text.pop();
        }
        self.loose = false;
    }

    /// Characters: any white space is one space, and none at the beginning of a paragraph.
    pub fn characters(&mut self, characters: &str) {
        for character in characters.chars() {
            if !matches!(character, ' ' | '\t' | '\r' | '\n') {
                self.text.push(character);
                self.loose = false;
            } else if self.loose {
                self.vanishes = true;
            } else if self.text.len() > self.begins {
                self.text.push(' ');
                (self.loose, self.vanishes) = (true, character != ' ');
            }
        }
    }

    /// So many of a character that stays whatever stands around it.
    pub fn fixed(&mut self, character: char, count: usize) {
        self.text.extend(std::iter::repeat_n(character, count));
        self.loose = false;
    }
}

/// A text as paragraphs, each line one, with spaces and tabs that would vanish spelled out.
pub fn paragraphs(text: &str) -> String {
    let normal = text.replace("\r\n", "\n").replace('\r', "\n");
    normal.split('\n').map(|line| format!("<text:p>{}</text:p>", line_xml(line))).collect()
}

fn line_xml(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 16);
    let mut rest = line;
    while let Some(character) = rest.chars().next() {
        let spaces = rest.len() - rest.trim_start_matches(' ').len();
        rest = &rest[if spaces > 0 { spaces } else { character.len_utf8() }..];
        match character {
            ' ' => push_spaces(&mut out, spaces, rest.is_empty()),
            '\t' => out.push_str("<text:tab/>"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // XML has no way at all to hold these.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if c < ' ' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// One space between words stands as it is; all others are counted in an element, or readers drop them.
fn push_spaces(out: &mut String, spaces: usize, at_end: bool) {
    let counted = out.is_empty() || (at_end && spaces == 1);
    if !counted {
        out.push(' ');
    }
    match spaces - usize::from(!counted) {
        0 => {}
        1 => out.push_str("<text:s/>"),
        more => out.push_str(&format!("<text:s text:c=\"{more}\"/>")),
    }
}
