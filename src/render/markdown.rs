//! `ropa export markdown`: the whole register as one document, for a repository or an answer to an
//! authority.

use super::view::file_names;
use super::view::tables::{Book, Cell, Column, Table};

/// The document: a heading for each section, and for each record a table of what is asked and said.
pub fn document(book: &Book) -> String {
    let mut out = format!(
        "# {}\n\n**{}** · {}\n\n{}\n\n",
        escaped(&book.title),
        escaped(&book.organisation),
        escaped(&book.as_of),
        escaped(&book.disclaimer)
    );
    for table in &book.tables {
        out.push_str(&format!("- [{}](#{})\n", escaped(&table.title), table.id));
        for (anchor, title) in anchors(table) {
            out.push_str(&format!("  - [{}](#{anchor})\n", escaped(title)));
        }
    }
    for table in &book.tables {
        out.push_str(&format!("\n<a id=\"{}\"></a>\n\n## {}\n\n", table.id, escaped(&table.title)));
        match () {
            () if table.rows.is_empty() => out.push_str(&format!("{}\n", escaped(&book.nothing))),
            () if table.wide => records(&mut out, book, table),
            () => rows(&mut out, table),
        }
    }
    out
}

/// The places of the rows that have a heading of their own.
fn anchors(table: &Table) -> Vec<(String, &str)> {
    if !table.wide {
        return Vec::new();
    }
    let names = file_names(table.rows.iter().map(|row| row.id.as_str()));
    let name = |id: &str| names.get(id).map_or("", String::as_str);
    table.rows.iter().map(|row| (format!("{}-{}", table.id, name(&row.id)), row.title.as_str())).collect()
}

/// Each row under its own heading, a line for each column; parts of a sheet have headings below it.
fn records(out: &mut String, book: &Book, table: &Table) {
    for (row, (anchor, title)) in table.rows.iter().zip(anchors(table)) {
        out.push_str(&format!("<a id=\"{anchor}\"></a>\n\n### {}\n\n", escaped(title)));
        let lines: Vec<(&Column, &Cell)> = table.columns.iter().zip(&row.cells).collect();
        for part in lines.chunk_by(|a, b| a.0.block == b.0.block) {
            if let Some(block) = &part[0].0.block {
                out.push_str(&format!("#### {}\n\n", escaped(block)));
            }
            lines_of(out, book, part);
        }
    }
}

/// What is asked and said, with the letters where the table has any.
fn lines_of(out: &mut String, book: &Book, lines: &[(&Column, &Cell)]) {
    let lettered = lines.iter().any(|(column, _)| column.letter.is_some());
    let [letter, asked, said] = [&book.headings.letter, &book.headings.asked, &book.headings.said].map(|it| escaped(it));
    if lettered {
        out.push_str(&format!("| {letter} | {asked} | {said} |\n|---|---|---|\n"));
    } else {
        out.push_str(&format!("| {asked} | {said} |\n|---|---|\n"));
    }
    for (column, it) in lines {
        if lettered {
            out.push_str(&format!("| {} ", column.letter.unwrap_or_default()));
        }
        out.push_str(&format!("| {} | {} |\n", escaped(&column.title), cell(it)));
    }
    out.push('\n');
}

/// All rows in one table.
fn rows(out: &mut String, table: &Table) {
    for column in &table.columns {
        out.push_str(&format!("| {} ", escaped(&column.title)));
    }
    out.push_str(&format!("|\n{}|\n", "|---".repeat(table.columns.len())));
    for row in &table.rows {
        for it in &row.cells {
            out.push_str(&format!("| {} ", cell(it)));
        }
        out.push_str("|\n");
    }
}

/// A cell in one line; what nobody has said stands out by its type, not by words alone.
fn cell(it: &Cell) -> String {
    let text = it.lines().iter().map(|line| escaped(line)).collect::<Vec<_>>().join("<br>");
    if matches!(it, Cell::Missing(_)) { format!("<em>{text}</em>") } else { text }
}

/// A text that is shown as it is written: no markup, no HTML, no end of a cell.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(it) = rest.next() {
        match it {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // Tables are cut into cells before anything else is read; an entity is never in the way.
            '|' => out.push_str("&#124;"),
            '\\' => out.push_str("&#92;"),
            '`' | '*' | '_' | '[' | ']' | '~' | '#' | '$' => out.extend(['\\', it]),
            '\r' if rest.peek() == Some(&'\n') => {}
            '\n' | '\r' => out.push_str("<br>"),
            _ => out.push(it),
        }
    }
    out
}
