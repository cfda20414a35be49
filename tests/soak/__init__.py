"""Many processes on one store, killed in the middle: nobody misses an event or has it twice."""
