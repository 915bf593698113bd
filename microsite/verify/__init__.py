"""What `flask verify` looks at: a running copy of the site, or an export, from outside and as a visitor.

A leaf: it shares no code with what it looks at, since a check that did would share its errors.
"""
