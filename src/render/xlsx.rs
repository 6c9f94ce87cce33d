//! `ropa export xlsx`: the register as a workbook, one sheet for each section, and one for each record of
//! a template that has sheets. No cell is a formula, and equal input gives equal bytes.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::iter;

use anyhow::Context;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use super::view::tables::{Book, Cell, Table};
use crate::declare::Date;

/// UTF-16 units that one cell can hold.
const CELL: usize = 32_767;

/// Characters that the name of a sheet can have.
const NAME: usize = 31;

/// Narrowest and widest column, in characters.
const WIDTHS: (usize, usize) = (10, 60);

/// The bytes of the workbook.
pub fn workbook(book: &Book) -> anyhow::Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(book)?);
    let formats = Formats::new();
    let mut taken = BTreeSet::new();
    // A template whose record is a sheet of its own has one for each, behind the list of them.
    for table in
        book.tables.iter().flat_map(|it| iter::once(Cow::Borrowed(it)).chain(it.sheets(&book.headings).into_iter().map(Cow::Owned)))
    {
        let name = sheet_name(&table.title, table.id, &mut taken);
        let sheet = workbook.add_worksheet();
        let held = || format!("writing the sheet `{name}`; what a sheet cannot hold, `ropa export csv --section {}` can", table.id);
        sheet.set_name(&name).and_then(|sheet| fill(sheet, book, &table, &formats)).with_context(held)?;
    }
    workbook.save_to_buffer().context("writing the workbook")
}

/// What the file says of itself: the day of the register and not of the writing.
fn properties(book: &Book) -> anyhow::Result<DocProperties> {
    let day = day(book.today).context("the day of the register is none of a spreadsheet, which begins in 1900")?;
    Ok(DocProperties::new()
        .set_title(&book.title)
        .set_company(&book.organisation)
        .set_comment(&book.disclaimer)
        .set_author(format!("ropa {}", env!("CARGO_PKG_VERSION")))
        .set_creation_datetime(&day))
}

struct Formats {
    head: Format,
    text: Format,
    date: Format,
    missing: Format,
}

impl Formats {
    fn new() -> Formats {
        let text = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        Formats {
            head: text.clone().set_bold().set_background_color(0x00E7_ECEF).set_border_bottom(FormatBorder::Thin),
            date: text.clone().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
            missing: text.clone().set_italic().set_font_color(0x009C_3B00),
            text,
        }
    }
}

fn fill<'a>(sheet: &'a mut Worksheet, book: &Book, table: &Table, formats: &Formats) -> Result<&'a mut Worksheet, XlsxError> {
    for (column, it) in (0..).zip(&table.columns) {
        let title = it.letter.map_or_else(|| it.title.clone(), |letter| format!("({letter}) {}", it.title));
        let rows = table.rows.iter().filter_map(|row| row.cells.get(usize::from(column)));
        let widest = rows.flat_map(Cell::lines).map(|text| text.chars().count()).chain([title.chars().count() + 3]).max();
        let width = widest.unwrap_or_default().clamp(WIDTHS.0, WIDTHS.1);
        sheet.set_column_width(column, width as f64 + 2.0)?;
        sheet.write_string_with_format(0, column, cut(&title, book), &formats.head)?;
    }
    for (row, it) in (1..).zip(&table.rows) {
        for (column, it) in (0..).zip(&it.cells) {
            write(sheet, (row, column), it, book, formats)?;
        }
    }
    if table.rows.is_empty() {
        sheet.write_string_with_format(1, 0, &book.nothing, &formats.missing)?;
    }
    let (rows, columns) = (table.rows.len() as u32, table.columns.len().saturating_sub(1) as u16);
    sheet.autofilter(0, 0, rows.max(1), columns)?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)
}

fn write(sheet: &mut Worksheet, (row, column): (u32, u16), it: &Cell, book: &Book, formats: &Formats) -> Result<(), XlsxError> {
    match it {
        Cell::Number(number) => sheet.write_number_with_format(row, column, *number as f64, &formats.text)?,
        Cell::Date(date) => match day(*date) {
            Ok(day) => sheet.write_datetime_with_format(row, column, &day, &formats.date)?,
            // Spreadsheets know no day before 1900.
            Err(_) => sheet.write_string_with_format(row, column, date.to_string(), &formats.text)?,
        },
        Cell::Missing(text) => sheet.write_string_with_format(row, column, cut(text, book), &formats.missing)?,
        Cell::Text(_) | Cell::Foreign(_) | Cell::List(_) => {
            sheet.write_string_with_format(row, column, cut(&it.text(), book), &formats.text)?
        }
    };
    Ok(())
}

fn day(date: Date) -> Result<ExcelDateTime, XlsxError> {
    let (year, month, day) = (date.0.year(), date.0.month(), date.0.day());
    ExcelDateTime::from_ymd(year.unsigned_abs(), month.unsigned_abs(), day.unsigned_abs())
}

/// A text as far as a cell can hold it; that it was cut is said in it.
fn cut(text: &str, book: &Book) -> String {
    let units = |text: &str| text.encode_utf16().count();
    if units(text) <= CELL {
        return text.to_owned();
    }
    let remark = format!(" … ({})", book.cut);
    let mut left = CELL.saturating_sub(units(&remark));
    let fits = |it: &char| {
        let fits = it.len_utf16() <= left;
        left = left.saturating_sub(it.len_utf16());
        fits
    };
    let mut head: String = text.chars().take_while(fits).collect();
    head.push_str(&remark);
    head
}

/// A title as the name of a sheet: without what Excel forbids, short enough, and each only once.
fn sheet_name(title: &str, id: &str, taken: &mut BTreeSet<String>) -> String {
    let allowed = |it: char| if it.is_control() || "[]:*?/\\".contains(it) { ' ' } else { it };
    let clean: String = title.chars().map(allowed).collect();
    let clean = clean.trim().trim_matches('\'').trim();
    let clean = if clean.is_empty() || clean.eq_ignore_ascii_case("history") { id } else { clean };
    let mut count = 1;
    loop {
        let end = if count == 1 { String::new() } else { format!(" {count}") };
        let name = format!("{}{end}", short(clean, NAME - end.len()));
        if taken.insert(name.to_lowercase()) {
            return name;
        }
        count += 1;
    }
}

/// The beginning of a name, whole words where there are several.
fn short(name: &str, most: usize) -> &str {
    let mut units = 0;
    let fits = |it: &(usize, char)| {
        units += it.1.len_utf16();
        units <= most
    };
    let end = name.char_indices().take_while(fits).last().map_or(0, |(at, it)| at + it.len_utf8());
    if end == name.len() {
        return name;
    }
    let words = name[..end].rfind(' ').filter(|at| *at > end / 2).unwrap_or(end);
    name[..words].trim_end_matches([' ', '\'', ','])
}
