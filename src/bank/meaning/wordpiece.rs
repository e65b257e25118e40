//! Text → the pieces that the sentence model and its table know: lower case, no accents, the longest known piece first. Never compares.
//!
//! As BERT does it (Devlin et al. 2018, `bert-base-uncased`), whose vocabulary `vocab.txt` is.

use std::sync::LazyLock;

use foldhash::HashMap;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longer words are no words.
const LONGEST_WORD: usize = 100;

static VOCABULARY: LazyLock<HashMap<&'static str, u32>> =
    LazyLock::new(|| include_str!("vocab.txt").lines().enumerate().map(|(id, piece)| (piece, id as u32)).collect());

/// Number of a piece that stands for anything unknown.
const UNKNOWN: u32 = 100;
/// Number of the piece in front of every text.
pub(super) const START: u32 = 101;
/// Number of the piece behind every text.
pub(super) const END: u32 = 102;

/// The numbers of a text's pieces.
pub(super) fn pieces(text: &str) -> Vec<u32> {
    let mut ids = Vec::new();
    let mut word = String::new();
    let plain = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    for c in plain {
        let alone = is_punctuation(c) || is_ideograph(c);
        if alone || c.is_whitespace() || c.is_control() {
            split(&word, &mut ids);
            word.clear();
        }
        if alone {
            split(c.encode_utf8(&mut [0; 4]), &mut ids);
        } else if !c.is_whitespace() && !c.is_control() && c != '\u{fffd}' {
            word.push(c);
        }
    }
    split(&word, &mut ids);
    ids
}

/// Whether a word is one piece by itself: a word of the language, not a misspelt one.
#[must_use]
pub fn is_word(word: &str) -> bool {
    VOCABULARY.contains_key(word)
}

fn split(word: &str, ids: &mut Vec<u32>) {
    if word.is_empty() {
        return;
    }
    if word.chars().count() > LONGEST_WORD {
        return ids.push(UNKNOWN);
    }
    let (mut start, first) = (0, ids.len());
    let mut piece = String::new();
    while start < word.len() {
        let ends = word[start..].char_indices().map(|(at, c)| start + at + c.len_utf8()).rev();
        let found = ends.into_iter().find_map(|end| {
            piece.clear();
            if start > 0 {
                piece.push_str("##");
            }
            piece.push_str(&word[start..end]);
            Some((end, *VOCABULARY.get(piece.as_str())?))
        });
        let Some((end, id)) = found else {
            ids.truncate(first);
            return ids.push(UNKNOWN);
        };
        ids.push(id);
        start = end;
    }
}

fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(c, '\u{a1}' | '\u{a7}' | '\u{ab}' | '\u{b6}' | '\u{b7}' | '\u{bb}' | '\u{bf}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{ff01}'..='\u{ff0f}')
}

fn is_ideograph(c: char) -> bool {
    matches!(u32::from(c), 0x4E00..=0x9FFF | 0x3400..=0x4DBF | 0x20000..=0x2A6DF | 0x2A700..=0x2B81F | 0x2B820..=0x2CEAF | 0xF900..=0xFAFF | 0x2F800..=0x2FA1F)
}
