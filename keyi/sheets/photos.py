"""Photos by zip: the name of a picture says its instrument, 20190317-001.jpg or 20190317-001-2.jpg.

Nothing is unpacked onto the disk: each picture is read by itself, within the limits of an upload by hand, and judged
by the same check. Each stands or falls alone.
"""

import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keyi.accounts.models import User
from keyi.accounts.roles import Capability
from keyi.audit import log
from keyi.core.text import normalise
from keyi.records import uploads
from keyi.records.forms.fields import slots_of
from keyi.records.forms.instrument import InstrumentForm
from keyi.records.models import Instrument
from keyi.review.status import EDITABLE

from .models import PhotoImport
from .reading import BROKEN

MEGABYTE = 1024 * 1024
MAX_BYTES = 200 * MEGABYTE
MAX_PHOTOS = 1_000
MOST_DIRECTORY = 2 * MEGABYTE  # of 1,000 entries with the longest names and other systems' extras
END_OF_ARCHIVE = 65_557  # the end record with its longest comment
SLOT = slots_of(InstrumentForm)["photos"]
SUFFIX = re.compile(r"(?:\s*[-_]\s*\d{1,2}|\s*[(（]\d{1,2}[)）])$")
NAMED_IN_UTF8 = 0x800
ENCRYPTED = 0x1

FAULTS = {
    "kind": gettext_lazy("This is no zip file. Pack the photos into a .zip and upload that."),
    "large": gettext_lazy("The zip file is larger than 200 MB. Split it into several."),
    "many": gettext_lazy("There are more than 1,000 pictures in it. Split it into several."),
    "none": gettext_lazy("There is no picture in it. Photos are jpg or png."),
    "password": gettext_lazy("The zip file is protected by a password. Pack it without one."),
}


@dataclass(frozen=True)
class Picture:
    entry: str  # its name in the archive
    name: str  # as people see it
    numbers: tuple[str, ...]  # what instrument it may belong to, the most literal first


def pictures(file: IO[bytes]) -> list[Picture]:
    """The files of an archive that may be photos. Raises ValidationError."""
    if _directory_bytes(file) > MOST_DIRECTORY:
        raise ValidationError(FAULTS["many"], code="many")
    try:
        with zipfile.ZipFile(file) as archive:
            entries = [entry for entry in archive.infolist() if _is_file(entry)]
    except (*BROKEN, NotImplementedError) as error:
        raise ValidationError(FAULTS["kind"], code="kind") from error
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise ValidationError(FAULTS["password"], code="password")
    if len(entries) > MAX_PHOTOS:
        raise ValidationError(FAULTS["many"], code="many")
    if not entries:
        raise ValidationError(FAULTS["none"], code="none")
    return [_picture(entry) for entry in entries]


def _directory_bytes(file: IO[bytes]) -> int:
    """How long the archive's list of entries is: the library reads it whole, and it might name millions."""
    size = file.seek(0, 2)
    file.seek(max(0, size - END_OF_ARCHIVE))
    end = file.read()
    at = end.rfind(b"PK\x05\x06")
    file.seek(0)
    return int.from_bytes(end[at + 12 : at + 16], "little") if at >= 0 else 0


def _is_file(entry: zipfile.ZipInfo) -> bool:
    name = PurePosixPath(entry.filename)
    return (
        not entry.is_dir() and "__MACOSX" not in name.parts and not name.name.startswith((".", "Thumbs.db"))
    )


def _picture(entry: zipfile.ZipInfo) -> Picture:
    name = PurePosixPath(_readable(entry)).name
    stem = normalise(name.rpartition(".")[0] or name)
    without = SUFFIX.sub("", stem)
    return Picture(entry.filename, name[:100], (stem, without) if without != stem else (stem,))


def _readable(entry: zipfile.ZipInfo) -> str:
    """Windows packs Chinese names in GB18030 without saying so."""
    if entry.flag_bits & NAMED_IN_UTF8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return entry.filename


def place_all(job: PhotoImport) -> None:
    """Attach what is left of the archive. May run again: a picture and its count are one transaction."""
    if not job.is_running:
        return
    with translation.override(job.language), job.file.open("rb") as file:
        found = pictures(file)
        with zipfile.ZipFile(file) as archive:
            for picture in found[job.done :]:
                _place_next(job, archive, picture)
    job.file.delete(save=False)
    PhotoImport.objects.filter(pk=job.pk).update(file="")


@transaction.atomic
def _place_next(job: PhotoImport, archive: zipfile.ZipFile, picture: Picture) -> None:
    now = PhotoImport.objects.select_for_update().get(pk=job.pk)
    if now.done != job.done:  # another worker has it
        job.done = max(job.done + 1, now.done)
        return
    instrument, why = _place(job, archive, picture)
    results = [*now.results, [picture.name, instrument, why]]
    PhotoImport.objects.filter(pk=job.pk).update(done=now.done + 1, results=results)
    job.done = now.done + 1


def _place(job: PhotoImport, archive: zipfile.ZipFile, picture: Picture) -> tuple[str, str]:
    """(instrument, why not): one of them is empty."""
    person = User.objects.get(pk=job.person_id)
    mine = Instrument.objects.for_user(person, Capability.EDIT).filter(
        institution__path=job.unit.institution_path
    )
    instrument = None
    for number in picture.numbers:
        instrument = (
            instrument or mine.filter(inventory_number=number).select_for_update(of=("self",)).first()
        )
    if instrument is None:
        return "", _("No instrument of yours has the number “%(number)s”.") % {"number": picture.numbers[0]}
    if instrument.status not in EDITABLE:
        message = _("“%(name)s” is “%(state)s” and closed to changes. Recall or revise it first.")
        return "", message % {"name": instrument, "state": instrument.get_status_display()}
    try:
        with transaction.atomic():
            uploads.attach(instrument, SLOT, _upload(archive, picture), person)
    except ValidationError as error:
        return "", " ".join(error.messages)
    log.record(person, "photo.import", instrument, file=job.file_name, name=picture.name)
    return str(instrument), ""


def _upload(archive: zipfile.ZipFile, picture: Picture) -> Any:
    """The picture as an upload, read no further than an upload may be large."""
    try:
        with archive.open(picture.entry) as file:
            content = file.read(SLOT.max_mb * MEGABYTE + 1)
    except (*BROKEN, RuntimeError) as error:
        message = _("“%(name)s” cannot be read: it is damaged in the zip file.")
        raise ValidationError(message, params={"name": picture.name}) from error
    return SimpleUploadedFile(picture.name, content)
