//! `ropa export csv`: one section of the register, RFC 4180, safe to open in a spreadsheet.

use super::view::tables::Table;

/// Marks the text as UTF-8. Excel takes a file without it for one in the code page of its machine and
/// shows `Ã¤` for `ä`; programs that read tables know the mark, and JSON is there for all others.
const MARK: char = '\u{feff}';

/// A section as text: the titles, then its rows, each field in quotes, each line ended by CR LF.
pub fn section(table: &Table) -> String {
    let mut out = String::from(MARK);
    line(
        &mut out,
        table.columns.iter().map(|it| match it.letter {
            Some(letter) => format!("({letter}) {}", it.title),
            None => it.title.clone(),
        }),
    );
    for row in &table.rows {
        line(&mut out, row.cells.iter().map(|it| it.text()));
    }
    out
}

fn line(out: &mut String, fields: impl Iterator<Item = String>) {
    for (at, field) in fields.enumerate() {
        out.push_str(if at == 0 { "\"" } else { ",\"" });
        out.push_str(&harmless(&field).replace('"', "\"\""));
        out.push('"');
    }
    out.push_str("\r\n");
}

/// A text that no spreadsheet takes for a formula: `'` stands before a character that would begin one
/// (OWASP, CSV injection). That is at the beginning of the field, and wherever a program that splits
/// at other signs would see a beginning: behind a line break, a semicolon, a tab.
fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut begins = true;
    for it in text.chars() {
        if begins && matches!(it, '=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠') {
            out.push('\'');
        }
        begins = matches!(it, '\n' | '\r' | ';' | '\t');
        out.push(it);
    }
    out
}
