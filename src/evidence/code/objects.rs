//! Keys of object literals in JavaScript, with the expressions behind them. A tokenizer of brackets, strings
//! and comments is enough: keys that vendors read are written out.

/// A key and what is passed behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member<'t> {
    /// Keys joined with `.`; lists leave no trace.
    pub path: String,
    /// The expression.
    pub expression: &'t str,
}

impl Member<'_> {
    /// Whether the expression is the same for everybody. A placeholder of a template within a string is not.
    pub fn is_constant(&self) -> bool {
        let text = self.expression.trim();
        let quoted = ['"', '\'', '`'].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote));
        match quoted {
            Some(inside) => !PLACEHOLDERS.iter().any(|it| inside.contains(it)) && !inside.contains(['"', '\'', '`', '+']),
            None => matches!(text, "" | "true" | "false" | "null" | "undefined" | "void 0" | "!0" | "!1") || text.parse::<f64>().is_ok(),
        }
    }
}

/// What stands in a string where a template puts a value.
const PLACEHOLDERS: &[&str] = &["{{", "${", "#{", "<%", "<?", "{%", "[[", "@@"];
/// Objects within each other, at most.
const DEPTH: usize = 32;
/// Bytes of the arguments of one call, at most.
const ARGUMENTS: usize = 16 << 10;
/// Members of one call, at most.
const MEMBERS: usize = 500;

/// Members of the objects among arguments that begin at some place, so many brackets deep; and how many
/// bytes were looked at.
pub fn arguments(text: &str, at: usize, depth: usize) -> (Vec<Member<'_>>, usize) {
    let end = text.floor_char_boundary(text.len().min(at + ARGUMENTS));
    let mut reader = Reader { text: &text[at..end], at: 0, found: Vec::new() };
    let mut open = depth;
    while open > 0 && reader.peek().is_some() {
        match reader.peek() {
            Some(b')' | b']' | b'}') => {
                open -= 1;
                reader.at += 1;
            }
            Some(b',') => reader.at += 1,
            Some(b';') => break,
            _ => reader.value("", 0),
        }
    }
    (reader.found, reader.at)
}

/// Members of every object that is returned, assigned or passed in a piece of code.
pub fn members(text: &str) -> Vec<Member<'_>> {
    let mut reader = Reader { text, at: 0, found: Vec::new() };
    while reader.at < text.len() && reader.found.len() < MEMBERS {
        let before = reader.at;
        match reader.peek() {
            None => break,
            Some(b'{') if !reader.is_reference() && reader.begins_object() => reader.value("", 0),
            Some(byte) if is_word(byte) => reader.at += reader.rest().iter().take_while(|it| is_word(**it)).count(),
            Some(_) => reader.token(),
        }
        reader.at = reader.at.max(before + 1);
    }
    reader.found
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    found: Vec<Member<'t>>,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// The next byte that is neither space nor comment, not yet taken.
    fn peek(&mut self) -> Option<u8> {
        loop {
            let rest = self.rest();
            self.at += match rest {
                [byte, ..] if byte.is_ascii_whitespace() => 1,
                [b'/', b'/', ..] => memchr::memchr(b'\n', rest).unwrap_or(rest.len()),
                [b'/', b'*', ..] => memchr::memmem::find(rest, b"*/").map_or(rest.len(), |it| it + 2),
                _ => return rest.first().copied(),
            };
        }
    }

    /// A tag manager's or template's `{{ name }}`.
    fn is_reference(&self) -> bool {
        self.rest().starts_with(b"{{")
    }

    /// Whether a bracket opens an object, by what stands before it: a block follows a bracket, an arrow or a word.
    fn begins_object(&self) -> bool {
        let before = self.text.as_bytes()[..self.at].trim_ascii_end();
        match before.last() {
            Some(b'(' | b'=' | b':' | b',' | b'[' | b'?' | b'|') => true,
            Some(_) => before.ends_with(b"return"),
            None => false,
        }
    }

    /// One value: its members where it is an object or a list, else the expression itself.
    fn value(&mut self, path: &str, depth: usize) {
        let first = self.peek();
        let start = self.at;
        match first {
            Some(b'{') if depth < DEPTH && !self.is_reference() => {
                self.at += 1;
                self.object(path, depth + 1);
                self.expression();
            }
            Some(b'[') if depth < DEPTH => {
                self.at += 1;
                self.list(path, depth + 1);
                self.expression();
            }
            _ => {
                self.expression();
                self.add(path.to_owned(), start);
            }
        }
    }

    fn add(&mut self, path: String, start: usize) {
        if let Some(expression) = self.text.get(start..self.at)
            && !path.is_empty()
            && self.found.len() < MEMBERS
        {
            self.found.push(Member { path, expression: expression.trim() });
        }
    }

    fn list(&mut self, path: &str, depth: usize) {
        loop {
            match self.peek() {
                None => return,
                Some(b']') => {
                    self.at += 1;
                    return;
                }
                // Not of a list, but nobody promised that this is code.
                Some(b',' | b';' | b')' | b'}') => self.at += 1,
                Some(_) => self.value(path, depth),
            }
        }
    }

    fn object(&mut self, path: &str, depth: usize) {
        loop {
            let Some(byte) = self.peek() else { return };
            let start = self.at;
            match byte {
                b'}' => {
                    self.at += 1;
                    return;
                }
                b',' | b';' => self.at += 1,
                b'"' | b'\'' => {
                    self.token();
                    let key = self.text.get(start + 1..self.at.saturating_sub(1)).unwrap_or_default();
                    self.behind(&joined(path, key), start, depth);
                }
                byte if is_word(byte) => {
                    self.at += self.rest().iter().take_while(|it| is_word(**it)).count();
                    let key = self.text.get(start..self.at).unwrap_or_default();
                    self.behind(&joined(path, key), start, depth);
                }
                // A key that is computed, or what another object holds: its names are not here.
                _ => self.expression(),
            }
            if self.at == start {
                self.at += 1;
            }
        }
    }

    /// What stands behind a key.
    fn behind(&mut self, path: &str, start: usize, depth: usize) {
        match self.peek() {
            Some(b':') => {
                self.at += 1;
                self.value(path, depth);
            }
            // `{ email }` is `{ email: email }`.
            Some(b',' | b'}') => self.add(path.to_owned(), start),
            _ => self.expression(),
        }
    }

    /// Goes on to the end of an expression: a comma, or a bracket that was opened before it.
    fn expression(&mut self) {
        let mut open = 0usize;
        while let Some(byte) = self.peek() {
            match byte {
                b',' | b';' if open == 0 => return,
                b')' | b']' | b'}' if open == 0 => return,
                b')' | b']' | b'}' => {
                    open -= 1;
                    self.at += 1;
                }
                b'{' if self.is_reference() => self.token(),
                b'(' | b'[' | b'{' => {
                    open += 1;
                    self.at += 1;
                }
                _ => self.token(),
            }
        }
    }

    /// A string, a reference, or a byte.
    fn token(&mut self) {
        let rest = self.rest();
        self.at += match rest {
            [b'{', b'{', ..] => memchr::memmem::find(&rest[..rest.len().min(300)], b"}}").map_or(1, |it| it + 2),
            [quote @ (b'"' | b'\'' | b'`'), ..] => {
                let mut at = 1;
                while let Some(byte) = rest.get(at).filter(|it| *it != quote && (**it != b'\n' || *quote == b'`')) {
                    at += if *byte == b'\\' { 2 } else { 1 };
                }
                at + 1
            }
            _ => 1,
        };
        self.at = self.at.min(self.text.len());
    }
}

fn joined(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::{arguments, members};

    fn read(text: &str) -> Vec<(String, &str)> {
        arguments(text, 0, 1).0.into_iter().filter(|it| !it.is_constant()).map(|it| (it.path, it.expression)).collect()
    }

    #[test]
    fn keys_are_found_however_they_are_written() {
        let text = "'1', { em: user.email, \"ph\" : f(a, {b: 1}), ...rest, [x]: y, fn, // ct: z\n go() { return {no: 1}; },
            address: [{ city: '{{City}}', zip: '123', country: {{Land}} }] }, late: 1) , { out: x }";
        let found = read(text);
        let expected =
            [("em", "user.email"), ("ph", "f(a, {b: 1})"), ("fn", "fn"), ("address.city", "'{{City}}'"), ("address.country", "{{Land}}")];
        assert_eq!(found, expected.map(|(path, expression)| (path.to_owned(), expression)));
    }

    #[test]
    fn strings_hide_brackets() {
        assert_eq!(read("{ a: x + '}, b: y', c: `)` + z }"), [("a".to_owned(), "x + '}, b: y'"), ("c".to_owned(), "`)` + z")]);
    }

    #[test]
    fn objects_that_code_returns_are_read_and_its_blocks_are_not() {
        let text = "function() { if (a) { b: c } var d = {{D}}; return { email: d, phone_number: {{P}} }; }";
        let found = members(text);
        assert_eq!(found.iter().map(|it| it.path.as_str()).collect::<Vec<_>>(), ["email", "phone_number"]);
    }

    #[test]
    fn hostile_code_ends() {
        for text in ["{", "{a", "{a:", "{'", "{a:{{", "}])", "{a:\\", "é{é:é", "{\"é", "[[[[", "{a:'\\"] {
            read(text);
            members(text);
        }
        read(&"{a:".repeat(100_000));
        assert!(read(&"[".repeat(1_000_000)).is_empty());
        members(&"({a:'".repeat(200_000));
        members(&"={".repeat(500_000));
    }
}
