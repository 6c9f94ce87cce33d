//! The YAML as written: every key of the language has its place here, names are still strings.
//!
//! What is read is what `ropa export json` shows under `declared`: the structs are read and written
//! by the same derive, so no key can be read and dropped.

mod activity;
mod catalog;
mod evidence;
mod file;
mod given;
mod people;
mod policy;
mod recipient;
mod settings;
mod system;
mod value;

pub use activity::{
    ActivityDecl, ActivityRole, ActivityStatus, Compatible, Dpia, DpiaDecl, DpiaStatus, Offences, Reasoned, Risk, SpecialDecl, Trait,
};
pub use catalog::{CategoryDecl, FieldDecl, GateDecl, GateKind, HandlingLevel, SubjectDecl};
pub use evidence::{CallDecl, EndpointDecl, EvidenceDecl, ParameterDecl, SignatureDecl};
pub use file::{DeclaredFile, FILE_DEFAULTS, FileDecl, Imported, Layer, Repository, imported, parse, read, settings};
pub use given::{
    AdequacyDecl, ArticleDecl, BasisDecl, ChildConsentDecl, ConditionDecl, CountryDecl, EeaDecl, KindDecl, MechanismDecl, NationalIdDecl,
    TransformDecl, VendorDecl, VendorFeature,
};
pub use people::{
    AnswerDecl, ConsentProof, ControllerDecl, IncidentDecl, Informed, NoticeDecl, RoleDecl, SourceDecl, TeamDecl, WaiverDecl,
};
pub use policy::{ExceptionDecl, PolicyDecl, TargetDecl};
pub use recipient::{
    ContractDecl, Deletion, FeatureDecl, FeatureState, ListedDecl, RecipientDecl, Role, Subprocessing, SubprocessorDecl, TransferDecl,
    TransfersDecl,
};
pub use settings::{Followed, Granularity, LevelDecl, LockDecl, OrganisationDecl, PersonDecl, RetentionPolicy, SettingLevel, Settings};
pub use system::{
    AccessDecl, Channel, Claim, CollectDecl, Consideration, ContactBy, DeriveDecl, FlowDecl, Frequency, Ground, HostedDecl, Justified,
    LogDecl, SelectorDecl, SystemDecl, UsesDecl,
};
pub use value::{Date, Duration, Erase, Measure, MeasureKind, Mode, Moment, NoneDecl, Retention, RetentionItem, Text, Unit, Word};
