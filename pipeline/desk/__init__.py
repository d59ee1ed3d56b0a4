"""The editors' desk: a Django app that shows an issue, takes editors' changes, and signs.

What this room never does: fetch, tag, or know tables; it asks the store.
"""
