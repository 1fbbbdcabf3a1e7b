# The differential test from another seed and five times as long as the ordinary suite's.
exec "$PYTHON" tests/differential/run.py --server "$SERVER" --seed "${SEED:-2}" --data_sets 2500 --questions 100000
