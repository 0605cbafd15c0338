"""Addresses of tables: below /work/imports/."""

from django.urls import path, register_converter

from .kinds import SheetConverter
from .views import exports, imports, photos

register_converter(SheetConverter, "sheet")
urlpatterns = [
    path("", imports.imports, name="imports"),
    path("photos/", photos.photos_new, name="photos-new"),
    path("photos/<uuid:token>/", photos.photos_page, name="photos"),
    path("<sheet:sheet>/new/", imports.import_new, name="import-new"),
    path("<sheet:sheet>/export/", exports.sheet_export, name="sheet-export"),
    path("<sheet:sheet>/template/", imports.import_template, name="import-template"),
    path("<uuid:token>/", imports.import_page, name="import"),
    path("<uuid:token>/match/", imports.import_match, name="import-match"),
    path("<uuid:token>/confirm/", imports.import_confirm, name="import-confirm"),
    path("<uuid:token>/back/", imports.import_back, name="import-back"),
    path("<uuid:token>/drop/", imports.import_drop, name="import-drop"),
    path("<uuid:token>/report/", imports.import_report, name="import-report"),
]
