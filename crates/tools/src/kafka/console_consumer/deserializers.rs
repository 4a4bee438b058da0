//! Kafka's deserializers, by the names of their classes, and how Java shows what comes out of them.

use std::fmt::Write;

use crate::kafka::thrown::Thrown;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deserializer {
    Text,
    Short,
    Integer,
    Long,
    Float,
    Double,
    Boolean,
    Uuid,
    Bytes,
    Void,
}

impl Deserializer {
    /// None, with which bytes are shown as they are, is what an error leaves: Apache's tool logs it and goes on.
    pub fn named(class: &str) -> Result<Option<Deserializer>, Thrown> {
        let unknown = || Thrown::new("java.lang.ClassNotFoundException", class);
        let name = class.strip_prefix("org.apache.kafka.common.serialization.").ok_or_else(unknown)?;
        Ok(Some(match name {
            "StringDeserializer" => Deserializer::Text,
            "ShortDeserializer" => Deserializer::Short,
            "IntegerDeserializer" => Deserializer::Integer,
            "LongDeserializer" => Deserializer::Long,
            "FloatDeserializer" => Deserializer::Float,
            "DoubleDeserializer" => Deserializer::Double,
            "BooleanDeserializer" => Deserializer::Boolean,
            "UUIDDeserializer" => Deserializer::Uuid,
            "BytesDeserializer" => Deserializer::Bytes,
            "VoidDeserializer" => Deserializer::Void,
            // What Java shows of an array is its address; the bytes themselves say more.
            "ByteArrayDeserializer" => return Ok(None),
            "ListDeserializer" => {
                let sentence = "Not able to determine the list class because it was neither passed via the constructor nor \
                                set in the config.";
                return Err(Thrown::new("org.apache.kafka.common.config.ConfigException", sentence));
            }
            _ => return Err(unknown()),
        }))
    }

    pub fn text(self, bytes: &[u8]) -> Result<String, Thrown> {
        let sized =
            |name: &str, size: usize| serialization_error(format!("Size of data received by {name} is not {size}"));
        Ok(match self {
            Deserializer::Text => String::from_utf8_lossy(bytes).into_owned(),
            Deserializer::Short => {
                i16::from_be_bytes(bytes.try_into().map_err(|_| sized("ShortDeserializer", 2))?).to_string()
            }
            Deserializer::Integer => {
                i32::from_be_bytes(bytes.try_into().map_err(|_| sized("IntegerDeserializer", 4))?).to_string()
            }
            Deserializer::Long => {
                i64::from_be_bytes(bytes.try_into().map_err(|_| sized("LongDeserializer", 8))?).to_string()
            }
            Deserializer::Float => {
                let value = f32::from_be_bytes(bytes.try_into().map_err(|_| sized("Deserializer", 4))?);
                java_decimal(&format!("{value:e}"))
            }
            Deserializer::Double => {
                let value = f64::from_be_bytes(bytes.try_into().map_err(|_| sized("Deserializer", 8))?);
                java_decimal(&format!("{value:e}"))
            }
            Deserializer::Boolean => match bytes {
                [1] => "true".to_owned(),
                [0] => "false".to_owned(),
                [_] => {
                    return Err(serialization_error(
                        "Unexpected byte received by BooleanDeserializer: ".to_owned() + &(bytes[0] as i8).to_string(),
                    ));
                }
                _ => return Err(sized("BooleanDeserializer", 1)),
            },
            Deserializer::Uuid => {
                let text = String::from_utf8_lossy(bytes);
                uuid(&text).ok_or_else(|| serialization_error("Error parsing data into UUID".to_owned()))?
            }
            Deserializer::Bytes => escaped(bytes),
            Deserializer::Void => return Err(Thrown::illegal("Data should be null for a VoidDeserializer.")),
        })
    }
}

fn serialization_error(words: String) -> Thrown {
    Thrown::new("org.apache.kafka.common.errors.SerializationException", words)
}

/// Java shows numbers from a thousandth to ten millions plainly and others with an exponent, always with a fraction.
fn java_decimal(scientific: &str) -> String {
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return scientific.replace("inf", "Infinity");
    };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let fraction = |text: &str| if text.is_empty() { "0".to_owned() } else { text.to_owned() };
    if digits == "0" {
        return format!("{sign}0.0");
    }
    match exponent {
        0..7 => {
            let at = exponent as usize + 1;
            let padded = format!("{digits:0<at$}");
            format!("{sign}{}.{}", &padded[..at], fraction(&padded[at..]))
        }
        -3..0 => format!("{sign}0.{}{digits}", "0".repeat((-exponent - 1) as usize)),
        _ => format!("{sign}{}.{}E{exponent}", &digits[..1], fraction(&digits[1..])),
    }
}

/// Five groups of hexadecimal digits, shown in full and in lower case.
fn uuid(text: &str) -> Option<String> {
    let groups: Vec<&str> = text.split('-').collect();
    let widths = [8, 4, 4, 4, 12];
    if groups.len() != widths.len() || text.len() > 36 {
        return None;
    }
    let group = |(text, width): (&&str, usize)| {
        let value = u64::from_str_radix(text, 16).ok().filter(|_| text.len() <= width)?;
        Some(format!("{value:0width$x}"))
    };
    Some(groups.iter().zip(widths).map(group).collect::<Option<Vec<_>>>()?.join("-"))
}

/// As `Bytes.toString`: printable ASCII as it is, the rest as `\xNN`.
fn escaped(bytes: &[u8]) -> String {
    let mut text = String::new();
    for &byte in bytes {
        match byte {
            b'\\' => text.push_str("\\\\"),
            b' '..=b'~' => text.push(char::from(byte)),
            _ => drop(write!(text, "\\x{byte:02X}")),
        }
    }
    text
}
