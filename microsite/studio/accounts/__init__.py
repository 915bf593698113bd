"""Accounts of the studio: signing in, invitations, passwords, second factor, and what admins do with them.

`accounts` is the model, as plain functions; `passwords`, `second_factor`, `one_time_links` and `throttle` are what it
rests on. `sign_in`, `accept_invitation`, `own_account` and `admin` are views. The rest of the studio knows none of
these: it asks `access` who is signed in, and aborts with 401 where somebody has to sign in.
"""
