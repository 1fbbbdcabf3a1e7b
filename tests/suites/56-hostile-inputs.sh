# Hostile inputs against one real server: how it answers each, what it takes of memory and processor, whether others notice. The
# table goes to build/hostile-inputs.txt too.
exec bash tests/support/pytest_suite.sh tests/hostile
