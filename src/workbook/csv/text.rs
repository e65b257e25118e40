//! Bytes ↔ text, in the encoding of the file. Never replaces a character that it cannot read or write: that is an error.

use encoding_rs::WINDOWS_1252;

use crate::domain::workbook::Charset;
use crate::workbook::limits::in_words;
use crate::workbook::{Limits, ReadError};

/// The encodings that are read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Windows1252,
}

/// The byte order marks.
const MARKS: &[(&[u8], Encoding)] =
    &[(&[0xEF, 0xBB, 0xBF], Encoding::Utf8), (&[0xFF, 0xFE], Encoding::Utf16Le), (&[0xFE, 0xFF], Encoding::Utf16Be)];
/// Bytes that windows-1252 gives no character.
const NOT_1252: &[u8] = &[0x81, 0x8D, 0x8F, 0x90, 0x9D];

/// A file as text.
#[derive(Clone, Debug)]
pub(super) struct Decoded {
    /// The text behind the byte order mark.
    pub text: String,
    mark: &'static [u8],
    encoding: Encoding,
}

impl Decoded {
    /// Reads a file in the encoding that its mark names; else as UTF-8, as UTF-16 where every other byte is NUL, or as windows-1252.
    ///
    /// # Errors
    /// It is none of these, or too large.
    pub(super) fn new(bytes: &[u8], limits: &Limits) -> Result<Self, ReadError> {
        if bytes.len() as u64 > limits.file {
            return Err(ReadError::Refused(format!("it has more than {}", in_words(limits.file))));
        }
        let marked = MARKS.iter().find(|(mark, _)| bytes.starts_with(mark));
        let (mark, encoding) = marked.map_or_else(|| (&[][..], unmarked(bytes)), |(mark, encoding)| (*mark, *encoding));
        let text = encoding.decode(&bytes[mark.len()..])?;
        let decoded = Self { text, mark, encoding };
        // Every byte that is not edited is written as it was: what does not come back the same is not read in the first place.
        if decoded.encode(&decoded.text) == Ok(bytes.to_vec()) { Ok(decoded) } else { Err(encoding.broken(1)) }
    }

    /// The bytes of a file with this text.
    ///
    /// # Errors
    /// The first character that the encoding does not have.
    pub(super) fn encode(&self, text: &str) -> Result<Vec<u8>, char> {
        let mut bytes = self.mark.to_vec();
        match self.encoding {
            Encoding::Utf8 => bytes.extend_from_slice(text.as_bytes()),
            Encoding::Utf16Le => bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
            Encoding::Utf16Be => bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes)),
            Encoding::Windows1252 => {
                let (encoded, _, lossy) = WINDOWS_1252.encode(text);
                if lossy {
                    return Err(text.chars().find(|c| WINDOWS_1252.encode(c.encode_utf8(&mut [0; 4])).2).unwrap_or_default());
                }
                bytes.extend_from_slice(&encoded);
            }
        }
        Ok(bytes)
    }

    /// The name of the encoding.
    pub(super) const fn encoding(&self) -> &'static str {
        self.encoding.name()
    }

    /// The characters that can be written, where those are not all.
    pub(super) fn charset(&self) -> Option<Charset> {
        let beyond_ascii = || (0x80..=0xFF).filter(|byte| !NOT_1252.contains(byte)).collect::<Vec<u8>>();
        (self.encoding == Encoding::Windows1252).then(|| Charset {
            name: self.encoding.name().to_owned(),
            beyond_ascii: WINDOWS_1252.decode_without_bom_handling(&beyond_ascii()).0.into_owned(),
        })
    }

    /// What the file's owner should check where the encoding is a guess.
    pub(super) fn warning(&self) -> Option<String> {
        match self.encoding {
            Encoding::Windows1252 => Some("read as windows-1252, since it is not UTF-8; check the accents".into()),
            Encoding::Utf16Le | Encoding::Utf16Be if self.mark.is_empty() => {
                Some(format!("read as {}, since every other byte is NUL; check that the text is right", self.encoding.name()))
            }
            _ => None,
        }
    }
}

/// The encoding of a file without a mark, as its bytes suggest.
fn unmarked(bytes: &[u8]) -> Encoding {
    let nul = |odd: usize| bytes.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (nul(0), nul(1));
    let mostly = |many: usize, few: usize| bytes.len().is_multiple_of(2) && many * 8 >= bytes.len() && few * 10 <= many;
    let utf8 = match std::str::from_utf8(bytes) {
        Ok(_) => true,
        // Where some character beyond ASCII is right, one that is not is damage, and `decode` tells where it stands.
        Err(error) => !bytes[..error.valid_up_to()].is_ascii(),
    };
    match () {
        () if even + odd > 0 && mostly(odd, even) => Encoding::Utf16Le,
        () if even + odd > 0 && mostly(even, odd) => Encoding::Utf16Be,
        () if even + odd > 0 || utf8 => Encoding::Utf8,
        () => Encoding::Windows1252,
    }
}

impl Encoding {
    const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Windows1252 => "windows-1252",
        }
    }

    fn decode(self, bytes: &[u8]) -> Result<String, ReadError> {
        let units = |from: fn([u8; 2]) -> u16| {
            let (pairs, rest) = bytes.as_chunks::<2>();
            let text = String::from_utf16(&pairs.iter().map(|pair| from(*pair)).collect::<Vec<_>>());
            text.ok().filter(|_| rest.is_empty()).ok_or_else(|| self.broken(1))
        };
        match self {
            Self::Utf8 => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(text.to_owned()),
                Err(error) => Err(self.broken(line_at(bytes, error.valid_up_to()))),
            },
            Self::Utf16Le => units(u16::from_le_bytes),
            Self::Utf16Be => units(u16::from_be_bytes),
            Self::Windows1252 => windows_1252(bytes),
        }
    }

    fn broken(self, line: usize) -> ReadError {
        ReadError::Line { line, what: format!("the text is not valid {}", self.name()) }
    }
}

/// Text of a western language. Where other letters prevail, or bytes stand that mean nothing, it is another encoding, which nothing tells.
fn windows_1252(bytes: &[u8]) -> Result<String, ReadError> {
    let foreign = || {
        let what = "the text is neither UTF-8 nor UTF-16, nor does it look like windows-1252; its encoding cannot be told".to_owned();
        let first = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
        ReadError::Line { line: line_at(bytes, first), what }
    };
    let count = |wanted: fn(&u8) -> bool| bytes.iter().filter(|byte| wanted(byte)).count();
    let meaningless = bytes.iter().any(|byte| NOT_1252.contains(byte));
    if meaningless || count(|byte| !byte.is_ascii()) > count(u8::is_ascii_alphabetic) {
        return Err(foreign());
    }
    Ok(WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned())
}

/// The line of a byte, from 1.
fn line_at(bytes: &[u8], at: usize) -> usize {
    1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count()
}
