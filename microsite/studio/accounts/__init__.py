"""Accounts of the studio: signing in, invitations, passwords, second factor, and what admins do with them.

`accounts` is the model, as plain functions, and rests on `passwords`, `one_time_links` and `recovery_codes`; beside it
stand `second_factor`, `throttle` and `time_zones`. `sign_in`, `accept_invitation`, `own_account`, `own_sessions` and
`admin` are views. The rest of the studio knows none of
these: it asks `access` who is signed in, and aborts with 401 where somebody has to sign in.
"""
