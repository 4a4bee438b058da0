//! Ids as Java reads them from a command line, with its sentences for what is none.

use kampa_client::Uuid;

use super::thrown::Thrown;

/// 22 digits of URL-safe base64.
pub fn parse(text: &str) -> Result<Uuid, Thrown> {
    if text.len() > TEXT_MAX {
        let words = format!(
            "Input string with prefix `{}` is too long to be decoded as a base64 UUID",
            &text[..TEXT_MAX.min(text.len())]
        );
        return Err(Thrown::illegal(words));
    }
    text.parse().map_err(|_| Thrown::illegal(refusal(text)))
}

/// What Java's decoder stumbles over.
fn refusal(text: &str) -> String {
    let digits = text.trim_end_matches('=');
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if digits.len() == 1 {
        return "Input byte[] should at least have 2 bytes for base64 bytes".to_owned();
    }
    if let Some(wrong) = digits.bytes().find(|byte| !is_digit(*byte)) {
        return format!("Illegal base64 character {wrong:x}");
    }
    match digits.len() {
        length if length % 4 == 1 => "Last unit does not have enough valid bits".to_owned(),
        length => format!(
            "Input string `{text}` decoded as {} bytes, which is not equal to the expected 16 bytes of a base64-encoded UUID",
            length * 3 / 4
        ),
    }
}

/// With both places of padding.
const TEXT_MAX: usize = 24;
