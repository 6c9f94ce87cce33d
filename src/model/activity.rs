//! Activities and the declarations around them.

use super::ids::{ActivityId, FlowId, NodeId, SubjectId};
use super::selector::Selector;
use crate::declare::{
    ActivityDecl, ActivityRole, AnswerDecl, ControllerDecl, Date, IncidentDecl, NoticeDecl, RoleDecl, SourceDecl, TeamDecl, WaiverDecl,
};
use crate::finding::Subject;
use crate::law::Form;
use crate::source::Span;

/// A processing activity.
#[derive(Clone, Debug)]
pub struct Activity {
    /// Id.
    pub id: String,
    /// Joint controllers.
    pub joint: Vec<NodeId>,
    /// Ceiling: the data its purpose needs, if stated.
    pub data: Option<Selector>,
    /// As written.
    pub decl: Box<ActivityDecl>,
    /// Where.
    pub span: Span,
}

impl Activity {
    /// Whether the organisation acts in it for a controller, Art. 28.
    pub fn is_processor(&self) -> bool {
        self.decl.role.as_ref().is_some_and(|role| role.value == ActivityRole::Processor)
    }
}

/// A group of staff.
#[derive(Clone, Debug)]
pub struct RoleGroup {
    /// Id.
    pub id: String,
    /// The activities it works on.
    pub activities: Vec<ActivityId>,
    /// As written.
    pub decl: RoleDecl,
    /// Where.
    pub span: Span,
}

impl RoleGroup {
    /// Whether it meets customers.
    pub fn is_frontline(&self) -> bool {
        self.decl.frontline.as_ref().is_some_and(|it| it.value)
    }
}

/// What a group of people was told.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Id.
    pub id: String,
    /// Whom it is for.
    pub subjects: Vec<SubjectId>,
    /// The activities it describes.
    pub activities: Vec<ActivityId>,
    /// As written.
    pub decl: NoticeDecl,
    /// Where.
    pub span: Span,
}

impl Notice {
    /// Whether it is in force on a day.
    pub fn is_in_force(&self, day: Date) -> bool {
        self.decl.since.as_ref().is_none_or(|since| since.value <= day) && self.decl.until.as_ref().is_none_or(|until| day < until.value)
    }
}

/// Where received data come from.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Id.
    pub id: String,
    /// The supplier, where it is a recipient too.
    pub from: Option<NodeId>,
    /// As written.
    pub decl: SourceDecl,
    /// Where.
    pub span: Span,
}

/// A controller the organisation acts for.
#[derive(Clone, Debug)]
pub struct Controller {
    /// Id.
    pub id: String,
    /// As written.
    pub decl: ControllerDecl,
    /// Where.
    pub span: Span,
}

/// A team.
#[derive(Clone, Debug)]
pub struct Team {
    /// Id.
    pub id: String,
    /// As written.
    pub decl: TeamDecl,
    /// Where.
    pub span: Span,
}

/// Flows through which data went where they should not have.
#[derive(Clone, Debug)]
pub struct Incident {
    /// Id.
    pub id: String,
    /// The flows, sorted.
    pub flows: Vec<FlowId>,
    /// As written.
    pub decl: IncidentDecl,
    /// Where.
    pub span: Span,
}

/// A finding somebody answers for until a day.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// The key, or a pattern with `*`.
    pub finding: String,
    /// First day it no longer counts.
    pub expires: Option<Date>,
    /// Day it was given.
    pub date: Option<Date>,
    /// What it answers for; empty where it does not say.
    pub covers: Vec<Covered>,
    /// As written.
    pub decl: WaiverDecl,
    /// Where the key stands.
    pub span: Span,
}

/// The answer to a question.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The key of the finding that asks.
    pub finding: String,
    /// As written.
    pub decl: AnswerDecl,
    /// Where the key stands.
    pub span: Span,
}

/// One row of what a waiver answers for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// `subject.field`.
    pub item: String,
    /// The most exposed form it answers for.
    pub form: Form,
    /// What the item may give away.
    pub labels: Vec<String>,
}

impl Covered {
    /// Reads `item:form:labels`, labels joined by commas, `-` for none.
    pub fn read(text: &str) -> Option<Covered> {
        let mut parts = text.splitn(3, ':');
        let (item, form, labels) = (parts.next()?, Form::named(parts.next()?)?, parts.next()?);
        let labels = labels.split(',').filter(|it| !matches!(*it, "" | "-")).map(str::to_owned).collect();
        (!item.is_empty()).then(|| Covered { item: item.to_owned(), form, labels })
    }

    /// Whether it answers for an item in a form that gives these labels away.
    pub fn holds(&self, subject: &Subject) -> bool {
        let form = Form::named(subject.form).is_some_and(|form| self.form <= form);
        self.item == subject.item && form && subject.labels.iter().all(|label| self.labels.contains(label))
    }
}
