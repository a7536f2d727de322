"""Addresses and what travels to them: URLs, headers, time budgets, and what may be asked for."""
