//! Third countries and what transfers to them rest on.

use super::{Line, Reading, Value};
use crate::declare::TransferDecl;
use crate::law::ADEQUATE_FOR_ALL;
use crate::model::Model;
use crate::render::processing::{Processing, ThirdCountry, third_countries};

/// The line of letter (e): one value for each recipient and third country.
pub(super) fn transfers(reading: &Reading, processing: &Processing) -> Line {
    let values = third_countries(reading.map, processing).into_iter().map(|it| transfer(reading, &it));
    reading.line("third_countries", values.collect(), reading.not_applicable(reading.word("no_third_country")))
}

fn transfer(reading: &Reading, it: &ThirdCountry) -> Value {
    let model = reading.model();
    let name = format!("{}: {}", reading.country(it.country), reading.node(it.recipient).text);
    let mut value = reading.computed(name).link(reading.node(it.recipient).href);
    let decisions = it.country.map(|code| reading.law().adequacy(code, reading.map.today)).unwrap_or_default();
    for decision in &decisions {
        value = value.detail(format!(
            "{} {} ({})",
            reading.word("adequacy_decision"),
            decision.reference,
            reading.choice("scope", &decision.scope)
        ));
    }
    let declared = mechanisms(model, it);
    for transfer in &declared {
        value = value.detail(mechanism(reading, transfer));
    }
    let in_force = declared.iter().any(|transfer| holds(reading, transfer) || has_fallback(reading, transfer));
    let for_all = decisions.iter().any(|it| it.scope == ADEQUATE_FOR_ALL);
    if !declared.is_empty() && !in_force && !for_all {
        return value.badge("missing", format!("{}: {}", reading.word("mechanism"), reading.word("not_in_force")));
    }
    if declared.is_empty() && !for_all {
        value.badge("missing", format!("{}: {}", reading.word("mechanism"), reading.word("missing")))
    } else {
        value
    }
}

/// Whether an instrument can be used on the day at all.
fn usable(reading: &Reading, id: &str) -> bool {
    let today = reading.map.today;
    reading.law().mechanisms.get(id).is_none_or(|known| {
        known.from.as_ref().is_none_or(|day| day.value <= today) && known.until.as_ref().is_none_or(|day| today < day.value)
    })
}

/// Whether a transfer's own instrument is in force on the day.
fn holds(reading: &Reading, it: &TransferDecl) -> bool {
    let today = reading.map.today;
    it.mechanism.as_ref().is_some_and(|word| usable(reading, word))
        && it.since.as_ref().is_none_or(|day| day.value <= today)
        && it.until.as_ref().is_none_or(|day| today < day.value)
}

fn has_fallback(reading: &Reading, it: &TransferDecl) -> bool {
    it.fallback.as_ref().is_some_and(|word| usable(reading, word))
}

/// What is declared to cover transfers to one country, over all flows that lead there; each once.
fn mechanisms(model: &Model, it: &ThirdCountry) -> Vec<TransferDecl> {
    let mut all: Vec<TransferDecl> = Vec::new();
    for transfer in it.flows.iter().flat_map(|flow| model.transfers_in(model.flow(*flow))) {
        let here = transfer.country.as_ref().is_none_or(|code| Some(code.value.as_str()) == it.country);
        let place = |it: &TransferDecl| it.mechanism.as_ref().map(|word| word.span);
        if here && !all.iter().any(|known| place(known) == place(&transfer)) {
            all.push(transfer);
        }
    }
    all
}

/// A transfer's instrument with all that is declared of it.
pub(super) fn mechanism(reading: &Reading, it: &TransferDecl) -> String {
    let title = |id: &str| {
        let known = reading.law().mechanisms.get(id).and_then(|it| it.title.as_ref());
        known.map_or_else(|| id.to_owned(), |text| reading.text(text))
    };
    let mut parts = vec![it.mechanism.as_ref().map_or_else(|| reading.word("missing"), |word| title(word))];
    parts.extend((!holds(reading, it)).then(|| reading.word("not_in_force")));
    parts.extend(it.country.as_ref().map(|code| reading.country(Some(code))));
    parts.extend(it.module.as_ref().map(|module| format!("{} {}", reading.word("module"), module.value)));
    parts.extend(it.since.as_ref().map(|day| format!("{} {}", reading.word("since"), day.value)));
    parts.extend(it.until.as_ref().map(|day| format!("{} {}", reading.word("until"), day.value)));
    parts.extend(it.listed.as_ref().and_then(|it| it.entity.as_ref()).map(|entity| format!("{} {}", reading.word("listed"), entity.value)));
    parts.extend(it.fallback.as_ref().map(|word| format!("{} {}", reading.word("fallback"), title(word))));
    parts.extend(it.assessment.as_ref().map(|word| format!("{} {}", reading.word("assessment"), word.value)));
    parts.extend(it.safeguards.iter().map(|text| reading.text(text)));
    parts.extend(it.authority_informed.as_ref().map(|day| format!("{} {}", reading.word("authority_informed"), day.value)));
    let place = it.mechanism.as_ref().map(|word| format!(" ({})", reading.place(word.span))).unwrap_or_default();
    format!("{}{place}", parts.join("; "))
}
