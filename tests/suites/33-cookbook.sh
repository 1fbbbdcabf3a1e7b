# The questions of the README's cookbook, asked of the data of the quickstart.
exec bash tests/support/pytest_suite.sh tests/cookbook
