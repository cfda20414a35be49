"""The reseller console: what it shows, lets do, and keeps to itself."""
