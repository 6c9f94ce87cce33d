//! Can consent be shown, taken back, and given by those who gave it? Art. 7, 8 and 22 GDPR.

use super::{Case, Family};
use crate::finding::Findings;

pub(super) static FAMILY: Family = Family { rules: &[], check };

fn check(_case: &Case, _out: &mut Findings) {}
