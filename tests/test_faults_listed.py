"""docs/maintain/faults.md lists every fault that a test tries, and no other."""

import ast
import re

from tests.repository import ROOT

PAGE = ROOT / "docs/maintain/faults.md"
ROW = re.compile(r"^\| (?!fault \|)([^|]+?) \|(.+)\|(.+)\|$", re.MULTILINE)
TRIED_BY = {
    "killed while it builds": [
        "test_build.test_a_killed_build_leaves_the_last_one_and_the_next_clears_up",
        "test_build.test_an_interrupted_build_clears_up_itself",
        "test_build.test_stopped_between_the_two_renames_the_last_build_comes_back",
    ],
    "killed while it releases": [
        "test_release_faults.test_killed_before_every_step_it_takes",
        "test_release_faults.test_killed_at_random_moments",
        "test_release_faults.test_the_real_command_killed_at_random_moments",
    ],
    "killed while it writes entries, an answer or a first delivery": [
        "test_faults_writing.test_killed_before_every_step_each_file_is_old_or_new",
        "test_faults_writing.test_killed_in_the_midst_of_a_file_each_one_is_old_or_new",
    ],
    "killed while it makes a new register": [
        "test_faults_writing.test_a_new_register_killed_before_every_step_is_whole_or_not_there",
        "test_faults_writing.test_a_new_register_killed_in_the_midst_of_a_file_is_not_there",
    ],
    "the disk is full while it builds": ["test_build.test_a_full_disk_leaves_the_last_build"],
    "the disk is full while it releases": [
        "test_release_faults.test_a_full_disk_stops_it_cleanly",
        "test_release_faults.test_the_real_command_on_a_full_disk",
    ],
    "the disk is full while it writes entries, an answer or a first delivery": [
        "test_faults_writing.test_a_full_disk_leaves_everything_as_it_was",
        "test_faults_writing.test_a_disk_that_is_full_for_the_last_file_leaves_the_first",
    ],
    "the disk is full while it makes a new register": [
        "test_faults_writing.test_a_new_register_on_a_full_disk_is_not_there",
    ],
    "the folder lies on another file system": [
        "test_faults_writing.test_an_extract_is_written_into_a_folder_that_is_mounted",
        "test_faults_writing.test_a_release_is_signed_in_a_folder_that_is_mounted",
    ],
    "an object of Git is cut, changed or missing": [
        "test_faults_git.test_a_damaged_object_is_refused_where_it_is_needed",
        "test_faults_git.test_a_blob_with_another_content_is_never_read_for_the_one_that_is_named",
        "test_faults_git.test_git_output_names_the_folder_and_what_git_said",
    ],
    "the repository cannot be read": [
        "test_faults_git.test_a_damaged_repository_is_not_taken_for_one_without_commits",
        "test_faults_git.test_a_repository_without_commits_is_no_damage",
        "test_faults_git.test_a_damaged_repository_does_not_give_way_to_one_further_up",
    ],
    "the clone is shallow": [
        "test_faults_git.test_a_shallow_clone_gives_the_same_bytes_and_no_delivery",
        "test_faults_git.test_a_shallow_clone_says_what_it_cannot_judge",
    ],
    "Git was told not to look at a file": [
        "test_faults_races.test_git_is_not_believed_about_a_file_that_it_was_told_not_to_look_at",
    ],
    "a forced push took out or changed a delivery": [
        "test_faults_git.test_a_delivery_taken_out_of_the_history_is_seen",
        "test_faults_git.test_a_reader_that_remembers_refuses_another_release_of_the_same_serial",
        "test_faults_git.test_a_delivery_that_was_rewritten_breaks_the_chain",
    ],
    "a serial is used a second time": [
        "test_faults_git.test_its_serial_is_not_used_again_where_anything_still_knows_it",
    ],
    "the register changes while it is read": [
        "test_faults_races.test_what_changed_while_it_was_read_is_not_published",
        "test_faults_races.test_nor_is_it_built_or_released",
        "test_faults_races.test_a_file_that_changes_between_two_that_are_read",
    ],
    "the register changes after it was read": [
        "test_faults_races.test_what_changes_once_it_was_read_is_of_the_next_time",
    ],
    "one key is submitted twice": [
        "test_faults_races.test_the_second_submission_of_a_key_conflicts_in_git",
        "test_faults_races.test_whoever_forces_the_second_one_in_is_refused_by_the_review",
        "test_faults_races.test_one_key_in_two_files_is_refused_whatever_the_order",
    ],
    "an answer is dated before its delivery was sent": [
        "test_faults_races.test_an_answer_dated_before_its_delivery_was_sent_is_not_taken_in",
    ],
    "the clock went back": [
        "test_faults_races.test_a_clock_that_jumps_makes_no_delivery_that_was_sent_before_another",
        "test_releasing.test_a_clock_that_went_back_stops_the_release",
    ],
}
"""The tests of each fault of the page."""


def trials_in(module: str) -> set[str]:
    tree = ast.parse((ROOT / "tests" / f"{module}.py").read_bytes())
    functions = (one.name for one in tree.body if isinstance(one, ast.FunctionDef))
    return {f"{module}.{name}" for name in functions if name.startswith("test_")}


def test_the_page_and_the_tests_have_the_same_faults() -> None:
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert [fault for fault, _, _ in rows] == list(TRIED_BY)
    assert all(outcome.strip() and go_on.strip() for _, outcome, go_on in rows)


def test_every_fault_is_tried_and_every_trial_is_listed() -> None:
    named = [name for names in TRIED_BY.values() for name in names]
    assert len(named) == len(set(named))
    modules = {name.partition(".")[0] for name in named}
    there = {name for module in modules for name in trials_in(module)}
    assert set(named) <= there
    files = (ROOT / "tests").glob("test_*faults*.py")
    trials = {path.stem for path in files} - {"test_faults_listed"}
    assert trials <= modules
    assert {name for module in trials for name in trials_in(module)} <= set(named)
