"""From the articles about a city's communities to a reviewed weekly newsletter."""

__version__ = "0.1.0"
