"""议事厅: topics, posts, their moderation, conclusions that somebody carries out."""
