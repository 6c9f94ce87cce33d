//! Who inside reads what, who was told what, where data come from, whom one acts for, who waives.

use serde::{Deserialize, Serialize};

use super::value::{Date, Moment, Retention, Text, Word};
use crate::source::{Many, Maybe, Spanned};

/// A group of staff.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct RoleDecl {
    /// What readers see.
    pub title: Maybe<Spanned<Text>>,
    /// The activities it works on.
    #[serde(rename = "for")]
    pub activities: Many<Word>,
    /// Meets customers in person.
    pub frontline: Maybe<Spanned<bool>>,
}

/// What a group of people was told, Art. 13 and 14.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct NoticeDecl {
    /// What readers see.
    pub title: Maybe<Spanned<Text>>,
    /// Whom it is for.
    #[serde(rename = "for")]
    pub subjects: Many<Word>,
    /// The activities it describes.
    pub activities: Many<Word>,
    /// Recipients, or kinds of them, it names.
    pub recipients: Many<Word>,
    /// Third countries it names.
    pub countries: Many<Word>,
    /// Transfer mechanisms it names.
    pub mechanisms: Many<Word>,
    /// How to obtain a copy of the safeguards.
    pub copy: Maybe<Word>,
    /// Legal bases it names.
    pub bases: Many<Word>,
    /// Storage periods it names.
    pub retention: Maybe<Retention>,
    /// Sources it names.
    pub sources: Many<Word>,
    /// Where it is.
    pub url: Maybe<Word>,
    /// Its version.
    pub version: Maybe<Word>,
    /// In force since.
    pub since: Maybe<Spanned<Date>>,
    /// First day it is no longer in force.
    pub until: Maybe<Spanned<Date>>,
}

/// Where bought or received data come from, Art. 14(2)(f).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct SourceDecl {
    /// What readers see.
    pub title: Maybe<Spanned<Text>>,
    /// Supplier: a recipient, or a text.
    pub from: Maybe<Word>,
    /// Who collected the data first.
    pub collector: Maybe<Word>,
    /// When they were collected.
    pub collected: Maybe<Spanned<Date>>,
    /// How to reach the supplier.
    pub contact: Maybe<Word>,
    /// Proof of consent.
    pub consent: Maybe<ConsentProof>,
    /// How people were informed.
    pub informed: Maybe<Informed>,
    /// The list shown at collection named the organisation.
    pub named: Maybe<Spanned<bool>>,
}

/// What proves a consent that somebody else obtained, Art. 7(1).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct ConsentProof {
    /// Where it is.
    pub proof: Maybe<Word>,
    /// One for every person.
    pub per_record: Maybe<Spanned<bool>>,
    /// The form that was used.
    pub form: Maybe<Word>,
    /// Its version.
    pub version: Maybe<Word>,
    /// Day it was audited.
    pub audited: Maybe<Spanned<Date>>,
}

/// How people whose data came from elsewhere were told, Art. 14(3), or why not, 14(5).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Informed {
    /// The notice.
    pub notice: Maybe<Word>,
    /// By which day.
    pub by: Maybe<Spanned<Date>>,
    /// The exemption: `art14.5.b`.
    pub exempt: Maybe<Word>,
    /// Why it holds.
    pub why: Maybe<Spanned<Text>>,
}

/// A controller the organisation acts for, Art. 30(2)(a).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct ControllerDecl {
    /// Legal name.
    pub name: Maybe<Word>,
    /// How to reach it.
    pub contact: Maybe<Word>,
    /// Where it is.
    pub country: Maybe<Word>,
    /// Its representative, Art. 27.
    pub representative: Maybe<Word>,
    /// Its data protection officer.
    pub dpo: Maybe<Word>,
}

/// A team of the organisation.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct TeamDecl {
    /// What readers see.
    pub title: Maybe<Spanned<Text>>,
    /// How to reach it.
    pub contact: Maybe<Word>,
}

/// A finding that somebody answers for until a day.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct WaiverDecl {
    /// The finding's key; `*` may stand for a part.
    pub finding: Maybe<Word>,
    /// Why it may stay.
    pub why: Maybe<Spanned<Text>>,
    /// Who answers for it.
    pub by: Maybe<Word>,
    /// Day it was given.
    pub date: Maybe<Spanned<Date>>,
    /// First day it no longer counts, at most 12 months on.
    pub expires: Maybe<Spanned<Date>>,
    /// Reference.
    pub ticket: Maybe<Word>,
    /// What it answers for, as rows `item:form:labels`; anything beyond is not waived.
    pub covers: Many<Word>,
}

/// The answer to a question that a finding asks.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct AnswerDecl {
    /// What was found out or decided.
    pub answer: Maybe<Spanned<Text>>,
    /// Who says so.
    pub by: Maybe<Word>,
    /// Day it was given.
    pub on: Maybe<Spanned<Date>>,
    /// Where it is written down.
    #[serde(rename = "ref")]
    pub reference: Maybe<Word>,
}

/// Flows through which data went where they should not have, Art. 33(5).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct IncidentDecl {
    /// What readers see.
    pub title: Maybe<Spanned<Text>>,
    /// Day it was found.
    pub date: Maybe<Spanned<Date>>,
    /// When the organisation became aware of it, Art. 33(1): a day or a minute.
    pub aware: Maybe<Spanned<Moment>>,
    /// The flows, by id.
    pub flows: Many<Word>,
    /// Where it is written down.
    #[serde(rename = "ref")]
    pub reference: Maybe<Word>,
    /// Day the authority was told.
    pub notified: Maybe<Spanned<Date>>,
}
