"""The tools that come with the program. They only read; nothing here writes, fetches or starts anything."""
