# The real data sets against their known answers.
exec bash tests/support/pytest_suite.sh tests/real
