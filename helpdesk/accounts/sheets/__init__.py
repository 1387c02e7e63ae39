"""The address book as rows of spreadsheets: which column is which field, what is wrong with a row."""
