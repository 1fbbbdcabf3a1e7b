# Relations between answers that hold whatever the data are.
exec "$PYTHON" tests/differential/metamorphic.py --server "$SERVER" --seed "${SEED:-1}" --rounds 6
