//! The small table of meanings in the program: a vector for each word piece, derived from the sentence model. Never needs a file.
//!
//! How it was made, from what, and under which licence: `NOTICE.md` beside this file, and `benches/accuracy/table.py`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::{Vector, wordpiece};

/// Numbers of a vector from the table.
pub(super) const DIMS: usize = 128;

/// `ABW4`, dimensions, rows; a scale for each piece, 0 where it says nothing; for each of the others a row, two numbers a byte, the low half
/// first, each raised by 8.
static WORDS: &[u8] = include_bytes!("words.bin");
/// `ABP1`, the model's dimensions, the table's; a mean of zeros; the matrix, row by row.
static PROJECTION: &[u8] = include_bytes!("projection.bin");
const HEAD: usize = 12;

/// The scale of each piece, and where its row begins.
static ROWS: LazyLock<Vec<(f32, usize)>> = LazyLock::new(|| {
    let count = number(WORDS, 8) as usize;
    let mut row = HEAD + count * 4;
    let mut place = |scale: f32| {
        let begin = row;
        row += if scale == 0.0 { 0 } else { DIMS / 2 };
        (scale, begin)
    };
    floats(&WORDS[HEAD..HEAD + count * 4]).into_iter().map(&mut place).collect()
});

/// The matrix that turns a vector of the model into one of the table.
static MATRIX: LazyLock<(usize, Vec<f32>)> = LazyLock::new(|| {
    let from = number(PROJECTION, 4) as usize;
    (from, floats(&PROJECTION[HEAD + from * 4..]))
});

fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four)).collect()
}

/// The vector of a text: the sum over its different pieces of √count · scale · row.
pub(super) fn embed(text: &str) -> Vector {
    let mut counts: BTreeMap<u32, f32> = BTreeMap::new();
    for id in wordpiece::pieces(text) {
        *counts.entry(id).or_default() += 1.0;
    }
    let mut sum = [0.0f32; DIMS];
    for (id, count) in counts {
        let (scale, row) = ROWS.get(id as usize).copied().unwrap_or_default();
        if scale != 0.0 {
            let scale = scale * count.sqrt();
            for (two, byte) in sum.as_chunks_mut::<2>().0.iter_mut().zip(&WORDS[row..row + DIMS / 2]) {
                two[0] += scale * (f32::from(byte & 15) - 8.0);
                two[1] += scale * (f32::from(byte >> 4) - 8.0);
            }
        }
    }
    Vector::new(&sum)
}

/// A vector of the sentence model in the table's space.
pub(super) fn project(vector: &Vector) -> Vector {
    let (from, matrix) = &*MATRIX;
    let mut sum = [0.0f32; DIMS];
    for (value, row) in vector.values.iter().zip(matrix.chunks_exact(DIMS)).take(*from) {
        for (sum, weight) in sum.iter_mut().zip(row) {
            *sum += f32::from(*value) * weight;
        }
    }
    Vector::new(&sum)
}
