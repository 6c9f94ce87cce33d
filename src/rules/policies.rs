//! The policies of the house: `policies:` in `ropa.yaml`.

use super::{Case, Family};
use crate::finding::Findings;

pub(super) static FAMILY: Family = Family { rules: &[], check };

fn check(_case: &Case, _out: &mut Findings) {}
