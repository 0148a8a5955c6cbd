//! As much of JSON as a host needs that passes documents on: a member of an object, an element of an array, a text. Input that
//! is no JSON gives None, or a piece of it, and never a panic.

/// The end of the value that `text` begins with, in bytes.
fn value_end(text: &str) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        if quoted {
            if escaped {
                escaped = false;
            } else if byte == b'\\' {
                escaped = true;
            } else if byte == b'"' {
                quoted = false;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            continue;
        }
        match byte {
            b'"' => quoted = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth <= 1 => return Some(if depth == 0 { at } else { at + 1 }),
            b'}' | b']' => depth -= 1,
            b',' | b':' | b' ' | b'\n' | b'\r' | b'\t' if depth == 0 => return Some(at),
            _ => {}
        }
    }
    if depth == 0 && !quoted { Some(text.len()) } else { None }
}

/// The value that `text` begins with, and what follows it and the separator.
fn split(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let (value, rest) = text.split_at(value_end(text)?);
    let rest = rest.trim_start();
    if value.is_empty() { None } else { Some((value, rest.strip_prefix(&[',', ':'][..]).unwrap_or(rest))) }
}

/// The member's value as it stands in an object's text. Names are compared as they stand: those of the contract need no escapes.
pub fn member<'a>(object: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = object.trim_start().strip_prefix('{')?;
    loop {
        let (key, after) = split(rest)?;
        let (value, next) = split(after)?;
        if key.strip_prefix('"')?.strip_suffix('"')? == name {
            return Some(value);
        }
        rest = next;
    }
}

/// The first element as it stands in an array's text.
pub fn first(array: &str) -> Option<&str> {
    Some(split(array.trim_start().strip_prefix('[')?)?.0)
}

/// What a text says. None for any other value.
pub fn text(value: &str) -> Option<String> {
    let mut rest = value.strip_prefix('"')?.strip_suffix('"')?.chars();
    let mut units: Vec<u16> = Vec::new();
    let mut unit = [0u16; 2];
    while let Some(char) = rest.next() {
        let said = match char {
            '\\' => match rest.next()? {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\u{8}',
                'f' => '\u{c}',
                'u' => {
                    let digits: String = rest.by_ref().take(4).collect();
                    units.push(u16::from_str_radix(&digits, 16).ok()?);
                    continue;
                }
                other => other,
            },
            other => other,
        };
        units.extend_from_slice(said.encode_utf16(&mut unit));
    }
    String::from_utf16(&units).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r#" {"a": 1, "b":{"a":[2,{"c":"}"}]} , "q\"":"x", "d":"say \"\u00e9\\\ud83d\ude00\"", "e":[], "f":true}"#;

    #[test]
    fn members_as_they_stand() {
        assert_eq!(member(DOCUMENT, "a"), Some("1"));
        assert_eq!(member(DOCUMENT, "b"), Some(r#"{"a":[2,{"c":"}"}]}"#));
        assert_eq!(member(DOCUMENT, "e"), Some("[]"));
        assert_eq!(member(DOCUMENT, "f"), Some("true"));
        assert_eq!(member(DOCUMENT, "c"), None);
        assert_eq!(member("{}", "a"), None);
    }

    #[test]
    fn elements_and_texts() {
        assert_eq!(first(r#"[ {"a":[1]}, 2]"#), Some(r#"{"a":[1]}"#));
        assert_eq!(first("[]"), None);
        assert_eq!(text(member(DOCUMENT, "d").unwrap()).as_deref(), Some("say \"é\\😀\""));
        assert_eq!(text("12"), None);
    }

    #[test]
    fn what_is_no_json_does_no_harm() {
        for end in 0..DOCUMENT.len() {
            let _ = (member(&DOCUMENT[..end], "f"), first(&DOCUMENT[..end]), text(&DOCUMENT[..end]));
        }
        for broken in ["", "{", "{\"a\"", "{\"a\":", "[", "\"", "{]", "}", "{\"a\" 1 2}", "\"\\", "\"\\u12\""] {
            let _ = (member(broken, "a"), first(broken), text(broken));
        }
    }
}
