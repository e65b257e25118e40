//! What a share that was counted may be at most. Never guesses: few observations give a wide bound.

/// The upper end of the one-sided 95 % Clopper–Pearson interval of a share: with that confidence no larger part is wrong. 1 where nothing was counted.
/// Clopper and Pearson, Biometrika 26 (1934), 404–413.
#[must_use]
pub fn upper_bound(wrong: u32, given: u32) -> f64 {
    if wrong >= given {
        return 1.0;
    }
    // The largest share at which so few wrong ones would still be seen once in twenty times.
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if at_most(wrong, given, middle) > 0.05 { low = middle } else { high = middle }
    }
    high
}

/// The chance of at most `wrong` among `given`, if each is wrong with chance `share`.
fn at_most(wrong: u32, given: u32, share: f64) -> f64 {
    let (share, given) = (share.clamp(1e-300, 1.0 - 1e-16), f64::from(given));
    // In logarithms, since the chance of none among many is smaller than the smallest number.
    let mut log = given * (-share).ln_1p();
    let mut sum = log.exp();
    for one in 0..wrong {
        let one = f64::from(one);
        log += ((given - one) / (one + 1.0)).ln() + share.ln() - (-share).ln_1p();
        sum += log.exp();
    }
    sum
}
