"""What tests of services need: stores that are real, and gone afterwards."""
