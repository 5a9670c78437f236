"""Files out: whatever can be read, as the sheet that ``jieti import`` takes, so that it can be mended and put back.

``looking`` asks the log in batches and puts ids into words; ``organisation``, ``records`` and ``lists`` make the rows
of each kind (``sheets``: the table of them), ``console/tables.py`` streams them into a file.  A row that would not be
known again as the one that is held (it was recorded by a record number, of which the log has only a hash; or its person
was erased) says 仅供查阅 in its first cell, and no import takes it.
"""
