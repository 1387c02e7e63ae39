"""From the bytes of a file to its words. Knows neither Django nor a database; runs in a child process (`child`)."""
