//! Roles, names, passwords and waits: the rules alone, as tables.

use answerbank::domain::account::{Right, Role, check_name, check_password, one_more, wait};
use jiff::{SignedDuration, Timestamp};

use crate::table::{check, check_rows};

#[test]
fn a_role_allows_what_it_is_for() {
    let rights = [Right::Look, Right::TakeIn, Right::Decide, Right::Release, Right::Follow, Right::Curate, Right::Administer];
    check_rows(
        "sales    | Look TakeIn Decide Release Follow
         reviewer | Look Decide Follow
         curator  | Look Decide Follow Curate
         admin    | Look TakeIn Decide Release Follow Curate Administer
         Admin    | no role
         root     | no role",
        |row| match Role::parse(row[0]) {
            Some(role) => {
                assert_eq!(role.name(), row[0]);
                rights.iter().filter(|right| role.may(**right)).map(|right| format!("{right:?}")).collect::<Vec<_>>().join(" ")
            }
            None => "no role".into(),
        },
    );
}

#[test]
fn a_name_shows_what_it_is() {
    let checked = |name: &str| check_name(name).map_or_else(|unfit| unfit.to_string(), |()| "taken".into());
    check_rows(
        r#""j.lind"            | taken
           "Zoë van der Öl"    | taken
           "李娜"              | taken
           "Import"            | the name is what imports are called
           "x"                 | a name has 2 to 64 characters
           ""                  | a name has 2 to 64 characters
           "--"                | a name has 2 to 64 characters
           " j.lind"           | the name begins or ends with space, or has more than one space between words
           "j  lind"           | the name begins or ends with space, or has more than one space between words
           "j\nlind"           | the name holds a character that does not show
           "j.\u{200b}lind"    | the name holds a character that does not show
           "j.\u{202e}lind"    | the name holds a character that does not show
           "j.\u{2066}lind"    | the name holds a character that does not show
           "j\u{a0}lind"       | the name holds a character that does not show
           "j.lin\u{ad}d"      | the name holds a character that does not show
           "j.\u{e0041}lind"   | the name holds a character that does not show
           "j.\u{3164}lind"    | the name holds a character that does not show"#,
        |row| checked(&unescaped(row[0])),
    );
    assert_eq!(checked(&"é".repeat(64)), "taken");
    assert_eq!(checked(&"é".repeat(65)), "a name has 2 to 64 characters");
}

/// The text of a literal with `\n` and `\u{…}`.
fn unescaped(literal: &str) -> String {
    let (mut text, mut rest) = (String::new(), literal.trim_matches('"').replace("\\n", "\n"));
    while let Some((before, after)) = rest.split_once("\\u{") {
        let (code, after) = after.split_once('}').unwrap();
        text.push_str(before);
        text.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
        rest = after.to_owned();
    }
    text + &rest
}

#[test]
fn a_password_is_taken_as_it_is_unless_it_is_guessed_first() {
    let checked = |password: &str| check_password(password, "j.lind").map_or_else(|unfit| unfit.to_string(), |()| "taken".into());
    check_rows(
        "kettle orbit plank 71 fjord | taken
         mossygramophonetundra       | taken
         ÄpfelundBirnenimKeller      | taken
         水の音と古池の蛙、静かな夜      | taken
         Tr0ub4dor&3                 | the password has fewer than 12 characters
         password1234                | the password would be guessed soon: it is made of common words, names, dates or keys that lie side by side
         Password2026!               | the password would be guessed soon: it is made of common words, names, dates or keys that lie side by side
         qwertyuiop123               | the password would be guessed soon: it is made of common words, names, dates or keys that lie side by side
         P@ssw0rdP@ssw0rd            | the password would be guessed soon: it is made of common words, names, dates or keys that lie side by side
         aaaaaaaaaaaaaaaa            | the password would be guessed soon: it is made of common words, names, dates or keys that lie side by side
         123456789012345678          | the password would be guessed soon: it is made of common words, names, dates or keys that lie side by side
         answerbank2026              | the password would be guessed soon: it is made of common words, names, dates or keys that lie side by side
         mossy J.Lind gramophone     | the password holds the account's name",
        |row| checked(row[0]),
    );
    let long: String = (0..128_u32).map(|n| char::from(b'!' + (n * n % 89) as u8)).collect();
    assert_eq!(checked(&long), "taken");
    assert_eq!(checked(&format!("{long}x")), "the password has more than 128 characters");
    assert_eq!(
        check_password("mossy j lind gramophone", "j-lind").map_err(|unfit| unfit.to_string()),
        Err("the password holds the account's name".into())
    );
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

#[test]
fn each_wrong_password_after_the_fifth_doubles_the_wait_up_to_a_quarter_of_an_hour() {
    let told: String = (0..20).map(|failures| format!("{failures} {}\n", wait(failures, at(0), at(0)).as_secs())).collect();
    check(
        &told,
        "0 0\n1 0\n2 0\n3 0\n4 0\n5 1\n6 2\n7 4\n8 8\n9 16\n10 32\n11 64\n12 128\n13 256\n14 512\n15 900\n16 900\n17 900\n18 900\n19 900",
    );
    assert_eq!(wait(u32::MAX, at(0), at(0)).as_secs(), 900, "never for ever");
    assert_eq!(wait(8, at(0), at(5)).as_secs(), 3);
    assert_eq!(wait(8, at(0), at(9)).as_secs(), 0);
    assert_eq!(wait(8, at(400 * 86_400), at(0)).as_secs(), 8, "a clock that was turned back neither frees nor locks out");
}

#[test]
fn an_address_tries_ten_times_at_once_and_twenty_times_a_minute() {
    let tries = |times: &mut dyn Iterator<Item = i64>| {
        let mut full = None;
        let mut let_in = 0;
        for now in times.map(at) {
            if let Ok(next) = one_more(full, now) {
                full = Some(next);
                let_in += 1;
            }
        }
        let_in
    };
    assert_eq!(tries(&mut std::iter::repeat_n(0, 200)), 10);
    assert_eq!(tries(&mut (0..600).flat_map(|second| [second, second])), 10 + 199, "one more each 3 s");
    assert_eq!(tries(&mut (0..100).map(|n| n * 3)), 100);
    let full = (0..10).fold(None, |full, _| Some(one_more(full, at(0)).unwrap()));
    assert_eq!(one_more(full, at(0)), Err(SignedDuration::from_secs(3)));
    assert_eq!(one_more(full, at(-86_400)), Ok(at(3 - 86_400)), "a clock that was turned back locks nobody out for a day");
}
