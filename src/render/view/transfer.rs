//! Third countries and what transfers to them rest on.

use super::{Line, Reading, Value};
use crate::declare::TransferDecl;
use crate::flow::{Processing, ThirdCountry, third_countries};
use crate::model::Model;

/// The line of letter (e): one value for each recipient and third country.
pub(super) fn transfers(reading: &Reading, processing: &Processing) -> Line {
    let values = third_countries(&reading.map.model, processing, reading.map.today).into_iter().map(|it| transfer(reading, &it));
    reading.line("third_countries", values.collect(), reading.not_applicable(reading.word("no_third_country")))
}

fn transfer(reading: &Reading, it: &ThirdCountry) -> Value {
    let model = reading.model();
    let name = reading.pair(reading.country(it.country), reading.node(it.recipient).text);
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
        value = value.detail(mechanism(reading, transfer, it.country.as_slice()));
    }
    let carried = it.country.is_some_and(|code| reading.law().carries(&declared, code, reading.map.today).is_ok());
    let state = match (carried, declared.is_empty()) {
        (true, _) => return value,
        (false, true) => "missing",
        (false, false) => "not_in_force",
    };
    value.badge("missing", reading.pair(reading.word("mechanism"), reading.word(state)))
}

/// What is declared to cover transfers to one country, over all flows that lead there; each once.
pub(super) fn mechanisms(model: &Model, it: &ThirdCountry) -> Vec<TransferDecl> {
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

/// A transfer's instrument with all that is declared of it; whether it holds is asked for these
/// third countries.
pub(super) fn mechanism(reading: &Reading, it: &TransferDecl, countries: &[&str]) -> String {
    let holds = countries.is_empty() || countries.iter().any(|code| reading.law().holds(it, code, reading.map.today).is_ok());
    let title = |id: &str| instrument(reading, id);
    let mut parts = vec![it.mechanism.as_ref().map_or_else(|| reading.word("missing"), |word| title(word))];
    parts.extend((!holds).then(|| reading.word("not_in_force")));
    parts.extend(it.country.as_ref().map(|code| reading.country(Some(code))));
    parts.extend(it.module.as_ref().map(|module| format!("{} {}", reading.word("module"), module.value)));
    parts.extend(it.since.as_ref().map(|day| reading.on_day("since", day.value)));
    parts.extend(it.until.as_ref().map(|day| reading.on_day("until", day.value)));
    parts.extend(it.listed.as_ref().and_then(|it| it.entity.as_ref()).map(|entity| format!("{} {}", reading.word("listed"), entity.value)));
    parts.extend(it.fallback.as_ref().map(|word| format!("{} {}", reading.word("fallback"), title(word))));
    parts.extend(it.assessment.as_ref().map(|word| format!("{} {}", reading.word("assessment"), word.value)));
    parts.extend(it.safeguards.iter().map(|text| reading.text(text)));
    parts.extend(it.authority_informed.as_ref().map(|day| reading.on_day("authority_informed", day.value)));
    let place = it.mechanism.as_ref().map(|word| format!(" ({})", reading.place(word.span))).unwrap_or_default();
    format!("{}{place}", parts.join("; "))
}

/// The title of an instrument.
pub(super) fn instrument(reading: &Reading, id: &str) -> String {
    let known = reading.law().mechanisms.get(id).and_then(|it| it.title.as_ref());
    known.map_or_else(|| id.to_owned(), |text| reading.text(text))
}
