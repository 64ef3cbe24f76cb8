"""dj-stripe's tables in one step; its own history needs 42-57 s of processor for an empty database, this 1-2 s.

After an upgrade of dj-stripe: `python manage.py makemigrations djstripe` (`make check` fails until then), and read its
own new migrations for data that they move.
"""
