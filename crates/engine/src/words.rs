//! Numbers and long texts in messages for people.

/// The most characters of one message that a journal keeps: its columns hold 65,535 bytes, four to a character.
const MESSAGE_CHARACTERS: usize = 8000;

/// `1 row`, `2 rows`: for nouns whose plural ends in a plain `s`.
pub fn count(n: u64, noun: &str) -> String {
    count_of(n, noun, &format!("{noun}s"))
}

/// `1 index`, `2 indexes`: for every other noun.
pub fn count_of(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { many })
}

/// A number with a comma between thousands: `400,000`.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The first `most` characters of `text`, or `None` when it has no more than that.
pub fn beginning(text: &str, most: usize) -> Option<&str> {
    text.char_indices().nth(most).map(|(end, _)| &text[..end])
}

/// A message as a journal keeps it: whole, or its beginning with the length of the whole.
pub fn message(text: &str) -> String {
    match beginning(text, MESSAGE_CHARACTERS) {
        Some(begin) => format!("{begin}… ({})", count(text.chars().count() as u64, "character")),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular_and_thousands_have_commas() {
        assert_eq!(count(0, "statement"), "0 statements");
        assert_eq!(count(1, "statement"), "1 statement");
        assert_eq!(count(2, "statement"), "2 statements");
        assert_eq!(count_of(1, "copy", "copies"), "1 copy");
        assert_eq!(count_of(1000, "copy", "copies"), "1,000 copies");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(400_000), "400,000");
        assert_eq!(grouped(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(beginning("äöü", 2), Some("äö"));
        assert_eq!(beginning("äöü", 3), None);
        let long = message(&"🦀".repeat(MESSAGE_CHARACTERS + 1));
        assert!(long.ends_with("🦀… (8,001 characters)"));
        assert!(long.len() < 65_535);
        assert_eq!(message("short"), "short");
    }
}
