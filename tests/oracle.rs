//! Reach beside an oracle that knows no algorithm: it walks every walk there is, then adds up. What rests
//! on reach is asked of the same projects: collections, policies, waivers, and rules after an addition.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod oracle {
    mod cases;
    pub mod category;
    pub mod changes;
    pub mod checks;
    pub mod compare;
    pub mod declared;
    pub mod dress;
    pub mod generate;
    pub mod growing;
    pub mod origins;
    pub mod policies;
    pub mod rows;
    pub mod select;
    pub mod waivers;
    pub mod walks;
    pub mod witness;
    pub mod yaml;
}

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use oracle::changes::{addition, changed, growth};
use oracle::checks::{answers_differ, keys_shared};
use oracle::compare::{parts_differ, rows_differ, witnesses_differ};
use oracle::declared::Project;
use oracle::growing::{removed, turns_green, turns_red};
use oracle::origins::origins_differ;
use oracle::policies::policies_differ;
use oracle::waivers::outgrown;
use oracle::{dress, generate, yaml};

/// Asks a question of many random projects, `ROPA_CASES` of them if that is more; a difference is
/// shown for the smallest one that has it.
fn for_projects(seed: u8, cases: u32, differs: fn(&Project, &str) -> Option<String>) {
    for_all(seed, cases, generate::project(), |it| it, |project| differs(project, &yaml::one_file(project)));
}

/// The same for projects in a dress.
fn for_dressed(seed: u8, cases: u32, differs: fn(&Project, &str) -> Option<String>) {
    for_all(seed, cases, dress::dressed(), |it| it, |project| differs(project, &yaml::one_file(project)));
}

fn for_all<S: Strategy>(
    seed: u8,
    cases: u32,
    strategy: S,
    project: fn(&S::Value) -> &Project,
    differs: impl Fn(&S::Value) -> Option<String>,
) {
    let cases = std::env::var("ROPA_CASES").map_or(cases, |more| cases.max(more.parse().unwrap()));
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]));
    let result = runner.run(&strategy, |it| match differs(&it) {
        None => Ok(()),
        Some(why) => Err(TestCaseError::fail(why)),
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(why, it)) => panic!("{why}\n{}{}", yaml::settings(project(&it)), yaml::one_file(project(&it))),
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

#[test]
fn the_collections_behind_an_exposure_are_those_walks_lead_back_to() {
    for_projects(4, 300, origins_differ);
}

#[test]
fn policies_deny_what_their_page_says() {
    for_dressed(5, 150, policies_differ);
}

#[test]
fn neither_files_nor_threads_change_what_rules_say() {
    for_dressed(6, 10, answers_differ);
}

#[test]
fn no_two_findings_share_a_key_and_differ() {
    for_dressed(7, 100, keys_shared);
}

#[test]
fn nothing_that_is_added_silences_a_rule() {
    for_all(8, 100, changed(addition()), |it| &it.0, turns_green);
}

#[test]
fn nothing_that_is_removed_makes_a_rule_speak() {
    for_all(10, 100, removed(), |it| &it.0, turns_red);
}

#[test]
fn a_waiver_answers_for_its_rows_and_nothing_beyond() {
    for_all(9, 100, changed(growth()), |it| &it.0, outgrown);
}
