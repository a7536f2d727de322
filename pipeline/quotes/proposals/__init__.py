"""Candidates: passages worth quoting, well cut and in order; what decisions taught."""
