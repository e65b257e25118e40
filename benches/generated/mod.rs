//! A bank made by a generator with a fixed seed, so that two machines measure the same.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use answerbank::engine::BankPlace;

/// xorshift64*: small, and the same everywhere.
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A word by Zipf's law: rank 1 is drawn most often.
    fn word(&mut self) -> String {
        let uniform = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        #[allow(clippy::cast_sign_loss)] // a power is never below zero
        let mut rank = (30_000f64.powf(uniform)) as usize;
        let mut word = String::new();
        loop {
            word.push(char::from(b"bcdfglmnprst"[rank % 12]));
            word.push(char::from(b"aeiou"[rank % 5]));
            rank /= 7;
            if rank == 0 {
                return word;
            }
        }
    }

    pub fn words(&mut self, count: usize) -> String {
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }
}

pub fn question(random: &mut Random, number: usize) -> String {
    format!("Do you {} for case {number}?", random.words(14))
}

/// A bank of so many answers, the first of which are approved.
pub fn make_bank(folder: &Path, answers: usize, approved: usize, on: jiff::civil::Date) {
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder for the bank");
        fs::write(path, text).expect("a bank file");
    };
    write("bank.toml", "version = 1\nname = \"bench\"\n");
    write("controls/C-1.toml", "id = \"C-1\"\ntitle = \"A control\"\nstate = \"in-place\"\nowner = \"bench\"\n");
    let mut random = Random(42);
    for number in 0..answers {
        let (asked, also, body) = (question(&mut random, number), random.words(10), random.words(50));
        let mut text = String::new();
        let _ = write!(
            text,
            "+++\nid = \"a{number:06}\"\nquestion = \"{asked}\"\nalso_asked = [\"Describe {also}.\"]\nverdict = \"yes\"\ncontrols = [\"C-1\"]\n\
             owner = \"bench\"\naudience = \"public\"\nreview_by = 2099-01-01\n+++\n{body}\n"
        );
        write(&format!("answers/{:03}/a{number:06}.md", number / 1_000), &text);
    }
    let ids: Vec<String> = (0..approved.min(answers)).map(|number| format!("a{number:06}")).collect();
    let place = BankPlace::new(folder);
    let hand = answerbank::engine::curate::Hand { by: "bench".into(), on, seen: None };
    answerbank::engine::curate::approve(&place, &ids, &hand).expect("approved answers");
}
