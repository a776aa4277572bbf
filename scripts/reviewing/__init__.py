"""The review of a pull request, told in its workflow: summary and annotations."""
