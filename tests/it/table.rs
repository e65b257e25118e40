//! One way to compare for all tests: the printed text that came out beside the table that the test expects.

/// Compares two texts line by line; outer white space of a line and of the text does not count.
#[track_caller]
pub fn check(actual: &str, expected: &str) {
    let plain = |text: &str| text.trim().lines().map(str::trim).collect::<Vec<_>>().join("\n");
    let (actual, expected) = (plain(actual), plain(expected));
    assert!(actual == expected, "\n--- expected\n{expected}\n--- came out\n{actual}\n");
}

/// Checks a table whose rows read `what goes in | … | what must come out`.
#[track_caller]
pub fn check_rows(table: &str, run: impl Fn(&[&str]) -> String) {
    let (mut actual, mut expected) = (String::new(), String::new());
    for row in table.trim().lines() {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let (out, into) = cells.split_last().unwrap();
        assert!(!into.is_empty(), "a row without a result: {row}");
        actual.push_str(&format!("{} | {}\n", into.join(" | "), run(into)));
        expected.push_str(&format!("{} | {out}\n", into.join(" | ")));
    }
    check(&actual, &expected);
}
