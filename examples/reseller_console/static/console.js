// The page reads without this; what it adds comes with the dialogs.
