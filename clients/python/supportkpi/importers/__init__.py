"""Importers: exports of help desks, CSV files and JSON lines as records of supportkpi. They need the extra `cli`."""
