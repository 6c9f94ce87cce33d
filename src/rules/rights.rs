//! Do erasure and objection reach everyone who holds the data? Art. 17, 19 and 21 GDPR.

use super::{Case, Family};
use crate::finding::Findings;

pub(super) static FAMILY: Family = Family { rules: &[], check };

fn check(_case: &Case, _out: &mut Findings) {}
