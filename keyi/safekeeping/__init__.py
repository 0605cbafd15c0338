"""Backups: one archive of database and files, checked, encrypted if asked, and put back."""
