# All 20,000 questions over 500 data sets, from another seed than the quick suite's.
exec "$PYTHON" tests/differential/run.py --server "$SERVER" --seed "${SEED:-2}" --data_sets 500 --questions 20000
