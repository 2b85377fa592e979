"""How a database of an older release becomes one of this release: one history for SQLite and PostgreSQL.

What a database must have is declared once, in `prefect.store.tables`. A new database is made from that. In an older one
the tables, columns and indexes that it lacks are added by comparing it with the declaration; nothing has to be written
down for these, and nothing is ever dropped. What cannot be told from the declaration stands in the `history`: a column
that got another name, values that have to be computed anew. A version number in the database says how much of the
history it has behind it; a look at that number is all that opening costs where nothing is to do.

There is no Alembic here, which was planned. Our tables are not described in SQLAlchemy, so that it could compare
nothing for us; it would bring SQLAlchemy, and a second PostgreSQL driver or greenlet, to run a handful of statements.
"""
