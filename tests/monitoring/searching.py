"""Looking for words in the whole database, whatever table they may have got into."""

from django.db import connection

_COLUMNS = """
SELECT table_name, column_name, data_type FROM information_schema.columns
JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND data_type IN (
    'text', 'character varying', 'character', 'json', 'jsonb', 'bytea', 'ARRAY', 'USER-DEFINED'
)
"""


def places_of(*words: str) -> set[str]:
    """Return `table.column` of each column that holds one of the words, in any case.

    Bytes are searched as UTF-8, JSON and arrays as their text.
    """
    found = set()
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        for table, column, kind in cursor.fetchall():
            shown = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
            for word in words:
                asked = _escaped(word) if kind == "bytea" else word
                cursor.execute(
                    f'SELECT EXISTS (SELECT FROM "{table}" WHERE strpos(lower({shown}), %s) > 0)',  # noqa: S608 - names of the catalogue
                    [asked.lower()],
                )
                if cursor.fetchone()[0]:
                    found.add(f"{table}.{column}")
    return found


def _escaped(word: str) -> str:
    """Return a word as PostgreSQL's `escape` shows its bytes: those above 127 in octal."""
    return "".join(chr(byte) if byte < 128 else f"\\{byte:o}" for byte in word.encode())
