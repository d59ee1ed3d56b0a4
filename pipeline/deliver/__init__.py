"""Delivering: an edition to one subscriber. Nothing stands here yet."""
