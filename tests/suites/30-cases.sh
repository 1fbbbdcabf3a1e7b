# The worked examples and the named cases of the contract, through the public API, with values computed by hand.
exec bash tests/support/pytest_suite.sh tests/differential/cases_test.py
