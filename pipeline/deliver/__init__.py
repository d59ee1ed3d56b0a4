"""Delivering: an edition to one subscriber, exactly once.

Messages are encoded once an edition, signed, and handed over by a small SMTP client behind a gate
for each receiver's domain; answers and bounces are read here too. What this room never does: know
a table. Where states are kept is handed in (`pipeline.deliver.book.Book`).
"""
