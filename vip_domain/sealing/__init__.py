"""Names and addresses of people, sealed with a key per customer; without the key they are gone."""
