"""What outsiders can check: a tree of hashes over the log, signed checkpoints, proofs, exports."""
