"""Documents that are archives: those of word processors, spreadsheets, slides and books. Begin with archive.py."""
