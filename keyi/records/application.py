"""The 申请书 as a Word file."""


def from_institution(record):
    raise NotImplementedError


def application_docx(data):
    raise NotImplementedError
