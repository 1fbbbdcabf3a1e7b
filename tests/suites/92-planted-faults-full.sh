# Every planted fault must make the quick differential test fail.
exec "$PYTHON" tests/differential/faults.py
