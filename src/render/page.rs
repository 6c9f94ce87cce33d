//! A page of headings and nested lines, written for a terminal or as Markdown.

/// One line of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Block {
    /// A heading; 1 is the page's own.
    Heading(usize, String),
    /// A paragraph.
    Text(String),
    /// A line of a list, and how deep it stands.
    Item(usize, String),
}

/// Headings and lines in the order they are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page(Vec<Block>);

impl Page {
    /// Adds a heading; 1 is the page's own.
    pub fn heading(&mut self, level: usize, text: impl Into<String>) {
        self.0.push(Block::Heading(level, text.into()));
    }

    /// Adds a paragraph.
    pub fn text(&mut self, text: impl Into<String>) {
        self.0.push(Block::Text(text.into()));
    }

    /// Adds a line of a list; 0 is the outermost.
    pub fn item(&mut self, depth: usize, text: impl Into<String>) {
        self.0.push(Block::Item(depth, text.into()));
    }

    /// Adds a name and its value, where there is one.
    pub fn fact(&mut self, depth: usize, name: &str, value: Option<impl AsRef<str>>) {
        if let Some(value) = value {
            self.item(depth, format!("{name}: {}", value.as_ref()));
        }
    }

    /// For a terminal.
    pub fn plain(&self) -> String {
        let mut out = String::new();
        for (at, block) in self.0.iter().enumerate() {
            match block {
                Block::Heading(_, text) => {
                    let gap = if at == 0 { "" } else { "\n" };
                    out.push_str(&format!("{gap}{}\n", one_line(text)));
                }
                Block::Text(text) => out.push_str(&format!("{}\n", one_line(text))),
                Block::Item(depth, text) => out.push_str(&format!("{}{}\n", "  ".repeat(depth + 1), one_line(text))),
            }
        }
        out
    }

    /// As Markdown; nothing that was declared can change its structure.
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        let mut listed = false;
        for (at, block) in self.0.iter().enumerate() {
            let gap = if at == 0 || listed && matches!(block, Block::Item(..)) { "" } else { "\n" };
            let line = match block {
                Block::Heading(level, text) => format!("{} {}", "#".repeat(*level), escaped(text)),
                Block::Text(text) => escaped(text),
                Block::Item(depth, text) => format!("{}- {}", "  ".repeat(*depth), escaped(text)),
            };
            out.push_str(&format!("{gap}{line}\n"));
            listed = matches!(block, Block::Item(..));
        }
        out
    }
}

/// A declared text may have been written over several lines.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text that Markdown shows as it is.
pub fn escaped(text: &str) -> String {
    let text = one_line(text);
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let mut out = String::new();
    for (at, letter) in text.chars().enumerate() {
        let always = matches!(letter, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '&' | '~' | '!');
        // At the beginning these would open a heading, a list or a rule.
        let opens = at == 0 && matches!(letter, '#' | '+' | '-' | '=') || at == digits && at > 0 && matches!(letter, '.' | ')');
        if always || opens {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}
