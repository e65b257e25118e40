//! Pairs of word sets that share most of their words, without comparing each with each.
//! Prefix filtering as in Bayardo, Ma, Srikant, "Scaling up all pairs similarity search" (2007): two sets of a Jaccard index of at least t
//! share a word among the rarest of each.

use std::collections::HashMap;

/// Numbers for terms, so that sets compare quickly.
#[derive(Default)]
pub struct Terms(HashMap<String, u32>);

impl Terms {
    /// The set of a text's terms.
    pub fn set(&mut self, terms: Vec<String>) -> Vec<u32> {
        let mut set: Vec<u32> = terms
            .into_iter()
            .map(|term| {
                let next = self.0.len() as u32;
                *self.0.entry(term).or_insert(next)
            })
            .collect();
        set.sort_unstable();
        set.dedup();
        set
    }
}

/// All pairs of places whose sets have a Jaccard index of at least `least` in a hundred, the one within the other: where each names something
/// that the other does not, they are about different things ("in Japan", "in Brazil"). The earlier place first, in order; empty sets are like
/// none.
pub fn alike(sets: &[Vec<u32>], least: usize) -> Vec<(usize, usize)> {
    let mut often: HashMap<u32, usize> = HashMap::new();
    for term in sets.iter().flatten() {
        *often.entry(*term).or_default() += 1;
    }
    // The rarest terms first: few other sets have them.
    let ordered: Vec<Vec<u32>> = sets
        .iter()
        .map(|set| {
            let mut set = set.clone();
            set.sort_by_key(|term| (often[term], *term));
            set
        })
        .collect();
    let prefix = |length: usize| length - (length * least).div_ceil(100) + 1;
    let mut holding: HashMap<u32, Vec<usize>> = HashMap::new();
    let mut found = Vec::new();
    for (place, set) in ordered.iter().enumerate().filter(|(_, set)| !set.is_empty()) {
        let rare = &set[..prefix(set.len())];
        let mut candidates: Vec<usize> = rare.iter().filter_map(|term| holding.get(term)).flatten().copied().collect();
        candidates.sort_unstable();
        candidates.dedup();
        found.extend(candidates.into_iter().filter(|other| share(&sets[*other], &sets[place], least)).map(|other| (other, place)));
        for term in rare {
            holding.entry(*term).or_default().push(place);
        }
    }
    found.sort_unstable();
    found
}

/// Whether of two sorted sets the one is within the other, and has so many in a hundred of its terms.
fn share(one: &[u32], other: &[u32], least: usize) -> bool {
    let (mut a, mut b, mut common) = (0, 0, 0);
    while let (Some(left), Some(right)) = (one.get(a), other.get(b)) {
        common += usize::from(left == right);
        a += usize::from(left <= right);
        b += usize::from(right <= left);
    }
    common == one.len().min(other.len()) && 100 * common >= least * (one.len() + other.len() - common)
}
