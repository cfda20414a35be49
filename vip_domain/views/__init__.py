"""Views: tables that follow the log, and the questions they answer."""
