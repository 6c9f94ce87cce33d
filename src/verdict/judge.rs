//! What counts, what is waived, and the sums.

use serde::Serialize;

use crate::finding::{Finding, Level};

/// A finding and what became of it.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The finding, at the level the project gives it.
    pub finding: Finding,
    /// The waiver that answers for it: its position among the model's.
    pub waived: Option<usize>,
    /// It was there when the project began, and is counted as debt in the lock.
    pub debt: bool,
}

impl Judged {
    /// Whether it counts towards failing.
    pub fn counts(&self) -> bool {
        self.waived.is_none() && !self.debt
    }
}

/// How much there is of everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Errors that count.
    pub error: usize,
    /// Warnings that count.
    pub warning: usize,
    /// Notes that count.
    pub note: usize,
    /// Findings somebody answers for.
    pub waived: usize,
    /// Findings and exposures accepted unreviewed.
    pub debt: usize,
    /// Exposures.
    pub exposures: usize,
    /// Systems.
    pub systems: usize,
    /// Recipients.
    pub recipients: usize,
    /// Flows, hosting and sub-processing included.
    pub flows: usize,
    /// Items that some node holds.
    pub items: usize,
}

/// The answer of a check.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Every finding, by place.
    pub findings: Vec<Judged>,
    /// The sums.
    pub summary: Summary,
}

impl Verdict {
    /// Exit status: 2 where the work could not be done, 1 where something at or above the failing
    /// level counts, else 0.
    pub fn status(&self, fail_on: Level) -> u8 {
        let mut counted = self.findings.iter().filter(|it| it.counts());
        if self.findings.iter().any(|it| it.finding.rule.is_fatal()) {
            2
        } else {
            u8::from(counted.any(|it| it.finding.level >= fail_on))
        }
    }
}
