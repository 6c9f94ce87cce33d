//! Indexes into the arenas of the model. Arenas are sorted by id, so their order is the ids' order.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// Position in its arena.
            pub fn index(self) -> usize {
                self.0 as usize
            }

            /// The id of a position.
            pub fn from_index(index: usize) -> Self {
                Self(u32::try_from(index).expect("arenas are smaller than 2^32, inputs are limited"))
            }
        }
    )*};
}

ids! {
    /// A category.
    CategoryId;
    /// A field.
    FieldId;
    /// A subject.
    SubjectId;
    /// A gate.
    GateId;
    /// An activity.
    ActivityId;
    /// A system or recipient.
    NodeId;
    /// A flow.
    FlowId;
}

impl FieldId {
    /// What nobody has said: every node may hold it for any subject.
    pub const UNKNOWN: FieldId = FieldId(0);
}

/// The unit that travels: a field of a group of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Item {
    /// Whose.
    pub subject: SubjectId,
    /// What.
    pub field: FieldId,
}
