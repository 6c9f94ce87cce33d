//! Activities and the declarations around them.

use super::ids::{ActivityId, NodeId, SubjectId};
use super::selector::Selector;
use crate::declare::{ActivityDecl, AnswerDecl, ControllerDecl, Date, NoticeDecl, RoleDecl, SourceDecl, TeamDecl, WaiverDecl};
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

/// A finding somebody answers for until a day.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// The key, or a pattern with `*`.
    pub finding: String,
    /// First day it no longer counts.
    pub expires: Option<Date>,
    /// Day it was given.
    pub date: Option<Date>,
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
