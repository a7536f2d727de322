"""The published sound: levelled, joined with its music, measured."""
