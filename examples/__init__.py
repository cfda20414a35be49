"""What others build on the library, to run and to copy."""
