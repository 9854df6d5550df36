"""The published figures and numbers, one room each: <stem>.toml (conditions), <stem>.py (results, claims, drawing).

A room's module has ALT (what its drawing shows, in words), `results(room)` (everything computed, once), `claims(found)`
(the rows of the table) and `draw(found)` (the figure). Its test is tests/published/test_<stem>.py.
"""
