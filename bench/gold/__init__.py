"""Pairs of addresses of which somebody said by reading whether one person has both.

The corpora are not part of the project: what is kept here is the hash of each pair and its label, and the pairs are
found again in the data beside the checkout. See README.md of this directory for how they were drawn and labelled.
"""
