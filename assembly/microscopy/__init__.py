"""Micrographs as arrays: deposit, render, segment, measure. Nothing here opens a file, prints or draws."""
