"""What does a policy say to a database?

``policy_sql`` gives the query that judges a whole table, for SQLite, PostgreSQL and DuckDB, with every value bound as a
parameter; ``.printed`` is the same query to be read or run by hand. Databases are neither opened nor asked here.
"""

from careprogram.rules.sql.query import SqlQuery, policy_sql, result_columns
from careprogram.rules.sql.rows import facts_of_row
from careprogram.rules.sql.translation import Terms, translate
from careprogram.rules.sql.words import SqlDialect, SqlValue

__all__ = ["SqlDialect", "SqlQuery", "SqlValue", "Terms", "facts_of_row", "policy_sql", "result_columns", "translate"]
