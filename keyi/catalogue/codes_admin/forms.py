from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from keyi.codes.csvfile import MAX_BYTES, BadFile
from keyi.codes.loading import Changes, compare
from keyi.core import scanner
from keyi.core.files import clean_name


class UploadForm(forms.Form):
    """A new version of a list. Valid when the file could be loaded; ``changes`` says what it would do."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_(
            "Columns: code, name; if need be name_en and parent_code. At most 5 MB and 20,000 entries."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={
            "required": _("Choose a CSV file."),
            "empty": _("The file is empty. Choose another one."),
        },
    )

    def __init__(self, *args: Any, code_list: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code_list = code_list
        self.content = b""
        self.changes: Changes | None = None

    def clean_file(self) -> UploadedFile:
        upload = self.cleaned_data["file"]
        self.content = upload.read(MAX_BYTES + 1)
        scanner.check(self.content, clean_name(upload.name))
        try:
            self.changes = compare(self.code_list, self.content)
        except BadFile as bad:
            raise ValidationError([str(problem) for problem in bad.problems]) from bad
        return upload


class SearchForm(forms.Form):
    q = forms.CharField(label=_("Name or code"), required=False, max_length=60, strip=True)
