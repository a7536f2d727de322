"""Quotes: candidates, the ledger, the guard and the alignment that proves each word."""
