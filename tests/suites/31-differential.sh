# 20,000 random questions over 500 random data sets, the server's answers against the independent model's.
exec "$PYTHON" tests/differential/run.py --server "$SERVER" --seed "${SEED:-1}" --data_sets 500 --questions 20000
