//! Reach beside an oracle that knows no algorithm: it walks every walk there is, then adds up.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod oracle {
    mod cases;
    pub mod category;
    pub mod compare;
    pub mod declared;
    pub mod generate;
    pub mod rows;
    pub mod select;
    pub mod walks;
    pub mod witness;
    pub mod yaml;
}

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use oracle::compare::{parts_differ, rows_differ, witnesses_differ};
use oracle::declared::Project;
use oracle::{generate, yaml};

/// Asks a question of many random projects, `ROPA_CASES` of them if that is more; a difference is
/// shown for the smallest one that has it.
fn for_projects(seed: u8, cases: u32, differs: fn(&Project, &str) -> Option<String>) {
    let cases = std::env::var("ROPA_CASES").map_or(cases, |more| cases.max(more.parse().unwrap()));
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]));
    let result = runner.run(&generate::project(), |project| match differs(&project, &yaml::one_file(&project)) {
        None => Ok(()),
        Some(why) => Err(TestCaseError::fail(why)),
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(why, project)) => panic!("{why}\n{}", yaml::one_file(&project)),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

#[test]
fn states_and_exposures_are_what_all_walks_add_up_to() {
    for_projects(1, 3_000, rows_differ);
}

#[test]
fn every_walk_shown_can_be_walked_and_none_is_shorter() {
    for_projects(2, 3_000, witnesses_differ);
}

#[test]
fn neither_files_nor_threads_change_the_answer() {
    for_projects(3, 150, parts_differ);
}
