"""Keyi 科仪: opens a province's research facilities and instruments to everyone."""

__version__ = "0.1.0"
