"""What members keep: playlists, favourites, and what was played for whom."""
