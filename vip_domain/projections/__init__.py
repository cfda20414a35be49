"""Views as pure folds: one folder per question, with its row, fold, filters and order."""
