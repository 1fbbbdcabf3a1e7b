# Each planted fault still names a text that stands exactly once; 92-planted-faults-full.sh plants them.
exec "$PYTHON" tests/differential/faults.py --list
