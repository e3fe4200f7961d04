"""The queue's list: its state, its columns, its views, its map, and changes of many at once."""
