"""Tools of the developers; nothing here runs on a server."""
