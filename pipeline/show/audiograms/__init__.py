"""Audiograms: a film of a quote, whose words light up as they are spoken."""

__all__ = ["making"]
