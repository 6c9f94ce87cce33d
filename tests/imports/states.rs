//! States with models: what comes of an edit in a neighbour's model, and what of its declarations is told.

use std::process::Command;

use ropa::Answer;
use ropa::diff::Diff;

use super::folders::Folder;
use super::{CRM, Repository, SHOP, today};

/// The shop with a model of its neighbour.
fn state(shop: &Repository, crm: &Repository) -> Answer {
    let answer =
        ropa::answer_texts(&shop.settings(), &[("models/crm.yaml", &crm.model()), ("registry/all.yaml", shop.declares)], None, today());
    assert!(answer.is_sound(), "{:?}", answer.findings.iter().map(|it| &it.message).collect::<Vec<_>>());
    answer
}

/// What is otherwise once the neighbour has another model, a line each: what happened, and each cause as
/// `place: words (was …)`.
fn told(before: &str, after: &str) -> Vec<String> {
    let (was, is) = (Repository { declares: before, ..CRM }, Repository { declares: after, ..CRM });
    let (old, new) = (state(&SHOP, &was), state(&SHOP, &is));
    let Diff { exposures, facts, causes } = new.since(&old);
    let words = |causes_of: &[usize]| {
        let one = |at: &usize| {
            let it = &causes[*at];
            let (sources, span) = it.place.map_or_else(|| (&old.sources, it.before.unwrap()), |span| (&new.sources, span));
            let place = sources.place(span);
            assert_eq!(sources.model(span).map(|(of, model)| (of, model.path.as_str())), Some(("crm", "models/crm.yaml")));
            let (now, was) = (it.now.map_or("-", |it| new.sources.text(it)), it.before.map(|it| old.sources.text(it)));
            format!("{}:{}: {now}{}", place.file, place.line, was.map(|it| format!(" (was {it})")).unwrap_or_default())
        };
        causes_of.iter().map(one).collect::<Vec<_>>().join(" + ")
    };
    let rows = exposures.iter().map(|it| format!("{} {} {} <- {}", it.turn.word(), it.row().item, it.row().flow, words(&it.causes)));
    let facts = facts.iter().map(|it| {
        let what = it.what.as_deref().unwrap_or_default();
        format!(
            "{}-{} {} {what} of {} <- {}",
            it.noun.word(),
            it.verb.word(),
            it.id,
            it.neighbour.as_deref().unwrap_or("-"),
            words(&it.causes)
        )
    });
    rows.chain(facts).collect()
}

const BEFORE: &str = "\
gates: { consent: { kind: consent } }
systems:
  hub:
    derives: { taste: [email] }
    sends:
      mailer: { fields: [email], gate: consent }
recipients:
  mailer: { role: processor, country: SE }
  agency: { role: processor, country: SE }
  press: { role: controller, country: SE }
activities: { letters: { purpose: To write, basis: consent } }
";

/// The edit stands in the neighbour's text, and is found there among others by taking it back.
#[test]
fn an_edit_in_a_model_is_the_cause_of_what_comes_of_it() {
    let edits = [
        (
            "[email], gate: consent",
            "[email, taste], gate: consent",
            "added buyer.taste crm/hub->crm/mailer <- crm:registry/all.yaml:6: taste",
        ),
        (", gate: consent }", " }", "weakened buyer.email crm/hub->crm/mailer <- crm:registry/all.yaml:6: - (was gate: consent)"),
        (
            "country: SE }\n  agency",
            "country: IN }\n  agency",
            "weakened buyer.email crm/hub->crm/mailer <- crm:registry/all.yaml:8: IN (was SE)",
        ),
        (
            "gate: consent }\n",
            "gate: consent }\n      agency: all\n",
            "added buyer.email crm/hub->crm/agency <- crm:registry/all.yaml:7: agency: all",
        ),
        ("      mailer: { fields: [email], gate: consent }\n", "", "removed buyer.email crm/hub->crm/mailer <- "),
    ];
    for (was, is, expected) in edits {
        // Another edit besides, which has no part in it.
        let after = BEFORE.replace(was, is).replace("To write", "To write letters");
        let all = told(BEFORE, &after);
        assert!(all.iter().any(|it| it.starts_with(expected)), "{expected}: {all:#?}");
    }
}

/// One system of the neighbour in a file of its own, and no longer there: what was is put back into its
/// repository to see what it did.
#[test]
fn what_a_model_no_longer_holds_is_a_cause() {
    let after =
        BEFORE.replace("      mailer: { fields: [email], gate: consent }\n", "      mailer: { fields: [email|sha256], gate: consent }\n");
    let all = told(BEFORE, &after);
    assert_eq!(all, ["strengthened buyer.email crm/hub->crm/mailer <- crm:registry/all.yaml:6: email|sha256 (was email)"]);
    let without = BEFORE
        .replace("  hub:\n    derives: { taste: [email] }\n    sends:\n      mailer: { fields: [email], gate: consent }\n", "  hub: {}\n");
    let all = told(BEFORE, &without);
    assert!(all[0].starts_with("removed buyer.email crm/hub->crm/mailer <- crm:registry/all.yaml:3"), "{all:#?}");
}

#[test]
fn what_neighbours_say_of_what_is_their_own_is_left_to_them() {
    let after = BEFORE
        .replace("press: { role: controller", "press: { role: processor")
        .replace("agency: { role: processor", "agency: { role: controller")
        .replace("basis: consent }", "basis: contract }")
        .replace("mailer: { role: processor", "mailer: { role: controller")
        .replace("kind: consent", "kind: explicit-consent");
    assert_eq!(
        told(BEFORE, &after),
        [
            "recipient-changed crm/mailer role of crm <- crm:registry/all.yaml:8: controller (was processor)",
            "gate-changed crm/consent kind of crm <- crm:registry/all.yaml:1: explicit-consent (was consent)",
        ]
    );
}

fn git(folder: &Folder, line: &str) {
    let out = Command::new("git").args(line.split(' ')).current_dir(folder.0.path()).output().unwrap();
    assert!(out.status.success(), "{out:?}");
}

/// A state has the models it was made with, and what another edit would lead to is asked with those.
#[test]
fn states_of_git_are_compared_with_their_own_models() {
    let crm = Repository { declares: "systems:\n  hub: { sends: { mailer: all } }\nrecipients: { mailer: {} }\n", ..CRM };
    let shop = Folder::of(&[("ropa.yaml", &SHOP.settings()), ("registry/all.yaml", SHOP.declares), ("models/crm.yaml", &crm.model())]);
    for line in ["init -q -b main", "add -A", "-c user.name=a -c user.email=a@example.org commit -q -m base"] {
        git(&shop, line);
    }
    let diff = || shop.run("diff HEAD --today 2026-09-01");
    let (code, text) = diff();
    assert_eq!(code, 0, "{text}");
    // Another field is sent on: the edit behind what comes of it elsewhere stands here.
    let more = SHOP.declares.replace("contact.email }", "contact.email, phone: contact.phone }").replace("[email]", "[email, phone]");
    shop.put("registry/all.yaml", &more);
    let (code, text) = diff();
    assert!(text.contains("buyer.phone") && text.contains("crm/mailer") && text.contains("registry/all.yaml:"), "{text}");
    assert!(!text.contains("the model of"), "{text}");
    assert_eq!(code, 1);
    // The neighbour passes it on to somebody else, and to somebody what is its own.
    shop.put("registry/all.yaml", SHOP.declares);
    let declares = "systems:\n  hub: { collects: { buyer: [email] }, sends: { mailer: all, printer: all } }\n  list: { collects: { buyer: [email] }, sends: { agency: all } }\nrecipients: { mailer: {}, printer: {}, agency: {} }\n";
    shop.put("models/crm.yaml", &Repository { declares, ..CRM }.model());
    let (code, text) = diff();
    assert!(text.contains("crm/printer") && !text.contains("crm/agency"), "{text}");
    assert!(text.contains("--> crm:registry/all.yaml:2:") && text.contains("the model of `crm`, models/crm.yaml"), "{text}");
    assert!(text.contains("~ recipient `crm/printer` of the neighbour `crm` is new"), "{text}");
    assert_eq!(code, 1);
    let (_, comment) = shop.run("diff HEAD --today 2026-09-01 --output markdown");
    assert!(comment.contains("`crm:registry/all.yaml:2:62` (the model of `crm`, `models/crm.yaml`) `printer: all`"), "{comment}");
    assert!(comment.contains("take the edit back, in `models/crm.yaml`."), "{comment}");
    let (_, json) = shop.run("diff HEAD --today 2026-09-01 --output json");
    let found: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(found["changes"][0]["cause"]["model"], "models/crm.yaml");
    assert_eq!(found["changes"].as_array().unwrap().last().unwrap()["neighbour"], "crm");
}
