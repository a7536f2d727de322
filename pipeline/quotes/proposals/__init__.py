"""Candidates: passages worth quoting, well cut and in order; what decisions taught."""

__all__ = ["candidates", "endpoint", "fitting", "passages", "ranking", "rerank", "soundbites"]
