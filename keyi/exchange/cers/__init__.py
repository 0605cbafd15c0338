"""The education ministry's reports of universities: the three CERS documents as XML, and table SJ3 as Excel.

Namespaces of elements: InstrusAndGroups (instruments and laboratories), ShareEffect (a year), Platform (the unit).
"""
