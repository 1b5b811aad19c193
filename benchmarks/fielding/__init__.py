"""How well the file's own number, date, subject, department and kind are found on made files."""
