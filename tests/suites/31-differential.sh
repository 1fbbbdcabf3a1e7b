# Random questions over random data, the server's answers against the independent model's; a minute's worth of them.
exec "$PYTHON" tests/differential/run.py --server "$SERVER" --seed "${SEED:-1}" --data_sets 500 --questions 20000 --seconds 60
