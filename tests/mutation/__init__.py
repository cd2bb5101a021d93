"""What could be wrong with what is declared, one change at a time: each must be noticed by a test."""
